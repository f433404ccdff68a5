"""The record the database keeps of every row of a plan (django-pghistory, ADR 5), read between two days.

A day counts until its end in Tokyo: a change at 23:30 there belongs to the day. Who may read what is decided by
today's rights: a pillar that is restricted today hides its past as well.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BooleanField, Case, Exists, F, Min, Model, OuterRef, Q, Subquery, Value, When
from psycopg2.extras import execute_values

from accounts.models import Department
from dxportal import dates
from pillars.models import (
    Evaluation,
    Grade,
    Indicator,
    IndicatorValue,
    Initiative,
    Milestone,
    Objective,
    Pillar,
    Plan,
    ProgressReport,
    ReportingCall,
)

PUBLISHED = ProgressReport.State.PUBLISHED
PERSON = ("id", "name", "name_en")


def end_of(day: date) -> datetime:
    """The first instant after the day in Tokyo."""
    return dates.local_instant(day + dates.DAY, time(0), dates.TOKYO)


def first_day(plan: Plan) -> date | None:
    """The day the record of the plan begins with; None without any record."""
    found = Plan.pgh_event_model.objects.filter(pgh_obj=plan.pk).aggregate(at=Min("pgh_created_at"))
    return dates.today(found["at"]) if found["at"] else None


class State(NamedTuple):
    """A row as it was from one moment on."""

    at: datetime
    label: str  # insert, update, delete
    context: dict | None  # what is known of the request: user (pk), url
    is_open: bool | None  # whether the person may read the row today; None when it is gone, or was not asked
    obj: Model


def on(states: Iterable[State], day: date) -> Model | None:
    """The row at the end of the day; None before it was there and after it was deleted."""
    past = [state for state in states if state.at < end_of(day)]
    return past[-1].obj if past and past[-1].label != "delete" else None


def _is_open(model, readable):
    """Whether a row of today is among the readable ones; None where it is gone, and where nobody asks."""
    if readable is None:
        return Value(None, BooleanField())
    same = {"pk": OuterRef("pgh_obj_id")}
    there, may = Exists(model._base_manager.filter(**same)), Exists(readable.order_by().filter(**same))
    return Case(When(there, then=may), output_field=BooleanField())


class Record:
    """The rows of a plan on a first day, and everything that became of them until the last: {pk: [State, …]}.

    One query for each kind of row that is asked for, for any number of rows. `initiative` (pk) leaves the others out.
    """

    def __init__(self, plan, user, first: date, last: date | None = None, *, initiative: int | None = None):
        self.plan, self.user = plan, user
        self.first, self.last = first, last or first
        self._initiative = initiative

    def _read(self, model, scope: Q, readable=None, **joined) -> dict[int, list[State]]:
        """The newest state of each row on the first day, and all later ones until the last day."""
        rows = model.pgh_event_model.objects.filter(scope, pgh_created_at__lt=end_of(self.last))
        before = rows.filter(pgh_created_at__lt=end_of(self.first))
        newest = before.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
        wanted = Q(pgh_created_at__gte=end_of(self.first)) | Q(pgh_id__in=newest.values("pgh_id"))
        return self._collect(model, rows.filter(wanted), readable, **joined)

    @staticmethod
    def _collect(model, rows, readable=None, **joined) -> dict[int, list[State]]:
        """The rows as states. `joined` names related rows to bring along: submitted_by=("id", "name")."""
        names = [field.attname for field in model._meta.concrete_fields]
        facts = ["pgh_created_at", "pgh_label", "pgh_context__metadata", "is_open"]
        beside = [f"{relation}__{name}" for relation, fields in joined.items() for name in fields]
        rows = rows.annotate(is_open=_is_open(model, readable)).order_by(
            "pgh_obj_id", "pgh_created_at", "pgh_id"
        )
        found, first, last = {}, len(facts), len(facts) + len(names)
        for row in rows.values_list(*facts, *names, *beside):
            if row[1] == "insert" and found.get(row[first + names.index("id")]):
                continue  # told from elsewhere before: here the database began to keep the record itself
            obj = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            rest = iter(row[last:])
            for relation, fields in joined.items():
                values = [next(rest) for _name in fields]
                related = model._meta.get_field(relation).related_model
                setattr(
                    obj, relation, related.from_db(DEFAULT_DB_ALIAS, fields, values) if values[0] else None
                )
            found.setdefault(obj.pk, []).append(State(*row[:first], obj))
        return found

    @property
    def _below(self) -> Q:
        return Q(initiative=self._initiative) if self._initiative else Q()

    @cached_property
    def plans(self):
        return self._read(Plan, Q(pgh_obj=self.plan.pk))

    @cached_property
    def pillars(self):
        return self._read(
            Pillar, Q(plan=self.plan), Pillar.objects.filter(Pillar.objects.readable(self.user))
        )

    @cached_property
    def objectives(self):
        readable = Objective.objects.filter(Objective.objects.readable(self.user))
        return self._read(Objective, Q(plan=self.plan), readable)

    @cached_property
    def initiatives(self):
        only = Q(pgh_obj=self._initiative) if self._initiative else Q()
        return self._read(Initiative, Q(plan=self.plan) & only, Initiative.objects.readable_by(self.user))

    @cached_property
    def milestones(self):
        return self._read(Milestone, Q(plan=self.plan) & self._below)

    @cached_property
    def indicators(self):
        readable = Indicator.objects.visible_to(self.user)
        return self._read(Indicator, Q(plan=self.plan) & self._below, readable)

    @cached_property
    def values(self):
        of_plan = Indicator.pgh_event_model.objects.filter(Q(plan=self.plan) & self._below)
        return self._read(IndicatorValue, Q(indicator__in=of_plan.values("pgh_obj_id")))

    @cached_property
    def evaluations(self):
        of_plan = Objective.pgh_event_model.objects.filter(plan=self.plan)
        grade = [field.attname for field in Grade._meta.concrete_fields]
        return self._read(Evaluation, Q(objective__in=of_plan.values("pgh_obj_id")), grade=grade)

    @cached_property
    def reports(self):
        """Published reports only. For a whole plan: those that changed, and the newest of each initiative."""
        of_plan = Initiative.pgh_event_model.objects.filter(plan=self.plan).values("pgh_obj_id")
        scope = Q(workflow_state=PUBLISHED) & (self._below or Q(initiative__in=of_plan))
        if self._initiative:
            return self._read(ProgressReport, scope, submitted_by=PERSON)
        rows = ProgressReport.pgh_event_model.objects.filter(scope, pgh_created_at__lt=end_of(self.last))
        before = rows.filter(pgh_created_at__lt=end_of(self.first))
        later = rows.filter(pgh_created_at__gte=end_of(self.first))
        newest = before.order_by("initiative_id", "-fiscal_year", "-quarter", "-pgh_created_at", "-pgh_id")
        earlier = before.filter(pgh_obj__in=later.values("pgh_obj_id")).order_by(
            "pgh_obj_id", "-pgh_created_at", "-pgh_id"
        )
        wanted = (
            Q(pgh_created_at__gte=end_of(self.first))
            | Q(pgh_id__in=newest.distinct("initiative_id").values("pgh_id"))
            | Q(pgh_id__in=earlier.distinct("pgh_obj_id").values("pgh_id"))
        )
        return self._collect(ProgressReport, rows.filter(wanted), submitted_by=PERSON)

    @cached_property
    def departments(self) -> dict[int, Department]:
        """Every department that led something; departments themselves keep no record."""
        found = {row.lead_department_id: row.lead_department for row in self._present.values()}
        states = [state.obj for states in self.initiatives.values() for state in states]
        missing = {row.lead_department_id for row in (*states, self.plan)} - {*found, None}
        return found | (Department.objects.in_bulk(missing) if missing else {})

    @cached_property
    def _present(self) -> dict[int, Initiative]:
        """Today's initiatives with their departments, and what was expected of them on both days."""
        called = ReportingCall.objects.filter(plan=OuterRef("plan")).order_by("opened_at")
        then = self.plan.initiatives.with_expected(self.first).annotate(expected_then=F("asked_serial"))
        both = then.with_expected(self.last).annotate(called_at=Subquery(called.values("opened_at")[:1]))
        return {row.pk: row for row in both.select_related("lead_department").order_by()}

    def expect(self, initiatives: Iterable[Initiative], day: date) -> None:
        """Tell them which report was expected of them on the first or last day, as `with_expected` does for today's."""
        name = "asked_serial" if day == self.last else "expected_then"
        for row in initiatives:
            known = self._present.get(row.pk)
            called_at = known.called_at if known else None
            row.asked_serial = getattr(known, name, None)
            row.plan_asks = called_at is not None and called_at < end_of(day)

    def rows(self, trails: dict, day: date) -> dict[int, Model]:
        """The rows of one kind at the end of a day."""
        found = {pk: on(states, day) for pk, states in trails.items()}
        return {pk: row for pk, row in found.items() if row is not None}

    def is_open(self, trails: dict, pk: int) -> bool:
        """Whether the person may read a row. What is gone shows to the secretariat, and where nothing is restricted."""
        may = trails[pk][-1].is_open
        if may is not None or self.user.is_secretariat:
            return bool(may) or self.user.is_secretariat
        return not self.user.is_expert and not self._hides_something

    @cached_property
    def _hides_something(self) -> bool:
        return self.plan.pillars.filter(is_restricted=True).exists()


def remember(model, states: Iterable[tuple[datetime, str, Model]]) -> None:
    """Write (moment, label, row) of an earlier time into the record: for history that was kept elsewhere.

    The record can be added to, never changed; what is written here stands before what the database wrote itself.
    """
    names = [field for field in model._meta.concrete_fields]
    columns = ", ".join(
        f'"{name}"' for name in ("pgh_created_at", "pgh_label", "pgh_obj_id", *(f.column for f in names))
    )
    lines = [
        (at, label, row.pk, *(f.get_db_prep_save(f.value_from_object(row), connection) for f in names))
        for at, label, row in states
    ]
    with connection.cursor() as cursor:
        table = model.pgh_event_model._meta.db_table
        execute_values(cursor.cursor, f'INSERT INTO "{table}" ({columns}) VALUES %s', lines, page_size=500)  # noqa: S608
