"""The demonstration's newsletter (issue 2, section 1: two sent issues and one draft)."""

from datetime import date

import pytest

from accounts.models import Role
from dxportal.demo import mail
from dxportal.demo import newsletter as demo
from newsletter import checks
from newsletter.models import Bounce, Delivery, Issue, Preference
from tests.factories import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    UserFactory(staff_number=demo.EDITOR, roles=[Role.EDITOR])
    UserFactory(staff_number=demo.APPROVER, roles=[Role.SECRETARIAT])
    for _n in range(98):
        UserFactory()


def test_two_sent_issues_and_a_draft_ready_for_its_check(cast):
    demo.load(date(2026, 11, 24))
    assert list(Issue.objects.order_by("number").values_list("number", "state", "issued_on")) == [
        (1, "sent", date(2026, 11, 11)),
        (2, "sent", date(2026, 11, 18)),
        (3, "draft", date(2026, 11, 25)),
    ]
    assert [problem for problem in checks.problems(Issue.objects.get(number=3)) if problem.blocking] == []


def test_every_mail_of_a_sent_issue_has_an_end(cast):
    demo.load(date(2026, 11, 24))
    issue = Issue.objects.get(number=2)
    states = Delivery.objects.for_issue(issue).figures()["states"]
    assert {name: n for name, n in states.items() if n} == {"sent": 99, "failed": 1}
    assert issue.audience_count == 100


def test_loading_again_adds_nothing(cast):
    demo.load(date(2026, 11, 24))
    demo.load(date(2026, 11, 25))
    assert (Issue.objects.count(), Delivery.objects.for_issue(Issue.objects.get(number=1)).count()) == (
        3,
        100,
    )


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2026, 11, 26), date(2026, 1, 2), date(2027, 4, 30)])
def test_sent_issues_lie_in_the_past_whatever_the_day(cast, day):
    demo.load(day)
    last = Issue.objects.get(number=2)
    assert last.issued_on < day < Issue.objects.get(number=3).issued_on


def test_an_issue_is_sent_only_when_the_last_post_has_had_it(cast):
    """Muscat keeps its National Days on 25 and 26 November 2026 and its weekend after them: Sunday the 29th."""
    UserFactory(department=DepartmentFactory(timezone="Asia/Muscat", country_code="OM"))
    demo.load(date(2026, 11, 29))
    assert Issue.objects.get(number=2).issued_on == date(2026, 11, 18)


def test_some_addresses_are_to_be_checked_and_loading_again_adds_none(cast):
    demo.load(date(2026, 11, 24))
    mail.load(date(2026, 11, 24))
    mail.load(date(2026, 11, 25))
    marked = Preference.objects.addresses_to_check().values_list("refused_reply", flat=True)
    assert sorted(reply.partition(" ")[0] for reply in marked) == ["550", "smtp;"]
    assert Bounce.objects.filter(kind="gone").count() == 2
