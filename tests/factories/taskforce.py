"""Groups with their themes, bodies with their seats, workshops."""

from datetime import date, datetime, timedelta

import factory

from accounts.models import Role
from dxportal import dates
from taskforce import models
from tests.factories.accounts import DutyFactory, UserFactory

DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=dates.TOKYO)


class BodyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Body

    code = factory.Sequence(lambda n: f"body-{n}")
    name = factory.Sequence(lambda n: f"会議体{n}")
    kind = models.Body.Kind.TEAM
    starts_on = date(2021, 6, 1)


class SeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Seat

    body = factory.SubFactory(BodyFactory)
    title = "チーム長"
    starts_on = date(2021, 6, 1)


class WorkingGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.WorkingGroup

    slug = factory.Sequence(lambda n: f"g{n}")
    name = factory.LazyAttribute(lambda o: f"グループ{o.slug}")
    name_en = factory.LazyAttribute(lambda o: f"Group {o.slug}")
    founded_on = date(2021, 6, 1)


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Theme

    group = factory.SubFactory(WorkingGroupFactory)
    title = "引継ぎを2週間で終える"
    title_en = "Hand-over in two weeks"
    goal = "ひな形を作り、9部署で試す。"
    starts_on = DAY - timedelta(weeks=8)
    review_on = DAY + timedelta(days=23)


class WorkshopFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Workshop

    title = factory.Sequence(lambda n: f"ワークショップ{n}")
    starts_at = NOON + timedelta(days=3)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=1))


def group_lead(group, **person):
    """A person who leads the group today."""
    user = UserFactory(**person)
    models.GroupMembership.objects.create(group=group, person=user, is_lead=True, joined_on=date(2026, 4, 1))
    DutyFactory(user=user, role=Role.TASKFORCE_LEAD, scope=group.scope)
    return user


def group_member(group, **person):
    user = UserFactory(**person)
    models.GroupMembership.objects.create(group=group, person=user, joined_on=date(2026, 4, 1))
    DutyFactory(user=user, role=Role.TASKFORCE_MEMBER, scope=group.scope)
    return user
