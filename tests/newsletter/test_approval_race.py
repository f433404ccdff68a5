"""Approve pressed five times at once by two people (F11): one approval, one set of rows."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import Activity, Role
from newsletter.models import Delivery, Issue
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory


@pytest.mark.django_db(transaction=True)
def test_five_presses_by_two_people():
    chiefs = [UserFactory(roles=[Role.SECRETARIAT]) for _n in range(2)]
    issue = IssueFactory(number=3, state=Issue.State.CHECKING)
    for chief in chiefs:
        row = issue.send_test(by=chief)
        Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.SENT)
    outcomes = []
    start = threading.Barrier(5)

    def press(person):
        try:
            start.wait()
            Issue.objects.get(pk=issue.pk).approve(by=person, on=date(2099, 11, 25))
            outcomes.append("approved")
        except (PermissionDenied, ValidationError) as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(chiefs[n % 2],)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [*["PermissionDenied"] * 4, "approved"]
    issue.refresh_from_db()
    assert (issue.approvals, Delivery.objects.for_issue(issue).count()) == (1, issue.audience_count)
    assert Activity.objects.of(issue).with_verbs("issue.approved").count() == 1
