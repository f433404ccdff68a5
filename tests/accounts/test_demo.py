"""The demonstration's people, and the command that loads everything."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Activity, Department, Duty, Role, User
from dxportal.demo import people

pytestmark = pytest.mark.django_db


def test_loading_twice_gives_everybody_once(settings):
    people.load(date(2026, 11, 23))
    counts = [model.objects.count() for model in (Department, User, Duty, Activity)]
    people.load(date(2026, 11, 24))
    assert [model.objects.count() for model in (Department, User, Duty, Activity)] == counts
    assert counts[:3] == [376, 301, 63]
    assert User.objects.get(staff_number="S000003").check_password(settings.DEMO_PASSWORD)
    assert User.objects.get(email=people.ADMIN).roles == {Role.ADMIN}


def test_every_role_is_held_by_somebody():
    people.load(date(2026, 11, 23))
    assert set(Duty.objects.on(date(2026, 11, 24)).values_list("role", flat=True)) == set(Role.values)


def test_demonstration_is_refused_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="This is production"):
        call_command("load_demo")
    assert not User.objects.exists()
