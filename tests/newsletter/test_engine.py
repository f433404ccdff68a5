"""Tick, guard against restores, headers, preferences, and the whole way through a real Celery worker."""

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now

from newsletter import claiming, drain, envelope, guard, recording, sending, tick
from newsletter.models import Delivery, Heartbeat, Issue, Preference, Route, Topic, Way
from newsletter.rendering import Rendered
from tests.factories import UserFactory
from tests.live import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


# --- tick (F10) -----------------------------------------------------------------------------------


def test_tick_beats_and_says_whether_mail_is_due(readers, make_issue):
    readers(1)
    assert tick.tick() is False
    assert Heartbeat.objects.fresh("tick", seconds=5)
    make_issue(state=Issue.State.SCHEDULED)
    assert tick.tick() is True
    assert Issue.objects.get().state == Issue.State.SENDING


def test_two_beats_are_harmless(relay, readers, make_issue):
    readers(3)
    make_issue(state=Issue.State.SCHEDULED)
    assert [tick.tick(), tick.tick()] == [True, True]
    assert (drain.drain(seconds=5), drain.drain(seconds=5)) == (3, 0)
    assert len(relay.kept) == 3


def test_a_stopped_tick_is_noticed_when_it_goes_on():
    UserFactory(roles=["secretariat"])
    Heartbeat.objects.beat("tick")
    Heartbeat.objects.update(at=Now() - timedelta(minutes=10))
    tick.tick()
    assert Delivery.objects.get(kind="alarm").content["alarm"] == "tick"


def test_a_stopped_worker_is_noticed(readers, make_issue):
    readers(2)
    UserFactory(roles=["admin"])
    make_issue()
    tick.tick()
    assert not Delivery.objects.filter(kind="alarm").exists()
    Heartbeat.objects.filter(name="calm").update(at=Now() - timedelta(minutes=4))
    tick.tick()
    tick.tick()
    assert [row.content["alarm"] for row in Delivery.objects.filter(kind="alarm")] == ["drain"]


def test_a_full_place_for_files_is_told_once(settings):
    UserFactory(roles=["admin"])
    settings.UPLOAD_ALARM_PERCENT = 0
    tick.tick()
    tick.tick()
    assert [row.content["alarm"] for row in Delivery.objects.filter(kind="alarm")] == ["room"]


def test_one_broken_part_does_not_stop_the_others(readers, make_issue, monkeypatch):
    def broken():
        raise RuntimeError("no digest today")

    monkeypatch.setattr(tick, "PARTS", (broken, sending.start_due_issues))
    readers(1)
    make_issue(state=Issue.State.SCHEDULED)
    assert tick.tick() is True


def test_a_turn_is_taken_once():
    assert [Heartbeat.objects.take_turn("digest", seconds=60) for _n in range(3)] == [True, False, False]


# --- after a restore (F9, P15) --------------------------------------------------------------------


def restored():
    """As the database looks after a dump was loaded: the same rows, another identity."""
    Heartbeat.objects.filter(name="database").update(note="another:database")


def test_after_a_restore_only_account_mail_leaves(relay, readers, make_issue):
    readers(3)
    issue = make_issue()
    assert guard.check() is True
    restored()
    Delivery.objects.post("notice", key="n", person=UserFactory(), topic="answer")
    Delivery.objects.post("account", key="a", address="code@example.jp", subject="番号", text="1")
    drain.drain(seconds=5)
    issue.refresh_from_db()
    assert (issue.state, relay.recipients) == (Issue.State.PAUSED, ["code@example.jp"])
    assert "データベースが戻されました" in issue.pause_reason


def test_a_person_lets_mail_leave_again(relay, readers, make_issue):
    readers(3)
    issue = make_issue()
    guard.check()
    restored()
    assert [guard.check(), guard.check()] == [False, True]
    call_command("release_mail", stdout=(words := StringIO()))
    assert words.getvalue().splitlines() == ["Mail leaves again.", f"Still paused: {issue}"]
    assert drain.drain(seconds=5) == 0
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.SENDING)
    assert drain.drain(seconds=5) == 3


def test_the_fingerprint_stays_the_same():
    before = guard.fingerprint()
    with connection.cursor() as cursor:
        cursor.execute("vacuum full newsletter_delivery")
    assert guard.fingerprint() == before


# --- a database that goes away while a result is in hand (F8) -------------------------------------


def test_the_result_is_written_when_the_database_is_back(readers, make_issue):
    readers(1)
    make_issue()
    row = claiming.claim()
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s)", [pid])
    other.close()
    assert recording.finish(row, Delivery.State.SENT, "sent") is True
    assert Delivery.objects.get().state == Delivery.State.SENT


# --- headers (MA1) --------------------------------------------------------------------------------


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\u2028", "\u0085", "\x0b"])
def test_no_header_can_be_smuggled_in(line_break):
    person = UserFactory(name=f"山田{line_break}Bcc: all@example.jp")
    row = Delivery.objects.post("test", key="t", person=person)
    row.mail_date = row.due_at
    rendered = Rendered(f"件名{line_break}Bcc: all@example.jp", "本文", "")
    raw = envelope.build(row, rendered, person=person)
    head = raw.split(b"\n\n")[0].split(b"\r\n\r\n")[0]
    assert b"\nBcc:" not in head.replace(b"\r\n", b"\n")
    assert head.lower().count(b"\nto:") == 1


def test_copies_are_equal_byte_by_byte():
    person = UserFactory()
    row = Delivery.objects.post("test", key="t", person=person)
    row.mail_date = row.due_at
    rendered = Rendered("件名", "本文\n", "<p>本文</p>")
    assert envelope.build(row, rendered, person=person) == envelope.build(row, rendered, person=person)


def test_the_address_to_stop_mail_is_not_encoded():
    """RFC 2369: a mail program looks for <https://…>, however long it is."""
    person = UserFactory()
    row = Delivery.objects.post("digest", key="t", person=person)
    row.mail_date = row.due_at
    raw = envelope.build(row, Rendered("件名", "本文", ""), person=person)
    address = envelope.unsubscribe_url(person, Topic.DIGEST)
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in raw


def test_mail_that_cannot_be_stopped_offers_no_link():
    row = SimpleNamespace(kind="account", content={}, seal="s")
    assert not {name for name, _value in envelope.automatic_headers(row, UserFactory())} & {
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "Precedence",
    }


# --- preferences (MA6) ----------------------------------------------------------------------------


def test_the_link_stops_one_kind_for_one_person_once_and_for_all():
    person, other = UserFactory(), UserFactory()
    token = Preference.unsubscribe_token(person, Topic.NEWSLETTER)
    versions = [Preference.unsubscribe(token) and Preference.objects.of(person).version for _n in range(2)]
    assert versions[0] == versions[1]
    assert Preference.objects.of(person).way(Topic.NEWSLETTER) == Way.OFF
    assert Preference.objects.of(person).way(Topic.DIGEST) == Way.AT_ONCE
    assert Preference.objects.of(other).way(Topic.NEWSLETTER) == Way.AT_ONCE
    with pytest.raises(signing.BadSignature):
        Preference.unsubscribe(token[:-1] + ("a" if token[-1] != "a" else "b"))


# --- routes ---------------------------------------------------------------------------------------


def test_closing_grows_and_counts_once_while_closed():
    seconds = []
    for _n in range(7):
        Route.objects.close("relay", reply="away")
        Route.objects.close("relay", reply="away")  # a second worker finds the same outage
        route = Route.objects.get(name="relay")
        with connection.cursor() as cursor:
            cursor.execute(
                "select extract(epoch from closed_until - statement_timestamp()) from newsletter_route"
            )
            seconds.append(round(cursor.fetchone()[0], -1))
        Route.objects.update(closed_until=Now())
    assert seconds == [30, 60, 120, 240, 480, 600, 600]
    assert route.failures == 7
    Route.objects.well("relay")
    route.refresh_from_db()
    assert (route.failures, route.closed_until) == (0, None)


# --- through Celery and Redis ---------------------------------------------------------------------


def test_an_issue_goes_out_through_the_worker(worker, smtp, readers, make_issue):
    people = readers(12)
    make_issue(state=Issue.State.SCHEDULED)
    worker.send("newsletter.tick")
    wait_for(lambda: len(smtp.messages) == 12)
    worker.send("newsletter.tick")
    wait_for(lambda: Issue.objects.get().state == Issue.State.SENT)
    assert sorted(smtp.recipients) == sorted(person.email for person in people)
