"""The thread (T12): the same line on every page that stands in it, both ways, and nothing hidden leaks through it."""

import pytest
from django.urls import reverse

from dxportal import dates
from newsletter import drawn_threads, threads
from newsletter.blocks import refer
from newsletter.models import Issue
from taskforce.models import Idea, Pilot
from tests.factories import IndicatorFactory, InitiativeFactory, UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue
from tests.factories.taskforce_ideas import (
    NOON,
    pilot_of,
    published_idea,
    published_practice,
    secretary,
    spread_of,
)

pytestmark = pytest.mark.django_db
STEPS = ["idea", "answer", "pilot", "initiative", "practice", "spread", "issue"]


@pytest.fixture
def thread():
    """An idea with everything that can come of it, as (idea, pilot, initiative, KPI, practice, issue)."""
    initiative = InitiativeFactory()
    kpi = IndicatorFactory(objective=initiative.objective, initiative=initiative)
    idea = published_idea(title="日程表を自動で組む")
    pilot = pilot_of(idea)
    Idea.objects.filter(pk=idea.pk).update(initiative=initiative)
    practice = spread_of(published_practice(title="日程表のひな形", idea=idea), 2)
    body = f"[日程表のひな形]({practice.get_absolute_url()})を使う。"
    issue = IssueFactory(articles=[("取組紹介", body)])
    Issue.objects.filter(pk=issue.pk).update(published_at=NOON)
    return idea, Pilot.objects.get(pk=pilot.pk), initiative, kpi, practice, issue


def texts(found) -> list:
    return [[step.key for step in one.steps if not step.is_open] for one in found]


def test_every_object_of_a_thread_draws_the_same_line(thread, client_for):
    idea, pilot, initiative, kpi, practice, issue = thread
    user = UserFactory()
    asked = (threads.of_idea, threads.of_pilot, threads.of_initiative, threads.of_indicator)
    told = [ask(one, user) for ask, one in zip(asked, thread[:4], strict=True)]
    told += [threads.of_practice(practice, user), threads.of_issue(issue, user)]
    told += [threads.of_department(row.department, user) for row in practice.spread]
    assert all(one == told[0] for one in told)
    assert texts(told[0]) == [STEPS]


def test_a_reference_in_an_issue_counts_as_a_link():
    practice = published_practice(title="日程表のひな形")
    issue = sent_issue(number=7, articles=[("取組紹介", refer("好事例", practice.pk, practice.title))])
    issue.draw_page(issue.facts_on(dates.today()))
    issue.save()
    (thread,) = threads.of_practice(practice, UserFactory())
    assert [link.url for link in thread.steps[-1].links] == [issue.get_absolute_url()]


def test_every_page_of_a_thread_shows_it(thread, client_for):
    idea, pilot, initiative, kpi, practice, issue = thread
    drawn_threads.draw()
    client = client_for(UserFactory())
    place = reverse("taskforce:practice_department", args=[practice.department.code])
    pages = [one.get_absolute_url() for one in (idea, pilot, initiative, kpi, practice)]
    for page in (*pages, place, reverse("newsletter:issue", args=[issue.number])):
        shown = client.get(page).content.decode()
        line = shown[shown.index('<ol class="thread">') :]
        assert [address in line for address in (pages[0], pages[1], pages[2], pages[4])] == [True] * 4, page
        assert line.count('aria-current="step"') == 1


def test_an_issue_shows_everybody_the_same_lines(thread):
    initiative = thread[2]
    initiative.objective.pillar.is_restricted = True
    initiative.objective.pillar.save()
    assert threads.of_issue(thread[-1], secretary()) == threads.of_issue(thread[-1], UserFactory())


def test_restricted_initiative_stays_hidden(thread):
    initiative = thread[2]
    initiative.objective.pillar.is_restricted = True
    initiative.objective.pillar.save()
    found = threads.of_idea(thread[0], UserFactory())
    assert texts(found) == [[key for key in STEPS if key != "initiative"]]
    assert texts(threads.of_idea(thread[0], secretary())) == [STEPS]


def test_missing_steps_are_open():
    practice = published_practice(title="うちのやり方")
    found = threads.of_practice(practice, UserFactory())
    assert texts(found) == [["practice"]]
    assert threads.of_idea(published_idea(), UserFactory())[0].steps[1].is_open


def test_unpublished_issue_is_no_step(thread):
    Issue.objects.update(published_at=None)
    assert "issue" not in texts(threads.of_idea(thread[0], UserFactory()))[0]


@pytest.mark.parametrize(("kind", "queries"), [("idea", 2), ("practice", 2), ("initiative", 2)])
def test_a_thread_costs_two_queries(thread, django_assert_num_queries, kind, queries):
    user, one = (
        UserFactory(),
        dict(zip(("idea", "pilot", "initiative", "kpi", "practice"), thread, strict=False))[kind],
    )
    assert user.duties_today == []  # known on every page
    with django_assert_num_queries(queries):
        assert getattr(threads, f"of_{kind}")(one, user)
