"""The secretariat's pages of a reporting call."""

import io
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import Activity, Role
from dxportal import dates
from pillars.models import ProgressReport, ReportingCall
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    ProgressReportFactory,
    ReportingCallFactory,
    UserFactory,
)
from tests.pillars.test_views_reports import body

pytestmark = pytest.mark.django_db
State = ProgressReport.State


@pytest.fixture
def initiative():
    return InitiativeFactory(name="電子決裁の展開", lead_department__name="総務課")


@pytest.fixture
def secretariat():
    return UserFactory(roles=[Role.SECRETARIAT], name="渡邊 奈々")


@pytest.fixture
def client(client_for, secretariat):
    return client_for(secretariat)


@pytest.fixture
def call(initiative):
    return ReportingCallFactory(plan=initiative.plan, deadline=timezone.now() + timedelta(days=8))


def beside(initiative, **fields):
    return InitiativeFactory(objective=initiative.objective, **fields)


def filled(plan, **changes) -> dict:
    in_a_month = dates.today() + timedelta(days=30)
    this_year, this_quarter = dates.fiscal_year(dates.today()), dates.quarter(dates.today())
    data = {"period": f"{this_year}Q{this_quarter}", "scope": "plan", "deadline_at": "17:00"}
    key = "6b0f3f0e-0000-4000-8000-000000000001"
    return {**data, "deadline_on": in_a_month.isoformat(), "key": key, "action": "open", **changes}


# --- opening ------------------------------------------------------------------------------------------


def test_preview_says_how_many_and_opens_nothing(client, initiative):
    beside(initiative, lead_department=initiative.lead_department)
    page = body(client.post("/reports/calls/new/", filled(initiative.plan, action="preview")))
    assert "<b>2施策</b>、1部署に依頼する" in page and "担当がいない部署があります" in page
    assert ReportingCall.objects.count() == 0


def test_a_call_is_opened_with_deadline_and_day_of_publication(client, initiative):
    data = filled(
        initiative.plan, deadline_on="R99.3.31", deadline_at="１７時", publish_on="2117-04-07", title="先行"
    )
    client.post("/reports/calls/new/", data)
    call = ReportingCall.objects.get()
    assert (call.deadline, call.publish_on, call.title) == (
        datetime(2117, 3, 31, 17, tzinfo=dates.TOKYO),
        date(2117, 4, 7),
        "先行",
    )


def test_five_presses_open_one_call(client, initiative):
    answers = [client.post("/reports/calls/new/", filled(initiative.plan)) for _n in range(5)]
    call = ReportingCall.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {call.get_absolute_url()}
    assert Activity.objects.of(call).count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"deadline_on": "2020-01-01"}, "締切は、いまより後の日時にしてください。"),
        ({"deadline_at": "25:00"}, "時刻は 17:00 の形で入れてください。"),
        ({"publish_on": "2026-01-01"}, "公開する日は、締切の日かその後にしてください。"),
        ({"scope": "pillars"}, "1つ以上選んでください。"),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_nothing_is_lost(client, initiative, changes, sentence):
    answer = client.post("/reports/calls/new/", filled(initiative.plan, title="先行報告", **changes))
    assert (answer.status_code, ReportingCall.objects.count()) == (422, 0)
    assert sentence in body(answer) and 'value="先行報告"' in body(answer)


# --- the page of a call -------------------------------------------------------------------------------


def test_the_page_counts_every_step_and_names_who_is_missing(client, initiative, call):
    DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department, user__name="原 奈々")
    page = body(client.get(call.get_absolute_url()))
    assert "1施策のうち<b>0</b>が提出済み。" in page and "まだなのは1部署。" in page
    assert "まだの1人に知らせる" in page and "原 奈々" in page.split('id="h-departments"')[1]


def test_filters_and_sorting_are_in_the_address(client, initiative):
    beside(initiative, name="あとの施策")
    call = ReportingCallFactory(plan=initiative.plan)
    ProgressReportFactory(initiative=initiative, workflow_state=State.SUBMITTED)
    lines = lambda query: body(client.get(call.get_absolute_url() + query)).split("<tbody>")[1]  # noqa: E731
    assert ["電子決裁の展開" in lines(q) for q in ("?state=submitted", "?state=missing")] == [True, False]
    assert lines("?sort=name").index("あとの施策") < lines("?sort=name").index("電子決裁の展開")


def test_the_table_leaves_as_a_file(client, initiative, call):
    ProgressReportFactory(initiative=initiative, workflow_state=State.APPROVED)
    book = openpyxl.load_workbook(io.BytesIO(client.get(call.get_absolute_url() + "?export=xlsx").getvalue()))
    headings, row = book.active.iter_rows(values_only=True)
    assert dict(zip(headings, row, strict=True)) | {"締切(日本時間)": None, "柱コード": None} == {
        "施策コード": initiative.code,
        "施策名": "電子決裁の展開",
        "柱コード": None,
        "組織コード": initiative.lead_department.code,
        "組織名": "総務課",
        "担当者": None,
        "報告の状態": "承認済",
        "締切(日本時間)": None,
        "提出日": None,
        "提出した人": None,
    }
    assert client.get(call.get_absolute_url() + "?export=csv").content.startswith(b"\xef\xbb\xbf")


def test_one_press_reminds_the_missing_and_says_how_many(client, initiative, call):
    DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department)
    page = body(client.post(f"{call.get_absolute_url()}remind/", follow=True))
    assert "1人に知らせます。" in page and "最後に知らせたのは" in page
    again = body(client.post(f"{call.get_absolute_url()}remind/", follow=True))
    assert "きょうはもう知らせました" in again


def test_the_deadline_moves_with_its_reason(client, call):
    data = {"deadline_on": "2099-12-25", "deadline_at": "12:00", "reason": "国会対応のため", "version": "1"}
    client.post(f"{call.get_absolute_url()}deadline/", data)
    call.refresh_from_db()
    assert call.deadline == datetime(2099, 12, 25, 12, tzinfo=dates.TOKYO)
    assert "国会対応のため" in body(client.get(call.get_absolute_url()))
    stale = client.post(f"{call.get_absolute_url()}deadline/", data)
    assert (stale.status_code, "ほかの人が先に保存しました" in body(stale)) == (422, True)


def test_closing_reopening_and_publishing_are_in_the_history(client, initiative, call):
    report = ProgressReportFactory(initiative=initiative, workflow_state=State.CHECKED)
    for act in ("close", "reopen", "publish"):
        client.post(f"{call.get_absolute_url()}{act}/")
    report.refresh_from_db()
    history = body(client.get(call.get_absolute_url())).split('id="h-history"')[1]
    assert report.workflow_state == State.PUBLISHED
    assert [text in history for text in ("報告を依頼した", "依頼を締め切った", "依頼を再開した")] == [
        True
    ] * 3


def test_list_of_calls_says_how_many_answered(client, initiative):
    answered = beside(initiative)
    call = ReportingCallFactory(plan=initiative.plan)
    ProgressReportFactory(initiative=answered, workflow_state=State.SUBMITTED)
    page = body(client.get("/reports/calls/"))
    assert call.get_absolute_url() in page and "1 / 2" in page


@pytest.mark.parametrize("rows", (1, 3))
@pytest.mark.parametrize("page", ("list", "call", "new"))
def test_pages_cost_the_same_for_any_number_of_rows(
    client, django_assert_num_queries, initiative, rows, page
):
    DutyFactory(role=Role.PROGRESS_REPORTER)
    made = [initiative, *(beside(initiative) for _n in range(rows - 1))]
    calls = [
        ReportingCallFactory(
            plan=initiative.plan, scope="initiatives", chosen={"initiatives": [one]}, quarter=q
        )
        for q, one in ((q, one) for q in (1, 2) for one in made)
    ]
    for one in made:
        ProgressReportFactory(initiative=one, workflow_state=State.SUBMITTED)
    addresses = {"list": "/reports/calls/", "call": calls[0].get_absolute_url(), "new": "/reports/calls/new/"}
    with django_assert_num_queries({"list": 5, "call": 10, "new": 9}[page]):
        client.get(addresses[page])
