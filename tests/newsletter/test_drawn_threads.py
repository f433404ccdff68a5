"""The lines below an issue: drawn by the timetable, so that the page costs five queries from the first reader on."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from newsletter import drawn_threads
from newsletter.models import Heartbeat, Issue
from taskforce.models import Idea
from tests.factories import UserFactory
from tests.factories.newsletter import sent_issue
from tests.factories.taskforce_ideas import published_idea, published_practice

pytestmark = pytest.mark.django_db
LINE = '<ol class="thread">'


@pytest.fixture
def issue():
    """An issue that tells of an idea and of a practice that began without one, with an issue on either side."""
    told = (published_idea(title="当番表を組む"), published_practice(title="うちのやり方"))
    body = " ".join(f"[題]({one.get_absolute_url()})" for one in told)
    for number in (1, 3):
        sent_issue(number=number)
    return sent_issue(number=2, articles=[("取組紹介", body)], published_at=timezone.now())


@pytest.fixture
def read(client_for, django_assert_max_num_queries):
    """read(): the page of the issue as a person gets it whose session is known; never more than five queries (P38)."""

    def page(**fields):
        client = client_for(UserFactory(**fields))
        client.get("/help/")
        with django_assert_max_num_queries(5):
            return client.get("/newsletter/2/").content.decode()

    return page


@pytest.mark.parametrize("lines", [0, 2], ids=["nothing kept", "drawn"])
def test_the_first_reader_of_a_cold_cache_pays_five_queries(issue, read, lines):
    cache.clear()
    if lines:
        drawn_threads.draw()
    assert read().count(LINE) == lines


def test_lines_are_drawn_in_both_languages(issue, read):
    drawn_threads.draw()
    assert ["好事例" in read(language=language) for language in ("ja", "en")] == [True, False]
    assert "Good practice" in read(language="en")


def test_a_new_issue_is_drawn_every_round(issue, read):
    drawn_threads.draw()
    Idea.objects.update(title="別の題")
    assert drawn_threads.draw() == 1
    assert "別の題" in read()


def test_an_older_issue_is_drawn_when_missing_and_once_an_hour(issue):
    later = timezone.now() + timedelta(days=9)
    assert [drawn_threads.draw(later) for _n in range(2)] == [1, 0]
    cache.clear()
    assert drawn_threads.draw(later) == 1
    Heartbeat.objects.filter(name="threads").update(at=timezone.now() - timedelta(hours=2))
    assert drawn_threads.draw(later) == 1


def test_issues_that_link_to_nothing_and_drafts_are_passed_over(issue):
    Issue.objects.filter(pk=issue.pk).update(published_at=None)
    assert drawn_threads.draw() == 0
