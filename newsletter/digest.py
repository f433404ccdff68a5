"""The weekly personal digest: what I follow, what I owe; nothing to say = no mail (N14)."""

from datetime import timedelta

from django.core.cache import cache

from accounts.models import Department
from dxportal import attention, dates, officedays
from dxportal.text import localized
from newsletter import blocks, rendering, schedule, sending, targets
from newsletter.composing import NotNeeded
from newsletter.models import Delivery, Issue, Preference, Topic, Way
from newsletter.moves import moves
from newsletter.reminders import tasks
from taskforce.models import GoodPractice, Replication

WEEK = timedelta(days=7)
FIGURES_SECONDS = 600
MOST = 30  # tasks, and things that moved: mail programs cut off what is longer than 102 kB
NEIGHBOURS, NAMES_PER_PRACTICE = 3, 3


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
    today = dates.today(delivery.due_at)
    owed = attention.needing(person, delivery.due_at.astimezone(person.tz).date())
    moved = moves(person, preference, since, delivery.started_at, today)
    issue = latest_issue(person, preference, since)
    if not owed and not moved and issue is None:
        raise NotNeeded("nothing")
    context = {
        "person": person,
        "topic": Topic.DIGEST,
        "tasks": tasks(owed[:MOST]),
        "task_count": len(owed),
        "more_tasks": len(owed[MOST:]),
        "moves": moved[:MOST],
        "move_count": len(moved),
        "more_moves": len(moved[MOST:]),
        "issue": issue,
        "neighbours": neighbours(person, dates.today(since), today),
        "figures": [] if person.is_expert else figures(today),
        "mark": next((move["mark"] for move in moved if move["mark"]), ""),
        "weekday": preference.get_digest_weekday_display(),
        "at": delivery.due_at,
    }
    return rendering.render("digest", context, person.language)


def latest_issue(person, preference, since):
    """The newest issue since the last digest, for those who want it in the digest instead of as a mail of its own."""
    if preference.way(Topic.NEWSLETTER) != Way.DIGEST:
        return None
    published = Issue.objects.visible_to(person).published().filter(published_at__gte=since)
    return published.order_by("-number").first()


def neighbours(person, since, until) -> list[dict]:
    """What departments beside the person's own began to use between two days: {title, url, names, more, mark}.

    Beside are those under the same roof: divisions of the bureau, posts of the region. What is used there is no news.
    """
    if person.department is None or person.is_expert:
        return []
    near = Department.objects.filter(parent=person.department.parent_id).exclude(pk=person.department_id)
    own = Replication.objects.in_use().filter(department=person.department_id).values("practice")
    found = Replication.objects.in_use().filter(
        department__in=near,
        started_on__range=(since, until),
        practice__in=GoodPractice.objects.visible_to(person).published().exclude(pk__in=own),
    )
    taken_up = {}
    for row in found.select_related("practice", "department").order_by("-started_on", "pk"):
        taken_up.setdefault(row.practice, []).append(localized(row.department, "name"))
    return [_neighbour(practice, names) for practice, names in list(taken_up.items())[:NEIGHBOURS]]


def _neighbour(practice, names) -> dict:
    return {
        "title": localized(practice, "title"),
        "url": practice.get_absolute_url(),
        "names": names[:NAMES_PER_PRACTICE],
        "more": len(names[NAMES_PER_PRACTICE:]),
        "mark": targets.mark(practice),
    }


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
