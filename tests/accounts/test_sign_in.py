"""Signing in and out: what a guesser, a neighbour and a leaver meet (promises.md AU, SE)."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SecurityEvent
from newsletter.models import Delivery
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOCKED = "5分間ログインできません"
MISMATCH = "メールアドレスかパスワードが違います。"


@pytest.fixture
def hanako():
    return UserFactory(email="hanako@example.jp", password=PASSWORD)


def sign_in(client, email="hanako@example.jp", password=PASSWORD, **extra):
    return client.post("/login/", {"login": email, "password": password}, **extra)


def plain(response) -> str:
    """The page without the parts that differ each time: token and the address that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r"[a-z]+@example\.jp", "", text)


def test_right_password_leads_home_and_is_logged(client, hanako):
    response = sign_in(client, "Hanako@Example.JP")
    assert (response.status_code, response.url) == (302, "/")
    assert SecurityEvent.objects.get(event="signed_in").actor_id == hanako.pk


def test_unknown_person_and_wrong_password_get_the_same_page(client, hanako):
    wrong, unknown = sign_in(client, password="not this one"), sign_in(client, "nobody@example.jp")
    assert MISMATCH in wrong.content.decode()
    assert (wrong.status_code, plain(wrong)) == (unknown.status_code, plain(unknown))
    assert wrong.headers.keys() == unknown.headers.keys()


def test_unknown_person_takes_as_long_as_a_wrong_password(client, hanako, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    hanako.set_password(PASSWORD)
    hanako.save()

    def seconds(email):
        start = time.perf_counter()
        sign_in(client, email, "not this one")
        return time.perf_counter() - start

    known, unknown = (min(seconds(email) for _ in range(2)) for email in (hanako.email, "nobody@example.jp"))
    assert abs(known - unknown) <= max(0.05, 0.35 * max(known, unknown))


def test_sixth_wrong_try_locks_this_account_for_a_while(client, hanako):
    for _ in range(5):
        assert MISMATCH in sign_in(client, password="wrong").content.decode()
    assert LOCKED in sign_in(client, password="wrong").content.decode()
    assert LOCKED in sign_in(client).content.decode()


def test_lock_holds_from_other_claimed_addresses_and_spares_neighbours(client, hanako):
    neighbour = UserFactory(password=PASSWORD)
    for number in range(6):
        sign_in(client, password="wrong", headers={"x-forwarded-for": f"203.0.113.{number}"})
    assert LOCKED in sign_in(client, headers={"x-forwarded-for": "203.0.113.99"}).content.decode()
    assert sign_in(client, neighbour.email).status_code == 302


def test_failed_sign_in_is_logged_without_what_was_typed(client, hanako):
    sign_in(client, "secret typed in the wrong field@example.jp", "wrong")
    sign_in(client, password="wrong")
    events = SecurityEvent.objects.filter(event="sign_in_failed").order_by("pk")
    assert [(event.actor_id, event.details) for event in events][-1] == (hanako.pk, {})


def test_leaver_cannot_sign_in_and_loses_open_sessions(client, hanako):
    sign_in(client)
    hanako.deactivate(by=UserFactory())
    assert client.get("/me/settings/").url == "/login/?next=/me/settings/"
    assert sign_in(Client()).url == "/account/inactive/"


def test_session_gets_a_new_id_at_sign_in(client, hanako):
    client.get("/login/")
    client.session["kept"] = 1
    session = client.session
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client)
    assert client.cookies["sessionid"].value != before


def test_old_cookie_is_worth_nothing_after_signing_out(client, hanako):
    sign_in(client)
    old = client.cookies["sessionid"].value
    client.post("/logout/")
    client.cookies["sessionid"] = old
    assert client.get("/me/settings/").url == "/login/?next=/me/settings/"


def test_signing_out_by_get_only_asks(client, hanako):
    sign_in(client)
    assert client.get("/logout/").status_code == 200
    assert client.get("/me/settings/").status_code == 200


@pytest.mark.parametrize("address", ["/account/signup/", "/signup/", "/accounts/signup/", "/account/email/"])
def test_nobody_registers(client, address):
    assert client.get(address).status_code in (302, 404)
    assert client.post(address, {"email": "new@example.jp", "password1": PASSWORD}).status_code in (302, 404)
    assert client.get(address).headers.get("Location", "/login/").startswith("/login/")


def test_code_by_mail_signs_in(client, hanako):
    client.post("/login/code/", {"email": hanako.email})
    code = re.search(r"^\w{3,4}-?\w{3,4}$", sent_text(), re.MULTILINE).group()
    response = client.post("/login/code/confirm/", {"code": code})
    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize(
    ("language", "says"), [("ja", "ログインの番号です"), ("en", "This is your sign-in code")]
)
def test_account_mail_is_in_the_language_of_its_reader(client, language, says):
    person = UserFactory(language=language)
    client.post("/login/code/", {"email": person.email}, headers={"accept-language": "ja"})
    assert sent_text().startswith(says)


@pytest.mark.parametrize("address", ["/login/code/", "/account/reset/"])
def test_asking_for_mail_answers_alike_for_known_unknown_and_left(client, hanako, address):
    left = UserFactory(is_active=False)
    emails = (hanako.email, "nobody@example.jp", left.email)
    answers = [(r.status_code, r.url) for r in (Client().post(address, {"email": email}) for email in emails)]
    assert len(set(answers)) == 1
    assert mailed_addresses() == [hanako.email]


def test_reset_link_works_once_and_leaves_the_address_bar(client, hanako):
    client.post("/account/reset/", {"email": hanako.email})
    link = re.search(r"https?://\S+(/account/reset/\S+)", sent_text()).group(1)
    moved = client.get(link)
    assert "set-password" in moved.url
    page = client.get(moved.url)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "https://" not in page.content.decode().replace("http://www.w3.org", "")
    new = {"password1": "a whole new sentence", "password2": "a whole new sentence"}
    assert client.post(moved.url, new).url == reverse("account_reset_password_from_key_done")
    assert "この案内は使えません" in Client().get(link, follow=True).content.decode()
    assert sign_in(Client(), password=new["password1"]).status_code == 302


def test_next_leads_only_to_this_portal(client, hanako):
    for address in (
        "https://evil.example/",
        "//evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\\evil",
    ):
        response = Client().post(
            f"/login/?next={address}", {"login": hanako.email, "password": PASSWORD, "next": address}
        )
        assert response.url == "/"


def sent_text() -> str:
    """The text of the last account mail in the outbox."""
    return account_mails()[-1][1]


def mailed_addresses() -> list[str]:
    return [address for address, _text in account_mails()]


def account_mails() -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(kind="account").order_by("pk")
    return [(row.address, row.content["text"]) for row in rows]
