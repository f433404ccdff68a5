"""Who may give and end which duty (permissions.md), and what a duty gives on which day."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Activity, Duty, Role, SecurityEvent
from dxportal import dates
from tests.factories import DepartmentFactory, DutyFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def secretary():
    return UserFactory(roles=[Role.SECRETARIAT])


def given(person, role, **scope):
    return Duty(user=person, role=role, starts_on=TODAY, **scope)


def test_secretariat_gives_and_it_is_in_both_logs(secretary):
    person = UserFactory()
    given(person, Role.EDITOR).give(by=secretary, reason="異動")
    assert person.has_role(Role.EDITOR) == (dates.today() >= TODAY)
    assert Activity.objects.of(person).values_list("verb", "reason").get() == ("duty.given", "異動")
    assert SecurityEvent.objects.get(event="duty_given").details["role"] == "editor"


@pytest.mark.parametrize(
    ("giver", "role"),
    [
        (Role.SECRETARIAT, Role.ADMIN),
        (Role.SECRETARIAT, Role.SECRETARIAT),
        (Role.ADMIN, Role.PROGRESS_APPROVER),
        (Role.EDITOR, Role.EDITOR),
        (Role.PROGRESS_REPORTER, Role.PROGRESS_REPORTER),
        (Role.EXECUTIVE, Role.TASKFORCE_MEMBER),
    ],
)
def test_role_above_or_beside_ones_own_is_refused(giver, role):
    with pytest.raises(PermissionDenied):
        given(UserFactory(), role).give(by=UserFactory(roles=[giver]))


def test_nobody_gives_himself_a_duty():
    admin = UserFactory(roles=[Role.ADMIN])
    with pytest.raises(PermissionDenied):
        given(admin, Role.SECRETARIAT).give(by=admin)


def test_approver_gives_reporters_only_in_the_own_department():
    bureau = DepartmentFactory()
    division, elsewhere = DepartmentFactory(parent=bureau), DepartmentFactory()
    approver = DutyFactory(role=Role.PROGRESS_APPROVER, department=bureau).user
    given(UserFactory(), Role.PROGRESS_REPORTER, department=division).give(by=approver)
    with pytest.raises(PermissionDenied):
        given(UserFactory(), Role.PROGRESS_REPORTER, department=elsewhere).give(by=approver)


def test_lead_gives_members_only_in_the_own_group():
    lead = DutyFactory(role=Role.TASKFORCE_LEAD, scope="group:b").user
    given(UserFactory(), Role.TASKFORCE_MEMBER, scope="group:b").give(by=lead)
    with pytest.raises(PermissionDenied):
        given(UserFactory(), Role.TASKFORCE_MEMBER, scope="group:c").give(by=lead)


def test_ended_duty_gives_nothing_from_the_next_day(secretary):
    duty = DutyFactory(role=Role.EDITOR, starts_on=date(2025, 4, 1))
    duty.end(date(2026, 3, 31), by=secretary, reason="異動")
    assert list(Duty.objects.on(date(2026, 3, 31)).of_role(Role.EDITOR)) == [duty]
    assert not Duty.objects.on(date(2026, 4, 1)).of_role(Role.EDITOR).exists()
    assert Activity.objects.of(duty.user).get().verb == "duty.ended"


def test_deputy_acts_and_the_holder_is_named():
    holder, deputy = UserFactory(name="本人 花子"), UserFactory()
    DutyFactory(user=holder, role=Role.PROGRESS_APPROVER, department=holder.department, deputy=deputy)
    assert deputy.covers(Role.PROGRESS_APPROVER, holder.department)
    assert deputy.on_behalf_of(Role.PROGRESS_APPROVER, holder.department) == "本人 花子"
    assert holder.on_behalf_of(Role.PROGRESS_APPROVER) == ""


def test_scope_covers_what_is_below_but_not_beside():
    bureau = DepartmentFactory(code="HQ-A")
    division, beside = DepartmentFactory(parent=bureau), DepartmentFactory(code="HQ-AB")
    approver = DutyFactory(role=Role.PROGRESS_APPROVER, department=bureau).user
    assert [approver.covers(Role.PROGRESS_APPROVER, d) for d in (bureau, division, beside)] == [
        True,
        True,
        False,
    ]


def test_page_gives_a_duty_and_says_so(client_for, secretary):
    person, department = UserFactory(), DepartmentFactory()
    data = {
        "person": person.staff_number,
        "role": "progress_reporter",
        "department": department.pk,
        "starts_on": "R8.4.1",
    }
    answer = client_for(secretary).post("/duties/", data, follow=True)
    assert f"{person.name}さんに「進捗担当」を任せました。" in answer.content.decode()
    assert Duty.objects.get(user=person).starts_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"person": "nobody@example.jp"}, "職員はいません"),
        ({"role": "admin"}, "正しく選択"),
        ({"role": "progress_approver"}, "どの組織の担当か"),
        ({"role": "support_expert"}, "終了日が要ります"),
        ({"ends_on": "2020-01-01"}, "終了日が開始日より前"),
        ({"scope": "<b>"}, "group:b"),
    ],
)
def test_page_says_what_is_wrong_and_keeps_what_was_typed(client_for, secretary, change, says):
    data = {
        "person": UserFactory().email,
        "role": "editor",
        "starts_on": "2026-04-01",
        "reason": "異動",
    } | change
    page = client_for(secretary).post("/duties/", data).content.decode()
    assert says in page and "異動" in page
    assert Duty.objects.exclude(user=secretary).count() == 0


def test_page_ends_a_duty_on_a_day(client_for, secretary):
    duty = DutyFactory(role=Role.EDITOR)
    answer = client_for(secretary).post(
        f"/duties/{duty.pk}/end/", {"ends_on": "2027-03-31", "reason": "異動"}
    )
    duty.refresh_from_db()
    assert (answer.url, duty.ends_on) == ("/duties/", date(2027, 3, 31))


def test_password_is_asked_again_before_a_duty_is_given(client, secretary):
    secretary.set_password("a sentence of its own")
    secretary.save()
    client.force_login(secretary)
    assert client.post("/duties/", {}).url.startswith("/account/confirm/?next=")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(client_for, secretary, rows, django_assert_num_queries):
    for _ in range(rows):
        DutyFactory(role=Role.EDITOR, department=DepartmentFactory(), deputy=UserFactory())
    client = client_for(secretary)
    with django_assert_num_queries(6):
        client.get("/duties/")


def test_extra_fields_of_the_form_change_nothing(client_for, secretary):
    duty = DutyFactory(role=Role.EDITOR)
    names = ("user", "user_id", "role", "department", "scope", "starts_on", "deputy", "from_list", "pk", "id")
    data = {"ends_on": "2027-03-31", "reason": "異動"} | {name: secretary.pk for name in names}
    client_for(secretary).post(f"/duties/{duty.pk}/end/", data)
    after = Duty.objects.get(pk=duty.pk)
    assert (after.user_id, after.role, after.starts_on) == (duty.user_id, duty.role, duty.starts_on)
    assert after.ends_on - date(2027, 3, 31) == timedelta(0)
