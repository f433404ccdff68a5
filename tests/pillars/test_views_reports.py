"""The way of a report through the pages: written, handed in, approved, returned, published."""

from datetime import date

import html5lib
import pytest
from django.urls import reverse

from accounts.models import Activity, Role
from dxportal import dates
from pillars.calendar import due_quarter
from pillars.models import ProgressReport
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ProgressReportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
YEAR, QUARTER = due_quarter(dates.today())


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


@pytest.fixture
def milestone(initiative):
    return MilestoneFactory(initiative=initiative, planned_on=date(2099, 9, 30))


def address(initiative, name="report_new", *more):
    return reverse(f"pillars:{name}", args=[initiative.plan.code, initiative.code, *more])


def words(**changes) -> dict:
    """A complete report; `action` is the button."""
    filled = {
        "status": "on_track",
        "percent": "60",
        "results": "92公館で稼働した。",
        "issues": "",
        "next_steps": "残りの公館へ広げる。",
        "support_note": "",
        "override_reason": "",
        "confidentiality": "1",
        "version": "1",
        "action": "submit",
    }
    return filled | changes


def dated(milestone, **changes) -> dict:
    data = {
        "version": milestone.version,
        "due_on": milestone.due_on.isoformat(),
        "completed_on": "",
        "reason": "",
    }
    return {f"ms{milestone.pk}-{name}": value for name, value in (data | changes).items()}


def valued(indicator, value=None, **changes) -> dict:
    data = {"version": value.version if value else "1", "actual_value": "", "value_status": "preliminary"}
    return {f"kpi{indicator.pk}-{name}": text for name, text in (data | changes).items()}


def body(response) -> str:
    return " ".join(response.content.decode().split())


def handed_in(initiative, reporter, **fields):
    return ProgressReportFactory(
        initiative=initiative,
        workflow_state="submitted",
        submitted_by=reporter,
        fiscal_year=YEAR,
        quarter=QUARTER,
        **fields,
    )


def test_reporter_hands_in_a_report(client_for, initiative, reporter, milestone):
    client_for(reporter).post(address(initiative), words() | dated(milestone))
    report = ProgressReport.objects.get()
    assert (report.workflow_state, report.submitted_by, report.percent) == ("submitted", reporter, 60)
    assert (report.fiscal_year, report.quarter, report.suggested_status) == (YEAR, QUARTER, "on_track")


def test_draft_may_be_incomplete(client_for, initiative, reporter):
    response = client_for(reporter).post(
        address(initiative), words(action="draft", results="", status="", percent="")
    )
    report = ProgressReport.objects.get()
    assert (report.workflow_state, report.next_steps) == ("draft", "残りの公館へ広げる。")
    assert response.headers["Location"] == address(initiative, "report_edit", report.pk)


def test_new_leads_on_to_the_report_already_begun(client_for, initiative, reporter):
    client_for(reporter).post(address(initiative), words(action="draft"))
    response = client_for(reporter).get(address(initiative))
    assert response.headers["Location"] == address(initiative, "report_edit", ProgressReport.objects.get().pk)


def test_incomplete_report_is_not_handed_in_and_nothing_is_lost(client_for, initiative, reporter, milestone):
    data = words(next_steps="") | dated(milestone, completed_on="2026-03-31")
    response = client_for(reporter).post(address(initiative), data)
    milestone.refresh_from_db()
    assert (response.status_code, ProgressReport.objects.count(), milestone.completed_on) == (422, 0, None)
    assert "今後の予定を書いてください" in body(response) and "92公館で稼働した。</textarea>" in body(
        response
    )


def test_status_other_than_the_suggested_needs_a_reason(client_for, initiative, reporter, milestone):
    response = client_for(reporter).post(address(initiative), words(status="delayed") | dated(milestone))
    assert "数字と違う進捗状況にするわけ" in body(response)
    told = words(status="delayed", override_reason="契約が遅れる見込み", cause="機器の遅れ") | dated(
        milestone
    )
    client_for(reporter).post(address(initiative), told)
    report = ProgressReport.objects.get()
    assert (report.status, report.suggested_status, report.override_reason) == (
        "delayed",
        "on_track",
        "契約が遅れる見込み",
    )


def test_completing_a_milestone_in_the_report_counts_for_the_suggestion(client_for, initiative, reporter):
    overdue = MilestoneFactory(initiative=initiative, planned_on=date(2025, 3, 31))
    assert initiative.progress(dates.today()).suggestion == "delayed"
    client_for(reporter).post(address(initiative), words() | dated(overdue, completed_on="2026-03-31"))
    overdue.refresh_from_db()
    assert (overdue.completed_on, ProgressReport.objects.get().suggested_status) == (
        date(2026, 3, 31),
        "on_track",
    )


def test_values_of_the_year_are_entered_with_the_report(client_for, initiative, reporter):
    indicator = IndicatorFactory(initiative=initiative, objective=initiative.objective)
    value = IndicatorValueFactory(indicator=indicator, fiscal_year=YEAR, target_value=60, actual_value=44)
    data = words(action="draft") | valued(indicator, value, actual_value="４６．５")
    client_for(reporter).post(address(initiative), data)
    value.refresh_from_db()
    assert (str(value.actual_value), value.value_status) == ("46.5000", "preliminary")
    assert Activity.objects.with_verbs("indicator.entered").get().changes["実績値"] == ["44.0000", "46.5"]


def test_a_value_that_was_not_there_is_created(client_for, initiative, reporter):
    indicator = IndicatorFactory(initiative=initiative, objective=initiative.objective)
    client_for(reporter).post(
        address(initiative), words(action="draft") | valued(indicator, actual_value="7")
    )
    assert [(v.fiscal_year, int(v.actual_value)) for v in indicator.values.all()] == [(YEAR, 7)]


def test_nothing_is_written_for_values_left_alone(client_for, initiative, reporter):
    indicator = IndicatorFactory(initiative=initiative, objective=initiative.objective)
    client_for(reporter).post(address(initiative), words(action="draft") | valued(indicator))
    assert (indicator.values.count(), Activity.objects.with_verbs("indicator.entered").count()) == (0, 0)


def test_form_shows_last_times_text_beside_the_new(client_for, initiative, reporter):
    ProgressReportFactory(
        initiative=initiative, fiscal_year=YEAR - 1, quarter=4, results="前回はここまで進んだ"
    )
    shown = body(client_for(reporter).get(address(initiative)))
    assert "前回はここまで進んだ" in shown.split('class="prev__was"')[5]


def test_old_version_shows_both_texts_and_saves_nothing(client_for, initiative, reporter):
    report = ProgressReportFactory(
        initiative=initiative, workflow_state="draft", fiscal_year=YEAR, quarter=QUARTER, results="前の文"
    )
    report.save_draft(by=reporter, results="先に保存された文")
    page = address(initiative, "report_edit", report.pk)
    response = client_for(reporter).post(page, words(results="あとの文", action="draft"))
    report.refresh_from_db()
    assert (response.status_code, report.results) == (422, "先に保存された文")
    assert "先に保存された文" in body(response) and "あとの文" in body(response)


def test_reporter_of_another_department_is_refused(client_for, initiative):
    stranger = DutyFactory(role=Role.PROGRESS_REPORTER, department=InitiativeFactory().lead_department).user
    response = client_for(stranger).post(address(initiative), words())
    assert (response.status_code, ProgressReport.objects.count()) == (403, 0)


def test_secretariat_reports_for_the_department_and_that_is_marked(
    client_for, initiative, secretariat, milestone
):
    client_for(secretariat).post(address(initiative), words() | dated(milestone))
    act = Activity.objects.with_verbs("report.submitted").get()
    assert act.on_behalf_of == initiative.lead_department.name


def test_approver_approves(client_for, initiative, reporter, approver):
    report = handed_in(initiative, reporter)
    client_for(approver).post(address(initiative, "report_approve", report.pk))
    report.refresh_from_db()
    assert (report.workflow_state, report.approved_by) == ("approved", approver)


def test_nobody_approves_the_own_report(client_for, initiative, reporter):
    DutyFactory(user=reporter, role=Role.PROGRESS_APPROVER, department=initiative.lead_department)
    report = handed_in(initiative, reporter)
    response = client_for(reporter).post(address(initiative, "report_approve", report.pk))
    report.refresh_from_db()
    assert (response.status_code, report.workflow_state) == (403, "submitted")


def test_report_comes_back_with_the_reason(client_for, initiative, reporter, approver):
    report = handed_in(initiative, reporter)
    client_for(approver).post(address(initiative, "report_return", report.pk), {"reason": "数字を確かめて"})
    assert "数字を確かめて" in body(client_for(reporter).get(address(initiative, "report_edit", report.pk)))
    assert Activity.objects.with_verbs("report.returned").get().reason == "数字を確かめて"


def test_nothing_is_returned_without_a_reason(client_for, initiative, reporter, approver):
    report = handed_in(initiative, reporter)
    page = client_for(approver).post(
        address(initiative, "report_return", report.pk), {"reason": " "}, follow=True
    )
    report.refresh_from_db()
    assert (report.workflow_state, "差し戻すわけを書いてください" in body(page)) == ("submitted", True)


def test_publication_shows_the_report_and_moves_the_percent(
    client_for, initiative, reporter, approver, secretariat
):
    report = handed_in(initiative, reporter, percent=77, status="delayed", issues="調達が不調")
    report.approve(by=approver)
    client_for(secretariat).post(address(initiative, "report_publish", report.pk))
    initiative.refresh_from_db()
    plan_page = body(client_for(UserFactory()).get(initiative.plan.get_absolute_url()))
    assert (initiative.percent, "調達が不調" in plan_page) == (77, True)


def test_secretariat_publishes_all_checked_of_a_quarter(
    client_for, initiative, reporter, approver, secretariat
):
    report = handed_in(initiative, reporter)
    report.approve(by=approver)
    report.accept(by=secretariat)
    handed_in(InitiativeFactory(), reporter)
    client_for(secretariat).post("/reports/publish/", {"quarter": f"{YEAR}Q{QUARTER}"})
    states = sorted(ProgressReport.objects.values_list("workflow_state", flat=True))
    assert states == ["published", "submitted"]


def test_list_counts_what_is_missing_and_handed_in(client_for, initiative, reporter, secretariat):
    handed_in(initiative, reporter)
    InitiativeFactory()
    shown = body(client_for(secretariat).get("/reports/"))
    assert "2施策のうち<b>1</b>が提出済み" in shown and "未提出 1" in shown and "確認中 1" in shown


def test_list_shows_the_department_its_own_only(client_for, initiative, reporter):
    InitiativeFactory(name="よその課の施策")
    shown = body(client_for(reporter).get("/reports/"))
    assert ("電子決裁の在外公館展開" in shown, "よその課の施策" in shown) == (True, False)


def test_list_tells_the_approver_whose_turn_it_is(client_for, initiative, reporter, approver):
    report = handed_in(initiative, reporter)
    turn = body(client_for(approver).get("/reports/")).split('id="h-mine"')[1].split("</section>")[0]
    assert address(initiative, "report_edit", report.pk) in turn


def test_list_tells_the_reporter_what_is_still_to_be_begun(client_for, initiative, reporter):
    turn = body(client_for(reporter).get("/reports/")).split('id="h-mine"')[1].split("</section>")[0]
    assert address(initiative) in turn


def test_list_filters_by_state(client_for, initiative, reporter, secretariat):
    handed_in(initiative, reporter)
    InitiativeFactory(name="まだの施策")
    shown = body(client_for(secretariat).get("/reports/?state=missing"))
    assert (">まだの施策<" in shown, ">電子決裁の在外公館展開<" in shown) == (True, False)


def test_list_sorts_by_state(client_for, initiative, reporter, secretariat):
    handed_in(initiative, reporter)
    InitiativeFactory(name="まだの施策")
    shown = body(client_for(secretariat).get("/reports/?sort=-state")).split('id="h-round"')[1]
    assert shown.index("電子決裁の在外公館展開") < shown.index("まだの施策")


def test_all_that_is_missing_is_told_at_once(client_for, initiative, reporter, milestone):
    data = words(results="", next_steps="") | dated(milestone, due_on="2099-12-25")
    shown = body(client_for(reporter).post(address(initiative), data))
    told = ("実績を書いてください", "今後の予定を書いてください", "期日を変えるわけを書いてください")
    assert [text in shown for text in told] == [True] * 3


def test_list_of_another_quarter(client_for, initiative, reporter, secretariat):
    ProgressReportFactory(initiative=initiative, fiscal_year=2025, quarter=4)
    assert "1施策のうち<b>1</b>が提出済み" in body(client_for(secretariat).get("/reports/?quarter=2025Q4"))


@pytest.mark.parametrize("rows", (1, 3))
def test_list_costs_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, initiative, reporter, approver, rows
):
    for _n in range(rows):
        made = InitiativeFactory(objective=initiative.objective, lead_department=initiative.lead_department)
        handed_in(made, reporter)
    client = client_for(approver)
    with django_assert_num_queries(9):
        client.get("/reports/")


@pytest.mark.parametrize("rows", (1, 3))
def test_form_costs_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, initiative, reporter, rows
):
    for _n in range(rows):
        MilestoneFactory(initiative=initiative)
        figure = IndicatorFactory(initiative=initiative, objective=initiative.objective)
        IndicatorValueFactory(indicator=figure, fiscal_year=YEAR, actual_value=3)
    client, form = client_for(reporter), address(initiative)
    with django_assert_num_queries(15):
        client.get(form)


@pytest.mark.parametrize("language", ("ja", "en"))
def test_pages_are_valid_and_have_one_heading(client_for, initiative, reporter, milestone, language):
    IndicatorFactory(initiative=initiative, objective=initiative.objective)
    type(reporter).objects.update(language=language)
    client = client_for(reporter)
    form = client.get(address(initiative))
    refused = client.post(address(initiative), words(next_steps="") | dated(milestone, due_on="2099-12-31"))
    report = handed_in(initiative, reporter)
    pages = [form, refused, client.get("/reports/"), client.get(address(initiative, "report", report.pk))]
    for page in pages:
        document = html5lib.HTMLParser(strict=True).parse(page.content.decode())
        ids = [node.get("id") for node in document.iter() if node.get("id")]
        assert (page.content.count(b"<h1"), len(ids)) == (1, len(set(ids)))
