from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from taskforce.models import Body, ModelDepartment, Seat, SeatTerm
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


STRUCTURE_QUERIES = 10


# --- keeping the structure ------------------------------------------------------------------------


def test_chart_of_an_earlier_day_keeps_the_old_name_and_place(client):
    old, new, body = BodyFactory(name="旧本部"), BodyFactory(name="新本部"), BodyFactory(name="推進班")
    body.parent = old
    body.save()
    fields = {"name": "推進室", "parent": new}
    body.edit(by=UserFactory(), version=1, on=date(2024, 7, 1), **fields)
    [then] = [b.as_of_day() for b in Body.objects.on(date(2024, 6, 30)) if b.pk == body.pk]
    [now] = [b.as_of_day() for b in Body.objects.on(date(2024, 7, 1)) if b.pk == body.pk]
    assert [(b.name, b.parent_id) for b in (then, now)] == [("推進班", old.pk), ("推進室", new.pk)]


def test_body_does_not_move_under_itself():
    above = BodyFactory()
    below = BodyFactory(parent=above)
    with pytest.raises(ValidationError, match="下には移せません"):
        above.edit(by=UserFactory(), version=1, on=date(2024, 7, 1), parent=below)


def test_closing_a_body_ends_its_seats_and_terms():
    seat = SeatFactory()
    seat.fill(UserFactory(), starts_on=date(2024, 7, 1), by=UserFactory())
    seat.body.close(date(2026, 3, 31), by=UserFactory(), reason="統合")
    assert (seat.terms.get().ends_on, Seat.objects.get().ends_on) == (date(2026, 3, 31), date(2026, 3, 31))


def test_body_with_something_under_it_stays():
    child = BodyFactory(parent=BodyFactory())
    with pytest.raises(ValidationError, match="下に会議体が残っています"):
        child.parent.close(date(2026, 3, 31), by=UserFactory(), reason="統合")


def test_next_holder_ends_the_term_before():
    seat, by = SeatFactory(), UserFactory()
    first = seat.fill(UserFactory(), starts_on=date(2023, 7, 1), by=by)
    seat.fill(UserFactory(), starts_on=date(2025, 7, 1), by=by)
    first.refresh_from_db()
    assert first.ends_on == date(2025, 6, 30)


def test_database_refuses_two_holders_on_one_day_but_not_a_deputy():
    seat, by = SeatFactory(), UserFactory()
    days = {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31)}
    seat.fill(UserFactory(), by=by, **days)
    seat.fill(UserFactory(), by=by, is_deputy=True, **days)
    with pytest.raises(ValidationError, match="もうほかの人がいます"):
        seat.fill(UserFactory(), by=by, **days)
    assert seat.terms.count() == 2


def test_vacant_seat_shows_its_deputy(client):
    deputy = UserFactory(name="代理 花子")
    SeatFactory(title="室長").fill(deputy, starts_on=date(2026, 4, 1), by=UserFactory(), is_deputy=True)
    client.force_login(UserFactory())
    page = client.get(reverse("taskforce:structure")).content.decode()
    assert "空席" in page
    assert "代理 花子" in page


def test_department_is_a_model_once_a_day():
    department, by = DepartmentFactory(), UserFactory()
    words = {"department": department, "trying": "音声からの議事録", "starts_on": date(2026, 4, 1)}
    ModelDepartment().record(by=by, **words)
    with pytest.raises(ValidationError, match="もうモデル部署"):
        ModelDepartment().record(by=by, **words)
