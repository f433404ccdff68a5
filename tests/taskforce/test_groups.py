from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Activity, Duty, Role
from taskforce.models import ActionItem, Meeting, Theme
from tests.factories.accounts import DutyFactory, UserFactory
from tests.factories.taskforce import DAY, NOON, ThemeFactory, WorkingGroupFactory, group_lead, group_member

pytestmark = pytest.mark.django_db


def test_theme_counts_days_to_its_review():
    theme = ThemeFactory(review_on=DAY + timedelta(days=23))
    assert (theme.days_left(DAY), theme.days_left(DAY + timedelta(days=24))) == (23, -1)


def test_handed_over_theme_needs_a_department():
    theme = ThemeFactory()
    with pytest.raises(ValueError, match="渡す先"):
        theme.review(Theme.State.HANDED_OVER, outcome="ひな形", learnt="期限が効く", by=UserFactory(), on=DAY)
    assert Theme.objects.get().state == Theme.State.RUNNING


def test_continuing_starts_the_theme_anew():
    theme = ThemeFactory()
    later = DAY + timedelta(weeks=10)
    theme.review(
        Theme.State.CONTINUED, outcome="9部署", learnt="期限", by=UserFactory(), on=DAY, next_review_on=later
    )
    running = Theme.objects.running().get()
    assert (running.title, running.starts_on, running.review_on) == (theme.title, DAY, later)
    assert Activity.objects.with_verbs("theme.reviewed").get().reason == "期限"


def test_theme_is_reviewed_once():
    theme = ThemeFactory()
    theme.review(Theme.State.ENDED, outcome="9部署", learnt="期限", by=UserFactory(), on=DAY)
    with pytest.raises(ValueError, match="済んでいます"):
        theme.review(Theme.State.ENDED, outcome="", learnt="", by=UserFactory(), on=DAY)


@pytest.mark.parametrize(("days", "expected"), [(22, 0), (21, 1), (-3, 1)])
def test_review_asks_the_lead_three_weeks_ahead(days, expected):
    theme = ThemeFactory(review_on=DAY + timedelta(days=days))
    lead, other = group_lead(theme.group), group_lead(WorkingGroupFactory())
    assert Theme.objects.needing(lead, DAY).count() == expected
    assert Theme.objects.needing(other, DAY).count() == 0


def test_member_joins_with_the_duty_of_the_group():
    group, person = WorkingGroupFactory(slug="b"), UserFactory()
    group.add_member(person, by=UserFactory(), today=DAY)
    assert Duty.objects.get(user=person).scope == "group:b"
    with pytest.raises(ValueError, match="もうこのグループにいます"):
        group.add_member(person, by=UserFactory(), today=DAY)


def test_member_who_leaves_loses_the_duty_next_day():
    group = WorkingGroupFactory()
    member = group_member(group)
    group.remove_member(group.memberships.get(person=member), by=UserFactory(), today=DAY)
    assert [Duty.objects.filter(user=member).on(day).count() for day in (DAY, DAY + timedelta(days=1))] == [
        1,
        0,
    ]


def test_finished_item_asks_nobody_and_is_told_once():
    group = WorkingGroupFactory()
    member = group_member(group)
    item = ActionItem.objects.create(group=group, text="語を集める", owner=member, due_on=DAY)
    assert list(ActionItem.objects.needing(member, DAY)) == [item]
    item.finish(by=member, today=DAY)
    item.finish(by=member, today=DAY)
    assert not ActionItem.objects.needing(member, DAY).exists()
    assert Activity.objects.with_verbs("action_item.done").count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 200), ("lead", 200), ("secretariat", 200), ("outsider", 404), ("other_lead", 404)],
)
def test_notes_are_read_by_the_group_only(client, who, status):
    group = WorkingGroupFactory()
    meeting = Meeting.objects.create(group=group, title="相談", starts_at=NOON, notes="数え方を決めた")
    people = {
        "member": lambda: group_member(group),
        "lead": lambda: group_lead(group),
        "secretariat": lambda: DutyFactory(role=Role.SECRETARIAT).user,
        "outsider": UserFactory,
        "other_lead": lambda: group_lead(WorkingGroupFactory()),
    }
    client.force_login(people[who]())
    assert client.get(reverse("taskforce:meeting", args=[group.slug, meeting.pk])).status_code == status


def test_lead_of_another_group_may_not_choose_the_theme(client):
    group = WorkingGroupFactory()
    client.force_login(group_lead(WorkingGroupFactory()))
    assert client.get(reverse("taskforce:theme_edit", args=[group.slug])).status_code == 403


def test_lead_reviews_the_theme_on_the_page(client):
    theme = ThemeFactory()
    client.force_login(group_lead(theme.group))
    data = {"decision": "ended", "outcome": "ひな形。9部署", "learnt": "期限の一覧が効いた", "version": "1"}
    client.post(reverse("taskforce:theme_review", args=[theme.group.slug]), data)
    theme.refresh_from_db()
    assert (theme.state, theme.learnt) == ("ended", "期限の一覧が効いた")


def test_review_date_before_start_is_refused_with_a_sentence(client):
    group = WorkingGroupFactory()
    client.force_login(group_lead(group))
    data = {"title": "待ち時間", "goal": "減らす", "starts_on": "2026-11-24", "review_on": "2026-11-24"}
    page = client.post(reverse("taskforce:theme_edit", args=[group.slug]), data).content.decode()
    assert "見直しの日は、開始より後の日付にしてください" in page
    assert not Theme.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_group_page_queries_are_constant(client, count, django_assert_num_queries):
    theme = ThemeFactory()
    for number in range(count):
        member = group_member(theme.group)
        ActionItem.objects.create(group=theme.group, text=f"宿題{number}", owner=member, due_on=DAY)
        Meeting.objects.create(
            group=theme.group, title=f"会合{number}", starts_at=NOON - timedelta(days=number + 1)
        )
    client.force_login(UserFactory())
    with django_assert_num_queries(GROUP_QUERIES):
        client.get(reverse("taskforce:group", args=[theme.group.slug]))


GROUP_QUERIES = 14
