"""Writing a report in a real browser: an unmoved one in three clicks, and text that outlives an ended session."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from pillars.models import ProgressReport, ReportDraft
from tests.conftest import session_cookie
from tests.factories import DutyFactory, InitiativeFactory, ProgressReportFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def initiative():
    initiative = InitiativeFactory(name="電子決裁の展開")
    ProgressReportFactory(initiative=initiative, fiscal_year=2025, quarter=4, results="92公館で稼働した。")
    return initiative


@pytest.fixture
def reporter(initiative):
    return DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user


def opened(page):
    page.goto("/reports/")
    page.get_by_role("link", name="電子決裁の展開").first.click()


def test_enter_saves_the_draft(new_page, reporter):
    page = new_page(reporter, javascript=False)
    opened(page)
    page.fill("#id_percent", "61")
    page.press("#id_percent", "Enter")
    expect(page.locator("main")).to_contain_text("下書きを保存しました")
    assert ProgressReport.objects.get(workflow_state="draft").percent == 61


@pytest.mark.parametrize("javascript", [True, False])
def test_an_unmoved_report_takes_three_clicks(new_page, reporter, javascript):
    page = new_page(reporter, javascript=javascript)
    opened(page)
    page.get_by_role("button", name="前回から変わりなし").click()
    page.get_by_role("button", name="承認者へ出す").click()
    expect(page.locator(".answer")).to_contain_text("承認を待っている")
    report = ProgressReport.objects.get(workflow_state="submitted")
    assert (report.results, report.submitted_by) == ("92公館で稼働した。", reporter)


def test_text_is_saved_while_typing_and_kept_when_the_session_ends(new_page, reporter, settings, live_server):
    page = new_page(reporter)
    opened(page)
    page.fill("#id_results", "12公館で始めた。")
    status = page.locator("[data-autosave-status]")
    expect(status).to_contain_text("保存", timeout=10_000)
    assert ReportDraft.objects.get().fields["results"] == "12公館で始めた。"
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.fill("#id_next_steps", "残りへ広げる。")
    expect(status).to_contain_text("ログアウトしています", timeout=10_000)
    address = page.url
    page.context.add_cookies([session_cookie(reporter, live_server.url, settings.SESSION_COOKIE_NAME)])
    page.goto(address)
    expect(page.locator("#id_next_steps")).to_have_value("残りへ広げる。")
    with page.expect_response(lambda answer: answer.request.method == "POST", timeout=15_000) as saved:
        pass  # nobody types: what was put back is saved by itself
    assert (saved.value.status, ReportDraft.objects.get().fields["next_steps"]) == (200, "残りへ広げる。")


def test_the_older_window_warns_and_stops(new_page, reporter):
    first = new_page(reporter)
    opened(first)
    first.fill("#id_results", "一つめ")
    expect(first.locator("[data-autosave-status]")).to_contain_text("保存", timeout=10_000)
    second = first.context.new_page()
    second.goto(first.url)
    second.fill("#id_results", "二つめ")
    expect(second.locator("[data-autosave-status]")).to_contain_text("保存", timeout=10_000)
    second.wait_for_timeout(5_000)
    first.fill("#id_results", "一つめの続き")
    expect(first.locator("[data-autosave-status]")).to_contain_text("別の画面で", timeout=10_000)
    assert ReportDraft.objects.get().fields["results"] == "二つめ"
