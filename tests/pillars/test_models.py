"""Plan objects: who sees them, milestones that move, the way of a report, and the trace each act leaves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Activity
from pillars.models import Indicator, Initiative, Milestone, Objective, Pillar, Plan, ProgressReport
from pillars.rounds import requests_to_begin
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    EvaluationFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
    UserFactory,
)

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative():
    return InitiativeFactory()


def holder(role, department=None, **user):
    person = UserFactory(**user)
    DutyFactory(user=person, role=role, department=department)
    return person


@pytest.fixture
def reporter(initiative):
    return holder("progress_reporter", initiative.lead_department)


@pytest.fixture
def approver(initiative):
    return holder("progress_approver", initiative.lead_department)


@pytest.fixture
def secretariat():
    return UserFactory(roles=["secretariat"])


# --- who sees what --------------------------------------------------------------------------------


def test_restricted_pillar_is_for_secretariat_own_department_and_invited():
    hidden = InitiativeFactory(objective__pillar__is_restricted=True, objective__pillar__code="P4")
    other = InitiativeFactory(objective=hidden.objective)
    invited = UserFactory()
    DutyFactory(user=invited, role="taskforce_member", scope="pillar:P4")
    sees = lambda user: set(Initiative.objects.visible_to(user))  # noqa: E731
    assert sees(UserFactory()) == set()
    assert sees(UserFactory(roles=["secretariat"])) == sees(invited) == {hidden, other}
    assert sees(holder("progress_reporter", hidden.lead_department)) == {hidden}
    assert Pillar.objects.visible_to(UserFactory()).count() == 0
    assert Initiative.objects.hidden_from(UserFactory()).count() == 2


def test_parts_of_a_restricted_pillar_are_hidden_with_it():
    hidden = InitiativeFactory(objective__pillar__is_restricted=True)
    made = (MilestoneFactory(initiative=hidden), ProgressReportFactory(initiative=hidden))
    made += (IndicatorFactory(objective=hidden.objective, initiative=hidden), hidden.objective)
    made += (EvaluationFactory(objective=hidden.objective),)
    seen = [type(thing).objects.visible_to(UserFactory()).count() for thing in made]
    own = holder("progress_approver", hidden.lead_department)
    assert (seen, [type(thing).objects.visible_to(own).count() for thing in made]) == ([0] * 5, [1] * 5)


def test_a_duty_above_the_department_covers_it():
    bureau = DepartmentFactory(code="BUREAU")
    hidden = InitiativeFactory(
        objective__pillar__is_restricted=True, lead_department=DepartmentFactory(parent=bureau)
    )
    assert Initiative.objects.visible_to(holder("progress_reporter", bureau)).get() == hidden
    assert Objective.objects.visible_to(holder("progress_reporter", DepartmentFactory())).count() == 0


def test_outside_expert_sees_only_what_a_duty_invites_to():
    pillar = PillarFactory(code="P2")
    PillarFactory(plan=pillar.plan)
    expert = UserFactory(employment_kind="external_expert")
    assert (Plan.objects.visible_to(expert).count(), Pillar.objects.visible_to(expert).count()) == (0, 0)
    DutyFactory(user=expert, role="support_expert", scope="pillar:P2")
    del expert.duties_today
    assert (Plan.objects.visible_to(expert).get(), Pillar.objects.visible_to(expert).get()) == (
        pillar.plan,
        pillar,
    )


def test_draft_plan_is_for_secretariat_and_departments():
    plan = PlanFactory(status="draft")
    people = (UserFactory(), UserFactory(roles=["secretariat"]), UserFactory(roles=["progress_reporter"]))
    assert [Plan.objects.visible_to(person).count() for person in people] == [0, 1, 1]
    assert (Plan.objects.published().count(), Plan.objects.running().count(), plan.can_edit(people[1])) == (
        0,
        0,
        True,
    )


def test_unpublished_report_is_for_department_and_secretariat(initiative, reporter, secretariat):
    ProgressReportFactory(initiative=initiative, workflow_state="draft")
    sees = [
        ProgressReport.objects.visible_to(user).count() for user in (UserFactory(), reporter, secretariat)
    ]
    assert sees == [0, 1, 1]


# --- milestones -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "overdue", "soon"), [(-1, 1, 0), (0, 0, 1), (90, 0, 1), (91, 0, 0)])
def test_overdue_and_due_soon(initiative, days, overdue, soon):
    MilestoneFactory(initiative=initiative, planned_on=TODAY + timedelta(days=days))
    found = Milestone.objects
    assert (found.overdue(TODAY).count(), found.due_within(90, TODAY).count()) == (overdue, soon)
    assert Initiative.objects.overdue(TODAY).count() == overdue


def test_moving_keeps_the_original_and_says_why(initiative, reporter):
    step = MilestoneFactory(initiative=initiative, planned_on=date(2026, 9, 30))
    step.move(date(2026, 12, 25), reason="入札が不調", by=reporter)
    step.refresh_from_db()
    act = Activity.objects.of(initiative).get()
    assert (step.planned_on, step.due_on, step.slip_days) == (date(2026, 9, 30), date(2026, 12, 25), 86)
    assert act.changes == {"現在の期日": ["2026-09-30", "2026-12-25"]}
    assert (act.verb, act.reason, act.actor_id) == ("milestone.moved", "入札が不調", reporter.pk)
    assert step.moves.get().moved_from == date(2026, 9, 30)


def test_moving_needs_a_reason_and_an_open_milestone(reporter):
    step = MilestoneFactory(completed_on=date(2026, 10, 1))
    for reason in (" ", "わけ"):
        with pytest.raises(ValidationError):
            step.move(date(2027, 1, 1), reason=reason, by=reporter)


def test_state_and_slip_are_derived_from_dates(reporter):
    step = MilestoneFactory(planned_on=date(2026, 10, 31))
    assert (step.state(TODAY), step.days_overdue(TODAY), step.state(date(2026, 10, 31))) == (
        "overdue",
        23,
        "planned",
    )
    step.complete(date(2026, 10, 24), by=reporter)
    assert (step.state(TODAY), step.slip_days, step.days_overdue(TODAY)) == ("completed", -7, 0)
    step.reopen(reason="まだだった", by=reporter)
    assert step.state(TODAY) == "overdue"


def test_a_change_to_the_same_value_leaves_no_trace(initiative, reporter):
    assert initiative.change("initiative.edited", by=reporter, name=initiative.name) == {}
    assert (Activity.objects.count(), initiative.version) == (0, 1)


# --- numbers --------------------------------------------------------------------------------------


def test_correcting_a_value_keeps_the_old_one_in_history(initiative, reporter):
    indicator = IndicatorFactory(objective=initiative.objective, initiative=initiative)
    value = IndicatorValueFactory(indicator=indicator, actual_value=30)
    value.enter(35, status="final", by=reporter, reason="集計のやり直し")
    assert Activity.objects.of(initiative).get().changes == {"実績値": ["30", "35"]}
    assert list(value.events.values_list("actual_value", flat=True).order_by("pgh_id")) == [30, 35]


def test_a_value_without_a_number_has_no_status():
    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorValueFactory(actual_value=None, value_status="final")


# --- the way of a report ----------------------------------------------------------------------------

WORDS = {"status": "on_track", "percent": 60, "results": "広げた", "next_steps": "続ける"}


def submitted(initiative, by, **values):
    report = ProgressReport(initiative=initiative, fiscal_year=2026, quarter=2)
    report.save_draft(by=by, **{**WORDS, **values})
    report.submit(by=by, today=TODAY)
    return report


def test_from_draft_to_publication(initiative, reporter, approver, secretariat):
    report = submitted(initiative, reporter)
    report.approve(by=approver, today=TODAY)
    report.publish(by=secretariat)
    initiative.refresh_from_db()
    verbs = list(Activity.objects.of(initiative).order_by("pk").values_list("verb", flat=True))
    assert verbs == [f"report.{v}" for v in ("begun", "submitted", "approved", "published")] + [
        "initiative.reported"
    ]
    assert (initiative.percent, initiative.newest_report, report.code) == (
        60,
        report,
        f"R2026Q2-{initiative.code}",
    )


def test_publication_tells_a_sentence_in_both_languages(initiative, reporter, approver, secretariat):
    report = submitted(initiative, reporter)
    report.approve(by=approver)
    report.publish(by=secretariat)
    act = Activity.objects.get(verb="report.published")
    assert act.summary == f"{initiative.name}の令和8年度 第2四半期の報告が公開された(順調)"
    assert act.summary_en == f"{initiative.name_en}: report for Q2 FY2026 published (on track)"


def test_nobody_approves_the_own_report(initiative):
    both = holder("progress_reporter", initiative.lead_department)
    DutyFactory(user=both, role="progress_approver", department=initiative.lead_department)
    report = submitted(initiative, both)
    with pytest.raises(PermissionDenied):
        report.approve(by=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressReport.objects.update(approved_by=both)


def test_steps_out_of_order_or_by_others_are_refused(initiative, reporter, secretariat):
    report = submitted(initiative, reporter)
    stranger = holder("progress_approver", DepartmentFactory())
    for act in (
        lambda: report.approve(by=stranger),
        lambda: report.approve(by=secretariat),
        lambda: report.publish(by=secretariat),
        lambda: report.save_draft(by=reporter, results="後から"),
        lambda: report.return_("わけ", by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_return_needs_a_reason_and_opens_the_report_again(initiative, reporter, approver):
    report = submitted(initiative, reporter)
    with pytest.raises(ValidationError):
        report.return_("  ", by=approver)
    report.return_("数字の出どころを", by=approver)
    assert (report.workflow_state, report.return_reason, report.can_edit(reporter)) == (
        "returned",
        "数字の出どころを",
        True,
    )
    report.submit(by=reporter, today=TODAY)
    assert (report.workflow_state, report.return_reason) == ("submitted", "")


def test_report_without_status_is_asked_for_the_status_alone():
    report = ProgressReportFactory(status="", suggested_status="delayed", override_reason="")
    with pytest.raises(ValidationError) as refused:
        report.check_complete()
    assert "status" in refused.value.message_dict
    assert "override_reason" not in refused.value.message_dict


def test_other_status_than_the_numbers_needs_a_reason(initiative, reporter):
    MilestoneFactory(initiative=initiative, planned_on=date(2026, 1, 31))
    with pytest.raises(ValidationError) as refused:
        submitted(initiative, reporter)
    assert list(refused.value.message_dict) == ["override_reason"]
    report = ProgressReport.objects.get()
    report.save_draft(by=reporter, override_reason="残りは1件だけ")
    report.submit(by=reporter, today=TODAY)
    assert (report.suggested_status, report.status, report.is_overridden) == ("delayed", "on_track", True)


def test_incomplete_report_names_every_field(initiative, reporter):
    report = ProgressReport(initiative=initiative, fiscal_year=2026, quarter=2)
    report.save_draft(by=reporter)
    with pytest.raises(ValidationError) as refused:
        report.submit(by=reporter, today=TODAY)
    assert sorted(refused.value.message_dict) == ["next_steps", "percent", "results", "status"]


def test_submission_by_the_secretariat_is_marked(initiative, secretariat):
    submitted(initiative, secretariat)
    assert Activity.objects.get(verb="report.submitted").on_behalf_of == initiative.lead_department.name


def test_who_has_to_act(initiative, reporter, approver, secretariat):
    due = lambda user: ProgressReport.objects.needing(user, TODAY).count()  # noqa: E731
    everyone = (reporter, approver, secretariat, UserFactory())
    assert [r.initiative for r in requests_to_begin(reporter, TODAY)] == [initiative]
    report = submitted(initiative, reporter)
    assert ([due(p) for p in everyone], requests_to_begin(reporter, TODAY)) == ([0, 1, 0, 0], [])
    report.approve(by=approver)
    assert [due(p) for p in everyone] == [0, 0, 1, 0]
    report.return_("わけ", by=secretariat)
    assert [due(p) for p in everyone] == [1, 0, 0, 0]


def test_publishing_all_takes_only_checked_ones(initiative, reporter, secretariat):
    for quarter, state in ((1, "checked"), (2, "approved")):
        ProgressReportFactory(initiative=initiative, quarter=quarter, workflow_state=state)
    assert ProgressReport.objects.all().publish_all(by=secretariat) == 1
    assert ProgressReport.objects.published().get().quarter == 1


@pytest.mark.parametrize("number", [1, 3])
def test_progress_of_many_takes_three_queries(django_assert_num_queries, number):
    for _n in range(number):
        step = MilestoneFactory(completed_on=date(2026, 1, 1))
        ProgressReportFactory(initiative=step.initiative)
        ProgressReportFactory(initiative=step.initiative, fiscal_year=2025, quarter=4, status="delayed")
    with django_assert_num_queries(3):
        found = [one.progress(TODAY) for one in Initiative.objects.with_progress(TODAY)]
    assert [(one.actual, one.status, one.is_stale) for one in found] == [(100, "on_track", False)] * number


def test_search_reads_japanese_and_english():
    InitiativeFactory(name="公電の横断検索", name_en="Search across cables")
    assert [Initiative.objects.search(q).count() for q in ("横断", "CABLES", "無い")] == [1, 1, 0]


def test_codes_are_unique_inside_a_plan_only():
    PillarFactory(code="P1")
    again = PillarFactory(code="P1")
    with pytest.raises(IntegrityError), transaction.atomic():
        PillarFactory(code="P1", plan=again.plan)
    assert Indicator.objects.count() == 0
