"""The frame around every page: header, navigation, language, footer."""

from datetime import timedelta

import html5lib
import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from dxportal import context
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def parsed(answer):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.content.decode())


def test_visitor_sees_no_navigation(client):
    page = parsed(client.get(reverse("portal:help")))
    assert [nav.get("aria-label") for nav in page.iter("nav")] == []


def test_navigation_marks_the_section_of_the_page():
    marked = [
        [entry["current"] for entry in context.navigation(path)]
        for path in ("/", "/plans/r4-8/", "/ideas/118/")
    ]
    assert marked == [[False] * 4, [True, False, False, False], [False, True, False, False]]


def test_newsletter_has_its_own_name_in_the_navigation(settings):
    settings.NEWSLETTER_TITLE = "改善だより"
    assert context.navigation("/")[3]["label"] == "改善だより"


def test_organisation_and_portal_are_named_by_the_settings(client, settings):
    settings.ORGANISATION_NAME, settings.PORTAL_NAME = "海山市", "改善ポータル"
    html = client.get(reverse("portal:help")).content.decode()
    assert ("<title>使い方 | 改善ポータル</title>" in html, "<small>海山市</small>" in html) == (True, True)


@pytest.mark.parametrize(
    ("logo", "address"),
    [("img/icons.svg#logo", "/static/img/icons.svg#logo"), ("img/town.png", "/static/img/town.png")],
)
def test_logo_is_a_setting(settings, logo, address):
    settings.LOGO = logo
    assert context.logo() == address


def test_language_is_switched_by_a_form_that_comes_back(client):
    client.force_login(UserFactory(language="ja"))
    address = reverse("portal:help")
    form = next(f for f in parsed(client.get(address)).iter("form") if f.get("class") == "language")
    answer = client.post(form.get("action"), {"language": "en", "next": address}, follow=True)
    assert (answer.redirect_chain[0][0], parsed(answer).get("lang")) == (address, "en")


def test_page_ends_its_session_with_a_warning(client, settings):
    settings.SESSION_COOKIE_AGE = 1800
    client.force_login(UserFactory())
    body = parsed(client.get(reverse("portal:help"))).find("body")
    assert (body.get("data-session-seconds"), body.find("dialog").get("id")) == ("1800", "session-warning")


# --- the number of tasks beside the name ------------------------------------------------------------


def request_with(**session):
    request = RequestFactory().get("/")
    request.session = session
    return request


def test_number_of_tasks_is_remembered_for_the_next_page():
    request = request_with()
    context.remember_tasks(request, 3)
    assert context.remembered_tasks(request) == 3


def test_old_number_is_not_shown():
    long_ago = (timezone.now() - timedelta(minutes=31)).timestamp()
    assert context.remembered_tasks(request_with(open_tasks=[3, long_ago])) == 0


def test_session_is_not_written_again_for_the_same_number():
    kept = [3, timezone.now().timestamp() - 60]
    request = request_with(open_tasks=kept)
    context.remember_tasks(request, 3)
    assert request.session["open_tasks"] is kept


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("ja", 1366), ("en", 1366), ("en", 1200)])
def test_header_fits_on_one_line(new_page, language, width):
    person = UserFactory(language=language, name="三浦 遥", name_en="Alexandra Featherstonehaugh")
    page = new_page(person, width=width)
    page.goto(reverse("portal:help"))
    assert page.evaluate("document.querySelector('.site-header').offsetHeight") < 80


@pytest.mark.browser
def test_menu_of_a_phone_is_closed_with_script_and_open_without(new_page):
    person = UserFactory()
    found = []
    for javascript in (True, False):
        page = new_page(person, width=390, javascript=javascript)
        page.goto(reverse("portal:help"))
        found.append(page.is_visible(".gnav"))
    assert found == [False, True]
