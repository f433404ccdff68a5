"""Everything tests build objects with, under one name: `from tests.factories import UserFactory`."""

from tests.factories.accounts import PASSWORD, DepartmentFactory, DutyFactory, UserFactory

__all__ = ["PASSWORD", "DepartmentFactory", "DutyFactory", "UserFactory"]
