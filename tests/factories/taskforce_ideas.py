"""Ideas, pilots and practices, made through the verbs of the models."""

from datetime import date, datetime, timedelta

from dxportal import dates
from taskforce.models import GoodPractice, Idea, Pilot
from tests.factories.accounts import DepartmentFactory, UserFactory

NOON = datetime(2026, 11, 24, 12, tzinfo=dates.TOKYO)  # a Tuesday
DAY = NOON.date()
SECRETARIAT = "secretariat"


def draft_idea(author=None, **texts):
    words = {
        "title": "当番表を自動で組む",
        "problem": "毎月3時間かかる。",
        "wish": "案を自動で組んでほしい。",
        **texts,
    }
    return Idea.draft(by=author or UserFactory(), at=NOON, **words)


def published_idea(author=None, at=NOON, supports=0, **texts):
    """An idea everybody sees, published at `at`, supported by `supports` people of different departments."""
    author = author or UserFactory()
    number = Idea.objects.count()
    idea = draft_idea(author, **{"title": f"当番表を自動で組む {number}", **texts})
    idea.publish(by=author, at=at)
    for _count in range(supports):
        idea.support(by=UserFactory(), at=at)
    return idea


def secretary(**fields):
    return UserFactory(roles=[SECRETARIAT], **fields)


def pilot_of(idea, *, by=None, departments=1, place=None, **fields):
    days = {
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 15),
        "question": "時間は減るか。",
        **fields,
    }
    places = [place] if place else [DepartmentFactory() for _count in range(departments)]
    return Pilot.start(idea, by=by or secretary(), at=NOON, departments=places, **days)


def published_practice(*, by=None, **fields):
    """A practice published by the secretariat, begun in a department of its own."""
    words = {"title": "日程表のひな形", "summary": "95分が38分に。", "steps": "写す。\n埋める。", **fields}
    words.setdefault("department", DepartmentFactory())
    words.setdefault("started_on", date(2026, 2, 17))
    return GoodPractice.propose(by=by or secretary(), at=NOON, **words)


def spread_of(practice, number):
    """So many departments, each having learnt from the one before."""
    teacher = practice.department
    for count in range(number):
        learner = UserFactory()
        practice.replicate(
            learner.department,
            status="in_use",
            by=learner,
            at=NOON,
            learnt_from=teacher,
            started_on=practice.started_on + timedelta(days=30 * (count + 1)),
            hours_saved=10,
        )
        teacher = learner.department
    return GoodPractice.objects.with_spread().get(pk=practice.pk)
