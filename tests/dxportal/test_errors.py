"""The pages for when something is wrong, through all middleware."""

import html5lib
import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client
from django.urls import include, path, reverse

from tests.factories.accounts import UserFactory


@login_not_required
def broken(request):
    raise ValueError("nobody expects this")


@login_not_required
def without_database(request):
    raise OperationalError("connection refused")


def refused(request):
    raise PermissionDenied


urlpatterns = [
    path("broken/", broken),
    path("without-database/", without_database),
    path("refused/", refused),
    path("", include("dxportal.urls")),
]
handler403 = "dxportal.errors.forbidden"
handler404 = "dxportal.errors.not_found"
handler500 = "dxportal.errors.server_error"
pytestmark = pytest.mark.urls(__name__)


def answer(address, language="ja"):
    """What a visitor gets; the server's errors stay on the server."""
    client = Client(raise_request_exception=False, headers={"accept-language": language})
    return client.get(address)


def heading(response) -> str:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content)
    (found,) = page.iter("h1")
    return "".join(found.itertext())


# These four have no database: pytest-django would refuse the first query.


@pytest.mark.parametrize(
    ("language", "title"), [("ja", "うまく動きませんでした"), ("en", "Something went wrong")]
)
def test_a_fault_of_ours_is_told_without_database(language, title):
    response = answer("/broken/", language)
    assert (response.status_code, heading(response)) == (500, title)


def test_each_fault_has_its_own_number_and_tells_nothing_else():
    first, second = answer("/broken/"), answer("/broken/")
    assert first.content != second.content
    assert b"nobody expects" not in first.content


@pytest.mark.parametrize(
    ("language", "title"), [("ja", "ただいま使えません"), ("en", "Not available just now")]
)
def test_without_database_the_portal_asks_for_patience(language, title):
    response = answer("/without-database/", language)
    assert (response.status_code, response["Retry-After"], heading(response)) == (503, "60", title)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"), [("ja", "この画面はありません"), ("en", "This page does not exist")]
)
def test_an_address_that_leads_nowhere(client_for, language, title):
    client = client_for(UserFactory(language=language))
    response = client.get("/nowhere/")
    assert (response.status_code, heading(response)) == (404, title)
    assert 'action="/search/"' in response.content.decode()


@pytest.mark.django_db
def test_a_visitor_is_led_to_the_sign_in():
    response = answer("/nowhere/")
    assert response.status_code == 404
    assert f'href="{reverse("account_login")}"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_page_for_others_says_whom_to_ask(client_for, settings, language):
    response = client_for(UserFactory(language=language)).get("/refused/")
    contact = settings.SECRETARIAT_CONTACT_EN if language == "en" else settings.SECRETARIAT_CONTACT
    assert response.status_code == 403
    assert contact in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_changes_nothing():
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "ja"})
    client.force_login(UserFactory())
    response = client.post("/ideas/new/", {"title": "題名", "action": "publish"})
    assert (response.status_code, heading(response)) == (403, "もう一度送ってください")
