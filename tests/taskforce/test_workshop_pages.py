"""The pages of a workshop, and what follows it: attendance, materials, the question to those who were there (T14)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from taskforce.models import Workshop, WorkshopAnswer
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.taskforce import DAY, NOON, WorkshopFactory
from tests.factories.taskforce_ideas import secretary

pytestmark = pytest.mark.django_db
BEFORE = NOON - timedelta(days=3)  # while one can still register


def soon(**fields):
    return WorkshopFactory(starts_at=timezone.now() + timedelta(days=2), **fields)


# --- afterwards -----------------------------------------------------------------------------------


def over_with(number, **fields):
    """A workshop that ended an hour ago, and the people who were there."""
    workshop = WorkshopFactory(starts_at=timezone.now() - timedelta(hours=2), **fields)
    people = [UserFactory() for _n in range(number)]
    for person in people:
        workshop.register(person, at=workshop.starts_at - timedelta(days=1))
    return workshop, people


def test_answer_is_taken_once(client_for):
    workshop, (person,) = over_with(1)
    url = reverse("taskforce:workshop_answer", args=[workshop.pk])
    for _n in range(2):
        client_for(person).post(url, {"usefulness": 5, "words": "手順がよく分かった。"})
    assert [a.usefulness for a in WorkshopAnswer.objects.all()] == [5]
    assert list(Workshop.objects.asking(person, timezone.localdate())) == []


def test_answers_are_shown_from_five_on_and_when_asking_is_over():
    workshop, people = over_with(5)
    rows = list(workshop.registrations.all())
    for row in rows[:4]:
        WorkshopAnswer.give(row, usefulness=4)
    after = workshop.asks_until() + timedelta(hours=1)
    assert workshop.answer_figures(after) is None
    WorkshopAnswer.give(rows[4], usefulness=5)
    assert workshop.answer_figures(timezone.now()) is None
    assert workshop.answer_figures(after) == {"number": 5, "usefulness": 4.2}


def test_only_those_who_were_there_are_asked(client_for):
    host = secretary()
    workshop, (came, stayed) = over_with(2)
    row = workshop.registrations.get(person=came)
    client_for(host).post(reverse("taskforce:workshop_people", args=[workshop.pk]), {"present": [row.pk]})
    today = timezone.localdate()
    assert [list(Workshop.objects.asking(p, today)) for p in (came, stayed)] == [[workshop], []]


def test_host_is_asked_for_recording_or_materials_until_there_are_some():
    host = UserFactory()
    workshop, _people = over_with(0, organiser=host)
    today = timezone.localdate()
    assert list(Workshop.objects.lacking_material(host, today)) == [workshop]
    workshop.publish_recording(by=host, recording_url="", without_material=True)
    assert list(Workshop.objects.lacking_material(host, today)) == []


# --- pages ----------------------------------------------------------------------------------------


def test_registered_workshop_of_this_week_needs_the_person():
    near, far = WorkshopFactory(starts_at=NOON), WorkshopFactory(starts_at=NOON + timedelta(days=20))
    person = UserFactory()
    near.register(person, at=BEFORE)
    far.register(person, at=BEFORE)
    assert list(Workshop.objects.needing(person, DAY)) == [near]


def test_page_tells_the_viewers_time_and_tokyo(client):
    workshop = soon()
    nairobi = DepartmentFactory(timezone="Africa/Nairobi")
    client.force_login(UserFactory(department=nairobi))
    page = client.get(reverse("taskforce:workshop", args=[workshop.pk])).content.decode()
    assert "ナイロビ" in page and "東京" in page


def test_link_is_shown_to_those_with_a_seat(client_for):
    workshop = soon(capacity=1, online_url="https://meet.example.jp/abc")
    seated, waiting = UserFactory(), UserFactory()
    for person in (seated, waiting):
        workshop.register(person)
    url = reverse("taskforce:workshop", args=[workshop.pk])
    shown = [
        "meet.example.jp" in client_for(p).get(url).content.decode() for p in (seated, waiting, UserFactory())
    ]
    assert shown == [True, False, False]


@pytest.mark.parametrize("count", [1, 3])
def test_workshop_list_queries_are_constant(client, count, django_assert_num_queries):
    for number in range(count):
        WorkshopFactory(starts_at=timezone.now() + timedelta(days=number + 1), capacity=10)
    client.force_login(UserFactory())
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("taskforce:workshops"))


LIST_QUERIES = 9
