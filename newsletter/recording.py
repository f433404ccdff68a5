"""Writing down what became of a claimed row: the table "What each SMTP answer does" of sending.md.

Every write names the claim it belongs to (I3): a row that somebody else has claimed meanwhile is left alone.
"""

import random
import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import F
from django.db.models.functions import Least, Now
from django.utils.translation import gettext as _

from dxportal import prepared
from newsletter import sending
from newsletter.models import Delivery, Issue, Preference, Route
from newsletter.models.deliveries import LIFETIME
from newsletter.replies import Stage, Verdict

logger = structlog.get_logger(__name__)

Kind, State = Delivery.Kind, Delivery.State
PATIENCE_SECONDS = 60  # how long a result is kept in hand while the database is away
RETRY_STEPS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
RETRY_STEPS += [timedelta(hours=1), timedelta(hours=3), timedelta(hours=6), timedelta(hours=12)]
RETRY_SPREAD = 0.2
RELAY_PAUSE = timedelta(seconds=30)
RATE_PAUSE = timedelta(seconds=60)
REPLY_LOST_PAUSE = timedelta(minutes=2)
MESSAGE_PAUSE = timedelta(minutes=5)
DOMAIN_LIMIT, DOMAIN_SECONDS = 5, 300
DIFFERENT_PEOPLE = 3  # so many people's copies refused as such: it is the message
RELAY_ALARM_SECONDS = 14 * 60  # a minute is for noticing: told within a quarter of an hour (P9)
REFUSED_IN_A_ROW = 10  # so many addresses cannot be wrong one after the other: it is the relay (MA10)
REFUSED_SHARE = 0.2


def settle(delivery, **fields) -> bool:
    """Write the result of this claim; False when the row is not ours any more. Waits for a database that is away."""
    mine = Delivery.objects.filter(pk=delivery.pk, claims=delivery.claims, state=State.QUEUED)
    return patiently(lambda: mine.update(**fields)) == 1


def is_away(error: Exception) -> bool:
    """Whether the error says that the database is not there. A server that crashes under a query is reported by the
    driver as a bare DatabaseError and not, as elsewhere, as an OperationalError."""
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def patiently(write):
    """The answer of `write()`, tried again for a minute while the database is away."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return write()
        except (DatabaseError, InterfaceError) as error:
            if not is_away(error) or connection.in_atomic_block or time.monotonic() > end:
                raise
            connection.close()
            time.sleep(1)


def finish(delivery, state, code, reply="") -> bool:
    """Bring the row to one of the five final states. Account mails lose their words: they hold sign-in codes."""
    done = patiently(lambda: _finish(delivery, state, code, str(reply)[:500])) == 1
    logger.info(
        "mail_" + state,
        delivery=delivery.pk,
        kind=delivery.kind,
        issue=delivery.issue_id,
        code=code,
        kept=done,
    )
    return done


def _finish(delivery, state, code, reply) -> int:
    with connection.cursor() as cursor:
        prepared.execute(cursor, FINISH, [state, code, reply, delivery.pk, delivery.claims])
        return cursor.rowcount


# Written out, because it runs once for every mail and putting it together took as long as running it.
FINISH = """
update newsletter_delivery set state = %s, code = %s, reply = %s,
  finished_at = statement_timestamp(), results = results + 1,
  content = case when kind = 'account' then '{}' else content end
where id = %s and claims = %s and state = 'queued'
"""


def keep(delivery, pause, code, reply="", **fields) -> bool:
    """The row stays queued; its next claim is `pause` from now."""
    return settle(
        delivery,
        next_at=Least(Now() + pause, F("expires_at")),
        finished_at=Now(),
        results=F("results") + 1,
        code=code,
        reply=str(reply)[:500],
        **fields,
    )


# --- without talking to the relay ---------------------------------------------------------------------


def skip(delivery, reason) -> None:
    """`reason` is a composing.NotNeeded: not wanted any more, or too late."""
    if reason.code == "expired":
        finish(delivery, State.EXPIRED, delivery.code or "expired", delivery.reply)
    else:
        finish(delivery, State.SKIPPED, reason.code)


def postpone(delivery, *, until, zone) -> None:
    """The person has moved: due at the morning of the new zone."""
    expires = until + LIFETIME[delivery.kind]
    moved = {"zone": zone, "due_at": until, "next_at": until, "expires_at": expires}
    settle(delivery, finished_at=Now(), results=F("results") + 1, code="moved", **moved)


def poisoned(delivery) -> None:
    """Five claims and never a result: whatever kills the worker is in this row (F28)."""
    finish(delivery, State.FAILED, "no_result", _("5回続けて結果が分かりませんでした"))
    sending.alarm(
        "poison",
        _("配達 %(key)s は、5回続けて結果が分かりませんでした。") % {"key": delivery.key},
        once=delivery.key,
    )


def broken(delivery, error) -> None:
    """The mail could not be made from this person's data; three people of one issue stop it."""
    finish(delivery, State.FAILED, "template", f"{type(error).__name__}: {error}")
    name = f"broken:{delivery.issue_id or delivery.kind}"
    if Route.objects.strike(name, delivery.person_id) >= DIFFERENT_PEOPLE:
        _stop(
            delivery,
            _("3人分のメールを作れませんでした: %(error)s") % {"error": type(error).__name__},
            clear=name,
        )


# --- answers of the relay -----------------------------------------------------------------------------


def record(delivery, answer, *, rate: float = 0.0, counted: bool = True) -> bool:
    """Write the answer down on the row and on the routes. False when the relay is closed now. `counted`: whether any
    route had something counted against it before this mail, which an accepted one sets back."""
    if answer.verdict is Verdict.ACCEPTED:
        return accepted(delivery, answer, counted)
    return ACTS[answer.verdict](delivery, answer, rate)


def accepted(delivery, answer, counted) -> bool:
    finish(delivery, State.SENT, "sent", answer)
    if not counted:
        return True
    own = [Route.of_issue(delivery.issue_id or delivery.kind)]
    own += [f"refused:{delivery.issue_id}"] if delivery.issue_id else []
    Route.objects.well(Route.RELAY, Route.of_domain(delivery.domain), *own)
    return True


def unreachable(delivery, answer, rate) -> bool:
    keep(delivery, RELAY_PAUSE, "relay", answer)
    Route.objects.close(Route.RELAY, reply=str(answer))
    watch_relay()
    return False


def too_fast(delivery, answer, rate) -> bool:
    keep(delivery, RATE_PAUSE, "rate", answer)
    Route.objects.slow_down(Route.RELAY, pace=int(rate * settings.MAIL_CONNECTIONS / 2), reply=str(answer))
    return False


def temporary(delivery, answer, rate) -> bool:
    keep(delivery, retry_after(delivery.tries), answer.verdict.value, answer, tries=F("tries") + 1)
    # Greylisting says nothing about the domain: closing it would let five people through every five minutes.
    if answer.stage is Stage.RECIPIENT and answer.verdict is Verdict.TEMPORARY and not answer.is_greylisting:
        name = Route.of_domain(delivery.domain)
        Route.objects.count_failure(name, limit=DOMAIN_LIMIT, seconds=DOMAIN_SECONDS, reply=str(answer))
    return True


def retry_after(tries: int) -> timedelta:
    """How long to wait after the (tries+1)-th temporary refusal, give or take a fifth."""
    step = RETRY_STEPS[min(tries, len(RETRY_STEPS) - 1)]
    return step * random.uniform(1 - RETRY_SPREAD, 1 + RETRY_SPREAD)  # noqa: S311 - spreading load, not a secret


def refused(delivery, answer, rate) -> bool:
    """The address is wrong: this person is listed for the secretariat, unless it happens to everybody (MA10)."""
    if not finish(delivery, State.FAILED, "refused", answer):
        return True
    if delivery.person_id:
        Preference.objects.mark_refused(delivery.person_id, delivery.address, str(answer))
    if delivery.issue_id:
        in_a_row, total = Route.objects.refuse(f"refused:{delivery.issue_id}", reply=str(answer))
        readers = Issue.objects.values_list("audience_count", flat=True).get(pk=delivery.issue_id)
        if in_a_row >= REFUSED_IN_A_ROW or total > max(2 * REFUSED_IN_A_ROW, readers * REFUSED_SHARE):
            _suspect_relay(delivery, answer, total)
    return True


def _suspect_relay(delivery, answer, total) -> None:
    """Too many refusals to believe: the issue stops, the people are unmarked and wait in the queue again."""
    reason = _("%(count)s人の宛先が断られました。中継サーバーを確かめてください: %(reply)s")
    if _stop(delivery, reason % {"count": total, "reply": answer}, clear=f"refused:{delivery.issue_id}"):
        rows = Delivery.objects.for_issue(delivery.issue_id).filter(state=State.FAILED, code="refused")
        Preference.objects.unmark(rows)
        rows.update(state=State.QUEUED, next_at=Now(), results=F("claims"))


def message_refused(delivery, answer, rate) -> bool:
    """The relay does not like what we say. Nobody is marked; the same for three people stops the issue (F17)."""
    if delivery.issue_id and delivery.kind == Kind.ISSUE:
        keep(delivery, MESSAGE_PAUSE, "message", answer)
    else:
        keep(delivery, retry_after(delivery.tries), "message", answer, tries=F("tries") + 1)
    name = Route.of_issue(delivery.issue_id or delivery.kind)
    if Route.objects.strike(name, delivery.person_id, reply=str(answer)) >= DIFFERENT_PEOPLE:
        _stop(delivery, _("中継サーバーが本文を受け取りません: %(reply)s") % {"reply": answer}, clear=name)
    return True


def _stop(delivery, reason, *, clear) -> bool:
    """Pause the issue of the row, once, and raise the alarm."""
    stopped = bool(delivery.issue_id) and sending.pause_issue(delivery.issue_id, reason)
    if stopped or not delivery.issue_id:  # told of once: what comes after is counted from the beginning
        Route.objects.filter(name=clear).update(people=[], failures=0, total=0)
    if stopped:
        sending.alarm("message", reason, once=f"{clear}:{delivery.pk}")
    elif not delivery.issue_id and delivery.kind != Kind.ALARM:  # an alarm about alarms would never end
        sending.alarm("message", reason, once=f"{clear}:{delivery.due_at:%Y%m%d}")
    return stopped


def lost(delivery, answer, rate) -> bool:
    """The connection broke before the final dot: certainly nothing was accepted."""
    keep(delivery, RELAY_PAUSE, "lost", answer)
    return True


def unconfirmed(delivery, answer, rate) -> bool:
    """The connection broke after the final dot. No result is known: `results` stays, the row is unconfirmed."""
    again = Least(Now() + REPLY_LOST_PAUSE, F("expires_at"))
    settle(
        delivery,
        next_at=again,
        lost_replies=F("lost_replies") + 1,
        code="unconfirmed",
        reply=str(answer)[:500],
    )
    return True


def watch_relay() -> None:
    """Alarm once when the relay has been failing for RELAY_ALARM_SECONDS."""
    if Route.objects.needs_alarm(Route.RELAY, seconds=RELAY_ALARM_SECONDS):
        route = Route.objects.relay()
        words = _("中継サーバーに14分以上つながりません。メールは待っていて、失われていません: %(reply)s")
        sending.alarm("relay", words % {"reply": route.reply}, once=route.since.isoformat())


ACTS = {
    Verdict.UNREACHABLE: unreachable,
    Verdict.RATE: too_fast,
    Verdict.TEMPORARY: temporary,
    Verdict.MAILBOX_FULL: temporary,
    Verdict.REFUSED: refused,
    Verdict.MESSAGE: message_refused,
    Verdict.LOST: lost,
    Verdict.UNCONFIRMED: unconfirmed,
}
