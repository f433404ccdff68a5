"""Files on reports: who adds, who reads, what happens when one is withdrawn (P15; AZ14, AZ15)."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Activity, Role
from dxportal import uploads
from pillars.models import Evidence
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    ProgressReportFactory,
    UserFactory,
    evidence_on,
    file_of,
    png,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative():
    return InitiativeFactory(name="電子決裁")


@pytest.fixture
def reporter(initiative):
    return DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user


@pytest.fixture
def draft(initiative):
    return ProgressReportFactory(initiative=initiative, workflow_state="draft")


@pytest.fixture
def published(initiative):
    return ProgressReportFactory(initiative=initiative, quarter=1)


def place(report, name="evidence", *more):
    initiative = report.initiative
    return reverse(f"pillars:{name}", args=[initiative.plan.code, initiative.code, report.pk, *more])


def send(client, report, file, **more):
    return client.post(place(report), {"file": file, "confidentiality": "1", "note": "画面"} | more)


def test_the_reporter_adds_a_file_to_a_draft(client_for, draft, reporter):
    assert send(client_for(reporter), draft, file_of("画面.png", png())).status_code == 302
    kept = Evidence.objects.get()
    assert (kept.name, kept.kind, kept.note, kept.uploaded_by) == ("画面.png", "PNG", "画面", reporter)
    assert kept.sha256 == hashlib.sha256(kept.file.read()).hexdigest()
    assert "画面" not in kept.file.name and kept.file.name.startswith("evidence/")
    assert Activity.objects.get(verb="evidence.added").changes == {"根拠資料": [None, "画面.png"]}


@pytest.mark.parametrize("name", ("page.html", "画面.svg", "画面.gif"))
def test_other_kinds_are_refused_at_the_field_and_nothing_is_kept(
    client_for, draft, reporter, settings, name
):
    answer = send(client_for(reporter), draft, file_of(name, png()), note="書いた説明")
    assert answer.status_code == 422
    assert "この種類は受け取れません。" in answer.content.decode() and "書いた説明" in answer.content.decode()
    assert (Evidence.objects.count(), list(settings.MEDIA_ROOT.rglob("*"))) == (0, [])


def test_a_person_has_so_much_room(draft, reporter, settings):
    settings.UPLOAD_PERSON_MB = 0
    with pytest.raises(ValidationError, match="あなたが置けるファイルの合計"):
        evidence_on(draft, by=reporter)


def test_what_was_handed_in_gets_no_more_files(client_for, published, reporter):
    assert send(client_for(reporter), published, file_of("a.png", png())).status_code == 403
    with pytest.raises(PermissionDenied):
        Evidence.add(published, uploads.accept(file_of("a.png", png())), by=reporter)


def test_a_file_of_a_published_report_is_read_by_the_ministry_and_saved_not_shown(
    client_for, published, reporter
):
    evidence = evidence_on(published, by=reporter)
    answer = client_for(UserFactory()).get(evidence.get_absolute_url())
    assert b"".join(answer.streaming_content) == evidence.file.read()
    headers = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Disposition")
    assert [answer[name].partition(";")[0] for name in headers] == [
        "image/png",
        "nosniff",
        "private, no-store",
        "attachment",
    ]


def test_a_file_is_as_secret_as_its_report(client_for, draft, reporter, initiative):
    evidence = evidence_on(draft, by=reporter)
    people = (reporter, UserFactory(roles=[Role.SECRETARIAT]), UserFactory(), None)
    answers = [client_for(user).get(evidence.get_absolute_url()).status_code for user in people]
    assert answers == [200, 200, 404, 302]
    initiative.pillar.change("pillar.changed", by=reporter, is_restricted=True)
    assert Evidence.objects.visible_to(UserFactory()).count() == 0


def test_a_file_under_another_report_is_not_found(client_for, draft, published, reporter):
    evidence = evidence_on(draft, by=reporter)
    assert client_for(reporter).get(place(published, "evidence_file", evidence.pk)).status_code == 404


def test_a_withdrawn_file_answers_404_at_once_and_its_row_stays(client_for, published, reporter):
    evidence, chief = evidence_on(published, by=reporter), UserFactory(roles=[Role.SECRETARIAT])
    address = place(published, "evidence_withdraw", evidence.pk)
    client_for(chief).post(address, {"reason": " "})
    assert client_for(chief).get(evidence.get_absolute_url()).status_code == 200
    client_for(chief).post(address, {"reason": "別の公館の画面だったため"})
    assert [client_for(user).get(evidence.get_absolute_url()).status_code for user in (chief, reporter)] == [
        404,
        404,
    ]
    evidence.refresh_from_db()
    assert (evidence.withdrawn_by, evidence.file.storage.exists(evidence.file.name)) == (chief, True)
    assert "在外の画面.png" not in client_for(chief).get(place(published)).content.decode()


def test_the_reporter_cannot_withdraw_what_was_published(client_for, published, reporter):
    evidence = evidence_on(published, by=reporter)
    address = place(published, "evidence_withdraw", evidence.pk)
    assert client_for(reporter).post(address, {"reason": "x"}).status_code == 403


def test_the_database_wants_a_reason(published, reporter):
    evidence = evidence_on(published, by=reporter)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(withdrawn_by=reporter)


def test_files_stand_with_their_report_on_the_page_of_the_initiative(client_for, published, reporter):
    evidence = evidence_on(published, by=reporter, confidentiality=2)
    for address in (published.initiative.get_absolute_url(), place(published, "report"), place(published)):
        page = client_for(UserFactory()).get(address).content.decode()
        _before, link, after = page.partition(evidence.get_absolute_url())
        assert link and "機密性2" in after.partition("</tr>")[0]


@pytest.mark.parametrize("rows", (1, 3))
def test_the_page_costs_the_same_for_any_number_of_files(
    client_for, django_assert_num_queries, draft, reporter, rows
):
    for number in range(rows):
        evidence_on(draft, by=reporter, name=f"{number}.png")
    client = client_for(reporter)
    with django_assert_num_queries(6):
        assert client.get(place(draft)).status_code == 200
