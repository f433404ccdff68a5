"""Whoever begins after an issue went out gets the latest one on the next office morning, once (N9)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Activity, EmploymentKind
from newsletter import drain, joiners, sending
from newsletter.models import Delivery, Issue, Preference, Topic, Way
from tests.factories import DepartmentFactory, UserFactory
from tests.newsletter.conftest import APPROVED_AT

pytestmark = pytest.mark.django_db(transaction=True)
PUBLISHED = datetime(2026, 11, 25, 0, tzinfo=UTC)
THURSDAY_NOON = datetime(2026, 11, 26, 3, tzinfo=UTC)  # in Tokyo


@pytest.fixture
def issue(make_issue):
    """Went out on Wednesday, to whoever was there."""
    return make_issue(state=Issue.State.SENT, published_at=PUBLISHED)


def began(at=THURSDAY_NOON, verb="user.created", **fields):
    person = UserFactory(**fields)
    Activity.record(verb, person, by=None, at=at)
    return person


def rows():
    return Delivery.objects.filter(kind=Delivery.Kind.JOINER)


def test_one_row_on_the_next_office_morning(issue):
    person = began(department=DepartmentFactory())
    assert (joiners.create(THURSDAY_NOON), joiners.create(THURSDAY_NOON)) == (1, 0)
    row = rows().get()
    assert (row.key, row.due_at) == (f"joiner:{issue.pk}:{person.pk}", datetime(2026, 11, 27, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "zone", "country", "due"),
    [
        (datetime(2026, 11, 26, 23, tzinfo=UTC), "Asia/Tokyo", "JP", datetime(2026, 11, 27, 0, tzinfo=UTC)),
        (datetime(2026, 11, 27, 0, tzinfo=UTC), "Asia/Tokyo", "JP", datetime(2026, 11, 30, 0, tzinfo=UTC)),
        (THURSDAY_NOON, "Africa/Cairo", "EG", datetime(2026, 11, 26, 7, tzinfo=UTC)),
        (datetime(2026, 11, 26, 8, tzinfo=UTC), "Africa/Cairo", "EG", datetime(2026, 11, 29, 7, tzinfo=UTC)),
        (datetime(2026, 12, 28, 1, tzinfo=UTC), "Asia/Tokyo", "JP", datetime(2027, 1, 4, 0, tzinfo=UTC)),
    ],
)
def test_next_morning(now, zone, country, due):
    assert joiners.next_morning(now, zone, country) == due


def test_who_is_no_joiner(issue):
    began(at=APPROVED_AT - timedelta(minutes=1))  # was there, but did not want it
    began(is_active=False)
    began(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    Preference(person=began()).choose({Topic.NEWSLETTER: Way.OFF})
    Preference(person=began()).choose({}, paused_until=date(2026, 12, 31))
    UserFactory()  # nobody recorded when
    assert joiners.create(THURSDAY_NOON) == 0


def test_who_has_a_copy_gets_no_second_one(readers, make_issue):
    [reader] = readers(1)
    Activity.record("user.created", reader, by=None, at=THURSDAY_NOON)
    make_issue(state=Issue.State.SENT, published_at=PUBLISHED)
    assert joiners.create(THURSDAY_NOON) == 0


def test_who_comes_back_joins_again(issue):
    person = began(verb="user.returned")
    joiners.create(THURSDAY_NOON)
    assert rows().get().person == person


@pytest.mark.parametrize(
    "fields",
    [
        {"published_at": None, "state": Issue.State.SCHEDULED},
        {"state": Issue.State.CANCELLED},
        {"published_at": THURSDAY_NOON - timedelta(days=29)},
    ],
)
def test_nothing_of_the_past_and_nothing_taken_back(issue, fields):
    Issue.objects.update(**fields)
    began()
    assert joiners.create(THURSDAY_NOON) == 0


def test_first_installation_tells_nobody_of_anything():
    began()
    assert joiners.create(THURSDAY_NOON) == 0


def test_many_at_once_are_one_insert(issue, django_assert_max_num_queries):
    division = DepartmentFactory()
    people = [UserFactory(department=division) for _n in range(40)]
    Activity.objects.bulk_create(
        [Activity.build("user.created", one, by=None, at=THURSDAY_NOON) for one in people]
    )
    with django_assert_max_num_queries(4):
        assert joiners.create(THURSDAY_NOON) == 40


def test_the_copy_is_the_issue_as_it_was_sent(issue, relay, due_now):
    person = began(name="着任 一郎")
    joiners.create(THURSDAY_NOON)
    due_now(rows())
    drain.drain(seconds=10)
    assert [(mail.recipients, str(mail.message["Subject"])) for mail in relay.kept] == [
        ([person.email], "業務合理化便り 第3号")
    ]
    assert "着任 一郎さんに届けています" in relay.kept[0].part("plain")
    assert relay.kept[0].message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_count_of_the_issue_stays_that_of_its_list(issue):
    """I7: a joiner's copy is no row of the frozen list."""
    began()
    joiners.create(THURSDAY_NOON)
    assert Delivery.objects.for_issue(issue).count() == issue.audience_count == 0
    assert sending.finish_issues() == 0
