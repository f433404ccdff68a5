"""People and organisation for tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.models import Department, Duty, Role, User

PASSWORD = "pillar-roof-beam-26"


class DepartmentFactory(DjangoModelFactory):
    """A division at headquarters. A post: kind="embassy", timezone="Europe/Paris", country_code="FR"."""

    code = factory.Sequence(lambda n: f"DIV-{n}")
    name = factory.Sequence(lambda n: f"第{n}課")
    name_en = factory.Sequence(lambda n: f"Division {n}")
    kind = Department.Kind.DIVISION

    class Meta:
        model = Department


class UserFactory(DjangoModelFactory):
    """An ordinary member of staff. `roles=["editor", …]` gives duties without a scope; `password=PASSWORD` sets one."""

    email = factory.Sequence(lambda n: f"staff{n}@example.jp")
    staff_number = factory.Sequence(lambda n: f"T{n:06}")
    name = factory.Sequence(lambda n: f"試験 {n}子")
    name_en = factory.Sequence(lambda n: f"Tester {n}")
    department = factory.SubFactory(DepartmentFactory)

    class Meta:
        model = User
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model, *args, password=None, roles=(), **fields):
        user = model.objects.create_user(password=password, **fields)
        for role in roles:
            DutyFactory(user=user, role=role)
        return user


class DutyFactory(DjangoModelFactory):
    """A role held since 2020, without a scope (the whole ministry) unless `department` or `scope` is given."""

    user = factory.SubFactory(UserFactory)
    role = Role.SECRETARIAT
    starts_on = date(2020, 4, 1)

    class Meta:
        model = Duty
