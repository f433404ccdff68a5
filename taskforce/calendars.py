"""Workshops as calendar files (RFC 5545): the same UID for ever, a higher SEQUENCE for every change, DST in the file.

The instant is written on the clock of the place where the workshop is held, with the rules of that clock as a
VTIMEZONE, so that a calendar anywhere shows the right local time, also across a change of summer time.
"""

from email.utils import parseaddr
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from dxportal.text import localized, setting

CONTENT_TYPE = "text/calendar; charset=utf-8"


def uid(workshop) -> str:
    """Names the event in every calendar; a later file with the same UID replaces the earlier one."""
    return f"workshop-{workshop.pk}@{settings.MAIL_HOST_NAME}"


def published(workshop, registration=None) -> bytes:
    """A file to download. With a registration it holds what only those who take part are told: the link."""
    return _file("PUBLISH", _event(workshop, registration), workshop)


def invitation(registration) -> bytes:
    """What a mail to somebody with a seat carries: new, changed, or cancelled where the workshop is."""
    method = "CANCEL" if registration.workshop.is_cancelled or not registration.has_seat else "REQUEST"
    return _file(method, _event(registration.workshop, registration, method), registration.workshop)


def feed(registrations) -> bytes:
    """All workshops of one person, for a calendar that subscribes."""
    events = [_event(registration.workshop, registration) for registration in registrations]
    calendar = _calendar("PUBLISH", events)
    calendar.add("x-wr-calname", _("ワークショップ"))
    return calendar.to_ical()


def _file(method, event, workshop) -> bytes:
    return _calendar(method, [event]).to_ical()


def _calendar(method, events):
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{setting('PORTAL_NAME')}//{settings.MAIL_HOST_NAME}//JA")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar


def _event(workshop, registration=None, method="PUBLISH"):
    zone = ZoneInfo(workshop.zone)
    event = icalendar.Event()
    event.add("uid", uid(workshop))
    event.add("sequence", workshop.sequence + (registration.revision if registration else 0))
    event.add("dtstamp", workshop.changed_at)
    event.add("created", workshop.created_at)
    event.add("last-modified", workshop.changed_at)
    event.add("dtstart", workshop.starts_at.astimezone(zone))
    event.add("dtend", workshop.ends_at.astimezone(zone))
    event.add("summary", _one_line(localized(workshop, "title")))
    event.add("description", _description(workshop, registration))
    event.add(
        "location",
        _one_line(localized(workshop, "place") or (_("オンライン") if workshop.online_url else "")),
    )
    event.add("url", settings.SITE_URL + workshop.get_absolute_url())
    event.add("status", "CANCELLED" if workshop.is_cancelled or method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _address(settings.MAIL_REPLY_TO, setting("PORTAL_NAME")))
    if registration is not None:
        event.add("attendee", _attendee(registration))
    return event


def _description(workshop, registration) -> str:
    lines = [localized(workshop, "description")]
    if workshop.is_cancelled:
        lines.insert(0, _("中止: %(reason)s") % {"reason": workshop.cancelled_reason})
    elif registration is not None and registration.has_seat and workshop.online_url:
        lines.append(f"{_('オンラインの参加先')}: {workshop.online_url}")
    lines.append(settings.SITE_URL + workshop.get_absolute_url())
    return "\n\n".join(line for line in lines if line)


def _attendee(registration):
    address = _address(registration.person.email, registration.person.display_name)
    address.params["PARTSTAT"] = icalendar.vText("ACCEPTED" if registration.has_seat else "DECLINED")
    address.params["RSVP"] = icalendar.vText("FALSE")
    return address


def _address(email, name):
    address = icalendar.vCalAddress(f"mailto:{parseaddr(email)[1]}")
    address.params["CN"] = icalendar.vText(_one_line(name).replace('"', ""))
    return address


def _one_line(text) -> str:
    return " ".join(text.split())
