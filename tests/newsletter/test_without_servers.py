"""Redis, workers and relay away: pages and forms go on, and nothing is lost (promises.md P10, issue 5 "done when" 5).

No worker runs here, and cache and broker are a Redis that is not there.
"""

import pytest
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import Role
from newsletter import drain, sending, tick
from newsletter.models import Delivery, Issue, Route
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory
from tests.live import free_port
from tests.test_permissions import NAMES, address_of, asked, table
from tests.world import World

ROWS = {name: table()[name] for name in NAMES if name in table()}
READABLE = [name for name, row in ROWS.items() if row.get and "S" in row.get.split() and not row.expected]
PAGES = READABLE[::3]  # every third: the permission sweep opens them all with the servers there
FORMS = ["newsletter:approve", "pillars:comments", "pillars:report_new", "pillars:report_approve"]
FORMS += ["taskforce:idea_new", "taskforce:idea_comment", "taskforce:consultation_new"]


@pytest.fixture(autouse=True)
def no_redis(settings):
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    forgiving = {"BACKEND": "dxportal.cache.ForgivingRedisCache", "LOCATION": nowhere, "KEY_PREFIX": "x"}
    settings.REDIS_URL, settings.CACHES = nowhere, {"default": forgiving}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_and_forms_answer(method):
    rows = {name: row for name, row in ROWS.items() if getattr(row, method) and wanted(name, method)}
    assert len(rows) >= {"get": 30, "post": 5}[method]
    assert {name: status for name, row in rows.items() if (status := answer(name, row, method)) >= 500} == {}


def wanted(name: str, method: str) -> bool:
    """Lists and desks of staff, and the forms whose text must not get lost."""
    return name in FORMS if method == "post" else name in PAGES


def answer(name, row, method) -> int:
    """The status for the first role of the table, in a world of its own."""
    with transaction.atomic():
        world = World()
        client = world.client(getattr(row, method).split()[0])
        status = asked(client, method, address_of(name, row, world), row.data(world))[0]
        transaction.set_rollback(True)
    return status


@pytest.mark.django_db(transaction=True)
def test_what_is_approved_while_all_are_away_arrives_when_they_are_back(relay):
    readers = [UserFactory() for _n in range(3)]
    chief = UserFactory(roles=[Role.SECRETARIAT])
    issue = IssueFactory(number=3, state=Issue.State.CHECKING)
    Delivery.objects.filter(pk=issue.send_test(by=chief).pk).update(state=Delivery.State.SENT)
    relay.stop()
    issue = issue.approve(by=chief, now=True)
    assert (tick.tick(), drain.drain(seconds=2), relay.kept) == (True, 0, [])
    relay.start()
    assert {person.email for person in readers} <= reached_afterwards(relay, issue)
    assert sending.finish_issues() == 1


def reached_afterwards(relay, issue) -> set[str]:
    """Whom the relay has taken mail for, once it is back and the waiting times are over."""
    Route.objects.update(closed_until=None)
    Delivery.objects.for_issue(issue).queued().update(next_at=Now())
    drain.drain(seconds=5)
    return set(relay.recipients)
