"""Whoever signs in from a device never used before is told by mail, in the own language (domain.md 3.10, 3)."""

import pytest
from django.test import Client

from newsletter.models import Delivery
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Edg/131.0.0.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1"
)


def sign_in(person, browser):
    """The mails that signing in with this browser makes."""
    before = Delivery.objects.count()
    Client(headers={"user-agent": browser}).post("/login/", {"login": person.email, "password": PASSWORD})
    return list(Delivery.objects.order_by("pk")[before:])


def test_the_first_device_and_an_update_are_no_news():
    person = UserFactory(password=PASSWORD)
    assert sign_in(person, EDGE) == sign_in(person, EDGE) == []
    assert sign_in(person, EDGE.replace("131", "132")) == []


@pytest.mark.parametrize(("language", "word"), [("ja", "新しい端末"), ("en", "new device")])
def test_another_device_is_told_once_before_everything_else(language, word):
    person = UserFactory(password=PASSWORD, language=language)
    sign_in(person, EDGE)
    (row,) = sign_in(person, PHONE)
    assert (row.kind, row.priority, row.address) == ("account", 0, person.email)
    assert word in row.content["subject"]
    assert sign_in(person, PHONE) == []


def test_a_wrong_password_tells_nothing():
    person = UserFactory(password=PASSWORD)
    sign_in(person, EDGE)
    Client(headers={"user-agent": PHONE}).post("/login/", {"login": person.email, "password": "wrong"})
    assert not Delivery.objects.exists()
