"""Calendar files, read back by a calendar library as a client would (issue 4, "Done when" 3)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone

from taskforce import calendars
from tests.factories.accounts import UserFactory
from tests.factories.taskforce import WorkshopFactory
from tests.factories.taskforce_ideas import secretary

pytestmark = pytest.mark.django_db
CITIES = ("Asia/Tokyo", "Africa/Nairobi", "America/Sao_Paulo", "Pacific/Auckland")


def read(content):
    """(calendar, event) as a client reads them: the zones come from the file's own VTIMEZONE."""
    calendar = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def there(at) -> list[str]:
    return [f"{at.astimezone(ZoneInfo(zone)):%d %H:%M}" for zone in CITIES]


@pytest.mark.parametrize(
    ("zone", "day", "hour", "shown"),
    [
        # Auckland: summer time begins on 27 September 2026 and ends on 4 April 2027.
        ("Asia/Tokyo", (2026, 9, 25), 9, ["25 09:00", "25 03:00", "24 21:00", "25 12:00"]),
        ("Asia/Tokyo", (2026, 9, 28), 9, ["28 09:00", "28 03:00", "27 21:00", "28 13:00"]),
        ("Pacific/Auckland", (2026, 9, 25), 12, ["25 09:00", "25 03:00", "24 21:00", "25 12:00"]),
        ("Pacific/Auckland", (2026, 9, 28), 12, ["28 08:00", "28 02:00", "27 20:00", "28 12:00"]),
        ("Pacific/Auckland", (2027, 4, 2), 12, ["02 08:00", "02 02:00", "01 20:00", "02 12:00"]),
        ("Pacific/Auckland", (2027, 4, 5), 12, ["05 09:00", "05 03:00", "04 21:00", "05 12:00"]),
        ("America/Sao_Paulo", (2026, 11, 30), 18, ["01 06:00", "01 00:00", "30 18:00", "01 10:00"]),
    ],
)
def test_invitation_shows_the_right_instant_everywhere(zone, day, hour, shown):
    start = datetime(*day, hour, tzinfo=ZoneInfo(zone))
    workshop = WorkshopFactory(starts_at=start, zone=zone)
    registration = workshop.register(UserFactory(), at=start - timedelta(days=1))
    _calendar, event = read(calendars.invitation(registration))
    assert there(event.start) == shown
    assert event.end - event.start == timedelta(hours=1)


@pytest.mark.parametrize(("month", "offset"), [(7, 12), (12, 13)])
def test_file_carries_the_rules_of_its_clock(month, offset):
    """A client without its own time zones computes from the VTIMEZONE alone."""
    start = datetime(2026, month, 10, 9, tzinfo=ZoneInfo("Pacific/Auckland"))
    calendar, event = read(calendars.published(WorkshopFactory(starts_at=start, zone="Pacific/Auckland")))
    (rules,) = calendar.walk("VTIMEZONE")
    assert event["dtstart"].params["TZID"] == rules["tzid"] == "Pacific/Auckland"
    own = rules.to_tz(lookup_tzid=False)
    assert event.start.replace(tzinfo=own).utcoffset() == timedelta(hours=offset)


def test_uid_stays_and_sequence_rises():
    workshop, person, host = WorkshopFactory(), UserFactory(), secretary()
    before = workshop.starts_at - timedelta(days=2)
    files = [calendars.invitation(workshop.register(person, at=before))]
    workshop.edit(by=host, version=1, at=before, place="7階")
    files.append(calendars.invitation(workshop.registrations.get()))
    workshop.cancel(by=host, reason="講師の都合", at=before)
    files.append(calendars.invitation(workshop.registrations.get()))
    read_back = [read(content) for content in files]
    assert len({event["uid"] for _c, event in read_back}) == 1
    assert [int(event["sequence"]) for _c, event in read_back] == [1, 2, 3]
    assert [str(c["method"]) for c, _e in read_back] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(e["status"]) for _c, e in read_back] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert read_back[2][1]["last-modified"].dt == before.astimezone(UTC)


def test_who_withdraws_and_comes_back_gets_higher_numbers():
    workshop, person = WorkshopFactory(), UserFactory()
    at = workshop.starts_at - timedelta(days=2)
    found = []
    for act in (workshop.register, workshop.withdraw, workshop.register):
        act(person, at=at)
        calendar, event = read(calendars.invitation(workshop.registrations.get()))
        found.append((str(calendar["method"]), int(event["sequence"])))
    assert found == [("REQUEST", 1), ("CANCEL", 2), ("REQUEST", 3)]


def test_words_cannot_add_lines():
    """Line breaks, an ATTENDEE of one's own, semicolons: kept as text (promises.md XS12)."""
    evil = "会議\r\nATTENDEE:mailto:evil@example.com"
    workshop = WorkshopFactory(title=evil, description=f"{evil};,\\n", place=evil)
    content = calendars.published(workshop)
    _calendar, event = read(content)
    assert "attendee" not in event
    assert str(event["summary"]) == "会議 ATTENDEE:mailto:evil@example.com"
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_download_tells_the_link_only_to_those_with_a_seat(client_for):
    workshop = WorkshopFactory(
        starts_at=timezone.now() + timedelta(days=2), online_url="https://meet.example.jp/a"
    )
    person = UserFactory()
    workshop.register(person)
    url = reverse("taskforce:workshop_calendar", args=[workshop.pk])
    answers = [client_for(p).get(url) for p in (person, UserFactory())]
    assert [b"meet.example.jp" in a.content for a in answers] == [True, False]
    assert answers[0]["Content-Type"].startswith("text/calendar")


def test_feed_is_read_without_signing_in_and_ends_with_the_password(client, client_for):
    person = UserFactory()
    workshop = WorkshopFactory(starts_at=timezone.now() + timedelta(days=2))
    workshop.register(person)
    page = client_for(person).get(reverse("taskforce:workshops"))
    url = reverse("taskforce:workshop_feed", args=[page.context["feed"]])
    _calendar, event = read(client.get(url).content)
    assert event["uid"] == calendars.uid(workshop)
    person.set_password("another-one-2026")
    person.save()
    assert client.get(url).status_code == 404
