"""The second factor: set up, asked for, enforced by role (AU14–AU16), inside the strict policy."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.models import Role, SecurityEvent
from tests.factories import PASSWORD, DutyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary():
    user = UserFactory(email="x@example.jp", password=PASSWORD)
    DutyFactory(user=user, role=Role.SECRETARIAT)
    return user


@pytest.fixture
def secret(secretary):
    """The secret of the secretary's authenticator app."""
    made = generate_totp_secret()
    TOTP.activate(secretary, made)
    RecoveryCodes.activate(secretary)
    return made


def number(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def signed_in_with_password() -> Client:
    client = Client()
    client.post("/login/", {"login": "x@example.jp", "password": PASSWORD})
    return client


def test_number_is_asked_after_the_password(secretary, secret):
    client = signed_in_with_password()
    assert client.get("/me/settings/").url == "/login/?next=/me/settings/"
    assert client.post("/account/mfa/authenticate/", {"code": number(secret)}).url == "/"
    assert client.get("/me/settings/").status_code == 200


def test_same_number_is_refused_the_second_time(secretary, secret):
    code = number(secret)
    signed_in_with_password().post("/account/mfa/authenticate/", {"code": code})
    again = signed_in_with_password().post("/account/mfa/authenticate/", {"code": code})
    assert "番号が違います" in again.content.decode()


def test_recovery_code_works_once(secretary, secret):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert signed_in_with_password().post("/account/mfa/authenticate/", {"code": code}).url == "/"
    again = signed_in_with_password().post("/account/mfa/authenticate/", {"code": code})
    assert "番号が違います" in again.content.decode()


def test_guessing_numbers_is_limited(secretary, secret):
    client = signed_in_with_password()
    for _ in range(10):
        client.post("/account/mfa/authenticate/", {"code": "000000"})
    answer = client.post("/account/mfa/authenticate/", {"code": number(secret)})
    assert "続けて間違えた" in answer.content.decode()
    assert SecurityEvent.objects.filter(event="second_factor_refused").exists()


def test_setting_up_shows_the_code_as_svg_and_then_recovery_codes(
    secretary, django_capture_on_commit_callbacks
):
    client = signed_in_with_password()
    client.post("/account/confirm/", {"password": PASSWORD})
    page = client.get("/account/mfa/totp/activate/").content.decode()
    assert '<svg class="qr"' in page and "data:image" not in page and "style=" not in page
    secret = client.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/account/mfa/totp/activate/", {"code": number(secret)})
    assert answer.url == "/account/mfa/recovery-codes/"
    assert SecurityEvent.objects.filter(event="second_factor_added").count() == 2


def test_removing_asks_for_the_person_again(secretary, secret, client):
    client.force_login(secretary)
    asked = client.post("/account/mfa/totp/deactivate/")
    assert asked.url.startswith("/account/confirm/?next=")
    assert Authenticator.objects.filter(type="totp").exists()


def test_role_without_factor_reaches_only_the_setup_page(secretary, client, settings):
    settings.MFA_REQUIRED_ROLES = ["secretariat"]
    client.force_login(secretary)
    for address in ("/me/settings/", "/duties/", "/", "/account/password/", "/people/1/"):
        assert client.get(address).url == "/account/mfa/totp/activate/"
    assert client.get("/account/mfa/").status_code == 200
    assert client.post("/logout/").status_code == 302


def test_role_with_factor_and_people_without_role_pass(secretary, secret, client, settings):
    settings.MFA_REQUIRED_ROLES = ["secretariat"]
    client.force_login(secretary)
    assert client.get("/me/settings/").status_code == 200
    client.force_login(UserFactory())
    assert client.get("/me/settings/").status_code == 200


def test_secret_is_not_readable_in_the_database_and_survives_a_new_key(secretary, secret, settings):
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    answer = signed_in_with_password().post("/account/mfa/authenticate/", {"code": number(secret)})
    assert answer.url == "/"


def test_lost_key_lets_nobody_in_and_breaks_nothing(secretary, secret, settings):
    settings.SECRET_KEY = "another key " * 5
    answer = signed_in_with_password().post("/account/mfa/authenticate/", {"code": number(secret)})
    assert "番号が違います" in answer.content.decode()
