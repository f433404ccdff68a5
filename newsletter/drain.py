"""The worker's loop: claim one row, look, send, record (sending.md, "Verbs" 3 to 5).

No transaction is open while talking to the relay, and every moment that decides anything is the database's (I11).
"""

import random
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from newsletter import composing, guard, recording
from newsletter.models import Delivery, Heartbeat, Route
from newsletter.models.deliveries import LEASE, PRIORITY
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
        delivery = claim(lanes(now, alarms_only=alarms_only))
        if delivery is None or not handle(delivery, relay, issues, counted=now.counted):
            break
        done += 1
    return done


class Standing(NamedTuple):
    """What the database says before each mail, in one question."""

    closed: bool  # the relay is closed now
    held: bool  # only account mail may leave
    pace: int  # mails a minute while slowed down by the relay, else 0
    counted: bool  # some route has failures or refusals that a success would set back
    sending: list[int]  # issues that are being sent, oldest first

    def wait(self) -> float:
        """Seconds to wait before the next mail; 0.0 takes the slot."""
        pace = min((pace for pace in (self.pace, settings.MAIL_PER_MINUTE) if pace), default=0)
        # A second more than a minute, so that no sixty seconds ever hold one mail too many.
        return Route.objects.take_slot(Route.RELAY, 61 / pace) if pace else 0.0


def standing() -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        row = cursor.fetchone()
        if row is None:
            Route.objects.relay()  # makes the row
            return standing()
        return Standing(*row)


STANDING = """
select coalesce(closed_until > statement_timestamp(), false), held,
  case when slowed_until > statement_timestamp() then pace else 0 end,
  exists (select 1 from newsletter_route where failures > 0 or people <> '{}'),
  array(select id from newsletter_issue where state = 'sending' order by number)
from newsletter_route where name = 'relay'
"""


@dataclass(frozen=True)
class Lane:
    """Rows of one priority, of one issue where it is the issues' priority. Asked for by equality, so that a claim reads
    one entry of the index and not a queue of rows that may not leave now (I13)."""

    kind: str
    issue: int | None = None

    @property
    def condition(self) -> str:
        """The SQL condition; test mails are few and belong to issues that are not being sent."""
        if self.kind == Delivery.Kind.TEST:
            return "priority = %s"
        return (
            "priority = %s and issue_id is null" if self.issue is None else "priority = %s and issue_id = %s"
        )

    @property
    def parameters(self) -> list[int]:
        return [PRIORITY[self.kind]] if self.issue is None else [PRIORITY[self.kind], self.issue]


def lanes(now: Standing, *, alarms_only: bool = False) -> list[Lane]:
    """What may be claimed now, most urgent first; issues only while they are being sent (I9)."""
    if now.held:
        return [Lane(Delivery.Kind.ACCOUNT)]
    if alarms_only:
        return [Lane(Delivery.Kind.ALARM)]
    issues = [Lane(Delivery.Kind.ISSUE, pk) for pk in now.sending]
    others = [Lane(kind) for kind in PRIORITY if kind != Delivery.Kind.ISSUE]
    return sorted(others + issues, key=lambda lane: PRIORITY[lane.kind])


def claim(served: list[Lane] | None = None) -> Delivery | None:
    """Take the most urgent due row for the length of the lease and commit; None when nothing is due."""
    served = lanes(standing()) if served is None else served
    picks = ",\n".join(PICK.replace("LANE", lane.condition) for lane in served)
    parameters = [value for lane in served for value in lane.parameters]
    rows = list(Delivery.objects.raw(CLAIM.replace("PICKS", picks), [*parameters, LEASE]))
    return rows[0] if rows else None


PICK = """(select d.id from newsletter_delivery d where state = 'queued' and LANE
  and next_at <= statement_timestamp()
  and not exists (select 1 from newsletter_route r
    where r.name = 'domain:' || d.domain and r.closed_until > statement_timestamp())
  order by next_at, id limit 1 for update skip locked)"""
CLAIM = """
with picked as materialized (select coalesce(
PICKS
) as id)
update newsletter_delivery d set claims = claims + 1, started_at = statement_timestamp(),
  mail_date = coalesce(mail_date, date_trunc('second', statement_timestamp())), next_at = statement_timestamp() + %s
from picked where d.id = picked.id returning d.*
"""


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
    answer = relay.deliver(mail.sender, delivery.address, mail.message)
    return recording.record(delivery, answer, rate=relay.rate, counted=counted)


def still_mine(delivery) -> bool:
    """Whether more than half the lease is left and nobody else has the row: asked right before sending (F5)."""
    with connection.cursor() as cursor:
        cursor.execute(MINE, [delivery.pk, delivery.claims, LEASE / 2])
        return cursor.fetchone() is not None


MINE = """
select 1 from newsletter_delivery
where id = %s and claims = %s and state = 'queued' and next_at > statement_timestamp() + %s
"""


def something_is_due() -> bool:
    """Whether a drain would find work now; with the relay closed there is none."""
    now = standing()
    if now.closed:
        return False
    with connection.cursor() as cursor:
        for lane in lanes(now):
            cursor.execute(DUE.replace("LANE", lane.condition), lane.parameters)
            if cursor.fetchone():
                return True
    return False


DUE = "select 1 from newsletter_delivery where state = 'queued' and LANE and next_at <= statement_timestamp() limit 1"
