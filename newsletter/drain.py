"""The worker's loop: claim one row, look, send, record (sending.md, "Verbs" 3 to 5).

No transaction is open while talking to the relay.
"""

import random
import time
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from newsletter import composing, guard, recording
from newsletter.claiming import claim, standing, still_mine
from newsletter.models import Heartbeat
from newsletter.models.deliveries import LEASE
from newsletter.smtp import Relay

logger = structlog.get_logger(__name__)

BOX_SECONDS = 20
NO_RESULT_LIMIT = 5  # claims of one row that ended without any known result: poison
SLOT_LOCKS = 7_461  # first half of the advisory lock keys; the second is the number of the connection


def drain(seconds: float = BOX_SECONDS, *, alarms_only: bool = False) -> int:
    """Send what is due until nothing is or the box is over; how many rows were dealt with. Never raises for trouble
    with database or relay: the next tick comes. `alarms_only`: for the watch, when nobody else sends."""
    done = 0
    try:
        with connection_slot() as slot:
            if slot is None:
                return 0
            if not alarms_only:
                Heartbeat.objects.beat("drain")
            guard.check()
            with Relay() as relay:
                done = _until_empty(relay, time.monotonic() + seconds, alarms_only)
    except (DatabaseError, InterfaceError) as error:
        if not recording.is_away(error):
            raise
        logger.warning("drain_stopped", error=type(error).__name__)
        connection.close()
    return done


@contextmanager
def connection_slot():
    """One of MAIL_CONNECTIONS places at the relay, held by the database session; None when all are taken (I8).

    A worker that stands still for a whole lease (a suspended host) loses its session and with it the place, so that
    another host can go on (F5)."""
    slot = None
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('idle_session_timeout', %s, false)", [f"{LEASE.total_seconds():.0f}s"]
        )
        for number in random.sample(range(settings.MAIL_CONNECTIONS), settings.MAIL_CONNECTIONS):
            cursor.execute("select pg_try_advisory_lock(%s, %s)", [SLOT_LOCKS, number])
            if cursor.fetchone()[0]:
                slot = number
                break
    try:
        yield slot
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [SLOT_LOCKS, slot])
                cursor.execute("set idle_session_timeout = 0")


def _until_empty(relay, end: float, alarms_only: bool) -> int:
    done, issues, session = 0, composing.IssueShelf(), connection.connection
    # Another session than we began with (the database was away) does not hold our place at the relay.
    while time.monotonic() < end and connection.connection is session:
        now = standing()
        if now.closed:
            break
        if wait := now.wait():
            time.sleep(min(wait, max(0, end - time.monotonic())))
            continue
        delivery = claim(now, alarms_only=alarms_only)
        if delivery is None or not handle(delivery, relay, issues, counted=now.counted):
            break
        done += 1
    return done


def handle(delivery, relay, issues, *, counted: bool) -> bool:
    """Bring one claimed row to its next state. False when the route is closed now and the loop should end."""
    if delivery.claims - 1 - delivery.results >= NO_RESULT_LIMIT:
        recording.poisoned(delivery)
        return True
    try:
        mail = composing.compose(delivery, issues)
    except composing.NotNow as later:
        recording.postpone(delivery, until=later.until, zone=later.zone)
        return True
    except composing.NotNeeded as reason:
        recording.skip(delivery, reason)
        return True
    except Exception as error:  # one person's data must not stop the others (F27)
        if recording.is_away(error):
            raise
        logger.exception("mail_not_composed", delivery=delivery.pk)
        recording.broken(delivery, error)
        return True
    if not still_mine(delivery):
        return True
    answer = relay.deliver(mail.sender, delivery.recipient, mail.message)
    return recording.record(delivery, answer, rate=relay.rate, counted=counted)
