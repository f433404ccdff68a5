"""Imports as rows that wait: read and applied by a worker, never half, by one worker at a time, and told about."""

import random
import threading
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from pillars import imports
from pillars.imports import queue
from pillars.models import Initiative, Milestone, Plan, PlanImport
from tests.factories import Book, DepartmentFactory, UserFactory
from tests.factories.hostile import SHEET, workbook
from tests.live import wait_for

TODAY = date(2026, 11, 23)


@pytest.fixture
def department():
    return DepartmentFactory(code="HQ-A")


@pytest.fixture
def lead():
    return UserFactory(roles=["secretariat"])


def stored(content, lead, name="plan.xlsx"):
    return imports.store(content, name, by=lead)


def state(found) -> str:
    return PlanImport.objects.values_list("state", flat=True).get(pk=found.pk)


@pytest.mark.django_db
def test_file_waits_and_is_read(department, lead):
    found = stored(Book(department).content, lead)
    assert (state(found), imports.work(), state(found)) == ("uploaded", 1, "previewed")
    found.refresh_from_db()
    assert (found.preview["counts"]["new"], bytes(found.file), imports.work()) == (11, b"", 0)


@pytest.mark.django_db
def test_file_that_cannot_be_read_says_why_in_the_language_of_the_person(lead):
    lead.language = "en"
    lead.save(update_fields=["language"])
    found = stored(workbook(**{SHEET: b"<worksheet><sheetData><row"}), lead)
    imports.work()
    found.refresh_from_db()
    assert (found.state, found.refusal.isascii()) == ("refused", True)


@pytest.mark.django_db
def test_page_waits_and_then_shows_the_preview(client_for, department, lead):
    client, found = client_for(lead), stored(Book(department).content, lead)
    page = found.get_absolute_url()
    assert "順番を待っている。" in client.get(page).content.decode()
    queue.tell(found.pk, 250, 1000)
    part = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert ("<b>1000</b>行のうち<b>250</b>行まで" in part, "<html" in part) == (True, False)
    imports.work()
    assert client.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "エラー<b>0</b>" in client.get(page).content.decode()


@pytest.mark.django_db
def test_page_asks_often_only_at_first(client_for, department, lead):
    client, found = client_for(lead), stored(Book(department).content, lead)
    assert 'hx-trigger="every 2s"' in client.get(found.get_absolute_url()).content.decode()
    PlanImport.objects.update(uploaded_at=timezone.now() - timedelta(minutes=3))
    assert 'hx-trigger="every 60s"' in client.get(found.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_file_that_ends_its_worker_again_and_again_is_put_aside(department, lead):
    found = stored(Book(department).content, lead)
    PlanImport.objects.update(tries=queue.TRIES)
    imports.work()
    found.refresh_from_db()
    assert (found.state, found.refusal[:10]) == ("refused", "3回試しましたが読め")


@pytest.mark.django_db
def test_import_that_was_put_away_while_it_waited_is_not_read(department, lead):
    found = stored(Book(department).content, lead)
    imports.discard(found, by=lead)
    assert (imports.work(), state(found)) == (0, "discarded")


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work(department, lead):
    found = stored(Book(department).content, lead)
    with queue.claimed(found.pk) as is_mine:
        done = []
        other = threading.Thread(target=lambda: (done.append(imports.work()), connection.close()))
        other.start()
        other.join()
    assert (is_mine, done, state(found)) == (True, [0], "uploaded")


@pytest.mark.django_db(transaction=True)
def test_second_import_waits_for_its_turn(department, lead):
    found = stored(Book(department).content, lead)
    imports.work()
    imports.begin(PlanImport.objects.get(pk=found.pk), by=lead)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [imports.LOCK])
    assert (imports.work(), state(found), Plan.objects.count()) == (0, "applying", 0)
    with other.cursor() as cursor:  # closing alone would let go of the lock a moment later
        cursor.execute("SELECT pg_advisory_unlock(%s)", [imports.LOCK])
    other.close()
    assert (imports.work(), state(found), Plan.objects.count()) == (1, "applied", 1)


def upload_by_page(client, content) -> PlanImport:
    client.post("/plans/import/", {"file": SimpleUploadedFile("plan.xlsx", content)})
    return PlanImport.objects.latest("pk")


def test_worker_killed_in_the_middle_leaves_nothing_or_all_and_the_next_goes_on(
    worker, client_for, department, lead
):
    found = upload_by_page(client_for(lead), Book(department, pillars=100).content)
    worker.send("pillars.work_imports")
    wait_for(lambda: state(found) == "previewed", seconds=60)
    imports.begin(PlanImport.objects.get(pk=found.pk), by=lead)
    for _round in range(3):
        worker.send("pillars.work_imports")
        wait_for(lambda: queue_is_held(found), seconds=30)
        threading.Event().wait(random.uniform(0, 0.5))  # noqa: S311 - any moment
        worker.kill()
        assert (Initiative.objects.count(), Milestone.objects.count()) in ((0, 0), (100, 100))
        worker.start()
    worker.send("pillars.work_imports")
    wait_for(lambda: state(found) in ("applied", "previewed"), seconds=60)
    assert (state(found), Initiative.objects.count()) in (("applied", 100), ("previewed", 0))


def queue_is_held(found) -> bool:
    """A worker is at the import, or has done it."""
    if state(found) != "applying":
        return True
    with queue.claimed(found.pk) as is_mine:
        return not is_mine
