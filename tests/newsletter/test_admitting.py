"""Invitations: account mails that nothing holds back, but a restore, and that stand before no code."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Duty, Role
from dxportal import dates
from newsletter import drain, guard, notices
from newsletter.models import Delivery, Heartbeat, Preference
from tests.factories import UserFactory
from tests.factories.taskforce import WorkingGroupFactory, group_lead
from tests.newsletter.test_engine import restored

pytestmark = pytest.mark.django_db(transaction=True)
Kind = Delivery.Kind


@pytest.fixture
def giver():
    Heartbeat.objects.beat("notices")
    return UserFactory(roles=[Role.SECRETARIAT])


def give(person, by, role=Role.EDITOR, **fields):
    Duty(user=person, role=role, starts_on=dates.today(), **fields).give(by=by)


def been_here(**fields):
    return UserFactory(last_login=timezone.now(), **fields)


def told() -> dict:
    notices.create()
    return dict(Delivery.objects.values_list("person", "kind"))


@pytest.mark.parametrize(
    ("person", "kind"),
    [
        (UserFactory, Kind.ACCOUNT),
        (been_here, Kind.NOTICE),
        (lambda: been_here(employment_kind="external_expert"), Kind.ACCOUNT),
    ],
    ids=["never here", "knows the portal", "expert"],
)
def test_a_duty_that_lets_in_is_an_invitation(giver, person, kind):
    give(person := person(), giver)
    assert told() == {person.pk: kind}
    assert told() == {person.pk: kind}


def test_an_invitation_leaves_before_everything_and_waits_for_days(giver):
    give(UserFactory(), giver)
    told()
    row = Delivery.objects.get()
    assert (row.priority, row.expires_at - row.due_at) == (0, timedelta(days=14))
    assert row.due_at <= timezone.now()


def test_an_expert_taken_into_a_group_is_invited_and_staff_are_not(giver):
    group = WorkingGroupFactory(name="引継ぎ班")
    lead = group_lead(group)
    expert, colleague = UserFactory(employment_kind="external_expert"), been_here()
    for person in (expert, colleague):
        group.add_member(person, by=lead)
    assert told() == {expert.pk: Kind.ACCOUNT}


def test_the_invitation_into_a_group_names_it_and_the_way_in(giver, relay):
    group = WorkingGroupFactory(name="引継ぎ班")
    expert = UserFactory(employment_kind="external_expert")
    group.add_member(expert, by=group_lead(group))
    told()
    drain.drain(seconds=5)
    (mail,) = relay.kept
    text = mail.part("plain")
    assert [
        word in text for word in ("「引継ぎ班」に加わりました", group.get_absolute_url(), "番号が届きます")
    ] == [True] * 3
    row = Delivery.objects.get()
    assert (row.state, row.content, row.key.startswith("invitation:")) == ("sent", {}, True)


def test_who_left_the_group_meanwhile_is_not_invited(giver, relay):
    expert, group = UserFactory(employment_kind="external_expert"), WorkingGroupFactory()
    membership = group.add_member(expert, by=(lead := group_lead(group)))
    told()
    group.remove_member(membership, by=lead)
    drain.drain(seconds=5)
    assert (relay.kept, Delivery.objects.get().state) == ([], "skipped")


def test_an_invitation_follows_a_mended_address_and_a_pause_holds_nothing(giver, relay):
    give(person := UserFactory(email="wrong@example.jp"), giver)
    Preference.objects.of(person).choose({}, paused_until=dates.today() + timedelta(days=9))
    told()
    type(person).objects.filter(pk=person.pk).update(email="right@example.jp")
    drain.drain(seconds=5)
    assert relay.recipients == ["right@example.jp"]


def test_after_a_restore_codes_leave_and_invitations_wait(giver, relay):
    """They may have gone out after the dump was made; a code of that time has expired."""
    guard.check()
    give(UserFactory(), giver)
    told()
    restored()
    Delivery.objects.post(Kind.ACCOUNT, key="a", address="code@example.jp", subject="番号", text="1")
    drain.drain(seconds=5)
    assert relay.recipients == ["code@example.jp"]


def test_a_list_of_invitations_leaves_room_for_codes(giver, settings):
    """Half as fast as mail may leave, so a code never waits behind the list."""
    settings.MAIL_PER_MINUTE = 60
    for _n in range(3):
        give(UserFactory(), giver)
    told()
    dues = list(Delivery.objects.order_by("due_at").values_list("due_at", flat=True))
    assert [later - sooner for sooner, later in zip(dues, dues[1:], strict=False)] == [
        timedelta(seconds=2)
    ] * 2
