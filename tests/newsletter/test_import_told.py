"""Who reports on what an import changed hears of it once, when the importer wanted it (mock 16)."""

import pytest

from newsletter import drain, notices
from newsletter.models import Delivery
from pillars import imports
from pillars.models import PlanImport
from tests.factories import Book, DepartmentFactory, DutyFactory, UserFactory
from tests.pillars.test_import_choice import TODAY, read, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def department():
    return DepartmentFactory(code="HQ-A")


@pytest.fixture
def reporter(department):
    DutyFactory(role="progress_reporter", department=DepartmentFactory())
    return DutyFactory(role="progress_reporter", department=department).user


def changed(department, *, tells):
    """A plan, the first look of the notices, then an import that changes one initiative."""
    take(Book(department).content)
    notices.create()
    found = read(Book(department).change("施策", "進捗率(%)", 55).content)
    PlanImport.objects.filter(pk=found.pk).update(tells=tells)
    imports.confirm(found, by=UserFactory(roles=["secretariat"]), today=TODAY)


def test_the_reporter_is_told_once(department, reporter):
    changed(department, tells=True)
    assert (notices.create(), notices.create()) == (1, 0)
    assert list(Delivery.objects.values_list("person", flat=True)) == [reporter.pk]


def test_nobody_is_told_unless_asked(department, reporter):
    changed(department, tells=False)
    assert notices.create() == 0


def test_the_mail_names_the_initiatives(department, reporter, relay, due_now):
    changed(department, tells=True)
    notices.create()
    due_now(Delivery.objects.all())
    drain.drain(seconds=10)
    (mail,) = relay.kept
    assert "最初の施策" in mail.message.get_body(("plain",)).get_content()
