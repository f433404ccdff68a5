"""Figures of burden and effect: medians, hours, quadrants, and what stays hidden (P9)."""

from decimal import Decimal as D

import pytest

from pillars import effects
from pillars.effects import Effects, InitiativeVoices
from pillars.overview import Overview
from tests.factories import (
    InitiativeFactory,
    ObjectiveFactory,
    PillarFactory,
    UserFactory,
    pulse_round,
    sealed_round,
)
from tests.factories.pulse import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("counts", "middle"),
    [
        ([5, 0, 0, 0, 0], "1.0"),  # all the same
        ([0, 0, 0, 0, 7], "5.0"),
        ([0, 3, 0, 3, 0], "2.5"),  # half and half: the edge of the lower class
        ([1, 2, 4, 2, 1], "3.0"),
        ([0, 4, 3, 1, 0], "2.5"),  # 1.5 + (4 - 0) / 4
        ([0, 2, 5, 3, 0], "3.1"),  # 2.5 + (5 - 2) / 5
    ],
)
def test_the_grouped_median(counts, middle):
    assert effects.median(counts) == D(middle)


def test_no_answers_have_no_median():
    with pytest.raises(ValueError, match="no answers"):
        effects.median([0, 0, 0, 0, 0])


def latest(initiative):
    return InitiativeVoices(initiative).latest


@pytest.mark.parametrize(
    ("score", "word"),
    [
        ((1, 5), "定着"),
        ((5, 5), "移行の山場"),
        ((5, 1), "支えが要る"),
        ((1, 1), "様子を見る"),
        ((3, 3), "定着"),
    ],
)
def test_quadrants(score, word):
    initiative = InitiativeFactory()
    sealed_round(initiative, [score] * 5)
    assert latest(initiative).word == word


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (5, True)])
def test_below_five_answers_nothing_is_shown(answers, shown):
    initiative = InitiativeFactory()
    sealed_round(initiative, [(2, 4)] * answers, words="速い")
    voices = InitiativeVoices(initiative)
    assert (bool(voices.latest), voices.too_few, len(voices.lines)) == (shown, int(not shown), 5 * shown)


def test_an_open_round_shows_nothing():
    initiative = InitiativeFactory()
    round_ = pulse_round(initiative, initiative.lead_department)
    round_.answers.bulk_create(
        round_.answers.model(round=round_, initiative=initiative, burden=1, effect=5) for _n in range(9)
    )
    assert InitiativeVoices(initiative).all == []


def test_hours_of_a_month_count_three_times():
    initiative = InitiativeFactory()
    sealed_round(initiative, [(2, 4)] * 6, hours_taken=D("1.5"), hours_given=D("4"))
    said = latest(initiative)
    assert (said.hours_taken, said.hours_given, said.hours_won) == (D(27), D(72), D(45))


def test_hours_that_fewer_than_five_gave_are_not_shown():
    initiative = InitiativeFactory()
    round_ = sealed_round(initiative, [(2, 4)] * 6)
    pks = round_.answers.values_list("pk", flat=True)[:4]
    round_.answers.filter(pk__in=list(pks)).update(hours_taken=1, hours_given=2)
    assert latest(initiative).hours_won is None


def test_places_are_shown_apart_only_when_both_have_five():
    initiative = InitiativeFactory()
    round_ = sealed_round(initiative, [(2, 4)] * 11)
    posts = list(round_.answers.values_list("pk", flat=True)[:5])
    round_.answers.update(place="hq")
    round_.answers.filter(pk__in=posts).update(place="post", burden=5)
    found = [(place, said.burden, said.answers) for place, said in InitiativeVoices(initiative).places]
    assert found == [("hq", D("2.0"), 6), ("post", D("5.0"), 5)]
    round_.answers.filter(pk=posts[0]).update(place="hq")
    assert InitiativeVoices(initiative).places == []


def test_the_path_runs_through_the_quarters():
    initiative = InitiativeFactory()
    for quarter, score in ((2, (3, 4)), (1, (5, 2))):
        sealed_round(initiative, [score] * 5, quarter=quarter)
    dots = [(dot.label, dot.burden, dot.effect) for dot in InitiativeVoices(initiative).dots]
    assert dots == [("R8 Q1", D("5.0"), D("2.0")), ("R8 Q2", D("3.0"), D("4.0"))]


# --- the whole plan --------------------------------------------------------------------------------


@pytest.fixture
def plan():
    """In the latest round one initiative is shown, one has too few answers, one none, one is restricted."""
    pillar = PillarFactory()
    closed = PillarFactory(plan=pillar.plan, is_restricted=True)
    objective = ObjectiveFactory(pillar=pillar)
    named = {name: InitiativeFactory(objective=objective, name=name) for name in ("声", "少数", "無言")}
    named["内緒"] = InitiativeFactory(objective__pillar=closed, name="内緒")
    round_ = sealed_round(named["声"], [(2, 5)] * 5, hours_taken=1, hours_given=2)
    for initiative in named.values():
        round_.invitations.get_or_create(initiative=initiative, department=initiative.lead_department)
    for name, number in (("少数", 3), ("内緒", 6)):
        score = {} if name == "少数" else {"burden": 5, "effect": 1, "hours_taken": 9, "hours_given": 0}
        model = round_.answers.model
        round_.answers.bulk_create(
            model(round=round_, initiative=named[name], **score) for _n in range(number)
        )
    return pillar.plan


def test_the_plan_counts_what_it_cannot_show(plan):
    found = Effects(Overview(plan, UserFactory(), TODAY))
    assert [(row.initiative.name, row.number, row.state) for row in found.rows] == [
        ("声", 1, "shown"),
        ("少数", None, "few"),
        ("無言", None, "none"),
    ]
    assert (found.counts["settled"], found.untold, found.hours_won) == (1, 2, D(15))


def test_a_restricted_initiative_changes_no_figure_of_who_may_not_see_it(plan):
    seen = [
        Effects(Overview(plan, user, TODAY)) for user in (UserFactory(), UserFactory(roles=["secretariat"]))
    ]
    assert [(found.answers, found.hours_won) for found in seen] == [(5, D(15)), (11, D(15) - D(162))]
