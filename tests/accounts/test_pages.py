"""Every page of people and sign-in: valid, one heading, in both languages, without script or style of its own."""

import re

import html5lib
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.models import Role, SecurityEvent
from newsletter.models import Delivery
from tests.factories import PASSWORD, DepartmentFactory, DutyFactory, UserFactory

pytestmark = pytest.mark.django_db
FOR_VISITORS = [
    "/login/",
    "/login/code/",
    "/account/reset/",
    "/account/reset/sent/",
    "/account/reset/1-expired/",
    "/account/reset/done/",
    "/account/inactive/",
]
FOR_PEOPLE = [
    "/logout/",
    "/account/confirm/",
    "/account/password/",
    "/account/mfa/",
    "/account/mfa/recovery-codes/",
    "/account/mfa/recovery-codes/generate/",
    "/account/mfa/totp/deactivate/",
    "/account/sessions/",
    "/me/settings/",
    "/duties/",
    "/security/",
]
LANGUAGES = ["ja", "en"]


def assert_sound(page: str, language: str):
    html5lib.HTMLParser(strict=True).parse(page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert page.count("<h1") == 1
    assert len(ids) == len(set(ids))
    assert f'<html lang="{language}">' in page
    assert not re.search(r"\bstyle=|\bon\w+=|<style|<script>|https?://(?!www\.w3\.org)", page)


@pytest.fixture
def everything(client):
    """A client of somebody who holds enough to open every page, just signed in with password and number."""
    person = UserFactory(password=PASSWORD, name_en="", roles=[Role.SECRETARIAT, Role.ADMIN])
    DutyFactory(role=Role.EDITOR, department=DepartmentFactory(name_en=""), deputy=person)
    SecurityEvent.record("password_changed", user=person)
    client.post("/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/confirm/", {"password": PASSWORD})
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    return client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", FOR_VISITORS)
def test_page_for_visitors_is_sound(client, address, language):
    client.post("/language/", {"language": language})
    assert_sound(client.get(address).content.decode(), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", FOR_PEOPLE)
def test_page_for_people_is_sound(everything, address, language):
    everything.post("/language/", {"language": language})
    response = everything.get(address)
    assert response.status_code == 200
    assert_sound(response.content.decode(), language)


def test_form_with_errors_joins_each_error_to_its_field(client):
    page = client.post("/login/", {"login": "not an address"}).content.decode()
    assert_sound(page, "ja")
    assert 'aria-describedby="id_password_error"' in page and 'aria-invalid="true"' in page


def test_asking_for_mail_again_and_again_is_told_to_wait(client):
    answers = [client.post("/account/reset/", {"email": "hanako@example.jp"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "少し待ってください" in answers[-1].content.decode()
    assert_sound(answers[-1].content.decode(), "ja")


@pytest.mark.parametrize("address", ["/login/", "/me/settings/", "/duties/", "/account/mfa/totp/activate/"])
@pytest.mark.parametrize("width", [390, 1366])
def test_page_is_accessible(new_page, axe, address, width, transactional_db):
    person = UserFactory(roles=[Role.SECRETARIAT])
    page = new_page(None if address == "/login/" else person, width=width)
    page.goto(address)
    assert axe(page) == []


def test_first_sign_in_without_script_by_code_from_the_mail(new_page, transactional_db):
    """A new colleague: code by mail, then a password of her own."""
    person = UserFactory(email="new@example.jp")
    page = new_page(javascript=False)
    page.goto("/login/")
    page.get_by_role("link", name="パスワードなしで入る").click()
    page.get_by_label("メールアドレス").fill(person.email)
    page.get_by_role("button", name="番号を送る").click()
    code = re.search(r"^\w{3,4}-?\w{3,4}$", Delivery.objects.get().content["text"], re.MULTILINE).group()
    page.get_by_label("番号").fill(code)
    page.get_by_role("button", name="ログイン").click()
    page.goto("/account/password/set/")
    for label in ("新しいパスワード", "新しいパスワード(もう一度)"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="決める").click()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
