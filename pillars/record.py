"""The record the database keeps of every row of a plan (django-pghistory, ADR 5), read between two days.

A day counts until its end in Tokyo: a change at 23:30 there belongs to the day. Who may read what is decided by
today's rights: a pillar that is restricted today hides its past as well.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

from django.db import connection
from django.db.models import CharField, F, Min, Model, OuterRef, Q, Subquery, Value
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
from pillars.states import FACTS, Json, State, add, end_of, is_open, on, row_of

PUBLISHED = ProgressReport.State.PUBLISHED
PERSON = ("id", "name", "name_en")


def first_day(plan: Plan) -> date | None:
    """The day the record of the plan begins with; None without any record."""
    found = Plan.pgh_event_model.objects.filter(pgh_obj=plan.pk).aggregate(at=Min("pgh_created_at"))
    return dates.today(found["at"]) if found["at"] else None


class Record:
    """The rows of a plan on a first day, and everything that became of them until the last: {pk: [State, …]}.

    Whatever is asked for costs the same for any number of rows: one query for all kinds with short rows together, one
    each for initiatives, reports and evaluations. `initiative` (pk) leaves the others out.
    """

    def __init__(self, plan, user, first: date, last: date | None = None, *, initiative: int | None = None):
        self.plan, self.user = plan, user
        self.first, self.last = first, last or first
        self._initiative = initiative

    def _rows(self, model, scope: Q):
        """The newest state of each row on the first day, and all later ones until the last day."""
        rows = model.pgh_event_model.objects.filter(scope, pgh_created_at__lt=end_of(self.last))
        before = rows.filter(pgh_created_at__lt=end_of(self.first))
        newest = before.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
        wanted = Q(pgh_created_at__gte=end_of(self.first)) | Q(pgh_id__in=newest.values("pgh_id"))
        return rows.filter(wanted)

    def _read(self, model, scope: Q, readable=None, **joined) -> dict[int, list[State]]:
        return self._collect(model, self._rows(model, scope), readable, **joined)

    @cached_property
    def _short(self) -> dict[type[Model], dict[int, list[State]]]:
        """The trails of all kinds with short rows, read as JSON in one query."""
        kinds = self._short_kinds()
        parts = [self._as_json(model, *kind) for model, kind in kinds.items()]
        rows = parts[0].union(*parts[1:], all=True)
        found = {model: {} for model in kinds}
        models = {model.__name__: model for model in kinds}
        for kind, _place, *facts, values in sorted(rows, key=lambda row: (row[2], row[1])):
            model = models[kind]
            fields = model._meta.concrete_fields
            row = [field.to_python(values[field.attname]) for field in fields]
            obj = row_of(model, [field.attname for field in fields], row)
            add(found[model], State(*facts, obj))
        return found

    def _short_kinds(self) -> dict[type[Model], tuple]:
        """{model: (which rows, which of today's the person may read or None)}."""
        user, plan = self.user, Q(plan=self.plan)
        measured = Indicator.pgh_event_model.objects.filter(plan & self._below).values("pgh_obj_id")
        return {
            Plan: (Q(pgh_obj=self.plan.pk), None),
            Pillar: (plan, Pillar.objects.filter(Pillar.objects.readable(user))),
            Objective: (plan, Objective.objects.filter(Objective.objects.readable(user))),
            Milestone: (plan & self._below, None),
            Indicator: (plan & self._below, Indicator.objects.visible_to(user)),
            IndicatorValue: (Q(indicator__in=measured), None),
        }

    def _as_json(self, model, scope: Q, readable):
        names = [field.attname for field in model._meta.concrete_fields]
        rows = self._rows(model, scope).order_by()
        return rows.annotate(
            of_kind=Value(model.__name__, CharField()),
            is_open=is_open(model, readable),
            as_row=Json(**{name: F(name) for name in names}),
        ).values_list("of_kind", "pgh_id", *FACTS, "as_row")

    @staticmethod
    def _collect(model, rows, readable=None, **joined) -> dict[int, list[State]]:
        """The rows as states. `joined` names related rows to bring along: submitted_by=("id", "name")."""
        names = [field.attname for field in model._meta.concrete_fields]
        beside = [f"{relation}__{name}" for relation, fields in joined.items() for name in fields]
        rows = rows.annotate(is_open=is_open(model, readable)).order_by(
            "pgh_obj_id", "pgh_created_at", "pgh_id"
        )
        found, first, last = {}, len(FACTS), len(FACTS) + len(names)
        for row in rows.values_list(*FACTS, *names, *beside):
            obj = row_of(model, names, row[first:last])
            rest = iter(row[last:])
            for relation, fields in joined.items():
                values = [next(rest) for _name in fields]
                related = model._meta.get_field(relation).related_model
                setattr(obj, relation, row_of(related, fields, values) if values[0] else None)
            add(found, State(*row[:first], obj))
        return found

    @property
    def _below(self) -> Q:
        return Q(initiative=self._initiative) if self._initiative else Q()

    @property
    def plans(self):
        return self._short[Plan]

    @property
    def pillars(self):
        return self._short[Pillar]

    @property
    def objectives(self):
        return self._short[Objective]

    @property
    def milestones(self):
        return self._short[Milestone]

    @property
    def indicators(self):
        return self._short[Indicator]

    @property
    def values(self):
        return self._short[IndicatorValue]

    @cached_property
    def initiatives(self):
        only = Q(pgh_obj=self._initiative) if self._initiative else Q()
        return self._read(Initiative, Q(plan=self.plan) & only, Initiative.objects.readable_by(self.user))

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
        found = {row.lead_department_id: row.lead_department for row in (self.plan, *self._present.values())}
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
        known = getattr(self.plan, "has_restricted", None)  # pages ask for it together with the plan
        return self.plan.pillars.filter(is_restricted=True).exists() if known is None else known


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
