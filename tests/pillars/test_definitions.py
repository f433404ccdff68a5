"""The plan as data: what two people change together, and what the secretariat writes alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Activity, Role
from pillars import definitions, progress
from pillars.forms.definitions import FiscalYearField
from pillars.models import Indicator, Plan, Proposal
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    EvaluationFactory,
    GradeScaleFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return UserFactory(roles=["secretariat"], name="山田 太郎")


@pytest.fixture
def second():
    return UserFactory(roles=["secretariat"], name="佐藤 花子")


@pytest.fixture
def propose(client_for, first):
    """propose(name, args, data): the proposal that the form at this address writes."""

    def post(name, args, /, **data):
        answer = client_for(first).post(
            reverse(f"pillars:{name}", args=args), {"reason": "実態に合わせる", **data}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        return Proposal.objects.latest("pk")

    return post


def errors(client_for, user, name, args, /, **data):
    answer = client_for(user).post(reverse(f"pillars:{name}", args=args), {"reason": "わけ", **data})
    assert answer.status_code == 422
    return answer.context["form"].errors


# --- targets, indicators, weights -------------------------------------------------------------------------


def test_targets_of_all_years_on_one_form(propose, second):
    indicator = IndicatorFactory(unit="%")
    IndicatorValueFactory(indicator=indicator, fiscal_year=2025, target_value=80, actual_value=75)
    place = [indicator.plan.code, indicator.code]
    proposal = propose("indicator_targets", place, y2025="８０", y2026="９０％")
    assert proposal.changes == {"令和8年度の目標値": [None, "90%"]}
    proposal.accept(by=second)
    values = indicator.values.values_list("fiscal_year", "target_value", "actual_value")
    assert list(values) == [(2025, 80, 75), (2026, 90, None)]
    act = Activity.objects.get(verb="indicator.retargeted")
    assert act.changes == {"目標値": [None, "90"]}


def test_a_target_changed_meanwhile_is_shown_before_accepting(propose, second):
    indicator = IndicatorFactory()
    value = IndicatorValueFactory(indicator=indicator, fiscal_year=2026, target_value=80)
    proposal = propose("indicator_targets", [indicator.plan.code, indicator.code], y2026="90")
    value.change("indicator.imported", by=second, target_value=Decimal(85))
    assert (proposal.is_stale, proposal.now) == (True, {"令和8年度の目標値": "85件"})
    with pytest.raises(ValidationError, match="提案のあとで"):
        proposal.accept(by=second)


def test_definition_of_an_indicator(propose, second):
    indicator = IndicatorFactory(name="利用率")
    known = {
        "version": 1,
        "name": "利用率(全公館)",
        "unit": "%",
        "direction": "increase",
        "aggregation": "point_in_time",
    }
    more = {"decimals": "1", "baseline_value": "１２．５", "baseline_fiscal_year": "令和3年度"}
    propose("indicator_edit", [indicator.plan.code, indicator.code], **known, **more).accept(by=second)
    indicator.refresh_from_db()
    assert (indicator.name, indicator.baseline_value, indicator.baseline_fiscal_year) == (
        "利用率(全公館)",
        Decimal("12.5"),
        2021,
    )


def test_a_baseline_without_a_year_is_asked_for(client_for, first):
    indicator = IndicatorFactory()
    data = {"version": 1, "name": "数", "direction": "increase", "aggregation": "cumulative", "decimals": 0}
    place = [indicator.plan.code, indicator.code]
    found = errors(client_for, first, "indicator_edit", place, baseline_value="12", **data)
    assert found == {"baseline_fiscal_year": ["基準値の年度を入れてください。"]}


def test_a_new_indicator_joins_its_objective(propose, second):
    objective = ObjectiveFactory()
    data = {
        "code": "K-NEW",
        "name": "件数",
        "direction": "increase",
        "aggregation": "cumulative",
        "decimals": 0,
    }
    proposal = propose("indicator_new", [objective.plan.code, objective.code], **data)
    assert Indicator.objects.count() == 0
    proposal.accept(by=second)
    assert Indicator.objects.get().objective == objective


def test_an_ended_indicator_keeps_its_values_and_asks_no_later_target(propose, second, client_for, first):
    indicator = IndicatorFactory()
    place = [indicator.plan.code, indicator.code]
    propose("indicator_end", place, version=1, last_fiscal_year="R7").accept(by=second)
    form = client_for(first).get(reverse("pillars:indicator_targets", args=place)).context["form"]
    assert form.years == [2022, 2023, 2024, 2025]


def test_weights_change_the_progress_only_when_accepted(propose, second):
    initiative = InitiativeFactory()
    done = MilestoneFactory(
        initiative=initiative, completed_on=date(2026, 1, 10), planned_on=date(2026, 1, 10)
    )
    still = MilestoneFactory(initiative=initiative)
    data = {f"m{done.pk}": "３", f"m{still.pk}": "1"}
    proposal = propose("initiative_weights", [initiative.plan.code, initiative.code], **data)
    assert progress.actual(initiative.milestones.all(), date(2026, 11, 25)) == 50
    proposal.accept(by=second)
    assert progress.actual(initiative.milestones.all(), date(2026, 11, 25)) == 75


def test_lead_department_moves_the_duty_to_report(propose, second):
    initiative, other = InitiativeFactory(), DepartmentFactory()
    place = [initiative.plan.code, initiative.code]
    propose("initiative_lead", place, version=1, lead_department=other.pk).accept(by=second)
    initiative.refresh_from_db()
    assert initiative.lead_department == other


# --- words, thresholds, scale -------------------------------------------------------------------------------


def words_of(plan, **changes):
    known = {key.replace(".", "-"): word for key, (_label, word) in definitions.words_of(plan).items()}
    return known | changes


def test_own_words_for_levels_and_states(propose, second):
    plan = PlanFactory(status_words={"delayed": {"ja": "要改善"}})
    data = words_of(plan, pillar_label="基本目標", **{"on_track-ja": "概ね順調", "delayed-ja": ""})
    proposal = propose("plan_words", [plan.code], **data)
    assert proposal.changes["「順調」の言葉"] == ["", "概ね順調"]
    proposal.accept(by=second)
    plan.refresh_from_db()
    assert (plan.pillar_label, plan.status_words) == ("基本目標", {"on_track": {"ja": "概ね順調"}})


def test_thresholds_in_the_wrong_order_are_explained(client_for, first):
    plan = PlanFactory()
    data = {"version": 1, "on_track_points": "▲10", "slightly_delayed_points": "▲5"}
    found = errors(client_for, first, "plan_thresholds", [plan.code], **data)
    assert found == {"slightly_delayed_points": ["下の段階の下限は、上の段階の下限より大きくできません。"]}


def scale_data(*steps):
    data = {"step-TOTAL_FORMS": len(steps), "step-INITIAL_FORMS": 0}
    for number, (pk, code, share) in enumerate(steps):
        data |= {f"step-{number}-pk": pk, f"step-{number}-code": code, f"step-{number}-share": share}
    return data


def test_a_scale_of_marks_replaces_letters(propose, second):
    plan = PlanFactory(grade_scale=GradeScaleFactory(grades=[("A", 1, False), ("B", 0, False)]))
    a, b = plan.grade_scale.grades.all()
    given = EvaluationFactory(objective=ObjectiveFactory(pillar=PillarFactory(plan=plan)), grade=b)
    steps = scale_data((a.pk, "◎", "100"), ("", "○", "５０"), (b.pk, "△", "0"))
    propose("plan_scale", [plan.code], **steps).accept(by=second)
    found = list(plan.grade_scale.grades.values_list("code", "minimum_share"))
    given.refresh_from_db()
    assert found == [("◎", 1), ("○", Decimal("0.5")), ("△", 0)]
    assert given.grade.code == "△"


def test_two_steps_may_change_places(propose, second):
    plan = PlanFactory(grade_scale=GradeScaleFactory(grades=[("A", 1, False), ("B", 0, False)]))
    a, b = plan.grade_scale.grades.all()
    propose("plan_scale", [plan.code], **scale_data((a.pk, "B", "100"), (b.pk, "A", "0"))).accept(by=second)
    assert [grade.code for grade in plan.grade_scale.grades.all()] == ["B", "A"]


def test_a_grade_in_use_cannot_be_removed(propose, second):
    plan = PlanFactory(grade_scale=GradeScaleFactory())
    a, b, c, d = plan.grade_scale.grades.all()
    EvaluationFactory(objective=ObjectiveFactory(pillar=PillarFactory(plan=plan)), grade=c)
    proposal = propose("plan_scale", [plan.code], **scale_data((a.pk, "A", "100"), (b.pk, "B", "0")))
    with pytest.raises(ValidationError, match="評価 C はもう使われている"):
        proposal.accept(by=second)
    assert (plan.grade_scale.grades.count(), Proposal.objects.get().state) == (4, "waiting")


def test_a_shared_scale_is_copied_before_it_changes(propose, second):
    shared = GradeScaleFactory(grades=[("A", 1, False), ("B", 0, False)])
    plan, other = PlanFactory(grade_scale=shared), PlanFactory(grade_scale=shared)
    a, b = shared.grades.all()
    given = EvaluationFactory(objective=ObjectiveFactory(pillar=PillarFactory(plan=plan)), grade=a)
    propose("plan_scale", [plan.code], **scale_data((a.pk, "S", "100"), (b.pk, "B", "0"))).accept(by=second)
    plan.refresh_from_db()
    given.refresh_from_db()
    assert [grade.code for grade in other.grade_scale.grades.all()] == ["A", "B"]
    assert [grade.code for grade in plan.grade_scale.grades.all()] == ["S", "B"]
    assert given.grade.code == "S"


def test_shares_out_of_order_are_explained(client_for, first):
    plan = PlanFactory(grade_scale=GradeScaleFactory(grades=[]))
    data = {"reason": "わけ", **scale_data(("", "A", "50"), ("", "B", "80"))}
    answer = client_for(first).post(reverse("pillars:plan_scale", args=[plan.code]), data)
    said = answer.context["form"].steps.non_form_errors()
    assert (answer.status_code, said) == (422, ["達成割合の下限は、上の段階ほど大きくしてください。"])


# --- plans ----------------------------------------------------------------------------------------------------


NEW = {
    "code": "NEXT",
    "name": "次の計画",
    "first_fiscal_year": "令和9年度",
    "last_fiscal_year": "R13",
    "pillar_label": "基本目標",
    "objective_label": "分野",
    "initiative_label": "取組",
}


def test_a_new_plan_is_a_draft_with_a_copy_of_the_scale(propose, second):
    old = PlanFactory(grade_scale=GradeScaleFactory())
    proposal = propose("plan_new", [], scale_of=old.pk, **NEW)
    proposal.accept(by=second)
    plan = Plan.objects.get(code="NEXT")
    assert (plan.status, list(plan.fiscal_years), plan.pillar_label) == (
        "draft",
        [2027, 2028, 2029, 2030, 2031],
        "基本目標",
    )
    assert plan.grade_scale != old.grade_scale
    assert [grade.code for grade in plan.grade_scale.grades.all()] == ["A", "B", "C", "D"]


@pytest.mark.parametrize("code", ["new", "import", "proposals"])
def test_a_code_that_is_an_address_is_refused(client_for, first, code):
    found = errors(client_for, first, "plan_new", [], **NEW | {"code": code})
    assert found == {"code": ["この計画コードは使えません。別のコードにしてください。"]}


def test_only_a_draft_with_initiatives_begins(propose, client_for, first, second):
    plan = PlanFactory(status=Plan.Status.DRAFT)
    found = errors(client_for, first, "plan_activate", [plan.code])
    assert found == {"__all__": ["施策がまだ1つもない計画は始められません。"]}
    InitiativeFactory(objective=ObjectiveFactory(pillar=PillarFactory(plan=plan)))
    propose("plan_activate", [plan.code]).accept(by=second)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.ACTIVE


def test_a_plan_that_is_over_is_not_changed(client_for, first):
    plan = PlanFactory(status=Plan.Status.CLOSED)
    assert client_for(first).get(reverse("pillars:plan_thresholds", args=[plan.code])).status_code == 403


@pytest.mark.parametrize(
    ("written", "year"),
    [("令和9年度", 2027), ("R9", 2027), ("２０２７", 2027), ("FY2027", 2027), ("令和元年", 2019)],
)
def test_fiscal_years_as_people_write_them(written, year):
    assert FiscalYearField().clean(written) == year


def test_a_year_that_cannot_be_read_is_said_so():
    with pytest.raises(ValidationError, match="「来年」は年度として読めません"):
        FiscalYearField().clean("来年")


# --- texts and milestones: one person ---------------------------------------------------------------------


def test_text_of_a_pillar_is_saved_at_once_with_an_activity(client_for, first):
    pillar = PillarFactory(name="前の名前", name_en="")
    place = reverse("pillars:pillar_edit", args=[pillar.plan.code, pillar.code])
    data = {"version": 1, "name": "新しい名前", "name_en": "", "description": "", "description_en": ""}
    assert client_for(first).post(place, data)["Location"] == pillar.get_absolute_url()
    assert Activity.objects.get(verb="pillar.edited").changes == {"柱名": ["前の名前", "新しい名前"]}


def test_a_stale_text_shows_both_versions_and_saves_nothing(client_for, first, second):
    objective = ObjectiveFactory(name="前")
    objective.change("objective.edited", by=second, name="先に直した名前")
    place = reverse("pillars:objective_edit", args=[objective.plan.code, objective.code])
    answer = client_for(first).post(place, {"version": 1, "name": "あとの名前"})
    row = answer.context["form"].conflicts[0]
    objective.refresh_from_db()
    assert (row["theirs"], row["mine"], objective.name) == ("先に直した名前", "あとの名前", "先に直した名前")


def test_reporter_adds_and_cancels_a_milestone(client_for):
    initiative = InitiativeFactory(code="I01")
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user
    client, place = client_for(reporter), [initiative.plan.code, initiative.code]
    data = {"name": "試行を終える", "planned_on": "R9.1末", "reason": "試行を分けるため"}
    client.post(reverse("pillars:milestone_new", args=place), data)
    added = initiative.milestones.get()
    assert (added.code, added.planned_on, added.weight) == ("I01-M1", date(2027, 1, 31), 1)
    client.post(reverse("pillars:milestone_cancel", args=[*place, added.code]), {"reason": "不要になった"})
    added.refresh_from_db()
    assert added.is_cancelled is True
    verbs = Activity.objects.of(initiative).values_list("verb", "reason")
    assert list(verbs) == [
        ("milestone.cancelled", "不要になった"),
        ("milestone.created", "試行を分けるため"),
    ]
