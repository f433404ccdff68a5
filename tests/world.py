"""The people and things of one walk through the permission table."""

from datetime import date, timedelta

from django.test import Client

from accounts.models import EmploymentKind, Role
from dxportal import dates
from tests.factories.accounts import DepartmentFactory, DutyFactory, UserFactory


class World:
    """`people["R"]` is the reporter of `department`; `once(name, make)` builds a thing when first asked for."""

    def __init__(self):
        self.department = DepartmentFactory(name="電子化推進課")
        self.other_department = DepartmentFactory(name="となりの課")
        self.group = "group:b"
        self.things = {}
        self.people = {
            "A": None,
            "S": UserFactory(department=self.other_department),
            "T": self.person(Role.TASKFORCE_MEMBER, scope=self.group),
            "L": self.person(Role.TASKFORCE_LEAD, scope=self.group),
            "R": self.person(Role.PROGRESS_REPORTER, department=self.department),
            "D": self.person(Role.PROGRESS_APPROVER, department=self.department),
            "X": self.person(Role.SECRETARIAT),
            "E": self.person(Role.EDITOR),
            "P": self.person(Role.SUPPORT_EXPERT, kind=EmploymentKind.EXTERNAL_EXPERT, ends_on=in_a_year()),
            "M": self.person(Role.ADMIN),
        }

    def person(self, role, *, kind=EmploymentKind.REGULAR, **duty):
        user = UserFactory(department=duty.get("department", self.other_department), employment_kind=kind)
        DutyFactory(user=user, role=role, **duty)
        return user

    def client(self, role) -> Client:
        """A client signed in as the person of that role; a visitor's for "A"."""
        client = Client()
        if self.people[role] is not None:
            client.force_login(self.people[role])
        return client

    def once(self, name: str, make):
        """The thing of that name; made by `make()` when asked for the first time in this world."""
        if name not in self.things:
            self.things[name] = make()
        return self.things[name]


def in_a_year() -> date:
    return dates.today() + timedelta(days=365)
