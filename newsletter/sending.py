"""Acts that put mail into the outbox or take it out: for issues, account mails, alarms (sending.md, "Verbs").

Web requests only write rows here; they never speak to relay or broker.
"""

import json
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Activity, Role, User
from dxportal import dates
from newsletter import schedule
from newsletter.models import Delivery, Heartbeat, Issue, Route, Topic, Way
from newsletter.models.deliveries import LIFETIME, PRIORITY
from newsletter.models.preferences import DEFAULT_WAYS, DEFAULT_WEEKDAY

logger = structlog.get_logger(__name__)

HOLD = timedelta(minutes=5)  # between the press and the first mail, so that a wrong press can be taken back
EVERY_WEEKDAY = 127
SENT, QUEUED, CANCELLED = Delivery.State.SENT, Delivery.State.QUEUED, Delivery.State.CANCELLED


# --- many rows at once ------------------------------------------------------------------------------


def enqueue(kind, prefix, moments, *, topic, on, people=None, issue=None, content=None) -> int:
    """One row `prefix``person` for every active person who wants `topic` at once; how many are new.

    `moments` is a list of (zone, country, due_at, weekdays), the last as bits that the person's digest weekday must be
    among; `on` the day that a pause is compared with; `people` limits to these user ids (a queryset of ids or a list).
    """
    if not moments:
        return 0
    zones, countries, dues, days = zip(*moments, strict=True)
    parameters = {
        "prefix": prefix,
        "kind": kind,
        "priority": PRIORITY[kind],
        "issue": issue.pk if issue else None,
        "life": LIFETIME[kind],
        "zones": list(zones),
        "countries": list(countries),
        "dues": list(dues),
        "days": list(days),
        "topic": topic,
        "default_way": DEFAULT_WAYS[topic],
        "weekday": DEFAULT_WEEKDAY,
        "at_once": Way.AT_ONCE,
        "on": on,
        "content": json.dumps(content or {}),
        "experts": topic != Topic.NEWSLETTER,  # for them there are no issues: what it links to is hidden
        "everybody": people is None,
        "people": list(people) if people is not None else [],
    }
    with connection.cursor() as cursor:
        cursor.execute(ENQUEUE, parameters)
        return cursor.rowcount


ENQUEUE = """
insert into newsletter_delivery (key, kind, priority, issue_id, person_id, address, domain, zone, state, due_at,
  next_at, expires_at, claims, results, tries, lost_replies, code, reply, content)
select %(prefix)s || u.id, %(kind)s, %(priority)s, %(issue)s, u.id, lower(u.email), split_part(lower(u.email), '@', 2),
  t.zone, 'queued', t.due, t.due, t.due + %(life)s, 0, 0, 0, 0, '', '', %(content)s::jsonb
from accounts_user u
left join accounts_department d on d.id = u.department_id
left join newsletter_preference p on p.person_id = u.id
join unnest(%(zones)s::text[], %(countries)s::text[], %(dues)s::timestamptz[], %(days)s::int[])
  as t (zone, country, due, days)
  on t.zone = coalesce(nullif(u.timezone, ''), d.timezone, 'Asia/Tokyo')
  and t.country = coalesce(nullif(d.country_code, ''), 'JP')
where u.is_active and u.email <> '' and (%(experts)s or u.employment_kind <> 'external_expert')
  and coalesce(p.choices ->> %(topic)s, %(default_way)s) = %(at_once)s
  and (p.paused_until is null or p.paused_until < %(on)s)
  and (t.days & (1 << coalesce(p.digest_weekday, %(weekday)s))) <> 0
  and (%(everybody)s or u.id = any(%(people)s))
order by t.due, u.id
on conflict (key) do nothing
"""


# --- issues -----------------------------------------------------------------------------------------


def enqueue_issue(issue, *, at=None) -> int:
    """One row per reader of an issue approved at the instant `at`; how many people that is. Pressing twice adds nobody.

    Due at the local morning of `issue.scheduled_for`, never earlier than five minutes after approval; in the
    demonstration at once (`issue.send_now`), or with the mornings `issue.compression` times closer to each other.
    """
    at = at or timezone.now()
    moments = issue_moments(issue.scheduled_for, at=at, now=issue.send_now)
    moments = compressed(moments, issue.compression, at=at)
    prefix = issue_prefix(issue)
    facts = {"topic": Topic.NEWSLETTER, "on": issue.scheduled_for, "issue": issue}
    enqueue(Delivery.Kind.ISSUE, prefix, moments, people=frozen_list(issue), **facts)
    return Delivery.objects.for_issue(issue).filter(key__startswith=prefix).count()


def frozen_list(issue):
    """User ids of those who were sent the issue that this one puts right; None where everybody gets it (MA13)."""
    if issue.corrects_id is None:
        return None
    copies = Delivery.objects.for_issue(issue.corrects_id).filter(
        key__startswith=issue_prefix(issue.corrects)
    )
    return copies.exclude(state=CANCELLED).values_list("person", flat=True)


def issue_prefix(issue) -> str:
    """The part of the key that all copies share; another approval after a change makes new rows."""
    return f"issue:{issue.pk}:{issue.approvals}:"


def compressed(moments, times: int, *, at) -> list[tuple]:
    """The same waves beginning at the instant `at` and following each other `times` times faster; as they are for 1."""
    if times == 1 or not moments:
        return moments
    first = min(due for _zone, _country, due, _days in moments)
    return [(zone, country, at + (due - first) / times, days) for zone, country, due, days in moments]


def issue_moments(day, *, at, now=False) -> list[tuple]:
    """(zone, country, due_at, weekdays) of every place for an issue of `day` approved at `at`: the waves."""
    if now:
        return [(zone, country, at, EVERY_WEEKDAY) for zone, country in schedule.places()]
    return [
        (zone, country, schedule.due_at(day, zone, country, not_before=at + HOLD), EVERY_WEEKDAY)
        for zone, country in schedule.places()
    ]


def withdraw_issue(issue) -> int:
    """Take back rows of an approval nobody has received anything of; what was ever claimed stays, as cancelled."""
    rows = Delivery.objects.for_issue(issue).queued()
    cancelled = rows.filter(claims__gt=0).update(state=CANCELLED, finished_at=Now(), code="withdrawn")
    return cancelled + rows.filter(claims=0).delete()[0]


def cancel_issue(issue) -> int:
    """Nobody else receives the issue. Rows in flight wait for their result, or for the end of the lease."""
    rows = (
        Delivery.objects.for_issue(issue).queued().exclude(pk__in=Delivery.objects.in_flight().values("pk"))
    )
    return rows.update(state=CANCELLED, finished_at=Now(), code="cancelled")


def retry_failed(issue, *, by) -> int:
    """Queue again the copies that failed, and only these. Addresses still marked for a check stay as they are."""
    with transaction.atomic():
        rows = Delivery.objects.for_issue(issue).failed()
        rows = rows.exclude(person__preference__refused_address=Lower("person__email"))
        fresh = {"due_at": Now(), "next_at": Now(), "expires_at": Now() + LIFETIME[Delivery.Kind.ISSUE]}
        count = rows.update(state=QUEUED, tries=0, code="again", results=F("claims"), **fresh)
        if count:
            done = Issue.objects.filter(pk=issue.pk, state=Issue.State.SENT)
            done.update(state=Issue.State.SENDING, finished_at=None)
            Activity.record("issue.retried", issue, by=by, changes={"count": [None, count]})
    return count


def start_due_issues() -> int:
    """Scheduled issues whose first mail is due are now being sent and stand in the archive."""
    due = Issue.objects.filter(state=Issue.State.SCHEDULED, starts_at__lte=Now())
    return sum(start_issue(issue) for issue in due)


def start_issue(issue) -> bool:
    """Fill the issue's places with the figures of this morning and let its mails go; False when somebody was quicker.

    Workers see the new state only with the filled places, so no mail leaves without them. An issue whose pictures are
    gone from the disk is paused instead: it would reach everybody with holes.
    """
    if not all(image.can_be_read for image in issue.shown_images.values()):
        issue.pause(by=None, reason=_("画像のファイルを読めません。置き場を確かめてから再開してください。"))
        alarm("pictures", issue.pause_reason, once=f"{issue.pk}:{issue.approvals}")
        return False
    with transaction.atomic():
        rows = Issue.objects.filter(pk=issue.pk, state=Issue.State.SCHEDULED)
        if not rows.update(state=Issue.State.SENDING, published_at=Now()):
            return False
        lost = issue.fill(dates.today(schedule.database_now()))
        Activity.record("issue.started", issue, by=None, source="mail")
        if lost:
            _tell_lost(issue, lost)
    return True


def _tell_lost(issue, titles) -> None:
    """Editor and approver hear which references became plain titles, because they could not be followed any more."""
    shown = "、".join(titles)
    Activity.record("issue.references_lost", issue, by=None, source="mail", reason=shown)
    people = User.objects.active().filter(pk__in={issue.last_edited_by_id, issue.approved_by_id} - {None})
    for person in people:
        key = f"alarm:lost:{issue.pk}:{issue.approvals}:{person.pk}"
        Delivery.objects.post(
            Delivery.Kind.ALARM, key=key, person=person, alarm="lost", issue=issue.number, titles=shown
        )


def finish_issues() -> int:
    """Issues without a queued copy are sent; editor and approver get the figures."""
    waiting = Exists(Delivery.objects.for_issue(OuterRef("pk")).queued())
    finished = 0
    for issue in Issue.objects.filter(~waiting, state=Issue.State.SENDING):
        with transaction.atomic():
            rows = Issue.objects.filter(pk=issue.pk, state=Issue.State.SENDING)
            if rows.update(state=Issue.State.SENT, finished_at=Now()):
                _tell_finished(issue)
                finished += 1
    for issue in Issue.objects.filter(state=Issue.State.CANCELLED, deliveries__state=QUEUED).distinct():
        cancel_issue(issue)
    return finished


def _tell_finished(issue) -> None:
    figures = Delivery.objects.for_issue(issue).figures()
    Activity.record(
        "issue.finished", issue, by=None, source="mail", changes={"figures": [None, figures["states"]]}
    )
    people = User.objects.active().filter(pk__in={issue.last_edited_by_id, issue.approved_by_id} - {None})
    for person in people:
        key = f"alarm:finished:{issue.pk}:{issue.approvals}:{figures['states'][SENT]}:{person.pk}"
        facts = {"alarm": "finished", "issue": issue.number, "states": figures["states"]}
        Delivery.objects.post(Delivery.Kind.ALARM, key=key, person=person, **facts)


def follow_moves(at=None) -> int:
    """People who changed their zone since the approval get the issue at the morning of the new one (F25).

    Where that morning is over, at the first office time from `at` (now) on. Only rows that were never claimed and
    whose place differs are read; a row taken meanwhile is left alone.
    """
    moved, now = 0, at or schedule.database_now()
    for issue in Issue.objects.filter(
        state__in=(Issue.State.SCHEDULED, Issue.State.SENDING), send_now=False, compression=1
    ):
        with connection.cursor() as cursor:
            cursor.execute(MOVED, {"issue": issue.pk})
            rows = cursor.fetchall()
        for pk, zone, country in rows:
            earliest = max(issue.approved_at + HOLD, now)
            due = schedule.due_at(issue.scheduled_for, zone, country, not_before=earliest)
            fields = {
                "zone": zone,
                "due_at": due,
                "next_at": due,
                "expires_at": due + LIFETIME[Delivery.Kind.ISSUE],
            }
            moved += Delivery.objects.queued().filter(pk=pk, claims=0).update(**fields)
    return moved


MOVED = """
select r.id, coalesce(nullif(u.timezone, ''), d.timezone, 'Asia/Tokyo'), coalesce(nullif(d.country_code, ''), 'JP')
from newsletter_delivery r
join accounts_user u on u.id = r.person_id left join accounts_department d on d.id = u.department_id
where r.issue_id = %(issue)s and r.kind = 'issue' and r.state = 'queued' and r.claims = 0
  and r.zone <> coalesce(nullif(u.timezone, ''), d.timezone, 'Asia/Tokyo')
"""


# --- when something is wrong --------------------------------------------------------------------------


def alarm(what: str, words: str, *, once: str) -> None:
    """Tell secretariat, administrators and MAIL_ALARM_ADDRESS, once for each `once`: in the log now, by mail when mail
    leaves."""
    logger.error("mail_alarm", what=what, words=words)
    if settings.MAIL_ALARM_ADDRESS:
        key = f"alarm:{what}:{once}"[:190] + ":mailbox"
        words_of = {"alarm": what, "words": words}
        Delivery.objects.post(Delivery.Kind.ALARM, key=key, address=settings.MAIL_ALARM_ADDRESS, **words_of)
    for person in User.objects.with_role(Role.SECRETARIAT, Role.ADMIN):
        key = f"alarm:{what}:{once}:{person.pk}"[:200]
        Delivery.objects.post(Delivery.Kind.ALARM, key=key, person=person, alarm=what, words=words)


def pause_issue(issue_id, reason: str) -> bool:
    """The portal stops an issue by itself; False when it was not being sent any more, also where another worker has
    stopped it in the same moment."""
    with transaction.atomic():
        sent_now = Issue.objects.select_for_update(no_key=True).filter(state=Issue.State.SENDING)
        issue = sent_now.filter(pk=issue_id).first()
        if issue is not None:
            issue.pause(by=None, reason=reason[:300])
    return issue is not None


def hold_everything(reason: str) -> None:
    """After a restore: issues are paused and only codes leave until a person lets mail go (F9, P15)."""
    relay = Route.objects.relay()
    Route.objects.filter(pk=relay.pk).update(held=True, reply=reason[:500])
    for issue in Issue.objects.filter(state__in=(Issue.State.SCHEDULED, Issue.State.SENDING)):
        issue.pause(by=None, reason=reason[:300])
    alarm(
        "held",
        reason,
        once=str(Heartbeat.objects.filter(name="database").values_list("note", flat=True).first()),
    )


def release() -> None:
    """A person has looked and lets mail leave again. Paused issues stay paused until they are resumed one by one."""
    opened = {"held": False, "failures": 0, "closed_until": None, "since": None, "alarmed_at": None}
    Route.objects.filter(name=Route.RELAY).update(**opened)
    logger.warning("mail_released")
