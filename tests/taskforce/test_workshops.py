"""Seats and the waiting list, who is told what, what the host does, what those who were there say (T14)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from dxportal.forms import StaleVersion
from taskforce.models import Workshop
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.taskforce import NOON, WorkingGroupFactory, WorkshopFactory, group_lead
from tests.factories.taskforce_ideas import secretary

pytestmark = pytest.mark.django_db
BEFORE = NOON - timedelta(days=3)  # while one can still register


def states(workshop) -> dict:
    """{person: state} in the order of registering."""
    return dict(workshop.registrations.order_by("number").values_list("person", "state"))


def soon(**fields):
    return WorkshopFactory(starts_at=timezone.now() + timedelta(days=2), **fields)


# --- seats ----------------------------------------------------------------------------------------


def test_second_registration_takes_no_second_seat():
    workshop, person = WorkshopFactory(capacity=5), UserFactory()
    workshop.register(person, at=BEFORE)
    workshop.register(person, at=BEFORE)
    assert Workshop.objects.with_seats_taken().get().seats_left == 4


def test_who_comes_after_the_last_seat_waits_and_moves_up_in_order():
    workshop, people = WorkshopFactory(capacity=1), [UserFactory() for _n in range(3)]
    for person in people:
        workshop.register(person, at=BEFORE)
    assert list(states(workshop).values()) == ["seat", "waiting", "waiting"]
    assert workshop.withdraw(people[0], at=BEFORE) is True
    assert workshop.withdraw(people[0], at=BEFORE) is False
    assert [states(workshop)[p.pk] for p in people] == ["withdrawn", "seat", "waiting"]
    assert Activity.objects.filter(verb="workshop.moved_up").count() == 1


def test_who_comes_back_goes_to_the_end_of_the_line():
    workshop, people = WorkshopFactory(capacity=1), [UserFactory() for _n in range(3)]
    for person in people:
        workshop.register(person, at=BEFORE)
    workshop.withdraw(people[1], at=BEFORE)
    workshop.register(people[1], at=BEFORE)
    waiting = workshop.registrations.waiting()
    assert [row.person_id for row in waiting] == [people[2].pk, people[1].pk]
    assert waiting.last().place_in_line == 2


def test_raised_capacity_gives_seats_to_those_who_wait():
    workshop, people = WorkshopFactory(capacity=1), [UserFactory() for _n in range(4)]
    for person in people:
        workshop.register(person, at=BEFORE)
    workshop.edit(by=secretary(), version=1, at=BEFORE, capacity=3)
    assert [states(workshop)[p.pk] for p in people] == ["seat", "seat", "seat", "waiting"]
    workshop.edit(by=secretary(), version=2, at=BEFORE, capacity=None)
    assert states(workshop)[people[3].pk] == "seat"


def test_nobody_moves_up_once_it_has_begun():
    workshop, people = WorkshopFactory(capacity=1), [UserFactory() for _n in range(2)]
    for person in people:
        workshop.register(person, at=BEFORE)
    workshop.withdraw(people[0], at=workshop.starts_at)
    assert states(workshop)[people[1].pk] == "waiting"


@pytest.mark.parametrize("late", [True, False])
def test_nobody_registers_for_what_is_over_or_cancelled(late):
    workshop = WorkshopFactory()
    if not late:
        workshop.cancel(by=secretary(), reason="講師の都合", at=BEFORE)
    with pytest.raises(ValidationError):
        workshop.register(UserFactory(), at=workshop.ends_at if late else BEFORE)
    assert workshop.registrations.count() == 0


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_on_the_last_twenty_seats():
    workshop, people = WorkshopFactory(capacity=20), [UserFactory() for _n in range(40)]

    def take(person):
        try:
            return Workshop.objects.get(pk=workshop.pk).register(person, at=BEFORE).state
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(take, people))
    assert (got.count("seat"), got.count("waiting")) == (20, 20)
    rows = list(workshop.registrations.order_by("number").values_list("number", "state"))
    assert rows == [(n, "seat" if n <= 20 else "waiting") for n in range(1, 41)]


@pytest.mark.django_db(transaction=True)
def test_double_click_registers_once():
    workshop, person = WorkshopFactory(capacity=20), UserFactory()

    def take(_n):
        try:
            return Workshop.objects.get(pk=workshop.pk).register(person, at=BEFORE).number
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(take, range(5))) == [1] * 5
    assert Activity.objects.filter(verb="workshop.registered").count() == 1


# --- changing and calling off ---------------------------------------------------------------------


def test_only_what_stands_in_the_invitation_sends_a_new_one():
    workshop = WorkshopFactory()
    workshop.edit(by=secretary(), version=1, description="持ち物は要らない。")
    workshop.edit(by=secretary(), version=2, place="7階")
    verbs = Activity.objects.of(workshop).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["workshop.edited", "workshop.changed"]
    assert workshop.sequence == 1


def test_old_version_saves_nothing():
    workshop = WorkshopFactory(place="6階")
    workshop.edit(by=secretary(), version=1, place="7階")
    with pytest.raises(StaleVersion):
        workshop.edit(by=secretary(), version=1, place="8階")
    assert Workshop.objects.get().place == "7階"


def test_history_never_tells_the_link():
    workshop = WorkshopFactory()
    workshop.edit(by=secretary(), version=1, online_url="https://meet.example.jp/secret")
    assert "secret" not in str(Activity.objects.of(workshop).get().changes)


def form_of(workshop, **fields):
    day = timezone.localdate() + timedelta(days=30)
    words = {
        "title": "表計算",
        "day": day.isoformat(),
        "start": "18:00",
        "end": "19:00",
        "zone": "Europe/Paris",
    }
    return {**words, "version": workshop.version if workshop else "", **fields}


def test_times_are_those_of_the_chosen_city(client_for):
    DepartmentFactory(timezone="Europe/Paris")
    client_for(secretary()).post(reverse("taskforce:workshop_new"), form_of(None, series_name="月例"))
    workshop = Workshop.objects.get()
    there = workshop.starts_at.astimezone(ZoneInfo("Europe/Paris"))
    assert (f"{there:%H:%M}", workshop.zone, workshop.series.name) == ("18:00", "Europe/Paris", "月例")


def test_capacity_cannot_fall_below_those_who_take_part(client_for):
    workshop = soon(capacity=3)
    for _n in range(2):
        workshop.register(UserFactory())
    response = client_for(secretary()).post(
        reverse("taskforce:workshop_edit", args=[workshop.pk]),
        form_of(workshop, zone="Asia/Tokyo", capacity=1),
    )
    assert (response.status_code, "もう2人が申し込んでいます" in response.content.decode()) == (422, True)


def test_two_hosts_at_once_see_both_texts(client_for):
    workshop = soon()
    workshop.edit(by=secretary(), version=1, title="先に直した題名")
    url = reverse("taskforce:workshop_edit", args=[workshop.pk])
    response = client_for(secretary()).post(url, form_of(workshop, zone="Asia/Tokyo", version=1))
    page = response.content.decode()
    assert response.status_code == 409
    assert "先に直した題名" in page and "表計算" in page


def test_lead_announces_for_the_own_group_only(client_for):
    own, other = WorkingGroupFactory(), WorkingGroupFactory()
    client, url = client_for(group_lead(own)), reverse("taskforce:workshop_new")
    answers = [client.post(url, form_of(None, zone="Asia/Tokyo", group=g.pk)) for g in (other, own)]
    assert [answer.status_code for answer in answers] == [422, 302]
    assert Workshop.objects.get().group == own


def test_cancelling_needs_a_reason():
    workshop = WorkshopFactory()
    with pytest.raises(ValidationError):
        workshop.cancel(by=secretary(), reason=" ", at=BEFORE)
    assert Workshop.objects.get().cancelled_at is None
