"""Calls for members, applications, leaving, and duties that agree with memberships (T4)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Activity, Duty, Role
from dxportal import attention, dates
from newsletter import concerned
from taskforce.models import Application, GroupMembership, MemberCall
from tests.factories.accounts import DutyFactory, UserFactory
from tests.factories.taskforce import DAY, WorkingGroupFactory, group_lead, group_member

pytestmark = pytest.mark.django_db


def call_of(group, *, places=2, day=None, **fields):
    day = day or dates.today()
    days = {"opens_on": day, "closes_on": day + timedelta(days=14)}
    return MemberCall.objects.create(group=group, text="ひな形を試す人", places=places, **days, **fields)


def test_accepted_applicant_is_a_member_with_the_duty_and_the_hours_of_the_call():
    group, person = WorkingGroupFactory(), UserFactory()
    application = call_of(group, hours_a_month=6).apply(by=person, line="試せます")
    application.accept(by=group_lead(group), word="ようこそ")
    assert group.memberships.get(person=person).hours_a_month == 6
    assert Duty.objects.on(dates.today()).get(user=person).scope == group.scope


def test_last_place_is_given_once():
    group = WorkingGroupFactory()
    call, lead = call_of(group, places=1), group_lead(group)
    first, second = (call.apply(by=UserFactory(), line="試せます") for _ in range(2))
    first.accept(by=lead)
    with pytest.raises(ValidationError, match="人数に達しています"):
        second.accept(by=lead)
    assert Application.objects.waiting().get() == second


def test_applying_twice_is_one_application():
    call, person = call_of(WorkingGroupFactory()), UserFactory()
    assert call.apply(by=person, line="試せます") == call.apply(by=person, line="もう一度")


def test_call_takes_nobody_after_its_last_day():
    call = call_of(WorkingGroupFactory(), day=DAY - timedelta(days=40))
    with pytest.raises(ValidationError, match="受付は終わりました"):
        call.apply(by=UserFactory(), line="試せます")


def test_answer_is_told_to_the_applicant_alone():
    group, person = WorkingGroupFactory(), UserFactory()
    lead = group_lead(group)
    call_of(group).apply(by=person, line="試せます").decline(by=lead, word="今回は英語の人を探しています")
    activity = Activity.objects.get(verb="application.answered")
    assert list(concerned.applicant(activity)) == [person.pk]
    assert (activity.reason, activity.changes) == ("", {})


def test_waiting_application_asks_the_lead():
    group = WorkingGroupFactory()
    lead, other = group_lead(group), group_lead(WorkingGroupFactory())
    call_of(group).apply(by=UserFactory(), line="試せます")
    kinds = [[item.kind for item in attention.needing(who)] for who in (lead, other)]
    assert kinds == [["application"], []]


def test_applicant_reads_the_answer_others_do_not_find_it(client):
    group, person = WorkingGroupFactory(), UserFactory()
    application = call_of(group).apply(by=person, line="試せます")
    application.decline(by=group_lead(group), word="次の募集でまた")
    client.force_login(person)
    assert "次の募集でまた" in client.get(application.get_absolute_url()).content.decode()
    client.force_login(UserFactory())
    assert client.get(application.get_absolute_url()).status_code == 404


def test_person_applies_on_the_page(client):
    group, person = WorkingGroupFactory(), UserFactory()
    call_of(group)
    client.force_login(person)
    client.post(reverse("taskforce:apply", args=[group.slug]), {"line": "英語のひな形を直せます"})
    assert Application.objects.get().line == "英語のひな形を直せます"


def test_member_leaves_by_himself(client):
    group = WorkingGroupFactory()
    member = group_member(group)
    membership = group.memberships.get()
    client.force_login(member)
    client.post(reverse("taskforce:member_leave", args=[group.slug, membership.pk]), {"reason": "異動"})
    membership.refresh_from_db()
    assert membership.left_on == dates.today()


def test_only_lead_stays_until_there_is_another():
    group = WorkingGroupFactory()
    lead, member = group_lead(group), group_member(group)
    with pytest.raises(ValueError, match="次のリーダー"):
        group.remove_member(group.memberships.get(person=lead), by=lead)
    group.name_lead(group.memberships.get(person=member), by=UserFactory())
    roles = dict(Duty.objects.on(dates.today()).values_list("user", "role"))
    assert roles == {lead.pk: Role.TASKFORCE_MEMBER, member.pk: Role.TASKFORCE_LEAD}


def test_leaving_and_joining_on_one_day_keeps_one_duty():
    group, person, by = WorkingGroupFactory(), UserFactory(), UserFactory()
    membership = group.add_member(person, by=by, today=DAY)
    group.remove_member(membership, by=by, today=DAY)
    group.add_member(person, by=by, today=DAY)
    assert list(Duty.objects.filter(user=person).values_list("ends_on", flat=True)) == [None]


def test_members_follow_duties_given_and_ended_elsewhere():
    group = WorkingGroupFactory()
    gone, new = group_member(group), UserFactory()
    Duty.objects.filter(user=gone).update(ends_on=DAY - timedelta(days=1))
    DutyFactory(user=new, role=Role.TASKFORCE_MEMBER, scope=group.scope)
    assert GroupMembership.objects.follow_duties(DAY) == 2
    assert list(group.memberships.current().values_list("person", flat=True)) == [new.pk]
    assert GroupMembership.objects.follow_duties(DAY) == 0


def test_closed_group_ends_duties_and_keeps_its_record():
    group = WorkingGroupFactory()
    lead = group_lead(group)
    group.close(by=UserFactory(), reason="役目を終えた", today=DAY)
    assert not group.memberships.current().exists()
    assert Duty.objects.get(user=lead).ends_on == DAY
    with pytest.raises(ValidationError, match="もう閉じています"):
        group.close(by=UserFactory(), reason="もう一度", today=DAY)
