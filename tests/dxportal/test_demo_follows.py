import pytest

from accounts.models import Follow
from dxportal.dates import today
from dxportal.demo import follows
from tests.factories import InitiativeFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory
from tests.factories.taskforce_ideas import published_idea


@pytest.mark.django_db
def test_readers_follow_initiatives_an_idea_and_a_group_once(monkeypatch):
    reader = UserFactory(staff_number=follows.READERS[0])
    UserFactory(staff_number="S000300")
    InitiativeFactory(code=follows.INITIATIVES[0])
    monkeypatch.setattr(follows, "IDEA", published_idea().number)
    WorkingGroupFactory(slug=follows.GROUP)
    follows.load(today())
    follows.load(today())
    found = Follow.objects.values_list("user_id", "target_type").order_by("target_type")
    assert list(found) == [(reader.pk, "group"), (reader.pk, "idea"), (reader.pk, "initiative")]
