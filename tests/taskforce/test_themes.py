"""From one theme to the next: results with links, proposals, votes, the choice (T3)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dxportal import attention, dates
from dxportal.forms import StaleVersion
from taskforce.models import Theme, ThemeRound
from tests.factories import InitiativeFactory
from tests.factories.accounts import UserFactory
from tests.factories.taskforce import DAY, ThemeFactory, WorkingGroupFactory, group_lead, group_member
from tests.factories.taskforce_ideas import published_idea, published_practice

pytestmark = pytest.mark.django_db


def opened(group, *, days=9):
    return ThemeRound.start(group, closes_on=dates.today() + timedelta(days=days), by=UserFactory())


def proposed(found, by, title="会議を短くする"):
    return found.propose(by=by, title=title, text="前と後の作業を半分にする")


def test_review_links_what_came_of_the_theme_both_ways(client):
    theme, idea, practice = ThemeFactory(), published_idea(), published_practice()
    lead = group_lead(theme.group)
    data = {"decision": "ended", "outcome": "ひな形。9部署", "learnt": "期限が効く", "version": 1}
    data |= {"ideas": f"No.{idea.number}", "practices": str(practice.pk)}
    client.force_login(lead)
    client.post(reverse("taskforce:theme_review", args=[theme.group.slug]), data)
    [told] = Theme.objects.filter(pk=theme.pk).with_results(lead)
    assert [line.url for line in told.results] == [practice.get_absolute_url(), idea.get_absolute_url()]
    for thing in (idea, practice):
        assert theme.title in client.get(thing.get_absolute_url()).content.decode()


def test_initiative_names_the_theme_it_came_from_within_the_budget(client):
    theme, initiative = ThemeFactory(), InitiativeFactory()
    theme.initiatives.add(initiative)
    client.force_login(UserFactory())
    with CaptureQueriesContext(connection) as queries:
        page = client.get(initiative.get_absolute_url()).content.decode()
    assert theme.get_absolute_url() in page
    assert len(queries) <= 15


def test_number_that_is_not_there_is_said_and_nothing_is_lost(client):
    theme = ThemeFactory()
    client.force_login(group_lead(theme.group))
    data = {"decision": "ended", "outcome": "ひな形", "learnt": "期限", "version": 1, "ideas": "99999"}
    page = client.post(reverse("taskforce:theme_review", args=[theme.group.slug]), data).content.decode()
    assert "「99999」は見つかりません" in page
    assert "ひな形" in page
    assert Theme.objects.get().is_running


def test_results_show_only_what_the_reader_may_see():
    theme, practice = ThemeFactory(), published_practice()
    theme.practices.add(practice)
    practice.state = practice.State.PROPOSED
    practice.save(update_fields=["state"])
    [told] = Theme.objects.with_results(UserFactory())
    assert told.results == []


def test_outcome_is_told_later_and_an_old_form_saves_nothing():
    theme = ThemeFactory(state=Theme.State.ENDED, reviewed_on=DAY)
    words = {"outcome": "12部署", "learnt": "期限", "ideas": [], "practices": [], "initiatives": []}
    theme.tell_outcome(by=UserFactory(), version=1, **words)
    with pytest.raises(StaleVersion):
        theme.tell_outcome(by=UserFactory(), version=1, **words | {"outcome": "3部署"})
    assert Theme.objects.get().outcome == "12部署"


def test_continued_theme_takes_its_measures_along():
    theme = ThemeFactory()
    theme.measures.create(name="週", start_value=5, current_value=3, target_value=2)
    theme.review(
        "continued",
        outcome="9部署",
        learnt="期限",
        by=UserFactory(),
        on=DAY,
        next_review_on=DAY + timedelta(weeks=10),
    )
    measure = Theme.objects.running().get().measures.get()
    assert (measure.start_value, measure.current_value, measure.target_value) == (3, None, 2)


def test_member_has_one_vote_and_may_change_it():
    group = WorkingGroupFactory()
    member, found = group_member(group), opened(group)
    first, second = proposed(found, member), proposed(found, member, "紙をなくす")
    found.vote(first, by=member)
    found.vote(second, by=member)
    counts = found.proposals.with_votes(member).values_list("title", "vote_count", "is_mine_voted")
    assert list(counts) == [("紙をなくす", 1, True), ("会議を短くする", 0, False)]


def test_nobody_votes_after_the_last_day():
    group = WorkingGroupFactory()
    member, found = group_member(group), opened(group)
    one = proposed(found, member)
    with pytest.raises(ValidationError, match="受付は終わりました"):
        found.vote(one, by=member, today=found.closes_on + timedelta(days=1))


def test_withdrawn_proposal_frees_its_votes():
    group = WorkingGroupFactory()
    member, found = group_member(group), opened(group)
    one = proposed(found, member)
    found.vote(one, by=member)
    one.withdraw(by=member)
    assert (found.votes.count(), found.proposals.standing().count()) == (0, 0)


def test_vote_asks_members_then_the_choice_asks_the_lead():
    group = WorkingGroupFactory()
    lead, member = group_lead(group), group_member(group)
    found = opened(group)
    proposed(found, member)
    found.vote(found.proposals.get(), by=lead)
    later = found.closes_on + timedelta(days=1)
    kinds = lambda who, day: [i.kind for i in attention.needing(who, day)]  # noqa: E731
    assert [kinds(member, DAY), kinds(lead, DAY)] == [["theme_vote"], []]
    assert [kinds(member, later), kinds(lead, later)] == [[], ["theme_choice"]]


def test_outsider_sees_proposals_but_has_no_vote(client):
    group = WorkingGroupFactory()
    found = opened(group)
    one = proposed(found, group_member(group))
    client.force_login(UserFactory())
    assert one.title in client.get(found.get_absolute_url()).content.decode()
    assert client.post(reverse("taskforce:vote", args=[group.slug, one.pk])).status_code == 403


def test_picked_proposal_becomes_the_theme(client):
    group = WorkingGroupFactory()
    lead, found = group_lead(group), opened(group)
    one = proposed(found, group_member(group))
    client.force_login(lead)
    client.post(
        reverse("taskforce:pick", args=[group.slug]), {"proposal": one.pk, "reason": "どの課にも効く"}
    )
    address = reverse("taskforce:theme_edit", args=[group.slug])
    assert one.title in client.get(address).content.decode()
    days = {"starts_on": "2026-12-01", "review_on": "2027-02-15"}
    client.post(address, {"title": one.title, "goal": one.text, **days})
    found.refresh_from_db()
    assert (found.theme.title, found.reason) == (one.title, "どの課にも効く")


def test_form_of_the_running_theme_keeps_its_first_day(client):
    theme = ThemeFactory()
    client.force_login(group_lead(theme.group))
    page = client.get(reverse("taskforce:theme_edit", args=[theme.group.slug]))
    assert page.context["form"]["starts_on"].value() == theme.starts_on


def test_second_theme_is_refused_while_one_runs():
    theme = ThemeFactory()
    words = {"title": "別", "goal": "別", "starts_on": DAY, "review_on": DAY + timedelta(weeks=9)}
    with pytest.raises(ValidationError, match="先にテーマを決めました"):
        Theme.begin(theme.group, by=UserFactory(), **words)


@pytest.mark.parametrize(("weeks", "fits"), [(4, False), (9, True), (13, True), (20, False)])
def test_season_is_two_to_three_months(weeks, fits):
    assert ThemeFactory.build(starts_on=DAY, review_on=DAY + timedelta(weeks=weeks)).is_season is fits


def test_theme_on_the_day_of_a_review_is_the_next_one():
    theme = ThemeFactory()
    later = DAY + timedelta(weeks=10)
    theme.review("continued", outcome="9部署", learnt="期限", by=UserFactory(), on=DAY, next_review_on=later)
    on = lambda day: [t.pk for t in Theme.objects.on(day)]  # noqa: E731
    assert on(DAY - timedelta(days=1)) == [theme.pk]
    assert on(DAY) == [Theme.objects.running().get().pk]


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_all_themes_has_constant_queries(client, count, django_assert_num_queries):
    for _ in range(count):
        theme = ThemeFactory(state=Theme.State.ENDED, reviewed_on=DAY, outcome="9部署")
        theme.ideas.add(published_idea())
        theme.initiatives.add(InitiativeFactory())
    client.force_login(UserFactory())
    with django_assert_num_queries(THEMES_QUERIES):
        client.get(reverse("taskforce:themes"))


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_groups_has_constant_queries(client, count, django_assert_num_queries):
    for _ in range(count):
        group_member(ThemeFactory().group)
    client.force_login(UserFactory())
    with django_assert_num_queries(GROUPS_QUERIES):
        client.get(reverse("taskforce:groups"))


THEMES_QUERIES = 8
GROUPS_QUERIES = 7
