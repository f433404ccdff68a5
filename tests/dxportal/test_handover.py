from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Activity, Duty, Role
from dxportal import dates
from dxportal.handover import hand_over
from taskforce.models import ActionItem
from tests.factories import DepartmentFactory, DutyFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory, group_member
from tests.factories.taskforce_ideas import published_idea

pytestmark = pytest.mark.django_db
TODAY = dates.today()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def office():
    return UserFactory(roles=[Role.SECRETARIAT])


def roles_on(person, day):
    return [(duty.role, duty.department) for duty in person.duties.on(day)]


def test_duties_move_with_their_scope_and_leave_no_gap(office):
    department = DepartmentFactory()
    giver = DutyFactory(role=Role.PROGRESS_REPORTER, department=department).user
    heir = UserFactory()
    hand_over(giver, heir, note="7月の異動", by=office, today=TODAY)
    assert roles_on(giver, TOMORROW) == []
    assert roles_on(heir, TODAY) == roles_on(heir, TOMORROW) == [(Role.PROGRESS_REPORTER, department)]


def test_ideas_and_items_move_and_history_keeps_the_note(office):
    group = WorkingGroupFactory()
    giver, heir = group_member(group), group_member(group)
    item = ActionItem.objects.create(group=group, text="語を集める", owner=giver, due_on=TOMORROW)
    idea = published_idea()
    idea.assign(by=office, triage_owner=giver)
    hand_over(giver, heir, note="続きは帳票から", by=office, today=TODAY)
    item.refresh_from_db()
    idea.refresh_from_db()
    assert (item.owner, idea.triage_owner) == (heir, heir)
    told = Activity.objects.of(giver).with_verbs("person.handed_over").get()
    assert (told.reason, told.changes) == ("続きは帳票から", {"引継ぎ": [giver.name, heir.name]})


def test_membership_of_a_volunteer_stays(office):
    member = group_member(WorkingGroupFactory())
    hand_over(member, UserFactory(), note="異動", by=office, today=TODAY)
    assert Duty.objects.filter(user=member).on(TOMORROW).count() == 1


def test_duty_the_giver_may_not_pass_on_stays(office):
    admin = UserFactory(roles=[Role.ADMIN])
    passed = hand_over(admin, UserFactory(), note="異動", by=office, today=TODAY)
    assert [duty.role for duty in passed.kept_duties] == [Role.ADMIN]
    assert roles_on(admin, TOMORROW) == [(Role.ADMIN, None)]


def test_successor_who_has_the_duty_already_gets_no_second(office):
    department = DepartmentFactory()
    giver, heir = (DutyFactory(role=Role.PROGRESS_REPORTER, department=department).user for _n in range(2))
    hand_over(giver, heir, note="異動", by=office, today=TODAY)
    assert heir.duties.count() == 1


def test_page_shows_everything_before_anything_moves(client_for, office):
    giver = DutyFactory(role=Role.EDITOR).user
    heir, client, address = UserFactory(), client_for(office), reverse("portal:handover")
    words = {"person": giver.email, "successor": heir.email, "note": "異動"}
    assert "編集担当" in client.post(address, words).content.decode()
    assert roles_on(heir, TODAY) == []
    client.post(address, {**words, "confirm": "1"})
    assert roles_on(heir, TODAY) == [(Role.EDITOR, None)]


def test_nobody_takes_a_duty_for_himself(client_for, office):
    giver = DutyFactory(role=Role.EDITOR).user
    words = {"person": giver.email, "successor": office.email, "note": "異動", "confirm": "1"}
    page = client_for(office).post(reverse("portal:handover"), words).content.decode()
    assert "自分には引き継げません" in page
    assert roles_on(giver, TOMORROW) == [(Role.EDITOR, None)]
