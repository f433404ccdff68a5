from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from taskforce.models import Full, Workshop
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.taskforce import DAY, NOON, WorkshopFactory

pytestmark = pytest.mark.django_db


def test_second_registration_takes_no_second_seat():
    workshop, person = WorkshopFactory(capacity=5), UserFactory()
    workshop.register(person)
    workshop.register(person)
    assert Workshop.objects.with_seats_taken().get().seats_left == 4


def test_full_workshop_refuses():
    workshop = WorkshopFactory(capacity=1)
    workshop.register(UserFactory())
    with pytest.raises(Full):
        workshop.register(UserFactory())


def test_withdrawn_seat_is_free_again():
    workshop, person = WorkshopFactory(capacity=1), UserFactory()
    workshop.register(person)
    workshop.withdraw(person)
    workshop.withdraw(person)
    assert Workshop.objects.with_seats_taken().get().seats_left == 1


@pytest.mark.django_db(transaction=True)
def test_rush_for_the_last_seats_fills_exactly_these():
    workshop = WorkshopFactory(capacity=3)
    people = [UserFactory() for _n in range(8)]

    def take(person):
        try:
            Workshop.objects.get(pk=workshop.pk).register(person)
            return 1
        except Full:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, people)) == 3
    assert workshop.registrations.count() == 3


def test_registered_workshop_of_this_week_needs_the_person():
    near, far = WorkshopFactory(starts_at=NOON), WorkshopFactory(starts_at=NOON + timedelta(days=20))
    person = UserFactory()
    near.register(person)
    far.register(person)
    assert list(Workshop.objects.needing(person, DAY)) == [near]


def test_page_tells_the_viewers_time_and_tokyo(client):
    workshop = WorkshopFactory(starts_at=timezone.now() + timedelta(days=2))
    nairobi = DepartmentFactory(timezone="Africa/Nairobi")
    client.force_login(UserFactory(department=nairobi))
    page = client.get(reverse("taskforce:workshop", args=[workshop.pk])).content.decode()
    assert "ナイロビ" in page and "東京" in page


@pytest.mark.parametrize("count", [1, 3])
def test_workshop_list_queries_are_constant(client, count, django_assert_num_queries):
    for number in range(count):
        WorkshopFactory(starts_at=timezone.now() + timedelta(days=number + 1), capacity=10)
    client.force_login(UserFactory())
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("taskforce:workshops"))


LIST_QUERIES = 4
