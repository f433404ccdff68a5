"""A form sent after the session has ended: nothing of it is lost, nobody else sees it (promises SE5)."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from taskforce.models import Idea
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
IDEA = "/ideas/new/"
WORDS = "窓口の番号札を、\n公館ごとに手で書いている。"
PASSWORD = "tooi-machi-no-akari-7"


@pytest.fixture
def writer():
    person = UserFactory()
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def sign_in(client, person, address=IDEA):
    return client.post("/login/", {"login": person.email, "password": PASSWORD, "next": address}, follow=True)


@pytest.fixture
def late(writer):
    """A browser whose session ended while an idea was being written, and which then sent it."""
    client = Client()
    sign_in(client, writer)
    Session.objects.all().delete()
    client.sent = {"action": "publish", "problem": WORDS, "title": "番号札"}
    client.answer = client.post(IDEA, client.sent)
    return client


def kept(client):
    return client.session.get("late_post")


def test_the_sign_in_page_says_that_it_is_kept(late):
    assert late.answer.url == f"/login/?next={IDEA}"
    assert "預かっています" in late.get(late.answer.url).content.decode()


def test_it_is_shown_after_signing_in_and_sent_once_more(late, writer):
    page = sign_in(late, writer)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, IDEA)
    assert "公館ごとに手で書いている。" in page.content.decode()
    late.post(IDEA, late.sent)
    assert kept(late) is None
    assert "送れなかった内容" not in late.get(IDEA).content.decode()


def test_every_field_goes_along_as_it_was_sent(late, writer):
    page = sign_in(late, writer)
    assert page.context["late"].pairs == [("action", "publish"), ("problem", WORDS), ("title", "番号札")]


def test_it_can_be_thrown_away(late, writer):
    sign_in(late, writer)
    page = late.post(IDEA, {**late.sent, "late_post_drop": "1"}, follow=True)
    assert (page.request["PATH_INFO"], kept(late), Idea.objects.count()) == ("/", None, 0)


def test_an_address_that_only_takes_forms_offers_it_too(late, writer):
    late.post("/follow/", {"kind": "idea", "key": "1"})
    page = sign_in(late, writer, "/follow/")
    assert (page.status_code, page.context["late"].path) == (200, "/follow/")


def test_another_person_at_the_same_browser_sees_nothing_of_it(late):
    other = UserFactory()
    other.set_password(PASSWORD)
    other.save(update_fields=["password"])
    page = sign_in(late, other)
    assert WORDS.split()[0] not in page.content.decode()
    assert kept(late) is None


@pytest.mark.parametrize(
    ("more", "headers"),
    (({}, {"Sec-Fetch-Dest": "empty"}), ({"problem": "長" * 70_000}, {})),
    ids=("sent by a script", "longer than any form"),
)
def test_what_is_not_kept(late, more, headers):
    late.session.flush()
    late.post(IDEA, {**late.sent, **more}, headers=headers)
    assert kept(late) is None


def test_a_stranger_fills_no_session():
    Client().post(IDEA, {"problem": WORDS})
    assert Session.objects.count() == 0


def test_a_forged_cookie_is_no_person(writer):
    client = Client()
    client.cookies["person"] = f"{writer.pk}:1abc:forged"
    client.post(IDEA, {"problem": WORDS})
    assert Session.objects.count() == 0


def test_no_password_is_kept(late, writer):
    late.post("/account/password/", {"oldpassword": PASSWORD, "password1": "a b", "password2": "a b"})
    assert kept(late)[1] == IDEA
