"""Yearly evaluation: what the figures suggest on any scale, what people decide, and the board of both."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Activity
from pillars import evaluations
from pillars.forms.evaluations import GradeForm
from pillars.models import Evaluation
from tests.factories import (
    EvaluationFactory,
    GradeScaleFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
SHAPES = {
    "two": [("達成", 1, False), ("未達成", 0, False)],
    "abcd": [("A", 1, False), ("B", "0.5", False), ("C", 0, False), ("D", None, True)],
    "sabc-": [("S", 1, False), ("A", "0.9", False), ("B", "0.5", False), ("C", 0, False), ("−", None, True)],
    "marks": [("◎", 1, False), ("○", "0.5", False), ("△", "0.25", False), ("×", 0, False)],
    "seven": [(str(n), Decimal(7 - n) / 6, False) for n in range(1, 8)],
}


def objective_with(met: int, missed: int, shape="abcd", year=2025):
    """An objective whose plan has that scale and that many indicators at or below their target."""
    plan = PlanFactory(grade_scale=GradeScaleFactory(grades=SHAPES[shape]))
    objective = ObjectiveFactory(pillar=PillarFactory(plan=plan))
    for actual in [10] * met + [9] * missed:
        indicator = IndicatorFactory(objective=objective)
        IndicatorValueFactory(indicator=indicator, fiscal_year=year, target_value=10, actual_value=actual)
    return objective


@pytest.fixture
def first():
    return UserFactory(roles=["secretariat"], name="山田 太郎")


@pytest.fixture
def second():
    return UserFactory(roles=["secretariat"], name="佐藤 花子")


def said(objective, code, **more):
    grade = objective.plan.grade_scale.grades.get(code=code)
    return {"grade": grade.pk, "comment": "半分が届いた。", "override_reason": "", **more}


def form_for(objective, data, year=2025):
    return GradeForm(data, cell=evaluations.cell(objective, year, TODAY))


@pytest.mark.parametrize(
    ("shape", "met", "missed", "code"),
    [
        ("two", 2, 1, "未達成"),
        ("abcd", 1, 1, "B"),
        ("abcd", 0, 0, "D"),
        ("sabc-", 9, 1, "A"),
        ("marks", 1, 3, "△"),
        ("seven", 1, 1, "4"),
    ],
)
def test_suggestion_follows_the_plans_own_scale(shape, met, missed, code):
    cell = evaluations.cell(objective_with(met, missed, shape), 2025, TODAY)
    assert (cell.suggested.code, cell.met, cell.measured) == (code, met, met + missed)


def test_running_year_is_provisional_and_cannot_be_graded():
    objective = objective_with(1, 1, year=2026)
    cell = evaluations.cell(objective, 2026, TODAY)
    form = form_for(objective, said(objective, "B"), year=2026)
    assert (cell.is_running, cell.is_open, cell.suggested.code) == (True, False, "B")
    assert form.errors["__all__"] == ["年度が終わってから評価します。いまの評価は途中のものです。"]


def test_grade_other_than_suggested_asks_why():
    objective = objective_with(1, 1)
    form = form_for(objective, said(objective, "A"))
    words = "数字からの評価はBです。違う評価にするわけを書いてください。"
    assert form.errors["override_reason"] == [words]


def test_grade_is_given_by_two_people_with_the_counts_of_the_day(first, second):
    objective = objective_with(1, 1)
    form = form_for(objective, said(objective, "A", override_reason="残る1つも4月に達した"))
    assert form.is_valid()
    form.propose(by=first).accept(by=second)
    found = Evaluation.objects.get(objective=objective, fiscal_year=2025)
    counts = (found.grade.code, found.suggested_code, found.met_count, found.measured_count)
    act = Activity.objects.get(verb="evaluation.graded")
    assert counts == ("A", "B", 1, 2)
    assert (act.actor_name, act.reason) == (
        "佐藤 花子",
        "残る1つも4月に達した(提案 山田 太郎、確認 佐藤 花子)",
    )


def test_confirming_keeps_one_evaluation_and_raises_its_version(first, second):
    objective = objective_with(1, 1)
    grade = objective.plan.grade_scale.grades.get(code="C")
    EvaluationFactory(objective=objective, fiscal_year=2025, grade=grade)
    form = form_for(objective, said(objective, "B"))
    assert form.is_valid()
    form.propose(by=first).accept(by=second)
    found = Evaluation.objects.get(objective=objective)
    assert (found.grade.code, found.version) == ("B", 2)


def test_two_years_may_wait_at_once_but_not_one_year_twice(first):
    objective = objective_with(1, 1)
    for year in (2024, 2025):
        form = form_for(objective, said(objective, "B", override_reason="手元の数による"), year=year)
        assert form.is_valid()
        form.propose(by=first)
    with pytest.raises(ValidationError, match="まだ確認を待っています"):
        form.propose(by=first)


def test_a_grade_given_meanwhile_makes_the_proposal_stale(first, second):
    objective = objective_with(1, 1)
    form = form_for(objective, said(objective, "B"))
    assert form.is_valid()
    proposal = form.propose(by=first)
    EvaluationFactory(objective=objective, grade=objective.plan.grade_scale.grades.get(code="C"))
    assert proposal.is_stale is True
    assert proposal.now["評価"] == "C 達した割合がそれより低い"


def board_url(objective):
    return reverse("pillars:evaluations", args=[objective.plan.code])


def test_board_counts_what_is_open(client_for):
    objective = objective_with(1, 1)
    context = client_for(UserFactory()).get(board_url(objective), {"year": "2025"}).context
    assert (context["year"], context["open"], context["graded"]) == (2025, 1, 0)


def test_board_filters_by_pillar_and_leaves_out_hidden_objectives(client_for):
    objective = objective_with(1, 1)
    hidden = ObjectiveFactory(pillar=PillarFactory(plan=objective.plan, is_restricted=True))
    client, url = client_for(UserFactory()), board_url(objective)
    whole, other = client.get(url), client.get(url, {"pillar": hidden.pillar.code})
    assert [line.objective for line in whole.context["board"].lines] == [objective]
    assert (whole.context["hidden"], other.context["board"].lines) == (1, [])
    assert hidden.name not in whole.content.decode()


def test_board_exports_every_year_with_grade_and_suggestion(client_for):
    objective = objective_with(1, 1)
    EvaluationFactory(objective=objective, grade=objective.plan.grade_scale.grades.get(code="C"))
    answer = client_for(UserFactory()).get(board_url(objective), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 6
    assert lines[4].split(",")[2:8] == ["2025", "C", "達した割合がそれより低い", "B", "1", "2"]


def test_a_bare_mark_never_stands_alone(client_for):
    objective = objective_with(1, 3, "marks")
    EvaluationFactory(objective=objective, grade=objective.plan.grade_scale.grades.get(code="△"))
    html = client_for(UserFactory()).get(objective.get_absolute_url()).content.decode()
    assert '<b lang="ja">△</b> 測った指標の25%以上が目標に達した' in html


@pytest.mark.parametrize("rows", [1, 3])
def test_board_costs_the_same_for_any_number(client_for, rows, django_assert_num_queries):
    objective = objective_with(1, 1)
    for _n in range(rows - 1):
        EvaluationFactory(
            objective=ObjectiveFactory(pillar=PillarFactory(plan=objective.plan)),
            grade=objective.plan.grade_scale.grades.first(),
        )
        IndicatorValueFactory(indicator=IndicatorFactory(objective=ObjectiveFactory(pillar=objective.pillar)))
    EvaluationFactory(objective=objective, grade=objective.plan.grade_scale.grades.first())
    client = client_for(UserFactory())
    client.get(board_url(objective))
    with django_assert_num_queries(10):
        client.get(board_url(objective))


def test_posting_the_form_leads_to_the_proposal(client_for, first):
    objective = objective_with(1, 1)
    url = reverse("pillars:evaluation_grade", args=[objective.plan.code, objective.code, 2025])
    answer = client_for(first).post(url, said(objective, "B"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/plans/proposals/")
