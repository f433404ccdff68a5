"""The demonstration's readers: reads, voices and letters, once."""

import pytest
from django.utils import timezone

from accounts.models import EmploymentKind
from dxportal.dates import today
from dxportal.demo import newsletter, readers
from newsletter import sending
from newsletter.models import Letter, Read, Readership, Vote
from tests.factories import UserFactory
from tests.factories.newsletter import sent_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    """An issue that went out to 130 people, a third of them local staff, and the loader."""
    UserFactory(staff_number=newsletter.EDITOR, roles=["editor"])
    for n in range(130):
        UserFactory(employment_kind=EmploymentKind.LOCAL if n % 3 == 0 else EmploymentKind.REGULAR)
    sending.enqueue_issue(sent_issue(number=2, published_at=timezone.now(), send_now=True))
    readers.load(today())


def test_readers_vote_and_write(loaded):
    assert Read.objects.count() > Vote.objects.count() > 0
    assert {row.place for row in Readership.objects.filter(readers__gte=5)} == {"headquarters", "local"}
    assert Letter.objects.waiting().count() == 4
    assert set(Letter.objects.exclude(answer="").values_list("state", flat=True)) == {"used", "declined"}


def test_loading_again_adds_nothing(loaded):
    before = Read.objects.count(), Vote.objects.count(), Letter.objects.count()
    readers.load(today())
    assert (Read.objects.count(), Vote.objects.count(), Letter.objects.count()) == before
