"""Whoever begins after an issue went out gets the latest one on the next office morning (N9)."""

from datetime import timedelta

from django.db.models import BigIntegerField
from django.db.models.functions import Cast

from accounts.models import Activity, EmploymentKind, User
from dxportal import dates
from newsletter import schedule, sending
from newsletter.models import Delivery, Issue, Topic

ACTS = ("user.created", "user.returned")
FRESH = timedelta(days=28)  # older than this it is no news any more; the archive has it


def create(at) -> int:
    """One row for each person who began after the list of the latest issue was frozen; how many are new.

    The key names person and issue, so nobody gets it twice. Without an issue that has gone out there is nothing to
    send: the first import of an installation tells nobody of the past. Thousands of new people are one INSERT.
    """
    issue = Issue.objects.light().published().filter(corrects=None).order_by("-number").first()
    if issue is None or issue.state == Issue.State.CANCELLED or issue.published_at < at - FRESH:
        return 0
    people = list(joined(issue).values_list("pk", flat=True))
    if not people:
        return 0
    return sending.enqueue(
        Delivery.Kind.JOINER,
        f"joiner:{issue.pk}:",
        moments(at),
        topic=Topic.NEWSLETTER,
        on=dates.today(at),
        people=people,
        content={"issue": issue.pk},
    )


def joined(issue):
    """Staff who came, or came back, after the approval of the issue and have no copy of it."""
    acts = Activity.objects.since(issue.approved_at).with_verbs(*ACTS).filter(target_type="user")
    ids = acts.order_by().annotate(person=Cast("target_id", BigIntegerField())).values("person")
    has_it = Delivery.objects.for_issue(issue).values("person")
    staff = User.objects.active().exclude(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    return staff.filter(pk__in=ids).exclude(pk__in=has_it)


def moments(at) -> list[tuple]:
    """(zone, country, due_at, weekdays) of every place: its next office morning after the instant."""
    return [
        (zone, country, next_morning(at, zone, country), sending.EVERY_WEEKDAY)
        for zone, country in schedule.places()
    ]


def next_morning(at, zone, country):
    """Nine o'clock of the next office day at the place, of the same day while its morning is still to come."""
    day = schedule.local_date(at, zone)
    morning = schedule.local_morning(day, zone, country)
    return morning if morning > at else schedule.local_morning(day + dates.DAY, zone, country)
