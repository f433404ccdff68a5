"""The kinds of help a report asks for, and burden and effect as the reporter sees them (mock 15)."""

import pytest

from accounts.models import Role
from dxportal import dates
from pillars.models import ProgressReport
from pillars.models.pulse import Place
from pillars.workbook.sheets import ProgressReportSheet
from tests.factories import DutyFactory, InitiativeFactory, ProgressReportFactory
from tests.factories.pulse import sealed_round
from tests.pillars.test_views_reports import QUARTER, YEAR, address, body, handed_in, words

pytestmark = pytest.mark.django_db
ASKED = {"support_team": "on", "support_budget": "on", "support_note": "画面設計 1人×6週"}


@pytest.fixture
def initiative():
    return InitiativeFactory(name="電子決裁の在外公館展開")


@pytest.fixture
def reporter(initiative):
    return DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user


@pytest.fixture
def approver(initiative):
    return DutyFactory(role=Role.PROGRESS_APPROVER, department=initiative.lead_department).user


def test_kinds_of_help_and_own_estimate_are_kept(client_for, initiative, reporter):
    client_for(reporter).post(address(initiative), words(**ASKED, burden="3", effect="4"))
    report = ProgressReport.objects.get()
    assert report.support_kinds == ["DXサポートチーム", "予算"]
    assert (report.needs_support, report.burden, report.effect) == (True, 3, 4)


def test_they_stay_while_typing(client_for, initiative, reporter):
    client = client_for(reporter)
    typed = words(action="autosave", version="0", support_coordination="on", burden="2")
    page = body(client.get(client.post(address(initiative), typed).json()["url"]))
    assert (
        '<input type="checkbox" name="support_coordination"' in page
        and 'id="id_support_coordination" checked' in page
    )
    assert '<input type="radio" name="burden" value="2" checked>' in page


def test_a_step_beyond_the_scale_is_refused(client_for, initiative, reporter):
    answer = client_for(reporter).post(address(initiative), words(burden="6"))
    assert (answer.status_code, ProgressReport.objects.count()) == (422, 0)


def test_the_form_shows_what_departments_said(client_for, initiative, reporter):
    sealed_round(initiative, [(2, 4)] * 6, place=Place.POST, words="出張中でも決裁できる")
    page = body(client_for(reporter).get(address(initiative)))
    assert "6人の答えの中央値" in page
    assert "使う部署の声 2.0(" in page and "使う部署の声 4.0(" in page and "出張中でも決裁できる" in page


def test_the_form_hides_a_small_group(client_for, initiative, reporter):
    sealed_round(initiative, [(2, 4)] * 3)
    page = body(client_for(reporter).get(address(initiative)))
    assert ("答えの中央値" in page, "5人に満たない" in page) == (False, True)


def test_the_approver_reads_them(client_for, initiative, reporter, approver):
    report = handed_in(initiative, reporter, needs_support=True, support_budget=True, burden=3, effect=4)
    page = body(client_for(approver).get(report.get_page_url()))
    assert "<b>予算</b>" in page and "負担 3、効果 4(5が大きい)" in page


def test_attention_names_the_kind(client_for, initiative, reporter):
    year, quarter = YEAR, QUARTER
    fields = {"needs_support": True, "support_team": True, "fiscal_year": year, "quarter": quarter}
    ProgressReportFactory(initiative=initiative, workflow_state="published", **fields)
    page = body(client_for(reporter).get(initiative.plan.get_absolute_url()))
    assert "支援を求めている(DXサポートチーム)" in page


def test_the_last_help_is_taken_over_with_its_kinds(client_for, initiative, reporter):
    fields = {"needs_support": True, "support_team": True, "support_note": "助言"}
    ProgressReportFactory(initiative=initiative, fiscal_year=YEAR - 1, quarter=4, **fields)
    client = client_for(reporter)
    answer = client.post(address(initiative), words(action="copy:support_note", version="0"))
    page = body(client.get(answer.headers["Location"].partition("#")[0]))
    assert 'id="id_support_team" checked' in page and "助言</textarea>" in page


def test_they_leave_with_the_workbook(initiative):
    fields = {"needs_support": True, "support_budget": True, "burden": 5, "effect": 1}
    report = ProgressReportFactory(initiative=initiative, fiscal_year=YEAR - 1, quarter=4, **fields)
    sheet = ProgressReportSheet(today=dates.today())
    row = sheet.export(ProgressReportSheet.of_plan(report.initiative.plan)).dict[0]
    assert (row["支援の種類 予算"], row["負担(担当の見立て)"], row["効果(担当の見立て)"]) == ("はい", 5, 1)
    assert "支援の種類 DXサポートチーム" not in row
