"""Mails about workshops: told once, on the reader's clock, with a file the calendar understands (T14)."""

from datetime import timedelta

import icalendar
import pytest
from django.utils import timezone

from newsletter import drain, notices
from newsletter.models import Delivery, Heartbeat
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.taskforce import WorkshopFactory
from tests.factories.taskforce_ideas import secretary

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tell(relay, due_now):
    """tell(): what is due is made and sent; the mails that arrived since the last call."""
    Heartbeat.objects.beat("notices")

    def sent():
        before = len(relay.kept)
        notices.create()
        due_now(Delivery.objects.filter(kind=Delivery.Kind.NOTICE))
        drain.drain(seconds=10)
        return relay.kept[before:]

    return sent


def event_of(mail):
    (part,) = [p for p in mail.message.walk() if p.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    return part.get_param("method"), calendar.walk("VEVENT")[0]


def coming(**fields):
    return WorkshopFactory(starts_at=timezone.now() + timedelta(days=2), **fields)


def test_who_registers_gets_the_invitation_once_on_the_own_clock(tell):
    nairobi = DepartmentFactory(timezone="Africa/Nairobi", country_code="KE")
    workshop = coming()
    workshop.register(UserFactory(department=nairobi))
    (mail,) = tell()
    method, event = event_of(mail)
    text = mail.part("plain")
    assert (method, event.start) == ("REQUEST", workshop.starts_at.replace(microsecond=0))
    assert "ナイロビ" in text and "東京" in text
    assert tell() == []


def test_change_moves_the_entry_and_cancelling_removes_it(tell):
    workshop, host, person = coming(), secretary(), UserFactory()
    workshop.register(person)
    tell()
    workshop.edit(by=host, version=1, place="7階")
    (changed,) = tell()
    workshop.cancel(by=host, reason="講師の都合")
    (cancelled,) = tell()
    told = [event_of(mail) for mail in (changed, cancelled)]
    assert [(m, int(e["sequence"]), str(e["status"])) for m, e in told] == [
        ("REQUEST", 2, "CONFIRMED"),
        ("CANCEL", 3, "CANCELLED"),
    ]
    assert "講師の都合" in cancelled.part("plain")


def test_who_moves_up_is_told_once_and_nobody_hears_who_made_room(tell):
    workshop, first, second = coming(capacity=1), UserFactory(), UserFactory()
    workshop.register(first)
    workshop.register(second)
    tell()
    workshop.withdraw(first)
    mails = {mail.recipients[0]: mail for mail in tell()}
    assert set(mails) == {first.email, second.email}
    assert event_of(mails[first.email])[0] == "CANCEL"
    assert event_of(mails[second.email])[0] == "REQUEST"
    assert first.name not in mails[second.email].part("plain")
