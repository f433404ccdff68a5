"""Ideas in a real browser: similar ones while typing, support without leaving the form."""

import re

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import published_idea

pytestmark = pytest.mark.django_db(transaction=True)


def test_similar_ideas_appear_while_typing_and_can_be_supported(new_page, live_server):
    known, writer = published_idea(title="電話当番表を自動で決める"), UserFactory()
    page = new_page(writer)
    page.goto(live_server.url + reverse("taskforce:idea_new"))
    page.get_by_label(re.compile("困っていること")).fill("電話当番表を毎月作っている")
    page.get_by_role("link", name=known.title).wait_for()
    page.get_by_role("button", name="これに賛同する").click()
    page.get_by_role("button", name="賛同しました").wait_for()
    assert known.supports.get().person == writer
    assert page.get_by_label(re.compile("困っていること")).input_value() == "電話当番表を毎月作っている"


def test_estimate_is_computed_while_typing(new_page, live_server):
    page = new_page(UserFactory())
    page.goto(live_server.url + reverse("taskforce:idea_new"))
    for label, number in (("1回にかかる時間", "180"), ("1年の回数", "12"), ("同じ仕事をする部署の数", "60")):
        page.get_by_label(re.compile(label)).fill(number)
    assert page.locator("output").inner_text() == "2,160時間"
