"""Everything pressed five times at the same moment, on a real database: one thing happens."""

import threading

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Activity, Role
from pillars.models import ProgressReport, ReportDraft, ReportingCall
from tests.factories import DutyFactory, InitiativeFactory, UserFactory
from tests.pillars.test_views_calls import filled
from tests.pillars.test_views_reports import address, words

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(people, path, data) -> list[int]:
    """The answers' status codes to one post of each person, all sent at the same moment."""
    start, codes = threading.Barrier(len(people)), []

    def press(person, body):
        client = Client(raise_request_exception=False)
        client.force_login(person)
        try:
            start.wait()
            codes.append(client.post(path, body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in zip(people, data, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(codes)


@pytest.fixture
def initiative():
    return InitiativeFactory()


def reporter(initiative):
    return DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user


def test_five_equal_posts_hand_in_one_report(initiative):
    codes = at_once([reporter(initiative)] * 5, address(initiative), [words(version="0")] * 5)
    report = ProgressReport.objects.get()
    assert (codes, report.workflow_state) == ([302] * 5, "submitted")
    assert Activity.objects.with_verbs("report.submitted").count() == 1


def test_two_reporters_at_once_lose_no_text(initiative):
    people = [reporter(initiative) for _n in range(2)]
    data = [words(action="draft", version="0", results=text) for text in ("甲の文", "乙の文")]
    codes = at_once(people, address(initiative), data)
    assert (codes, ProgressReport.objects.count()) == ([302, 422], 1)


def test_five_windows_autosaving_at_once_keep_one_draft(initiative):
    data = [words(action="autosave", version="0", draft_version="0")] * 5
    codes = at_once([reporter(initiative)] * 5, address(initiative), data)
    assert (codes, ReportDraft.objects.get().version) == ([200, 409, 409, 409, 409], 1)


def test_five_presses_open_one_call(initiative):
    chief = UserFactory(roles=[Role.SECRETARIAT])
    codes = at_once([chief] * 5, "/reports/calls/new/", [filled(initiative.plan)] * 5)
    assert (codes, ReportingCall.objects.count()) == ([302] * 5, 1)
