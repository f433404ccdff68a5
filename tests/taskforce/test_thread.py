"""The thread from an initiative to the ideas and practices around it."""

import pytest

from tests.factories import InitiativeFactory, UserFactory
from tests.factories.taskforce_ideas import draft_idea, published_idea, published_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative():
    return InitiativeFactory()


def linked(idea, initiative):
    type(idea).objects.filter(pk=idea.pk).update(initiative=initiative)
    return idea


def page(client, initiative) -> str:
    return client.get(initiative.get_absolute_url()).content.decode()


def test_initiative_names_its_ideas_with_their_supports(client_for, initiative):
    idea = linked(published_idea(title="電話当番を組む", supports=2), initiative)
    shown = page(client_for(UserFactory()), initiative)
    assert f'href="{idea.get_absolute_url()}">電話当番を組む</a>' in shown
    assert "賛同 2" in shown


def test_ideas_not_yet_published_or_of_others_are_not_told(client_for, initiative):
    linked(draft_idea(UserFactory(), title="まだ出していない"), initiative)
    published_idea(title="関係のないアイデア")
    shown = page(client_for(UserFactory()), initiative)
    assert ("まだ出していない" in shown, "関係のないアイデア" in shown) == (False, False)


def test_initiative_without_ideas_asks_for_one(client_for, initiative):
    assert "つながるアイデアはまだありません" in page(client_for(UserFactory()), initiative)


def test_practices_of_an_idea_are_named_with_it(client_for, initiative):
    practice = published_practice(title="当番表のひな形")
    linked(practice.idea or published_idea(), initiative)
    type(practice).objects.filter(pk=practice.pk).update(idea=initiative.ideas.get())
    shown = page(client_for(UserFactory()), initiative)
    assert f'href="{practice.get_absolute_url()}">当番表のひな形</a>' in shown
