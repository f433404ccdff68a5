"""The demonstration of ideas, practices, workshops and consultations: as much of each as issue 4 asks for."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest

from accounts.models import User
from dxportal import dates
from dxportal.demo import ideas, people, pillars, spread, taskforce, thanks
from taskforce.models import (
    Comment,
    CommentEdit,
    Consultation,
    GoodPractice,
    Guidance,
    Idea,
    IdeaAnswer,
    IdeaMerge,
    Mention,
    Pilot,
    Replication,
    Thanks,
    Theme,
    WorkingGroup,
    Workshop,
    WorkshopAnswer,
    WorkshopMaterial,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
PARTS = (people, pillars, taskforce, ideas, spread, thanks)


@pytest.fixture
def loaded(settings):
    settings.DEMO_PASSWORD = "demo-only"
    for part in PARTS:
        part.load(TODAY)


def numbers(*models) -> dict:
    return {model: model.objects.count() for model in models}


def test_demonstration_is_complete_and_loaded_once(loaded):
    counted = numbers(Idea, Pilot, GoodPractice, Replication, Workshop, Consultation, Thanks)
    for part in PARTS:
        part.load(TODAY)
    assert counted == numbers(*counted)
    told = (61, 9, 15, 206, 11, 12, 11)
    assert tuple(counted.values()) == told
    assert ideas_told() == IDEAS
    assert workshops_told() == WORKSHOPS
    assert consultations_told() == CONSULTATIONS
    assert spread_told() == SPREAD
    assert thanks_told() == THANKS
    assert said_twice() == []


IDEAS = {
    "states": set(product(Idea.Status.values, ("ja", "en"))),
    "languages": {"ja": 48, "en": 13},
    "drafts": 1,
    "withdrawn": 1,
    "anonymous": 3,
    "merged": 2,
    "taken apart": 1,
    "comments": 27,
    "mended comments": 1,
    "mentions": 4,
}


def ideas_told() -> dict:
    listed = Idea.objects.listed()
    return {
        "states": set(listed.values_list("status", "language")),
        "languages": Counter(Idea.objects.values_list("language", flat=True)),
        "drafts": Idea.objects.filter(published_at=None).count(),
        "withdrawn": Idea.objects.filter(withdrawn_at__isnull=False).count(),
        "anonymous": listed.filter(is_anonymous=True).count(),
        "merged": IdeaMerge.objects.standing().count(),
        "taken apart": IdeaMerge.objects.exclude(undone_at=None).count(),
        "comments": Comment.objects.count(),
        "mended comments": CommentEdit.objects.count(),
        "mentions": Mention.objects.count(),
    }


WORKSHOPS = {
    "waiting where every seat is taken": [7],
    "cancelled": 1,
    "in a series": {"はじめの一歩": 2, "毎月の集計を軽く": 2},
    "clocks": {"Asia/Tokyo", "Europe/London", "Europe/Athens"},
    "without a limit": 2,
    "recorded": 3,
    "without material": 1,
    "materials": 4,
    "answers": {"引継書のひな形の使い方": 8, "窓口の混み具合を出してみる": 6, "数える前にやめる": 5},
}


def workshops_told() -> dict:
    found = Workshop.objects.with_seats_taken()
    answered = WorkshopAnswer.objects.values_list("workshop__title", flat=True)
    return {
        "waiting where every seat is taken": [w.waiting for w in found if w.taken == w.capacity],
        "cancelled": found.exclude(cancelled_at=None).count(),
        "in a series": Counter(found.exclude(series=None).values_list("series__name", flat=True)),
        "clocks": set(found.values_list("zone", flat=True)),
        "without a limit": found.filter(capacity=None).count(),
        "recorded": found.exclude(recording_url="").count(),
        "without material": found.filter(without_material=True).count(),
        "materials": WorkshopMaterial.objects.count(),
        "answers": Counter(answered.order_by()),
    }


CONSULTATIONS = {
    "states": {"received": 2, "assigned": 2, "answered": 2, "resolved": 6},
    "guidance": 4,
    "said": (14, 14),  # all of it different
}


def consultations_told() -> dict:
    said = [m.text for c in Consultation.objects.all() for m in c.messages.all()]
    return {
        "states": Counter(c.state for c in Consultation.objects.all()),
        "guidance": Guidance.objects.published().count(),
        "said": (len(said), len(set(said))),
    }


SPREAD = {
    "states": set(Replication.Status.values),
    "most of it second-hand": True,  # learnt from a department that had learnt it itself
    "over two years": True,
    "past themes": [4, 5, 3, 3],
}


def spread_told() -> dict:
    rows = list(Replication.objects.all())
    learners = {(row.practice_id, row.department_id) for row in rows}
    second_hand = [row for row in rows if (row.practice_id, row.learnt_from_id) in learners]
    first = min(row.started_on for row in rows if row.started_on)
    return {
        "states": {row.status for row in rows},
        "most of it second-hand": len(second_hand) * 2 > len(rows),
        "over two years": TODAY - first > timedelta(days=660),
        "past themes": [group.themes.past().count() for group in WorkingGroup.objects.order_by("slug")],
    }


THANKS = {
    "from the CDO": {True: 3, False: 8},
    "to": {"User": 5, "Department": 4, "WorkingGroup": 1, "NoneType": 1},
    "about": {"Idea": 6, "GoodPractice": 3, "Theme": 1, "Workshop": 1},
}


def thanks_told() -> dict:
    top, notes = User.objects.get(staff_number="S000001"), list(Thanks.objects.all())
    return {
        "from the CDO": Counter(note.by == top for note in notes),
        "to": Counter(type(note.receiver).__name__ for note in notes),
        "about": Counter(type(note.about).__name__ for note in notes),
    }


def said_twice() -> list[str]:
    """Texts that stand in two places of the demonstration."""
    texts = [text for row in Idea.objects.values_list("title", "problem", "wish") for text in row if text]
    texts += IdeaAnswer.objects.values_list("text", flat=True)
    for model, name in ((Consultation, "text"), (Workshop, "description"), (Theme, "goal"), (Thanks, "text")):
        texts += model.objects.values_list(name, flat=True)
    return [text for text, times in Counter(texts).items() if times > 1]


def test_demonstration_hangs_on_the_day_of_loading(loaded):
    newest = Idea.objects.get(number=147)
    assert dates.today(newest.published_at) == date(2026, 11, 22)
    assert set(Idea.objects.past_promise(TODAY).values_list("number", flat=True)) == {145}
