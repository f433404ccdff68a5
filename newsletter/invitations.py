"""What a mail about a workshop carries: who is told, both clocks, and the file for the calendar."""

from newsletter.templatetags.mails import mail_clocks
from taskforce import calendars
from taskforce.models import WorkshopRegistration


def person_of(activity):
    """The act is on one registration: only that person hears of it."""
    return WorkshopRegistration.objects.filter(pk=activity.target_id).values_list("person", flat=True)


def takers(activity):
    """Everybody with a seat or a place on the waiting list."""
    rows = WorkshopRegistration.objects.standing().filter(workshop=activity.target_id)
    return rows.values_list("person", flat=True)


def seated(activity):
    rows = WorkshopRegistration.objects.seated().filter(workshop=activity.target_id)
    return rows.values_list("person", flat=True)


def has_seat(activity) -> bool:
    """Whether the seat that the act gave still stands; a later act tells of what came after."""
    return WorkshopRegistration.objects.seated().filter(pk=activity.target_id).exists()


def has_none(activity) -> bool:
    return not WorkshopRegistration.objects.standing().filter(pk=activity.target_id).exists()


def registration(activity, person) -> WorkshopRegistration | None:
    """The row of the person that the act is about."""
    rows = WorkshopRegistration.objects.select_related("workshop", "person").filter(person=person)
    field = "pk" if activity.target_type == "registration" else "workshop"
    return rows.filter(**{field: activity.target_id}).first()


def words(activity, person) -> dict:
    """What the notice of a workshop holds beside the sentence: both clocks, and the calendar file of the person."""
    row = registration(activity, person)
    if row is None:
        return {}
    return {"when": mail_clocks(row.workshop.starts_at, person), "calendar": calendar_file(activity, row)}


def calendar_file(activity, row) -> bytes:
    """REQUEST or CANCEL for those with a seat; nothing for those who wait, and nothing afterwards."""
    if activity.verb == "workshop.recorded":
        return b""
    if row.state == WorkshopRegistration.State.WAITING:
        return b""
    return calendars.invitation(row)


# Verbs about one person with what must still be so, and verbs about a workshop with whom they concern.
TO_THE_PERSON = (
    ("workshop.registered", has_seat),
    ("workshop.moved_up", has_seat),
    ("workshop.withdrawn", has_none),
)
TO_ALL = (("workshop.changed", takers), ("workshop.cancelled", takers), ("workshop.recorded", seated))
