"""Reminders: at most one mail a day for a person with everything that is due, never of what is done (N15).

One table says on which office days before and after the due date a kind is mentioned. What is due is asked of
`dxportal.attention` when the mail is made, so a thing that was done in between is not in it.
"""

from datetime import date

from accounts.models import Duty
from dxportal import attention, dates, officedays
from newsletter import rendering, schedule, sending
from newsletter.composing import NotNeeded
from newsletter.models import Delivery, Topic
from pillars.models import PulseRound, ReportingCall
from taskforce.models import Idea, WorkshopRegistration

# kind of attention item: office days before (-) and after (+) the due date
KINDS = {
    "report": (-5, -1, 1, 3),
    "silent_report": (4,),  # then the approver gets the list
    "pulse": (-2,),  # once, softly
    "milestone": (-5, 0, 1),
    "theme": (-10, -3, 1, 5),  # two weeks and three days before the review, the day and the week after it
    "theme_vote": (-1,),
    "theme_choice": (1,),
    "turnover": (-5, -1, 1, 3),  # what the last year of a plan asks for
    "idea": (-1, 0, 1, 3),
    "pilot": (1, 5),  # it has ended and nothing is decided
    "action_item": (-1, 1),
    "workshop": (-1, 0),
    "workshop_answer": (-1,),  # once, softly
    "issue": (-1, 0),
}
LOOK_DAYS = 21  # how far ahead and back workshops are looked for


def create(at) -> int:
    """Rows for everybody who may owe something, at places where an office morning has come; how many are new."""
    moments = {}
    for zone, country in schedule.places():
        if schedule.is_office_time(at, zone, country):
            day = schedule.local_date(at, zone)
            morning = schedule.local_morning(day, zone, country)
            moments.setdefault(day, []).append((zone, country, morning, sending.EVERY_WEEKDAY))
    people = candidates(at) if moments else []
    return sum(_create(day, places, people) for day, places in moments.items())


def _create(day, places, people) -> int:
    return sending.enqueue(
        Delivery.Kind.REMINDER, key(day), places, topic=Topic.REMINDER, on=day, people=people
    )


def key(day: date) -> str:
    """What the keys of all reminders of a day begin with: so nobody gets two."""
    return f"reminder:{day.isoformat()}:"


def tell_missing(call_id, at) -> int:
    """A call was opened, or the secretariat pressed 知らせる: one mail, in office hours, to the reporters of what is
    missing; how many are new. Who had the reminder of the day already gets no second one."""
    call = ReportingCall.objects.get(pk=call_id)
    people = set(call.people_missing(dates.today(at)))
    days = {}
    for zone, country in schedule.places():
        due = schedule.due_at(schedule.local_date(at, zone), zone, country, not_before=at)
        day = schedule.local_date(due, zone)
        days.setdefault(day, []).append((zone, country, due, sending.EVERY_WEEKDAY))
    options = {"topic": Topic.REMINDER, "people": people, "content": {"reports": True}}
    return sum(
        sending.enqueue(Delivery.Kind.REMINDER, key(day), places, on=day, **options)
        for day, places in days.items()
    )


def candidates(at) -> set[int]:
    """People who hold a duty, have a seat in a workshop about this time, look after an open idea, or are asked about
    burden and effect in a round that ends within days."""
    about_now = (at - LOOK_DAYS * dates.DAY, at + LOOK_DAYS * dates.DAY)
    return {
        *Duty.objects.on(dates.today(at)).values_list("user", flat=True),
        *WorkshopRegistration.objects.seated()
        .filter(workshop__starts_at__range=about_now)
        .values_list("person", flat=True),
        *Idea.objects.exclude(triage_owner=None).values_list("triage_owner", flat=True),
        *PulseRound.objects.closing_soon(dates.today(at)).people_asked().values_list("pk", flat=True),
    }


def due_items(person, day: date) -> list:
    """The person's attention items that the table mentions on this day of the person's own calendar."""
    _zone, country = schedule.place_of(person)
    items = attention.needing(person, day)
    return [
        item
        for item in items
        if item.due_on and distance(item.due_on, day, country) in KINDS.get(item.kind, ())
    ]


def distance(due_on: date, day: date, country: str) -> int:
    """Office days from the due date to `day`: -1 on the office day before, 0 on the day, +1 on the one after."""
    return officedays.office_days_between(due_on, day, country)


def compose(delivery, person):
    """The reminder of the day, with all missing reports when the secretariat asked for it.

    Raises NotNeeded when nothing is due any more.
    """
    day = delivery.due_at.astimezone(person.tz).date()
    items = due_items(person, day)
    if delivery.content.get("reports"):
        reports = [i for i in attention.needing(person, day) if i.kind == "report" and i not in items]
        items = [*items, *reports]
    if not items:
        raise NotNeeded("nothing")
    return rendering.render(
        "reminder", {"person": person, "topic": Topic.REMINDER, "tasks": tasks(items)}, person.language
    )


def tasks(items) -> list[dict]:
    """Attention items under the names of the mail templates."""
    return [
        {"title": item.title, "note": item.about, "url": item.url, "due_on": item.due_on, "at": item.at}
        for item in items
    ]
