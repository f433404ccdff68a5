"""Drafts kept while typing, decisions on what was shown, deputies, and corrections after publication."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Activity, Role
from dxportal import dates
from dxportal.forms import StaleVersion
from pillars.models import ProgressReport, ReportDraft
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ProgressReportFactory,
    ReportingCallFactory,
    UserFactory,
)
from tests.pillars.test_views_reports import QUARTER, YEAR, address, body, dated, handed_in, valued, words

pytestmark = pytest.mark.django_db
State = ProgressReport.State


@pytest.fixture
def initiative():
    return InitiativeFactory(name="電子決裁の在外公館展開")


@pytest.fixture
def reporter(initiative):
    return DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user


@pytest.fixture
def approver(initiative):
    return DutyFactory(role=Role.PROGRESS_APPROVER, department=initiative.lead_department).user


@pytest.fixture
def secretariat():
    return UserFactory(roles=[Role.SECRETARIAT])


def typed(**changes) -> dict:
    return words(action="autosave", version="0", draft_version="0", **changes)


# --- typing -------------------------------------------------------------------------------------------


def test_typing_begins_the_report_and_is_there_when_the_page_opens_again(client_for, initiative, reporter):
    client = client_for(reporter)
    answer = client.post(address(initiative), typed(results="途中まで書いた", percent="百")).json()
    report = ProgressReport.objects.get()
    assert (report.workflow_state, report.results) == ("draft", "")
    assert (answer["version"], answer["draft_version"], answer["url"]) == (1, 1, report.get_edit_url())
    page = body(client.get(report.get_edit_url()))
    assert "途中まで書いた</textarea>" in page and 'value="百"' in page and answer["saved"] in page


def test_one_session_of_writing_is_one_line_of_history(client_for, initiative, reporter):
    client = client_for(reporter)
    answer = client.post(address(initiative), typed()).json()
    for number in range(3):
        again = typed(results=f"文{number}") | {"version": "1", "draft_version": answer["draft_version"]}
        answer = client.post(answer["url"], again).json()
    report = ProgressReport.objects.get()
    assert [act.verb for act in Activity.objects.of(report)] == ["report.typed", "report.begun"]
    ReportDraft.keep(report, {}, by=reporter, version=4, at=timezone.now() + timedelta(minutes=31))
    assert Activity.objects.of(report).with_verbs("report.typed").count() == 2


def test_the_older_window_is_told_and_changes_nothing(client_for, initiative, reporter):
    client = client_for(reporter)
    answer = client.post(address(initiative), typed(results="新しい文")).json()
    old = client.post(answer["url"], typed(results="古い画面の文") | {"version": "1"})
    assert (old.status_code, "別の画面で" in old.json()["warning"]) == (409, True)
    assert ReportDraft.objects.get().fields["results"] == "新しい文"


def test_saving_from_the_older_window_shows_both_texts(client_for, initiative, reporter):
    client = client_for(reporter)
    url = client.post(address(initiative), typed(results="新しい文")).json()["url"]
    refused = client.post(url, words(results="古い画面の文", draft_version="0"))
    assert (refused.status_code, ProgressReport.objects.get().results) == (422, "")
    assert "新しい文" in body(refused) and "古い画面の文</textarea>" in body(refused)
    client.post(url, words(results="古い画面の文", draft_version="1"))
    assert ProgressReport.objects.get().results == "古い画面の文"


def test_saving_makes_the_draft_part_of_the_report(client_for, initiative, reporter):
    client = client_for(reporter)
    url = client.post(address(initiative), typed(results="途中")).json()["url"]
    client.post(url, words(results="仕上げた", draft_version="1", action="draft"))
    assert (ProgressReport.objects.get().results, ReportDraft.objects.count()) == ("仕上げた", 0)


def test_the_suggested_status_follows_the_dates_as_they_are_typed(client_for, initiative, reporter):
    overdue = MilestoneFactory(initiative=initiative, planned_on=dates.date(2025, 3, 31))
    client = client_for(reporter)
    before = client.post(address(initiative), typed() | dated(overdue)).json()
    done = dated(overdue, completed_on="2026-03-31")
    after = client.post(before["url"], typed() | done | {"version": "1", "draft_version": "1"}).json()
    assert ["「遅れ」" in before["suggestion"], "「順調」" in after["suggestion"]] == [True, True]
    overdue.refresh_from_db()
    assert overdue.completed_on is None


@pytest.mark.parametrize("button", ["copy:all", "copy:results"])
def test_last_times_text_is_taken_over_without_script(client_for, initiative, reporter, button):
    ProgressReportFactory(
        initiative=initiative, fiscal_year=YEAR - 1, quarter=4, results="前の成果", percent=44
    )
    client = client_for(reporter)
    answer = client.post(
        address(initiative), words(action=button, version="0", next_steps="いま書いた", percent="")
    )
    page = body(client.get(answer.headers["Location"].partition("#")[0]))
    whole = button == "copy:all"
    assert ("前の成果</textarea>" in page, 'value="44"' in page, "いま書いた" in page) == (
        True,
        whole,
        not whole,
    )


def test_a_second_press_hands_in_once(client_for, initiative, reporter):
    client = client_for(reporter)
    first, second = (client.post(address(initiative), words(version="0")) for _n in range(2))
    report = ProgressReport.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == report.get_page_url()
    assert Activity.objects.of(report).with_verbs("report.submitted").count() == 1


def test_text_written_while_a_colleague_handed_in_stays_on_the_page(client_for, initiative, reporter):
    colleague = DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user
    handed_in(initiative, colleague, results="先に出た文")
    answer = client_for(reporter).post(address(initiative), words(results="あとの文", version="0"))
    assert (answer.status_code, ProgressReport.objects.get().results) == (409, "先に出た文")
    assert "もう提出されています" in body(answer) and "あとの文</textarea>" in body(answer)


def test_two_who_begin_at_once_both_see_both_texts(client_for, initiative, reporter):
    ProgressReportFactory(
        initiative=initiative, workflow_state="draft", fiscal_year=YEAR, quarter=QUARTER, results="先の文"
    )
    answer = client_for(reporter).post(address(initiative), words(results="あとの文", version="0"))
    assert (answer.status_code, ProgressReport.objects.get().results) == (422, "先の文")
    assert "先の文" in body(answer) and "あとの文" in body(answer)


def test_nothing_is_written_when_nobody_asked(client_for, initiative, reporter):
    other = InitiativeFactory(objective=initiative.objective)
    ReportingCallFactory(plan=initiative.plan, scope="initiatives", chosen={"initiatives": [other]})
    answer = client_for(reporter).get(address(initiative), follow=True)
    assert "いま報告の依頼はありません" in body(answer)


def test_the_cause_is_asked_of_what_is_late(client_for, initiative, reporter):
    MilestoneFactory(initiative=initiative, planned_on=dates.date(2025, 3, 31))
    answer = client_for(reporter).post(address(initiative), words(status="delayed", version="0"))
    assert (answer.status_code, "遅れのわけを書いてください。" in body(answer)) == (422, True)


@pytest.mark.parametrize(("quarter", "status"), [(3, 302), (4, 422)])
def test_the_cause_is_asked_of_a_target_missed_at_the_end_of_the_year(
    client_for, initiative, reporter, quarter, status
):
    indicator = IndicatorFactory(initiative=initiative, objective=initiative.objective)
    value = IndicatorValueFactory(indicator=indicator, fiscal_year=2025, target_value=60)
    ReportingCallFactory(plan=initiative.plan, fiscal_year=2025, quarter=quarter)
    entered = valued(indicator, value, actual_value="44", value_status="final")
    answer = client_for(reporter).post(address(initiative), words(version="0") | entered)
    missed = "目標に届かなかったわけを書いてください。" in body(answer)
    assert (answer.status_code, missed) == (status, status == 422)


def test_the_forecast_of_the_year_is_kept_beside_the_actual(client_for, initiative, reporter):
    indicator = IndicatorFactory(initiative=initiative, objective=initiative.objective)
    value = IndicatorValueFactory(indicator=indicator, fiscal_year=YEAR, actual_value=44)
    entered = valued(indicator, value, actual_value="44", value_status="final", forecast_value="５８")
    client_for(reporter).post(address(initiative), words(version="0") | entered)
    value.refresh_from_db()
    assert (value.actual_value, value.forecast_value) == (44, 58)


# --- deciding -----------------------------------------------------------------------------------------


def shown(*reports) -> dict:
    return {"shown": [f"{report.pk}:{report.version}" for report in reports]}


def test_the_approver_reads_all_in_full_with_the_report_before(client_for, initiative, reporter, approver):
    ProgressReportFactory(initiative=initiative, fiscal_year=2025, quarter=4, results="同じ文。前の文。")
    handed_in(initiative, reporter, results="同じ文。新しい文。")
    page = body(client_for(approver).get("/reports/approve/"))
    assert "<b>1件</b>が承認を待っている" in page
    assert "同じ文。<ins>新しい文。</ins>" in page and "同じ文。前の文。" in page


def test_several_are_approved_only_as_they_were_shown(client_for, initiative, reporter, approver):
    first = handed_in(initiative, reporter)
    changed = handed_in(
        InitiativeFactory(objective=initiative.objective, lead_department=initiative.lead_department),
        reporter,
    )
    page = shown(first, changed)
    ProgressReport.objects.filter(pk=changed.pk).update(version=2, results="書き直した")
    foreign = handed_in(InitiativeFactory(), reporter)
    page["shown"] += shown(foreign)["shown"] + ["x:1", "999:1", ""]
    told = body(client_for(approver).post("/reports/approve/", page, follow=True))
    states = [ProgressReport.objects.get(pk=r.pk).workflow_state for r in (first, changed, foreign)]
    assert states == ["approved", "submitted", "submitted"]
    assert "1件を承認しました。" in told and "画面に出したあとに書き直されています" in told


def test_the_secretariat_checks_what_was_shown(client_for, initiative, reporter, secretariat):
    report = ProgressReportFactory(initiative=initiative, workflow_state="approved", submitted_by=reporter)
    client_for(secretariat).post("/reports/check/", shown(report))
    report.refresh_from_db()
    assert (report.workflow_state, report.checked_by) == ("checked", secretariat)


@pytest.mark.parametrize("rows", (1, 3))
@pytest.mark.parametrize("page", ("approve", "check"))
def test_queues_cost_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, initiative, reporter, approver, secretariat, rows, page
):
    state = {"approve": "submitted", "check": "approved"}[page]
    for _n in range(rows):
        made = InitiativeFactory(objective=initiative.objective, lead_department=initiative.lead_department)
        ProgressReportFactory(initiative=made, workflow_state=state, submitted_by=reporter)
        ProgressReportFactory(initiative=made, quarter=1)
    client = client_for({"approve": approver, "check": secretariat}[page])
    with django_assert_num_queries(6):
        client.get(f"/reports/{page}/")


# --- deputies -----------------------------------------------------------------------------------------


def deputy_of(holder, role) -> object:
    duty = holder.duties.get(role=role)
    duty.deputy = UserFactory(name="代理 太郎")
    duty.save()
    return duty.deputy


def test_a_deputy_approves_under_his_own_name_with_the_holders(client_for, initiative, reporter, approver):
    report = handed_in(initiative, reporter)
    deputy = deputy_of(approver, Role.PROGRESS_APPROVER)
    report.approve(by=deputy)
    act = Activity.objects.of(report).with_verbs("report.approved").get()
    assert (report.approved_by, report.approved_for, act.on_behalf_of) == (deputy, approver, approver.name)
    assert f"承認は{approver.name}の代理。" in body(client_for(approver).get(report.get_page_url()))


def test_nobody_approves_through_a_deputy_what_was_submitted_in_the_own_name(initiative, reporter):
    DutyFactory(user=reporter, role=Role.PROGRESS_APPROVER, department=initiative.lead_department)
    deputy = deputy_of(reporter, Role.PROGRESS_APPROVER)
    report = handed_in(initiative, reporter)
    assert (report.can_approve(deputy), ProgressReport.objects.to_approve(deputy).count()) == (False, 0)
    with pytest.raises(IntegrityError):
        ProgressReport.objects.filter(pk=report.pk).update(approved_by=deputy, approved_for=reporter)


def test_the_holder_does_not_approve_what_a_deputy_submitted_for_him(initiative, reporter):
    DutyFactory(user=reporter, role=Role.PROGRESS_APPROVER, department=initiative.lead_department)
    deputy = deputy_of(reporter, Role.PROGRESS_REPORTER)
    report = ProgressReportFactory(initiative=initiative, workflow_state="draft")
    report.submit(by=deputy)
    assert (report.submitted_by, report.submitted_for, report.can_approve(reporter)) == (
        deputy,
        reporter,
        False,
    )
    with pytest.raises(IntegrityError):
        ProgressReport.objects.filter(pk=report.pk).update(approved_by=reporter)


# --- after publication --------------------------------------------------------------------------------


@pytest.fixture
def report(initiative, reporter):
    now = timezone.now()
    return ProgressReportFactory(
        initiative=initiative,
        results="1,842人が受けた。",
        submitted_by=reporter,
        published_at=now,
        percent=40,
    )


def test_within_72_hours_the_department_corrects_and_the_old_text_stays(
    client_for, initiative, report, reporter
):
    client = client_for(reporter)
    data = words(
        results="1,830人が受けた。", percent="40", issues="特になし", version="1", reason="二重の集計"
    )
    client.post(address(initiative, "report_correct", report.pk), data)
    page = body(client_for(UserFactory()).get(report.get_page_url()))
    struck = page.split("<del>")[1].split("</del>")[0], page.split("<ins>")[1].split("</ins>")[0]
    assert ["1,842人" in struck[0], "1,830人" in struck[1], "二重の集計" in page] == [True] * 3
    report.refresh_from_db()
    assert (report.results, report.correction_note) == ("1,830人が受けた。", "")


def test_after_72_hours_only_the_secretariat_with_a_note_for_everybody(
    client_for, report, reporter, secretariat
):
    late = report.published_at + timedelta(hours=72)
    with pytest.raises(PermissionDenied):
        report.correct(by=reporter, at=late, version=1, reason="遅れた", percent=50)
    report.correct(by=secretariat, at=late, version=1, reason="人数を直した", percent=50)
    report.initiative.refresh_from_db()
    page = body(client_for(UserFactory()).get(report.initiative.get_absolute_url()))
    assert (report.initiative.percent, "人数を直した" in page) == (50, True)


def test_a_correction_needs_a_reason_and_the_newest_version(report, reporter):
    with pytest.raises(ValidationError, match="わけ"):
        report.correct(by=reporter, version=1, reason=" ", percent=50)
    report.correct(by=reporter, version=1, reason="数字", percent=50)
    with pytest.raises(StaleVersion):
        report.correct(by=reporter, version=1, reason="もう一度", percent=60)
    assert report.corrections.get().changes == {"percent": [40, 50]}
