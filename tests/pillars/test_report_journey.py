"""From the reporter's form to every page that shows the initiative (issue 2, done 4)."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import Role
from dxportal import dates
from pillars.models import ProgressReport
from tests.factories import DutyFactory, MilestoneFactory, UserFactory
from tests.pillars.test_views_reports import address, body, dated, words

pytestmark = pytest.mark.django_db
DONE = "2020-05-20"


@pytest.fixture
def milestone():
    """Planned for a past day and not done, so that the initiative is late until somebody reports."""
    return MilestoneFactory(name="全公館で稼働", planned_on=date(2020, 6, 30))


@pytest.fixture
def published(client_for, milestone):
    """The report after it has gone the whole way through the pages, by three people."""
    initiative = milestone.initiative
    place = initiative.lead_department
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=place, user__name="原 奈々").user
    approver = DutyFactory(role=Role.PROGRESS_APPROVER, department=place, user__name="原田 玲奈").user
    chief = UserFactory(roles=[Role.SECRETARIAT], name="渡邊 奈々")
    client_for(reporter).post(address(initiative), words() | dated(milestone, completed_on=DONE))
    report = ProgressReport.objects.get()
    client_for(approver).post(address(initiative, "report_approve", report.pk))
    client_for(chief).post(address(initiative, "report_publish", report.pk))
    report.refresh_from_db()
    return report


def seen(response) -> str:
    """The words of the page's own part, without markup."""
    text = response.content.decode()
    return " ".join(re.sub("<[^>]*>", " ", text[text.index("<main") :]).split())


def pages(client, initiative) -> dict[str, str]:
    pillar = initiative.objective.pillar
    addresses = {
        "home": "/",
        "plan": initiative.plan.get_absolute_url(),
        "pillar": pillar.get_absolute_url(),
        "initiative": initiative.get_absolute_url(),
    }
    return {name: seen(client.get(address)) for name, address in addresses.items()}


def test_every_page_shows_the_published_progress(client_for, milestone, request):
    staff = client_for(UserFactory())
    before = pages(staff, milestone.initiative)
    report = request.getfixturevalue("published")
    after = pages(staff, milestone.initiative)
    assert report.workflow_state == "published"
    assert [
        (name, "順調" in before[name], "順調" in after[name], "100%" in after[name]) for name in after
    ] == [
        ("home", False, True, True),
        ("plan", True, True, True),  # the split of all initiatives names every status
        ("pillar", False, True, True),
        ("initiative", False, True, True),
    ]
    assert ["順調 0" in before["plan"], "順調 1" in after["plan"]] == [True, True]
    assert ["計画より 100ポイント 下" in before["pillar"], "計画どおり" in after["pillar"]] == [True, True]
    assert "92公館で稼働した。" in after["initiative"]


def test_the_workbook_holds_it(client_for, published):
    plan = published.initiative.plan
    answer = client_for(UserFactory(roles=[Role.SECRETARIAT])).get(
        reverse("pillars:export", args=[plan.code])
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    assert [sum(text in row for row in rows) for text in ("92公館で稼働した。", "全公館で稼働")] == [1, 1]


def test_the_history_says_who_and_when(client_for, published):
    chief = UserFactory(roles=[Role.SECRETARIAT])
    page = body(client_for(chief).get(address(published.initiative, "initiative_history")))
    today = dates.today()
    when = f"R{today.year - 2018}.{today.month}.{today.day}"
    assert [text in page for text in ("原 奈々", "原田 玲奈", "渡邊 奈々", DONE, when)] == [True] * 5
