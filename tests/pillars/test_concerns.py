"""What needs attention: which initiatives are on the list, in which order, and when there is no list."""

from datetime import date, timedelta

import pytest

from dxportal import dates
from pillars.calendar import expected_quarter
from pillars.concerns import FEW, Attention
from pillars.models import Plan
from pillars.overview import Overview
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
NEWEST = dict(zip(("fiscal_year", "quarter"), expected_quarter(TODAY), strict=True))


@pytest.fixture
def objective():
    return ObjectiveFactory(pillar=PillarFactory(plan=PlanFactory(code="NOW")))


def reported(objective, status="on_track", *, when=NEWEST, overdue=0, state="in_progress", **fields):
    """An initiative with its newest report, and a milestone so many days overdue."""
    made = InitiativeFactory(objective=objective, state=state)
    ProgressReportFactory(initiative=made, status=status, **when, **fields)
    if overdue:
        day = TODAY - timedelta(days=overdue)
        MilestoneFactory(initiative=made, planned_on=day, due_on=day)
    return made


def attention(objective, user=None) -> Attention:
    return Attention(objective.plan, Overview(objective.plan, user or UserFactory(), TODAY).lines)


def listed(objective) -> list:
    return [(c.line.initiative, [str(kind) for kind in c.kinds]) for c in attention(objective).concerns]


def test_nothing_is_listed_when_all_is_well(objective):
    reported(objective)
    assert (bool(attention(objective)), listed(objective)) == (False, [])


def test_the_worst_comes_first(objective):
    old = {"fiscal_year": 2025, "quarter": 4}
    silent = reported(objective, when=old)
    slow = reported(objective, "slightly_delayed")
    overdue = reported(objective, overdue=3)
    helped = reported(objective, needs_support=True)
    late = reported(objective, "delayed")
    assert listed(objective) == [
        (late, ["delayed"]),
        (helped, ["help_asked"]),
        (overdue, ["overdue"]),
        (slow, ["slightly_delayed"]),
        (silent, ["silent"]),
    ]


def test_an_initiative_is_listed_once_with_every_reason(objective):
    made = reported(objective, "delayed", overdue=9, needs_support=True)
    assert listed(objective) == [(made, ["delayed", "help_asked", "overdue"])]
    assert attention(objective).concerns[0].days == 9


def test_due_today_is_not_overdue(objective):
    MilestoneFactory(initiative=reported(objective), planned_on=TODAY, due_on=TODAY)
    assert listed(objective) == []


@pytest.mark.parametrize("state", ["completed", "cancelled", "suspended"])
def test_what_is_over_needs_nothing(objective, state):
    reported(objective, "delayed", overdue=9, state=state)
    assert listed(objective) == []


def test_a_closed_plan_needs_nothing(objective):
    reported(objective, "delayed")
    Plan.objects.update(status=Plan.Status.CLOSED)
    objective.plan.refresh_from_db()
    assert listed(objective) == []


def test_restricted_ones_are_listed_only_for_those_who_may_read_them(objective):
    secret = ObjectiveFactory(pillar=PillarFactory(plan=objective.plan, is_restricted=True))
    reported(secret, "delayed")
    people = (UserFactory(), UserFactory(roles=["secretariat"]))
    assert [len(attention(secret, user).concerns) for user in people] == [0, 1]


# --- on the pages ---------------------------------------------------------------------------------


def pages(objective):
    return (objective.plan, objective.pillar, objective)


def body(client, thing) -> str:
    return " ".join(client.get(thing.get_absolute_url()).content.decode().split())


def test_the_block_stands_on_plan_pillar_and_objective(client_for, objective):
    today = dates.today()
    newest = dict(zip(("fiscal_year", "quarter"), expected_quarter(today), strict=True))
    fields = {"issues": "調達が不調", "next_steps": "再公告する", "support_note": "仕様の助言"}
    reported(objective, "delayed", when=newest, needs_support=True, **fields)
    client = client_for(UserFactory())
    words = ("いま気をつけるところ", "調達が不調", "再公告する", "仕様の助言")
    assert [[w in body(client, page) for w in words] for page in pages(objective)] == [[True] * 4] * 3


def test_the_block_is_absent_when_all_is_well(client_for, objective):
    newest = dict(zip(("fiscal_year", "quarter"), expected_quarter(dates.today()), strict=True))
    reported(objective, when=newest)
    client = client_for(UserFactory())
    assert ["いま気をつけるところ" in body(client, page) for page in pages(objective)] == [False] * 3


def test_the_rest_folds_away_behind_the_worst(client_for, objective):
    for _n in range(FEW + 2):
        reported(objective, "delayed")
    shown = body(client_for(UserFactory()), objective.plan)
    assert "<summary>ほか2件</summary>" in shown
