"""Readers by place: noted without a query, never fewer than five, gone after 90 days (N12, P22, P33)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import EmploymentKind, Role
from newsletter import readership
from newsletter.models import Delivery, Issue, Place, Read, Readership
from newsletter.models.readers import OPEN_DAYS
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue
from tests.newsletter.test_pages import page, rows_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return sent_issue(number=4, published_at=timezone.now())


def collected() -> int:
    """Two rounds of the timetable: what was noted before the first is kept by the second."""
    return readership.collect() + readership.collect()


def read_by(issue, people):
    for person in people:
        readership.note(issue, person)
    collected()


def people(number, **fields):
    return [UserFactory(**fields) for _n in range(number)]


def shown(issue) -> dict:
    found = Issue.objects.annotate(readership_told=readership.told()).get(pk=issue.pk)
    return {line.label: line.words for line in readership.of(found)}


# --- noting ---------------------------------------------------------------------------------------


def test_opening_the_page_notes_one_read_a_person(client_for, issue):
    reader = UserFactory()
    for _n in range(3):
        client_for(reader).get(page(4))
    client_for(UserFactory()).get(page(4))
    assert (Read.objects.count(), collected(), Read.objects.count()) == (0, 2, 2)


def test_the_next_day_is_the_same_reader(issue):
    reader = UserFactory()
    read_by(issue, [reader])
    cache.clear()  # what was remembered for a day
    read_by(issue, [reader])
    assert Read.objects.count() == 1


def test_a_round_that_broke_off_is_done_again_without_harm(issue):
    read_by(issue, people(3))
    cache.set(readership.DONE, 0, None)
    readership.note(issue, UserFactory())
    collected()
    assert Read.objects.count() == 4


def test_drafts_and_old_issues_are_not_counted(issue):
    readership.note(IssueFactory(number=5), UserFactory())
    readership.note(issue, UserFactory(), at=issue.published_at + OPEN_DAYS)
    assert collected() == 0


def test_a_cache_that_is_away_costs_nobody_the_page(client_for, issue, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "dxportal.cache.ForgivingRedisCache",
            "LOCATION": "unix:///nowhere/valkey.sock",
        }
    }
    assert client_for(UserFactory()).get(page(4)).status_code == 200
    assert collected() == 0


def test_no_row_of_a_read_names_anybody():
    assert {field.name for field in Read._meta.get_fields()} == {"id", "issue", "reader", "place"}


@pytest.mark.parametrize(
    ("kind", "employment", "place"),
    [
        ("division", EmploymentKind.REGULAR, Place.HEADQUARTERS),
        ("embassy", EmploymentKind.REGULAR, Place.POSTS),
        ("embassy", EmploymentKind.LOCAL, Place.LOCAL),
        (None, EmploymentKind.REGULAR, Place.HEADQUARTERS),
    ],
)
def test_places_of_readers_and_of_the_audience_agree(issue, kind, employment, place):
    department = DepartmentFactory(kind=kind) if kind else None
    reader = UserFactory(department=department, employment_kind=employment)
    rows_of(issue, 1)
    Delivery.objects.update(person=reader)
    readership.open_and_close()
    assert Place.of(reader) == Readership.objects.get().place == place


# --- showing --------------------------------------------------------------------------------------


@pytest.fixture
def sent_to_30(issue):
    rows_of(issue, 30, state="sent")
    readership.open_and_close()
    return issue


@pytest.mark.parametrize(
    ("readers", "told"),
    [(0, "5人未満"), (4, "5人未満"), (5, "5人"), (25, "25人"), (26, "ほぼ全員"), (30, "ほぼ全員")],
)
def test_small_groups_and_small_rests_are_words(sent_to_30, readers, told):
    read_by(sent_to_30, people(readers))
    assert shown(sent_to_30)["本省"] == told


def test_the_number_does_not_move_for_one_more_reader(sent_to_30):
    told = []
    for _n in range(11):
        read_by(sent_to_30, people(1))
        told.append(shown(sent_to_30)["本省"])
    assert told == ["5人未満"] * 4 + ["5人"] * 5 + ["10人"] * 2


def test_the_sum_tells_nothing_of_a_small_group(sent_to_30):
    post = DepartmentFactory(kind="embassy")
    read_by(sent_to_30, [*people(8), *people(3, department=post)])
    Readership.objects.create(issue=sent_to_30, place=Place.POSTS, audience=20)
    assert shown(sent_to_30) == {"本省": "8人", "在外公館": "5人未満", "合計": "8人"}


def test_the_sum_does_not_tell_how_few_have_not_read(sent_to_30):
    read_by(sent_to_30, people(29))
    assert shown(sent_to_30) == {"本省": "ほぼ全員", "合計": "25人"}


def test_opening_twice_changes_nothing(sent_to_30):
    read_by(sent_to_30, people(6))
    readership.open_and_close()
    row = Readership.objects.get()
    assert (row.readers, row.audience) == (6, 30)


# --- forgetting -----------------------------------------------------------------------------------


def test_after_90_days_only_totals_are_left(sent_to_30):
    read_by(sent_to_30, people(7))
    readership.open_and_close(sent_to_30.published_at + OPEN_DAYS - timedelta(seconds=1))
    assert Read.objects.count() == 7
    readership.open_and_close(sent_to_30.published_at + OPEN_DAYS)
    assert (Read.objects.count(), shown(sent_to_30)["合計"]) == (0, "7人")


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen"), [(Role.EDITOR, True), (Role.SECRETARIAT, True), (Role.ADMIN, False)]
)
def test_figures_are_for_those_who_may_see_figures(client_for, sent_to_30, role, seen):
    read_by(sent_to_30, people(12))
    text = words(client_for(UserFactory(roles=[role])).get(page(4, "delivery")))
    assert ("12人3040%" in text) == seen
