"""Break-glass: an administrator reads the name behind an anonymous idea once, and its author is told."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import Activity, Role, SecurityEvent, User
from newsletter import composing, notices
from newsletter.models import Delivery, Heartbeat, Preference, Way
from taskforce.models import AuthorDisclosure
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.taskforce_ideas import draft_idea, published_idea, secretary
from tests.taskforce.test_idea_views import at, body

pytestmark = pytest.mark.django_db

NAME = "匿名 希望子"


@pytest.fixture
def admin():
    return UserFactory(roles=[Role.ADMIN], name="山口 管理")


@pytest.fixture
def idea():
    return published_idea(UserFactory(name=NAME), is_anonymous=True)


@pytest.fixture
def asking(admin, client_for):
    return client_for(admin)


def test_name_is_shown_once_and_kept_in_the_security_log(asking, admin, idea):
    page = at("idea_author", idea.number)
    assert NAME not in body(asking.get(page))
    assert (asking.post(page, {"reason": " "}).status_code, AuthorDisclosure.objects.count()) == (422, 0)
    shown = asking.post(page, {"reason": "脅しの訴えがあった"})
    assert NAME in body(shown) and "no-store" in shown["Cache-Control"]
    assert NAME not in body(asking.get(page))
    event = SecurityEvent.objects.get(event="author_seen")
    assert (event.actor_id, event.details) == (admin.pk, {"idea": idea.number})


def test_readers_of_the_idea_learn_nothing_of_it(asking, idea, client_for):
    asking.post(at("idea_author", idea.number), {"reason": "脅しの訴えがあった"})
    shown = body(client_for(secretary()).get(at("idea_history", idea.number)))
    assert "脅しの訴え" not in shown and "確かめた" not in shown
    told = Activity.objects.with_verbs("disclosure.made").get()
    assert NAME not in str(vars(told)) and idea.author_id not in (told.actor_id, told.target_id)


def test_only_an_administrator_looks_it_up(admin, idea, client_for):
    page = at("idea_author", idea.number)
    for user in (UserFactory(), secretary(), idea.author, UserFactory(roles=[Role.EDITOR])):
        client = client_for(user)
        assert (client.get(page).status_code, client.post(page, {"reason": "x"}).status_code) == (403, 403)
    with pytest.raises(PermissionDenied):
        AuthorDisclosure.ask(idea, by=secretary(), reason="x")
    with pytest.raises(ValidationError):
        AuthorDisclosure.ask(idea, by=admin, reason=" ")


def test_password_is_asked_for_again(idea, client_for):
    admin = UserFactory(roles=[Role.ADMIN], password=PASSWORD)
    answer = client_for(admin).post(at("idea_author", idea.number), {"reason": "x"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not AuthorDisclosure.objects.exists()


def test_named_ideas_and_drafts_have_nothing_to_look_up(asking):
    for idea in (published_idea(), draft_idea(is_anonymous=True)):
        assert asking.get(at("idea_author", idea.number)).status_code == 404


@pytest.mark.parametrize("language", ("ja", "en"))
def test_author_is_told_at_once_whatever_he_chose(admin, idea, language):
    Heartbeat.objects.beat("notices")
    User.objects.filter(pk=idea.author_id).update(language=language)
    Preference.objects.create(person=idea.author, choices={"answer": Way.OFF}, paused_until="2099-01-01")
    AuthorDisclosure.ask(idea, by=admin, reason="脅しの訴えがあった")
    assert (notices.create(), notices.create()) == (1, 0)
    delivery = Delivery.objects.get()
    delivery.started_at = delivery.due_at
    composing.look(delivery, idea.author)
    with translation.override(language):
        words = notices.compose(delivery, idea.author).text
    assert idea.title in words and "脅しの訴えがあった" in words and "山口 管理" in words


def test_rows_are_only_added(admin, idea):
    AuthorDisclosure.ask(idea, by=admin, reason="脅しの訴えがあった")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuthorDisclosure.objects.update(reason="別のわけ")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuthorDisclosure.objects.all().delete()
