from datetime import date

import pytest
from django.urls import reverse

from taskforce.models import Body, SeatTerm
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.taskforce import BodyFactory, SeatFactory

pytestmark = pytest.mark.django_db


def test_structure_is_as_of_the_day():
    BodyFactory(code="old", ends_on=date(2024, 3, 31))
    BodyFactory(code="new", starts_on=date(2024, 4, 1))
    assert [b.code for b in Body.objects.on(date(2024, 3, 31))] == ["old"]
    assert [b.code for b in Body.objects.on(date(2024, 4, 1))] == ["new"]


def test_seat_knows_who_held_it_on_the_day():
    seat = SeatFactory()
    first, second = UserFactory(), UserFactory()
    SeatTerm.objects.create(seat=seat, person=first, starts_on=date(2022, 7, 1), ends_on=date(2024, 6, 30))
    SeatTerm.objects.create(seat=seat, person=second, starts_on=date(2024, 7, 2))

    def holder(day):
        [body] = Body.objects.on(day)
        return body.current_seats[0].holder

    assert [holder(date(2024, 6, 30)), holder(date(2024, 7, 1)), holder(date(2024, 7, 2))] == [
        first,
        None,
        second,
    ]


def test_titled_seat_without_holder_is_vacant_and_said_so(client):
    SeatFactory(title="副チーム長")
    client.force_login(UserFactory())
    assert "空席" in client.get(reverse("taskforce:structure")).content.decode()


def test_department_seat_is_not_vacant():
    SeatFactory(title="", department=DepartmentFactory())
    [body] = Body.objects.on(date(2026, 11, 24))
    assert body.current_seats[0].is_vacant is False


def test_day_before_everything_says_so(client):
    BodyFactory()
    client.force_login(UserFactory())
    page = client.get(reverse("taskforce:structure"), {"on": "1999-01-01"}).content.decode()
    assert "この日の体制の記録はありません" in page


@pytest.mark.parametrize("count", [1, 3])
def test_structure_queries_are_constant(client, count, django_assert_num_queries):
    team = BodyFactory(code="team")
    for number in range(count):
        body = BodyFactory(parent=team, code=f"arm-{number}")
        seat = SeatFactory(body=body)
        SeatTerm.objects.create(seat=seat, person=UserFactory(), starts_on=date(2022, 7, 1))
    client.force_login(UserFactory())
    with django_assert_num_queries(STRUCTURE_QUERIES):
        client.get(reverse("taskforce:structure"))


STRUCTURE_QUERIES = 7
