"""What changed between two days: the lines of the comparison, and who stands behind them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Activity, Role
from pillars.acts import tell
from pillars.changes import Comparison
from pillars.models import Initiative, Pillar
from tests.factories import (
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
    ProgressReportFactory,
    UserFactory,
    moment,
    was,
)

pytestmark = pytest.mark.django_db

BEGAN, FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31), date(2026, 6, 30)
BETWEEN = date(2026, 5, 12)


@pytest.fixture
def plan():
    return was(PlanFactory(code="NOW"), BEGAN, label="insert")


@pytest.fixture
def initiative(plan):
    pillar = was(PillarFactory(plan=plan, code="P1"), BEGAN, label="insert")
    objective = was(ObjectiveFactory(pillar=pillar, code="O1"), BEGAN, label="insert")
    return was(InitiativeFactory(objective=objective, code="I1", name="施策の名前"), BEGAN, label="insert")


def between(plan, user=None, first=FIRST, last=LAST) -> Comparison:
    return Comparison(plan, user or UserFactory(), first, last)


def lines(plan, *kinds, **more) -> list[tuple]:
    """(kind, title, before, after, note) of each change."""
    found = between(plan, **more).changes
    return [(c.kind, c.title, c.before, c.after, c.note) for c in found if not kinds or c.kind in kinds]


def step(initiative, **fields):
    """A milestone that is as it is now since the plan began."""
    return was(MilestoneFactory(initiative=initiative, **fields), BEGAN, label="insert")


def test_nothing_changed_where_nothing_did(plan, initiative):
    step(initiative)
    assert lines(plan) == []


def test_a_milestone_moved_twice_is_one_line_with_both_ends(plan, initiative):
    made = step(initiative, name="運用の開始", planned_on=date(2026, 4, 30))
    for day, due in ((BETWEEN, date(2026, 5, 31)), (BETWEEN + timedelta(days=9), date(2026, 7, 15))):
        was(made, day, due_on=due)
    assert lines(plan, "moved") == [("moved", "運用の開始", "R8.4.30", "R8.7.15", "76日あとへ / この間に2回")]


def test_a_date_moved_there_and_back_is_no_change(plan, initiative):
    made = step(initiative, planned_on=date(2026, 4, 30))
    was(made, BETWEEN, due_on=date(2026, 5, 31))
    was(made, BETWEEN + timedelta(days=9))
    assert lines(plan, "moved") == []


def test_new_and_dropped_parts_are_told_once_without_what_they_bring(plan, initiative):
    new = was(InitiativeFactory(objective=initiative.objective, name="新しい施策"), BETWEEN, label="insert")
    was(MilestoneFactory(initiative=new), BETWEEN, label="insert")
    was(initiative, BETWEEN, state=Initiative.State.CANCELLED)
    found = [(c.kind, c.home.name, c.note) for c in between(plan).changes if c.kind in ("new", "dropped")]
    assert found == [("dropped", "施策の名前", "中止した"), ("new", "新しい施策", "")]


def test_what_came_and_went_in_between_is_only_counted(plan, initiative):
    made = InitiativeFactory(objective=initiative.objective)
    was(made, BETWEEN, label="insert")
    was(made, BETWEEN + timedelta(days=3), label="delete")
    seen = between(plan)
    assert ([c.home.name for c in seen.changes], seen.passing) == ([], 1)


def test_a_deleted_milestone_is_dropped(plan, initiative):
    made = step(initiative, name="外した節目")
    was(made, BETWEEN, label="delete")
    assert lines(plan) == [("dropped", "外した節目", "", "", "計画から外した")]


def test_figures_entered_and_corrected_are_told_apart(plan, initiative):
    figure = IndicatorFactory(
        objective=initiative.objective, initiative=initiative, name="利用率", decimals=1
    )
    was(figure, BEGAN, label="insert")
    values = [
        IndicatorValueFactory(indicator=figure, fiscal_year=y, actual_value=Decimal(63)) for y in (2024, 2025)
    ]
    was(values[0], BEGAN, label="insert", actual_value=Decimal("62.4"), value_status="preliminary")
    was(values[1], BEGAN, label="insert", actual_value=None, value_status="none")
    for value in values:
        was(value, BETWEEN)
    assert lines(plan) == [
        ("value", "利用率 R6", "62.4件 (速報)", "63.0件 (確定)", "直した"),
        ("value", "利用率 R7", "", "63.0件 (確定)", "入れた"),
    ]


def test_targets_weights_and_thresholds_are_targets(plan, initiative):
    figure = was(IndicatorFactory(objective=initiative.objective, name="件数"), BEGAN, label="insert")
    value = IndicatorValueFactory(indicator=figure, fiscal_year=2026, target_value=80)
    was(value, BEGAN, label="insert", target_value=60)
    was(value, BETWEEN)
    was(plan, BETWEEN, on_track_points=Decimal(-10))
    assert [line[2:4] for line in lines(plan, "target")] == [("−5", "−10"), ("60件", "80件")]


def test_grades_and_their_comments_are_told(plan, initiative):
    first, second = GradeScaleFactory().grades.all()[:2]
    made = EvaluationFactory(objective=initiative.objective, grade=second, comment="半数が達した")
    was(made, BEGAN, label="insert", grade=first)
    was(made, BETWEEN)
    assert lines(plan) == [("grade", "令和7年度", "A", "B", "")]


def test_status_changes_when_a_report_is_published_or_corrected(plan, initiative):
    report = ProgressReportFactory(initiative=initiative, fiscal_year=2025, quarter=4, status="delayed")
    was(report, BETWEEN, label="insert")
    found = between(plan).changes
    assert [(c.kind, c.before, c.after, c.report.code) for c in found] == [
        ("status", "報告が古い", "遅れ", report.code)
    ]
    was(report, LAST + timedelta(days=1), results="直した実績")
    later = lines(plan, first=LAST, last=LAST + timedelta(days=1))
    assert ("text", "令和7年度 第4四半期", report.results, "直した実績", "公開後の訂正") in later


def test_what_a_report_says_before_it_is_published_is_not_told(plan, initiative):
    report = ProgressReportFactory(
        initiative=initiative, fiscal_year=2025, quarter=4, workflow_state="approved"
    )
    was(report, BETWEEN, label="insert", results="まだ言えない")
    was(report, BETWEEN + timedelta(days=1))
    assert [line for line in lines(plan) if "まだ" in "".join(line)] == []


def test_a_change_late_in_the_evening_of_the_first_day_came_before(plan, initiative):
    was(initiative, FIRST, hour=23, minute=30, name="前の晩の名前")
    was(initiative, FIRST + timedelta(days=1), hour=0, minute=5, name="朝の名前")
    assert [line[2:4] for line in lines(plan, "text")] == [("前の晩の名前", "朝の名前")]


def test_a_restricted_pillar_tells_nothing_to_those_outside(plan, initiative):
    was(initiative, BETWEEN, name="見えない名前")
    Pillar.objects.update(is_restricted=True)
    secretary = DutyFactory(role=Role.SECRETARIAT).user
    assert (lines(plan), len(lines(plan, user=secretary))) == ([], 1)
    assert between(plan).now.hidden == 1


# --- who stands behind it --------------------------------------------------------------------------


def told(plan, user):
    found = between(plan).changes
    tell(found, user)
    return [(t.who, t.reason, t.source, t.is_only_recorded) for c in found for t in c.told]


def test_every_move_has_its_own_person_and_reason(plan, initiative):
    made, by = step(initiative, planned_on=date(2026, 4, 30)), UserFactory(name="外務 花子")
    for hour, due, reason in ((10, date(2026, 5, 31), "機器の遅れ"), (15, date(2026, 7, 15), "入札が不調")):
        was(made, BETWEEN, hour=hour, due_on=due)
        at, changes = moment(BETWEEN, hour), {"現在の期日": ["", due.isoformat()]}
        Activity.record("milestone.moved", made, by=by, at=at, reason=reason, changes=changes)
    assert told(plan, by) == [
        ("外務 花子", "機器の遅れ", "web", False),
        ("外務 花子", "入札が不調", "web", False),
    ]


def test_a_change_by_sql_is_only_recorded(plan, initiative):
    today = BETWEEN
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pillars_initiative SET name = 'SQLの名前' WHERE id = %s", [initiative.pk])
    found = Comparison(plan, UserFactory(), LAST, date(2099, 1, 1)).changes
    tell(found, None)
    texts = [(c.after, [(t.who, t.is_only_recorded) for t in c.told]) for c in found if c.kind == "text"]
    assert (texts, today) == ([("SQLの名前", [("ポータルの外", True)])], BETWEEN)


def test_the_nearest_act_that_names_the_field_is_chosen(plan, initiative):
    was(initiative, BETWEEN, name="直した名前")
    for name, seconds, label in (("通りすがり", 1, "概要"), ("直した人", 3, "施策名")):
        by, at = UserFactory(name=name), moment(BETWEEN) + timedelta(seconds=seconds)
        Activity.record("initiative.edited", initiative, by=by, at=at, changes={label: ["", "直した名前"]})
    assert [who for who, *_rest in told(plan, None)] == ["直した人"]
