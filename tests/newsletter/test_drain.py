"""The worker's loop against a real relay: the faults of sending.md in small."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings as project_settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from newsletter import claiming, drain, recording, sending, smtp
from newsletter.models import Delivery, Issue, Preference, Route
from tests.live import database_url, wait_for
from tests.newsletter.relay import DROP, HANG

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


def states(issue):
    return {name: n for name, n in Delivery.objects.for_issue(issue).figures()["states"].items() if n}


# --- nothing wrong (F1, I4, I5, I6, I8) -----------------------------------------------------------


def test_each_reader_gets_one_mail_with_one_body(relay, readers, make_issue):
    people = readers(20)
    issue = make_issue()
    assert drain.drain(seconds=10) == 20
    assert relay.recipients == sorted(person.email for person in people)
    assert {tuple(mail.message.get_all("To")) for mail in relay.kept} == {
        (f"{person.name} <{person.email}>",) for person in people
    }
    assert len({mail.digest for mail in relay.kept}) == 1
    assert (relay.open_most, relay.twice, states(issue)) == (1, 0, {"sent": 20})


def test_headers_say_what_machines_need(relay, readers, make_issue):
    readers(1)
    make_issue()
    drain.drain(seconds=5)
    message = relay.kept[0].message
    row = Delivery.objects.get()
    assert message["Message-ID"] == f"<delivery-{row.pk}@{project_settings.MAIL_HOST_NAME}>"
    assert message["Date"].datetime == row.mail_date
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Id"] == f"<newsletter.{project_settings.MAIL_HOST_NAME}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/newsletter/unsubscribe/" in message["List-Unsubscribe"]
    assert message["Reply-To"] == project_settings.MAIL_REPLY_TO
    assert (message["Cc"], message["Bcc"]) == (None, None)
    assert message.get_content_type() == "multipart/alternative"
    assert ".点で始まる行" in relay.kept[0].part("plain")


def test_no_more_connections_than_set(relay, readers, make_issue, settings):
    settings.MAIL_CONNECTIONS = 2
    relay.delay = 0.05
    readers(16)
    make_issue()
    threads = [threading.Thread(target=drain_and_close, args=(5,)) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (relay.open_most, len(relay.kept), relay.twice) == (2, 16, 0)


def drain_and_close(seconds):
    try:
        drain.drain(seconds=seconds)
    finally:
        connection.close()


def test_account_mail_goes_first(relay, readers, make_issue):
    readers(3)
    make_issue()
    Delivery.objects.post("account", key="code", address="late@example.jp", subject="番号", text="123456")
    drain.drain(seconds=5)
    assert relay.kept[0].recipients == ["late@example.jp"]
    assert Delivery.objects.get(key="code").content == {}


def test_a_domain_in_japanese_is_written_as_relays_read_it(relay, readers, make_issue, settings):
    settings.MAIL_ALLOWED_RECIPIENTS = ["@外務省.jp"]
    (person,) = readers(1)
    person.email = "hana@外務省.jp"
    person.save()
    make_issue()
    drain.drain(seconds=5)
    assert relay.recipients == ["hana@xn--lhrz8ls91a.jp"]
    assert relay.kept[0].message["To"].addresses[0].addr_spec == "hana@xn--lhrz8ls91a.jp"


def test_plain_text_for_who_wants_it(relay, readers, make_issue):
    (person,) = readers(1)
    Preference.objects.create(person=person, plain_text=True)
    make_issue()
    drain.drain(seconds=5)
    assert relay.kept[0].message.get_content_type() == "text/plain"


# --- claims (I2, I3, I9, I13, F5, F28) ------------------------------------------------------------


def test_a_late_writer_changes_nothing(readers, make_issue):
    readers(1)
    make_issue()
    first = claiming.claim()
    Delivery.objects.update(next_at=Now())
    second = claiming.claim()
    assert (second.pk, second.claims) == (first.pk, first.claims + 1)
    assert recording.finish(first, State.FAILED, "refused") is False
    assert recording.finish(second, State.SENT, "sent") is True
    assert recording.finish(second, State.FAILED, "refused") is False
    assert Delivery.objects.get().state == State.SENT


def test_a_suspended_worker_does_not_send(relay, readers, make_issue):
    readers(1)
    make_issue()
    row = claiming.claim()
    Delivery.objects.update(next_at=Now() + timedelta(minutes=7))
    assert claiming.still_mine(row) is False
    Delivery.objects.update(next_at=Now() + timedelta(minutes=8))
    assert claiming.still_mine(row) is True


def test_nothing_is_claimed_while_paused(relay, readers, make_issue):
    readers(3)
    issue = make_issue()
    issue.pause(by=None)
    assert claiming.claim() is None
    assert drain.drain(seconds=5) == 0
    assert set(Delivery.objects.values_list("claims", flat=True)) == {0}


def test_a_claim_reads_one_row(readers, make_issue):
    readers(30)
    paused = make_issue(number=4)
    paused.pause(by=None)
    make_issue(number=5)
    with connection.cursor() as cursor:
        cursor.execute("analyze newsletter_delivery")
        cursor.execute("set enable_seqscan = off")
        lane = next(lane for lane in claiming.lanes(claiming.standing()) if lane.issue)
        cursor.execute(
            "explain (analyze, format json) " + claiming.PICK.replace("LANE", lane.condition),
            [*lane.parameters, []],
        )
        plan = cursor.fetchone()[0][0]["Plan"]
        cursor.execute("set enable_seqscan = on")
    scan = deepest(plan)
    assert scan["Index Name"] == "delivery_lane"
    assert scan["Actual Rows"] * scan["Actual Loops"] == 1


def deepest(plan):
    children = [child for child in plan.get("Plans", ()) if child["Parent Relationship"] == "Outer"]
    return deepest(children[0]) if children else plan


def test_a_row_that_kills_workers_fails_after_five(readers, make_issue, relay):
    readers(2)
    make_issue()
    poison = Delivery.objects.order_by("pk").first()
    for _crash in range(5):
        Delivery.objects.filter(pk=poison.pk).update(next_at=Now() - timedelta(seconds=2))
        assert claiming.claim().pk == poison.pk
    Delivery.objects.filter(pk=poison.pk).update(next_at=Now() - timedelta(seconds=2))
    drain.drain(seconds=5)
    poison.refresh_from_db()
    assert (poison.state, poison.code) == (State.FAILED, "no_result")
    assert len(relay.kept) == 1


# --- kill -9 (F2, F3) -----------------------------------------------------------------------------


def run_drains(relay, number):
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{relay.port}",
    }
    command = [
        sys.executable,
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        "from newsletter.drain import drain; drain(60)",
    ]
    return [
        subprocess.Popen(command, cwd=project_settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL)
        for _n in range(number)
    ]


def test_killed_processes_lose_nobody(relay, readers, make_issue):
    people = readers(40)
    issue = make_issue()
    relay.delay = 0.2
    processes = run_drains(relay, 2)
    try:
        wait_for(lambda: len(relay.kept) >= 10, seconds=40)
    finally:
        for process in processes:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    in_flight = Delivery.objects.for_issue(issue).in_flight()
    assert 1 <= in_flight.count() <= 2
    relay.delay = 0
    wait_for(lambda: relay.open_now == 0)
    drain.drain(seconds=20)
    assert states(issue) == {"sent": 40 - in_flight.count(), "queued": in_flight.count()}
    Delivery.objects.in_flight().update(next_at=Now())  # the lease is over
    assert Delivery.objects.unconfirmed().count() in (1, 2)
    drain.drain(seconds=20)
    assert states(issue) == {"sent": 40}
    assert set(relay.recipients) == {person.email for person in people}
    assert relay.twice <= 2
    assert len({mail.copy_of for mail in relay.kept}) == 40


# --- answers of the relay (F12 to F19) ------------------------------------------------------------


def until_done(issue, due_now, open_routes, rounds=12):
    """Drain again and again, as if every waiting time were over at once."""
    for _round in range(rounds):
        drain.drain(seconds=10)
        if not Delivery.objects.for_issue(issue).queued().exists():
            return
        open_routes()
        due_now()


def test_greylisting_of_everybody(relay, readers, make_issue, due_now, open_routes):
    readers(12)
    issue = make_issue()
    relay.on_recipient = lambda address, n: "451 4.7.1 Greylisted, try again later" if n == 1 else None
    until_done(issue, due_now, open_routes)
    assert (states(issue), relay.twice) == ({"sent": 12}, 0)
    assert set(Delivery.objects.values_list("tries", flat=True)) == {1}


def test_five_temporary_refusals_close_the_domain(relay, readers, make_issue):
    readers(12)
    make_issue()
    relay.on_recipient = lambda address, n: "450 4.2.0 later"
    drain.drain(seconds=5)
    assert Delivery.objects.filter(tries=1).count() == 5
    route = Route.objects.get(name="domain:example.jp")
    assert timedelta(minutes=4) < route.closed_until - route.since < timedelta(minutes=6)


@pytest.mark.parametrize(
    ("tries", "low", "high"), [(0, 48, 72), (2, 720, 1080), (6, 34560, 51840), (20, 34560, 51840)]
)
def test_waiting_times_grow(tries, low, high):
    assert low <= recording.retry_after(tries).total_seconds() <= high


def test_a_rude_relay_loses_nobody(relay, readers, make_issue, due_now, open_routes):
    readers(30)
    issue = make_issue()
    relay.on_sender = lambda address, n: "421 4.3.0 busy" if n % 10 == 0 else None
    relay.on_recipient = lambda address, n: "451 4.2.1 later" if n == 1 and address[-12] in "02" else None
    relay.on_text = lambda address, n: "452 4.3.1 short of space" if n == 1 and address[-12] == "7" else None
    until_done(issue, due_now, open_routes)
    assert (states(issue), len(relay.kept), relay.twice) == ({"sent": 30}, 30, 0)


def test_wrong_addresses_are_listed_and_nobody_else(relay, readers, make_issue):
    people = readers(40)
    gone = people[::10]
    issue = make_issue()
    relay.on_recipient = lambda address, n: (
        "550 5.1.1 no such user" if address in {p.email for p in gone} else None
    )
    drain.drain(seconds=10)
    assert states(issue) == {"sent": 36, "failed": 4}
    assert {row.person for row in Preference.objects.addresses_to_check()} == set(gone)
    assert {row.person for row in Delivery.objects.for_issue(issue).failed()} == set(gone)


def test_a_marked_address_gets_nothing_until_it_changes(relay, readers, make_issue):
    (person,) = readers(1)
    Preference.objects.mark_refused(person.pk, person.email, "550")
    issue = make_issue()
    drain.drain(seconds=5)
    assert states(issue) == {"skipped": 1}
    person.email = "new-address@example.jp"
    person.save()
    issue = make_issue(number=8)
    drain.drain(seconds=5)
    assert relay.recipients == ["new-address@example.jp"]


def test_refusals_of_everybody_are_the_relays_fault(relay, readers, make_issue):
    readers(30)
    issue = make_issue()
    relay.on_recipient = lambda address, n: "550 5.7.1 relaying denied"
    drain.drain(seconds=10)
    issue.refresh_from_db()
    assert issue.state == Issue.State.PAUSED
    assert states(issue) == {"queued": 30}
    assert Preference.objects.addresses_to_check().count() == 0


def test_lost_replies_count_as_unconfirmed(relay, readers, make_issue, due_now, open_routes):
    readers(12)
    issue = make_issue()
    relay.on_text = lambda address, n: DROP if n == 1 and address[-12] in "05" else None
    drain.drain(seconds=10)
    lost = Delivery.objects.filter(code="unconfirmed").count()
    assert lost >= 2
    assert Delivery.objects.in_flight().count() == lost
    due_now()
    assert Delivery.objects.for_issue(issue).figures()["unconfirmed"] == lost
    until_done(issue, due_now, open_routes)
    assert (states(issue), relay.twice) == ({"sent": 12}, lost)
    assert set(Counter(mail.copy_of for mail in relay.kept).values()) == {1, 2}


def test_silence_after_the_dot_is_unconfirmed(relay, readers, make_issue, monkeypatch):
    monkeypatch.setattr(smtp, "DOT_SECONDS", 0.3)
    readers(1)
    make_issue()
    relay.on_text = lambda address, n: HANG
    drain.drain(seconds=5)
    row = Delivery.objects.get()
    assert (row.state, row.code, row.lost_replies, row.tries) == (State.QUEUED, "unconfirmed", 1, 0)


def test_a_relay_that_is_away_counts_against_nobody(relay, readers, make_issue, due_now, open_routes):
    readers(5)
    issue = make_issue()
    relay.stop()
    for _outage in range(4):
        assert drain.drain(seconds=5) == 0
        open_routes()
        due_now()
    assert set(Delivery.objects.for_issue(issue).values_list("tries", flat=True)) == {0}
    route = Route.objects.relay()
    assert route.failures == 4
    Route.objects.update(since=Now() - timedelta(minutes=16))
    assert [Route.objects.needs_alarm("relay", seconds=900) for _n in range(3)] == [True, False, False]


def test_a_closed_relay_wakes_nobody(relay, readers, make_issue):
    readers(2)
    make_issue()
    assert claiming.something_is_due() is True
    relay.stop()
    drain.drain(seconds=5)
    assert claiming.something_is_due() is False
    assert sorted(Delivery.objects.values_list("claims", flat=True)) == [0, 1]


def test_a_wrong_password_marks_nobody(relay, readers, make_issue, due_now, open_routes, settings):
    readers(3)
    issue = make_issue()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "old"
    drain.drain(seconds=5)
    assert (states(issue), Preference.objects.count(), Route.objects.relay().failures) == (
        {"queued": 3},
        0,
        1,
    )
    settings.EMAIL_HOST_USER = ""
    until_done(issue, due_now, open_routes)
    assert (states(issue), Route.objects.relay().failures) == ({"sent": 3}, 0)


def test_refused_content_pauses_the_issue(relay, readers, make_issue):
    readers(20)
    issue = make_issue()
    someone_hears_alarms(readers)
    relay.on_text = lambda address, n: "554 5.7.1 looks like spam"
    drain.drain(seconds=10)
    issue.refresh_from_db()
    assert issue.state == Issue.State.PAUSED
    assert "looks like spam" in issue.pause_reason
    assert Delivery.objects.for_issue(issue).filter(code="message").count() == 3
    assert (states(issue), Preference.objects.count()) == ({"queued": 20}, 0)
    alarm = Delivery.objects.get(kind="alarm")
    assert "looks like spam" in alarm.content["words"]


def test_two_workers_that_stop_an_issue_stop_it_once(readers, make_issue):
    readers(1)
    issue = make_issue()
    start = threading.Barrier(4)
    stopped = []

    def stop():
        start.wait()
        stopped.append(sending.pause_issue(issue.pk, "554"))
        connection.close()

    threads = [threading.Thread(target=stop) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stopped) == [False, False, False, True]


def test_refusals_of_a_kind_are_forgotten_when_one_is_accepted(relay, readers, due_now):
    someone_hears_alarms(readers)
    for n in range(4):
        relay.on_text = (lambda address, n: "554 no") if n != 2 else (lambda address, n: None)
        Delivery.objects.post("test", key=f"{n}", person=readers(1)[0], subject="題", text="文")
        drain.drain(seconds=5)
    assert not Delivery.objects.filter(kind="alarm").exists()


def someone_hears_alarms(readers):
    """Somebody who hears alarms."""
    from tests.factories import DutyFactory

    (person,) = readers(1)
    DutyFactory(user=person, role="secretariat")


def test_a_rate_limit_slows_down_without_blame(relay, readers, make_issue):
    readers(6)
    make_issue()
    relay.on_sender = lambda address, n: "451 4.7.0 too many messages" if n > 3 else None
    drain.drain(seconds=5)
    assert (len(relay.kept), set(Delivery.objects.values_list("tries", flat=True))) == (3, {0})
    now = claiming.standing()
    assert (now.closed, now.pace > 0) == (True, True)


def test_the_set_pace_is_kept(relay, readers, make_issue, settings):
    settings.MAIL_PER_MINUTE = 122
    readers(12)
    make_issue()
    began = time.monotonic()
    drain.drain(seconds=2.2)
    assert time.monotonic() - began < 4
    assert len(relay.kept) == 5


# --- stop, go on, give up (F26, P3) ---------------------------------------------------------------


def test_pause_and_resume_lose_nobody(relay, readers, make_issue):
    readers(20)
    issue = make_issue()
    relay.delay = 0.03
    worker = threading.Thread(target=drain_and_close, args=(10,))
    worker.start()
    wait_for(lambda: len(relay.kept) >= 6)
    issue.pause(by=None)
    at_press = len(relay.kept)
    worker.join()
    assert at_press <= len(relay.kept) <= at_press + 4
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.SENDING)
    drain.drain(seconds=10)
    assert (states(issue), relay.twice) == ({"sent": 20}, 0)


def test_cancel_at_half(relay, readers, make_issue):
    readers(10)
    issue = make_issue()
    Delivery.objects.filter(pk__in=Delivery.objects.order_by("pk")[5:]).update(
        next_at=Now() + timedelta(hours=1)
    )
    drain.drain(seconds=5)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.CANCELLED)
    assert (sending.cancel_issue(issue), sending.cancel_issue(issue)) == (5, 0)
    assert states(issue) == {"sent": 5, "cancelled": 5}


# --- one statement of the table, unchanged by what the host's clock says (I11) --------------------


def test_only_the_database_knows_what_is_due(readers, make_issue, relay, monkeypatch):
    readers(1)
    make_issue()
    Delivery.objects.update(next_at=Now() + timedelta(hours=1), due_at=F("due_at"))
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 86_400)
    assert drain.drain(seconds=3) == 0
