"""What moved: the right acts, once each, and nothing a person may not know of."""

from datetime import timedelta

import pytest

from accounts.models import Activity, EmploymentKind, Follow, Role
from dxportal import feed
from tests.factories import DutyFactory, InitiativeFactory, ObjectiveFactory, PillarFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory
from tests.factories.taskforce_ideas import NOON, published_idea, published_practice, secretary

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def staff():
    return UserFactory()


def act(verb, target, *, ago=HOUR, summary=""):
    Activity.record(verb, target, by=None, at=NOON - ago, summary=summary)


def moved(user):
    """[(verb, label)] of the lines the person sees."""
    return [(line.verb, line.target_label) for line in feed.moved(user, NOON)]


def restricted_initiative():
    return InitiativeFactory(objective=ObjectiveFactory(pillar=PillarFactory(is_restricted=True)))


def expert(scope):
    user = UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    DutyFactory(user=user, role=Role.SUPPORT_EXPERT, scope=scope)
    return user


def test_acts_of_the_week_newest_first(staff):
    initiative = InitiativeFactory()
    for verb, ago in (
        ("milestone.moved", 2 * DAY),
        ("report.published", HOUR),
        ("milestone.completed", 8 * DAY),
    ):
        act(verb, initiative, ago=ago)
    assert [verb for verb, _label in moved(staff)] == ["report.published", "milestone.moved"]


def test_a_line_says_its_kind(staff):
    act("report.published", InitiativeFactory())
    (line,) = feed.moved(staff, NOON)
    assert str(line.tag) == "報告"


def test_what_is_no_news_has_no_line(staff):
    act("report.begun", InitiativeFactory())
    assert moved(staff) == []


def test_a_thing_has_one_line_for_each_kind_of_act(staff):
    initiative = InitiativeFactory()
    for ago in (3, 2, 1):
        act("milestone.moved", initiative, ago=ago * HOUR, summary=f"{ago}時間前")
    act("report.published", initiative, ago=4 * HOUR)
    lines = feed.moved(staff, NOON)
    assert [(line.verb, line.summary) for line in lines] == [
        ("milestone.moved", "1時間前"),
        ("report.published", ""),
    ]


def test_seven_lines_at_most(staff):
    for _number in range(9):
        act("report.published", InitiativeFactory())
    assert len(moved(staff)) == 7


def test_a_restricted_initiative_is_told_to_those_who_may_read_it(staff):
    initiative = restricted_initiative()
    act("report.published", initiative)
    assert (moved(staff), moved(secretary())) == ([], [("report.published", str(initiative))])


def test_a_withdrawn_idea_is_told_no_more(staff):
    idea = published_idea(at=NOON - HOUR)
    assert [verb for verb, _label in moved(staff)] == ["idea.published"]
    idea.withdraw(by=idea.author)
    assert moved(staff) == []


def test_an_outside_expert_hears_of_what_he_is_invited_to():
    group, other = WorkingGroupFactory(), WorkingGroupFactory()
    idea = published_idea(at=NOON - HOUR)
    act("theme.started", group)
    act("theme.started", other)
    published_practice()
    assert moved(expert(group.scope)) == [("theme.started", str(group))]
    assert [verb for verb, _label in moved(expert(f"idea:{idea.number}"))] == ["idea.published"]


def follow(user, target):
    target_type, target_id = target.history_key
    Follow.objects.create(
        user=user, target_type=target_type, target_id=target_id, target_label=str(target), target_url="/"
    )


def followed(user):
    return [line.target_label for line in feed.followed(list(user.follows.all()), user, NOON, days=14)]


def test_my_page_tells_of_what_is_followed_and_nothing_else(staff):
    mine, other = InitiativeFactory(), InitiativeFactory()
    follow(staff, mine)
    for initiative in (mine, other):
        act("report.published", initiative, ago=13 * DAY)
        act("milestone.moved", initiative, ago=15 * DAY)
    assert followed(staff) == [str(mine)]


def test_following_a_restricted_initiative_tells_nothing(staff):
    initiative = restricted_initiative()
    follow(staff, initiative)
    act("report.published", initiative)
    assert followed(staff) == []


def test_following_nothing_asks_nothing(staff, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert feed.followed([], staff, NOON, days=14) == []
