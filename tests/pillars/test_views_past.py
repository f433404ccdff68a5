"""The pages of a plan as of a day: what they show, to whom, and at what cost."""

from datetime import date, datetime, time

import pytest

from dxportal import dates
from pillars.record import remember
from tests.factories import (
    InitiativeFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

BEGAN = date(2025, 4, 1)


def at(day, hour=12, minute=0) -> datetime:
    return dates.local_instant(day, time(hour, minute), dates.TOKYO)


def was(row, day, *, label="update", hour=12, minute=0, **values):
    """The row as it was from a moment on, as the record would have kept it."""
    old = type(row).objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(old, name, value)
    remember(type(row), [(at(day, hour, minute), label, old)])
    return row


@pytest.fixture
def plan():
    return was(PlanFactory(code="NOW"), BEGAN, label="insert")


@pytest.fixture
def initiative(plan):
    pillar = was(PillarFactory(plan=plan, code="P1"), BEGAN, label="insert")
    objective = was(ObjectiveFactory(pillar=pillar, code="O1"), BEGAN, label="insert")
    made = InitiativeFactory(objective=objective, code="I1", name="いまの名前")
    return was(made, BEGAN, label="insert", name="もとの名前")


def body(response) -> str:
    return " ".join(response.content.decode().split())


PAGES = ("/plans/NOW/", "/plans/NOW/pillars/P1/", "/plans/NOW/objectives/O1/", "/plans/NOW/initiatives/I1/")


@pytest.mark.parametrize("page", PAGES)
def test_page_shows_the_name_of_the_day(client_for, initiative, page):
    shown = body(client_for(UserFactory()).get(f"{page}?as_of=R7.10.1"))
    assert ("もとの名前" in shown, "いまの名前" in shown) == (True, False)
    assert "令和7年10月1日(水)</time>の状態" in shown
    assert "いまの名前" in body(client_for(UserFactory()).get(page))


def test_a_change_late_in_the_evening_belongs_to_the_day_in_tokyo(client_for, initiative):
    was(initiative, date(2025, 9, 30), hour=23, minute=30, name="夜に直した名前")
    viewer = client_for(UserFactory(timezone="America/New_York"))
    shown = [body(viewer.get(f"/plans/NOW/?as_of=2025-09-{day}")) for day in (29, 30)]
    assert ["夜に直した名前" in page for page in shown] == [False, True]
