"""I1 to I13 of sending.md, one test each; the neighbours test the same rules through whole stories."""

import inspect
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from accounts.models import Activity, Role
from newsletter import claiming, composing, drain, recording, sending, smtp, tick
from newsletter.models import Delivery, Issue, deliveries, routes
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


def states(issue):
    return {name: n for name, n in Delivery.objects.for_issue(issue).figures()["states"].items() if n}


def test_i1_one_row_per_key(readers):
    (person,) = readers(1)
    row = Delivery.objects.post("notice", key="once", person=person)
    assert Delivery.objects.post("notice", key="once", person=person) is None
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_i2_sent_stays_sent(readers, make_issue):
    readers(3)
    issue = make_issue()
    row = claiming.claim()
    recording.finish(row, State.SENT, "sent")
    assert recording.finish(row, State.FAILED, "refused") is False
    assert recording.keep(row, timedelta(0), "temporary") is False
    sending.retry_failed(issue, by=readers(1)[0])
    sending.withdraw_issue(issue)
    sending.cancel_issue(issue)
    row.refresh_from_db()
    assert row.state == State.SENT


def test_i3_only_the_claim_that_holds_the_row_changes_it(readers, make_issue):
    readers(1)
    make_issue()
    early = claiming.claim()
    Delivery.objects.update(next_at=Now())
    late = claiming.claim()
    assert recording.finish(early, State.SENT, "sent") is False
    assert recording.keep(early, timedelta(hours=1), "relay") is False
    assert (claiming.still_mine(early), claiming.still_mine(late)) == (False, True)


def test_i4_message_id_and_date_of_every_copy(readers, make_issue):
    readers(1)
    make_issue()
    shelf, heads = composing.IssueShelf(), []
    for _copy in range(3):
        head = composing.compose(claiming.claim(), shelf).message.partition(b"\r\n\r\n")[0]
        heads.append([line for line in head.split(b"\r\n") if line.startswith((b"Message-ID:", b"Date:"))])
        Delivery.objects.update(next_at=Now(), started_at=Now() - timedelta(days=1))
    assert len(heads[0]) == 2
    assert heads[0] == heads[1] == heads[2]


def test_i5_one_address_in_envelope_and_to(relay, readers, make_issue):
    readers(3)
    make_issue()
    drain.drain(seconds=5)
    for mail in relay.kept:
        assert [address.addr_spec for address in mail.message["To"].addresses] == mail.recipients
        assert (len(mail.recipients), mail.message["Cc"], mail.message["Bcc"]) == (1, None, None)


def test_i6_the_approved_bytes_are_the_sent_bytes(relay, readers):
    readers(5)
    chief = UserFactory(roles=[Role.SECRETARIAT])
    issue = IssueFactory(number=3, state=Issue.State.CHECKING)
    Delivery.objects.filter(pk=issue.send_test(by=chief).pk).update(state=State.SENT)
    issue = issue.approve(by=chief, now=True)
    sending.start_due_issues()
    drain.drain(seconds=10)
    assert len(relay.kept) == issue.audience_count
    assert len({mail.digest for mail in relay.kept}) == 1
    approval = Activity.objects.of(issue).with_verbs("issue.approved").get()
    assert approval.changes["sha256"] == [None, issue.frozen_sha256]


def test_i7_rows_are_people_and_states_add_up_at_every_moment(relay, readers, make_issue):
    people = readers(15)
    issue = make_issue()
    relay.delay, sums = 0.02, set()
    relay.on_recipient = lambda address, n: "550 5.1.1 no" if address == people[4].email else None
    worker = threading.Thread(target=drain_and_close)
    worker.start()
    while worker.is_alive():
        sums.add(sum(states(issue).values()))
    worker.join()
    assert sums == {15}
    assert states(issue) == {"sent": 14, "failed": 1}


def drain_and_close():
    try:
        drain.drain(seconds=10)
    finally:
        connection.close()


def test_i8_no_more_connections_than_set(relay, readers, make_issue, settings):
    settings.MAIL_CONNECTIONS = 1
    relay.delay = 0.05
    readers(6)
    make_issue()
    threads = [threading.Thread(target=drain_and_close) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (relay.open_most, len(relay.kept)) == (1, 6)


def test_i9_a_paused_issue_is_left_alone_but_for_what_is_in_flight(relay, readers, make_issue):
    readers(5)
    issue = make_issue()
    row = claiming.claim()
    issue.pause(by=None)
    before = list(Delivery.objects.exclude(pk=row.pk).order_by("pk").values())
    recording.finish(row, State.SENT, "sent")
    tick.tick()
    drain.drain(seconds=3)
    assert list(Delivery.objects.filter(kind="issue").exclude(pk=row.pk).order_by("pk").values()) == before
    assert states(issue) == {"queued": 4, "sent": 1}


def test_i10_nothing_of_redis_is_needed(relay, readers, make_issue, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": settings.REDIS_URL}}
    readers(3)
    issue = make_issue(state=Issue.State.SCHEDULED)
    tick.tick()
    drain.drain(seconds=5)
    tick.tick()
    issue.refresh_from_db()
    assert (issue.state, states(issue)) == (Issue.State.SENT, {"sent": 3})


@pytest.mark.parametrize("module", [drain, recording, composing, smtp, deliveries, routes])
def test_i11_only_the_database_tells_the_time(module):
    """No wall clock of the host in the send path; monotonic time measures lengths only."""
    source = inspect.getsource(module)
    clocks = ("timezone.now(", "datetime.now(", "utcnow(", "date.today(", "time.time(")
    assert [clock for clock in clocks if clock in source] == []


def test_i12_outside_production_only_listed_addresses_are_connected_to(relay, readers, make_issue, settings):
    settings.MAIL_ALLOWED_RECIPIENTS = ["allowed@outside.example"]
    readers(1, email="someone@outside.example")
    readers(1, email="allowed@outside.example")
    make_issue()
    drain.drain(seconds=5)
    assert dict(relay.asked) == {"MAIL": 1, "allowed@outside.example": 1}


def test_i13_no_statement_of_the_send_path_reads_more_than_one_delivery(relay, readers, make_issue):
    readers(20)
    make_issue()
    connection.close()  # a new session has to say what it will run many times
    with CaptureQueriesContext(connection) as captured:
        assert drain.drain(seconds=10) == 20
    statements = [query["sql"] for query in captured if "regclass" not in query["sql"]]
    asked = [sql for sql in statements if "newsletter_delivery" in sql]
    one_row = ("where id = ", '"newsletter_delivery"."id" = ', "limit 1 for update skip locked")
    assert [sql for sql in asked if not any(words in sql for words in one_row)] == []
    planned = [sql.split()[1] for sql in asked if sql.startswith("prepare ")]
    runs = [sql.split()[1] for sql in statements if sql.startswith("execute ")]
    assert [runs.count(name) for name in planned] == [21, 20, 20]  # claim, look again, record for each
