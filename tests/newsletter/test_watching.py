"""The watch from outside: alarms for a beat or a worker that stands still leave although nobody else sends (P9)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from newsletter import tick, watching
from newsletter.management.commands import watch_mail
from newsletter.models import Delivery, Heartbeat, Route

pytestmark = pytest.mark.django_db(transaction=True)
MAILBOX = "alarm@example.jp"


@pytest.fixture(autouse=True)
def mailbox(settings):
    settings.MAIL_ALARM_ADDRESS = MAILBOX


def minutes_ago(number, *names):
    for name in names:
        Heartbeat.objects.beat(name)
    Heartbeat.objects.filter(name__in=names).update(at=Now() - timedelta(minutes=number))


def test_nothing_is_missed_before_the_first_tick(relay):
    assert (watching.round_(), relay.kept) == ("", [])


def test_mail_that_waits_for_the_first_tick_is_no_alarm(relay, readers, make_issue):
    readers(1)
    make_issue()
    assert (watching.round_(), relay.kept) == ("", [])


def test_all_is_well(relay, readers, make_issue):
    readers(1)
    make_issue()
    tick.tick()
    assert (watching.round_(), relay.kept) == ("", [])


def test_a_stopped_beat_is_told_from_here_and_once(relay, readers, make_issue):
    readers(2)
    make_issue()
    minutes_ago(4, "tick")
    assert [watching.round_(), watching.round_()] == ["tick", "tick"]
    assert relay.recipients == [MAILBOX]
    words = relay.kept[0].part("plain")
    assert "2分以上止まっていました" in words
    assert "さん" not in words + relay.kept[0].part("html")  # a mailbox has no name


def test_the_alarm_leaves_within_three_minutes_of_the_last_sign(relay):
    """The watch looks every so often, and 15 seconds remain for the mail itself (P9)."""
    assert watching.LATE_SECONDS + watch_mail.EVERY_SECONDS <= 165
    minutes_ago(watching.LATE_SECONDS / 60, "tick")
    assert (watching.round_(), relay.recipients) == ("tick", [MAILBOX])


def test_a_second_standstill_within_the_hour_is_told_too(relay):
    for minutes in (12, 4):
        minutes_ago(minutes, "tick")
        watching.round_()
    assert relay.recipients == [MAILBOX] * 2


def test_stopped_workers_are_told_from_here(relay, readers, make_issue):
    readers(2)
    make_issue()
    tick.tick()
    minutes_ago(4, "calm", "drain")
    assert watching.round_() == "drain"
    assert relay.recipients == [MAILBOX]
    assert Delivery.objects.filter(kind="issue", claims=0).count() == 2


def test_the_command_says_what_is_missing(relay, capsys):
    minutes_ago(4, "tick")
    with pytest.raises(SystemExit) as ended:
        call_command("watch_mail", "--once")
    assert (ended.value.code, capsys.readouterr().err) == (1, "Not well: tick.\n")


def test_a_relay_that_is_away_is_told_within_a_quarter_of_an_hour():
    """Once, with a minute for the attempt that notices (P9)."""
    Route.objects.close(Route.RELAY, reply="refused")
    for minutes in (10, 14, 15):
        Route.objects.update(since=Now() - timedelta(minutes=minutes))
        tick.tick()
        told = Delivery.objects.filter(address=MAILBOX).count()
        assert told == (minutes >= 14)
