"""The weekly personal digest: what I follow, what I owe; nothing to say = no mail (N14)."""

from datetime import timedelta
from itertools import groupby

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import Activity, Follow
from dxportal import attention, dates, officedays
from dxportal.text import localized
from newsletter import blocks, rendering, schedule, sending, targets
from newsletter.composing import NotNeeded
from newsletter.models import Delivery, Issue, Preference, Topic, Way
from newsletter.reminders import tasks
from taskforce.models import Idea, Thanks

WEEK = timedelta(days=7)
LINES_PER_ITEM = 3
FIGURES_SECONDS = 600
PERSONAL = ("idea.mentioned", "thanks.given")
NAMED, NAMED_WORDS = "idea.mentioned", gettext_lazy("意見の中であなたの名前が挙がった")


def create(at) -> int:
    """Rows for people whose weekday has come at their place; how many are new.

    One row per person and week: after days switched off only the newest week is made, and made once.
    """
    moments = {}
    for zone, country in schedule.places():
        if not schedule.is_office_time(at, zone, country):
            continue
        day = schedule.local_date(at, zone)
        due = schedule.local_morning(day, zone, country)
        for week, weekdays in weekdays_due(day, country).items():
            moments.setdefault((week, day), []).append((zone, country, due, weekdays))
    return sum(_create(week, day, places) for (week, day), places in moments.items())


def _create(week, day, places) -> int:
    prefix = f"digest:{week}:"
    return sending.enqueue(Delivery.Kind.DIGEST, prefix, places, topic=Topic.DIGEST, on=day)


def weekdays_due(day, country) -> dict:
    """{iso week: weekdays as bits} whose digest is due by `day`, at the earliest on Monday of this week.

    A digest day that is no office day moves to the next one, which may lie in the next week.
    """
    monday, found, seen = dates.week_start(day), {}, 0
    for start in (monday, monday - WEEK):
        year, number, _day = start.isocalendar()
        for weekday in range(5):
            moved = officedays.next_office_day(start + weekday * dates.DAY, country)
            if monday <= moved <= day and not seen & 1 << weekday:
                seen |= 1 << weekday
                found[f"{year}-W{number:02}"] = found.get(f"{year}-W{number:02}", 0) | 1 << weekday
    return found


def compose(delivery, person):
    """The digest as of the moment it is due. Raises NotNeeded when there is nothing to say."""
    since = last_digest(person, delivery.due_at)
    preference = Preference.objects.of(person)
    owed = attention.needing(person, delivery.due_at.astimezone(person.tz).date())
    moved = moves(person, preference, since, delivery.started_at)
    if not owed and not moved:
        raise NotNeeded("nothing")
    context = {
        "person": person,
        "topic": Topic.DIGEST,
        "tasks": tasks(owed),
        "moves": moved,
        "figures": [] if person.is_expert else figures(dates.today(delivery.due_at)),
        "at": delivery.due_at,
    }
    return rendering.render("digest", context, person.language)


def figures(today) -> list[dict]:
    """The pillars as they stand, computed once in ten minutes for a whole wave of digests."""
    key = f"pillar-figures:{today}"
    return cache.get_or_set(key, lambda: blocks.pillar_figures(today), FIGURES_SECONDS)


def last_digest(person, due_at):
    """The instant up to which the person's last digest told; a week ago when there was none or it is long ago."""
    sent = Delivery.objects.filter(
        person=person, kind=Delivery.Kind.DIGEST, state=Delivery.State.SENT, due_at__lt=due_at
    )
    last = sent.order_by("-due_at").values_list("started_at", flat=True).first()
    return max(last or due_at - WEEK, due_at - 5 * WEEK)


def moves(person, preference, since, until) -> list[dict]:
    """What happened to things the person cares for: {title, url, lines}, grouped by thing, newest first."""
    keys = cared_for(person, preference)
    calls = Q(verb=NAMED, source__in=calls_of(person, preference, since, until))
    calls |= Q(verb="thanks.given", source__in=thanks_of(person, preference))
    others = Q(target_type__in={kind for kind, _id in keys}) & ~Q(verb=NAMED)
    acts = Activity.objects.filter(calls | others, at__gte=since, at__lt=until)
    acts = acts.exclude(actor_id=person.pk).order_by("-at", "-pk")
    acts = [act for act in acts if act.verb in PERSONAL or (act.target_type, act.target_id) in keys]
    seen = targets.visible(person, {(act.target_type, act.target_id) for act in acts})
    latest = {}
    for act in acts:
        latest.setdefault((act.target_type, act.target_id), []).append(act)
    return [_move(seen[key], of_one) for key, of_one in latest.items() if key in seen]


def calls_of(person, preference, since, until) -> list[str]:
    """The comments that named the person in the time, as the source of their Activity."""
    if preference.way(Topic.MENTION) == Way.OFF:
        return []
    shown = {"comment__withdrawn_at": None, "comment__hidden_at": None}
    mentions = person.mentions.filter(at__gte=since, at__lt=until, **shown)
    return [f"comment:{pk}" for pk in mentions.values_list("comment", flat=True)]


def thanks_of(person, preference) -> list[str]:
    """The shown notes of thanks to the person, also as part of a group or department or as a hidden author."""
    if preference.way(Topic.THANKS) == Way.OFF:
        return []
    groups = person.group_memberships.filter(left_on=None).values("group")
    mine = Q(person=person) | Q(to_author=True, idea__author=person) | Q(group__in=groups)
    mine |= Q(department=person.department_id) if person.department_id else Q()
    return [f"thanks:{pk}" for pk in Thanks.objects.shown().filter(mine).values_list("pk", flat=True)]


def _move(target, acts) -> dict:
    lines = [NAMED_WORDS if act.verb == NAMED else localized(act, "summary") for act in acts[:LINES_PER_ITEM]]
    lines = [str(line) for line in lines]
    lines = [] if targets.is_confidential(target) else [line for line, _same in groupby(lines) if line]
    title = localized(target, "name") or localized(target, "title") or str(target)
    return {"title": title, "url": target.get_absolute_url(), "lines": lines}


def cared_for(person, preference) -> set[tuple]:
    """Keys of what the person follows, wrote and supports, and of new issues if these come in the digest."""
    keys = set()
    if preference.way(Topic.FOLLOWED) != Way.OFF:
        keys |= set(Follow.objects.filter(user=person).values_list("target_type", "target_id"))
    own = Idea.objects.none()
    if preference.way(Topic.ANSWER) != Way.OFF:
        own |= Idea.objects.filter(author=person)
    numbers = {
        number for pair in own.values_list("number", "merged_into__number") for number in pair if number
    }
    if preference.way(Topic.SUPPORTED) != Way.OFF:
        numbers |= set(person.idea_supports.values_list("idea__number", flat=True))
    keys |= {("idea", str(number)) for number in numbers}
    if preference.way(Topic.WORKSHOP) != Way.OFF:
        rows = person.workshop_registrations.standing().values_list("pk", "workshop")
        for registration, workshop in rows:
            keys |= {("registration", str(registration)), ("workshop", str(workshop))}
    if preference.way(Topic.CONSULTATION) != Way.OFF:
        rows = person.consultations.values_list("pk", flat=True)
        keys |= {("consultation", str(pk)) for pk in rows}
    if preference.way(Topic.NEWSLETTER) == Way.DIGEST:
        recent = Issue.objects.published().order_by("-published_at")[:5]
        keys |= {("issue", str(issue.number)) for issue in recent}
    return keys
