"""What is typed stays on the device until it was sent, and no longer."""

import pytest

from taskforce.models import Consultation
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASK = "/consultations/new/"


def typed(page):
    page.goto(ASK)
    return page.locator("[name=title]").input_value(), page.locator("[name=text]").input_value()


def write(page):
    page.goto(ASK)
    page.fill("[name=title]", "集計が終わらない")
    page.fill("[name=text]", "表計算で半日かかる。")
    page.wait_for_timeout(700)  # draft.js keeps half a second after the last letter


def test_what_was_not_sent_comes_back(new_page):
    page = new_page(UserFactory())
    write(page)
    assert typed(page) == ("集計が終わらない", "表計算で半日かかる。")


def test_what_was_sent_is_not_offered_again(new_page):
    page = new_page(UserFactory())
    write(page)
    page.locator("main form[data-draft] button[type=submit]").last.click()
    page.wait_for_url("**/consultations/*/")
    assert Consultation.objects.get().title == "集計が終わらない"
    assert typed(page) == ("", "")


def test_an_idea_that_was_sent_is_not_offered_again(new_page):
    page = new_page(UserFactory())
    page.goto("/ideas/new/")
    for name, words in {
        "problem": "手で集計する。",
        "wish": "自動で集計する。",
        "title": "自動の集計",
    }.items():
        page.fill(f"[name={name}]", words)
    page.wait_for_timeout(700)
    page.locator("#idea-form button[type=submit]:not([name=draft])").last.click()
    page.wait_for_url("**/ideas/1/")
    page.goto("/ideas/new/")
    assert page.locator("[name=problem]").input_value() == ""


def test_what_the_server_refused_stays(new_page):
    page = new_page(UserFactory())
    write(page)
    page.fill("[name=text]", "")
    page.locator("main form[data-draft] button[type=submit]").last.click()
    page.wait_for_selector("[aria-invalid=true]")
    assert typed(page)[0] == "集計が終わらない"
