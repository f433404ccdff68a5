"""The demonstration's ideas hang together on the demonstration's people, plan and groups."""

from collections import Counter
from datetime import date

import pytest

from dxportal import dates
from dxportal.demo import ideas, people, pillars, taskforce
from taskforce.models import GoodPractice, Idea, Pilot, Replication

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def loaded(settings):
    settings.DEMO_PASSWORD = "demo-only"
    for part in (people, pillars, taskforce, ideas):
        part.load(TODAY)


def test_demonstration_ideas_are_complete_and_loaded_once(loaded):
    counted = {model: model.objects.count() for model in (Idea, Pilot, GoodPractice, Replication)}
    ideas.load(TODAY)
    assert counted == {model: model.objects.count() for model in counted}
    assert counted == {Idea: 25, Pilot: 4, GoodPractice: 7, Replication: 61}
    assert set(Counter(Idea.objects.listed().values_list("status", flat=True))) == set(Idea.Status.values)
    assert Idea.objects.filter(language="en").count() == 2


def test_demonstration_hangs_on_the_day_of_loading(loaded):
    newest = Idea.objects.get(number=147)
    assert dates.today(newest.published_at) == date(2026, 11, 22)
    assert set(Idea.objects.past_promise(TODAY).values_list("number", flat=True)) == {145}
