import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import UserFactory

PAGES = ("portal:help", "portal:help_progress", "portal:help_accessibility")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_help_is_open_to_visitors_and_valid(db, name, language):
    answer = Client(headers={"accept-language": language}).get(reverse(name))
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.content.decode())
    assert (answer.status_code, len(page.findall(".//h1"))) == (200, 1)
    assert page.get("lang") == language


@pytest.mark.parametrize("name", PAGES)
def test_help_asks_the_database_for_nothing_but_the_reader(client, django_assert_max_num_queries, db, name):
    client.force_login(UserFactory())
    with django_assert_max_num_queries(6):
        client.get(reverse(name))


def test_help_tells_whom_to_ask(client, db, settings):
    settings.SECRETARIAT_CONTACT = "総務課(内線 1)"
    assert "困ったときは、総務課(内線 1)へ。" in client.get(reverse("portal:help")).content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_help_is_accessible_and_fits_a_phone(new_page, axe, name):
    page = new_page(width=390)
    page.goto(reverse(name))
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
