"""What the timetable does with the questions about burden and effect, and who has answered, in numbers."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Count

from accounts.models import Department, User
from pillars import calendar
from pillars.forms.pulse import OPEN_DAYS
from pillars.models import Plan, PulseRound
from pillars.models.pulse import above


def seal_over(today: date) -> int:
    """Close every round whose last day has passed; returns how many."""
    rounds = list(PulseRound.objects.over(today).select_related("plan"))
    for round_ in rounds:
        round_.seal(by=None, source="timetable")
    return len(rounds)


def open_due(today: date) -> int:
    """Ask about the quarter that ended, in every running plan that was not asked by hand; returns how many.

    Only within two weeks of the first office day after the quarter: a portal that starts later waits for the next.
    """
    year, quarter = calendar.due_quarter(today)
    first = calendar.opening_day(year, quarter)
    if not first <= today <= first + timedelta(days=OPEN_DAYS):
        return 0
    asked = PulseRound.objects.filter(fiscal_year=year, quarter=quarter).values("plan")
    opened = 0
    for plan in Plan.objects.filter(status=Plan.Status.ACTIVE).exclude(pk__in=asked):
        if year not in plan.fiscal_years:
            continue
        days = {"opens_on": today, "closes_on": today + timedelta(days=OPEN_DAYS)}
        try:
            PulseRound(plan=plan, fiscal_year=year, quarter=quarter, **days).begin(
                by=None, source="timetable"
            )
            opened += 1
        except ValidationError:  # no initiative touches anybody: nothing to ask
            continue
    return opened


@dataclass(frozen=True)
class Turnout:
    """One department in one round: initiatives it is asked about, its staff, and how many of them have answered."""

    department: object
    initiatives: int
    staff: int
    answered: int


ORDERS = {
    "name": lambda row: row.department.path,
    "staff": lambda row: row.staff,
    "initiatives": lambda row: row.initiatives,
    "answered": lambda row: row.answered,
}


def turnouts(round_, sort="") -> list[Turnout]:
    """A row for every department that is asked, in the order of the organisation; four queries.

    People count for every asked department above them, as in the invitation.
    """
    asked = round_.invitations.values("department").annotate(number=Count("pk"))
    number = {row["department"]: row["number"] for row in asked}
    departments = {d.path: d for d in Department.objects.filter(pk__in=number).order_by("path")}
    staff, answered = Counter(), Counter()
    people = User.objects.active().exclude(department=None).values("department__path")
    for row in people.annotate(number=Count("pk")):
        count_up(staff, row["department__path"], departments, row["number"])
    for row in round_.turnouts.select_related("department"):
        count_up(answered, row.department.path, departments, row.people)
    rows = [Turnout(d, number[d.pk], staff[d.path], answered[d.path]) for d in departments.values()]
    key = ORDERS.get(sort.removeprefix("-"), ORDERS["name"])
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def count_up(counter, path, departments, number):
    for higher in above(path):
        if higher in departments:
            counter[higher] += number
