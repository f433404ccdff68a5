"""Rows of an import written sheet by sheet, with their history and with what it takes to take them back."""

from django.utils.translation import override

from accounts.models import Activity
from pillars.models import Grade, GradeScale, IndicatorValue, Initiative, Milestone, ProgressReport
from pillars.models.base import PlanItem
from pillars.workbook.cells import References
from pillars.workbook.reading import ImportPlan
from pillars.workbook.sheets import SHEETS, GradeSheet, PlanSheet
from pillars.workbook.words import GRADE_SHARES

OWN_HISTORY = ("plan", "pillar", "objective", "initiative")


def raw(obj) -> dict:
    """The stored fields of an object: {attname: value}."""
    return {
        f.attname: getattr(obj, f.attname)
        for f in obj._meta.concrete_fields
        if f.name not in ("id", "version")
    }


class Before:
    """What an import found and what it made of it: enough to take it back (see undoing.py)."""

    def __init__(self):
        self.entries: list[dict] = []
        self.scale = None  # the grade scale it made for the plan

    def created(self, row):
        self.entries.append({"sheet": row.sheet.sheet, "pk": row.obj.pk, "code": row.code, "name": row.label})

    def changed(self, row, was: dict):
        self.noted(row.sheet.sheet, row.obj, was, many=row.many)

    def noted(self, sheet, obj, was, many=None):
        fields = {name: [was[name], value] for name, value in raw(obj).items() if was[name] != value}
        self.entries.append({"sheet": sheet, "pk": obj.pk, "fields": fields, "many": many or {}})

    def as_json(self) -> dict:
        return {"entries": self.entries, "scale": self.scale}


class Applier:
    """Writes an import plan without problems, sheet by sheet, in the caller's transaction."""

    def __init__(self, found: ImportPlan, *, by, source, tell=None, signs=False):
        self.found, self.by, self.source, self.signs = found, by, source, signs
        self.tell, self.written = tell or (lambda rows: None), 0
        self.plan = found.plan
        self.before = Before()
        self.objects = found.known  # {kind: {code: object}}
        self.created: set = set()  # objects that are new in this import
        self.activities: list = []

    def apply(self, decisions: dict) -> dict:
        """Write what the decisions take. Returns {"created", "changed", "unchanged", "kept"}: numbers of rows."""
        rows = [row for row in self.found.sound if self._is_wanted(row, decisions)]
        result = {
            "created": sum(row.obj is None for row in rows),
            "changed": sum(row.obj is not None and bool(row.changes) for row in rows),
            "unchanged": len(self.found.unchanged),
            "kept": sum(not decision.is_taken for decision in decisions.values()),
        }
        with override("ja"):
            for sheet in SHEETS:
                self._write(sheet, [row for row in rows if row.sheet is sheet])
        Activity.objects.bulk_create(self.activities, batch_size=500)
        return result

    @staticmethod
    def _is_wanted(row, decisions) -> bool:
        decision = decisions.get((row.sheet.sheet, row.code))
        if decision is None:
            return True  # unchanged: nothing to write, but others refer to it
        row.changes = {c: pair for c, pair in row.changes.items() if c.column_name not in decision.withheld}
        return decision.is_taken

    def _write(self, sheet, rows):
        known = self.objects[sheet.kind]
        new = [row for row in rows if row.obj is None]
        changed = [row for row in rows if row.obj is not None and row.changes]
        states = {row.obj.pk: raw(row.obj) for row in changed}
        for row in changed:
            self._change(row)
        model = sheet._meta.model
        fields = {column.root for row in changed for column in row.changes if not _is_many(column)}
        if changed:
            model.objects.bulk_update([row.obj for row in changed], sorted(fields | _derived(model)))
        for row in new:
            row.obj = self._build(row)
        model.objects.bulk_create([row.obj for row in new], batch_size=500)
        self.created.update(row.obj for row in new)
        if len(sheet.key) == 1:
            known.update({row.obj.code: row.obj for row in rows})
        self._link(sheet, new)
        for row in changed:
            self._set_many(row)
        if sheet is PlanSheet:
            self._settle_plan(rows, states)
        for row in new:
            self.before.created(row)
        for row in changed:
            self.before.changed(row, states[row.obj.pk])
        self._record(sheet, new, changed)
        self.written += len(new) + len(changed)
        self.tell(self.written)

    def _assign(self, row, column, value):
        if "__" in column.attribute:
            value = self.objects[column.widget.kind].get(value)
        setattr(row.obj, column.root, value)

    def _change(self, row):
        if "version" in _derived(type(row.obj)):
            row.obj.version += 1
        moved = next((c for c in row.changes if c.attribute == "planned_on"), None)
        if moved and row.obj.due_on == row.changes[moved][0] and row.get("due_on") is None:
            row.obj.due_on = row.changes[moved][
                1
            ]  # never moved so far: the current date follows the original
        for column, (_old, value) in row.changes.items():
            if not _is_many(column):
                self._assign(row, column, self._stored(row.obj, column, value))
        if self.signs and isinstance(row.obj, ProgressReport):
            self._sign(row.obj)
        _derive(row.obj)

    def _sign(self, report):
        """A department's import hands its reports in, by the person who imports."""
        if report.workflow_state == ProgressReport.State.SUBMITTED:
            report.submitted_by = self.by

    @staticmethod
    def _stored(obj, column, value):
        """A published report is 承認済 in the workbook and stays published here."""
        return value if column.attribute != "workflow_state" or not obj.is_published else obj.workflow_state

    def _build(self, row):
        row.obj = row.sheet._meta.model()
        for column, value in row.values.items():
            if not _is_many(column):
                self._assign(row, column, value)
        if isinstance(row.obj, PlanItem):
            row.obj.plan = self.plan
        if self.signs and isinstance(row.obj, ProgressReport):
            self._sign(row.obj)
        if isinstance(row.obj, Grade):
            row.obj.scale = self.plan.grade_scale
            _grade_rule(row.obj)
        _derive(row.obj)
        return row.obj

    def _link(self, sheet, new):
        """The links of new rows to several others, in one query a column."""
        for column in filter(_is_many, sheet.columns):
            field = sheet._meta.model._meta.get_field(column.root)
            mine, theirs = field.m2m_column_name(), field.m2m_reverse_name()
            known, through = self.objects[column.widget.kind], field.remote_field.through
            links = [(row.obj.pk, known[code].pk) for row in new for code in row.values.get(column, ())]
            rows = [through(**{mine: one, theirs: other}) for one, other in links]
            through.objects.bulk_create(rows, batch_size=1000)

    def _set_many(self, row):
        for column in filter(_is_many, row.changes):
            wanted = [self.objects[column.widget.kind][code] for code in row.values[column]]
            was = [item.pk for item in getattr(row.obj, column.root).all()]
            row.many = {column.root: [sorted(was), sorted(item.pk for item in wanted)]}
            getattr(row.obj, column.root).set(wanted)

    def _settle_plan(self, rows, states):
        """The plan itself: its own words for states, and a scale to hang the grades on."""
        self.plan = rows[0].obj if rows else self.plan
        fields, was = [], states.get(self.plan.pk) or raw(self.plan)
        words, own = self.found.status_words, self.plan.status_words
        if words is not None and words != {status: word.get("ja") for status, word in own.items()}:
            self.plan.status_words = {s: {**own.get(s, {}), "ja": word} for s, word in words.items()}
            fields.append("status_words")
        if self.plan.grade_scale is None and any(row.sheet is GradeSheet for row in self.found.rows):
            self.plan.grade_scale = GradeScale.objects.create(name=self.plan.name[:100])
            self.before.scale = self.plan.grade_scale.pk
            fields.append("grade_scale")
        if fields:
            self.plan.save(update_fields=fields)
        is_told = any(row.obj is self.plan and (row.changes or self.plan in self.created) for row in rows)
        if fields and not is_told and self.plan not in self.created:
            self.before.noted(PlanSheet.sheet, self.plan, was)

    def _record(self, sheet, new, changed):
        """One Activity per changed object, and per new one unless its parent is new as well."""
        if sheet is GradeSheet:
            return
        for row in new:
            parent = getattr(row.obj, sheet.parent) if sheet.parent else None
            if sheet.kind in OWN_HISTORY or parent not in self.created:
                handed_in = self.signs and getattr(row.obj, "submitted_by_id", None)
                self._note("report.submitted" if handed_in else f"{sheet.kind}.created", row, {})
        for row in changed:
            self._note(f"{sheet.kind}.imported", row, row.shown_changes(self.found.vocabulary))

    def _note(self, verb, row, changes):
        self.activities.append(Activity.build(verb, row.obj, by=self.by, changes=changes, source=self.source))


def _is_many(column) -> bool:
    return isinstance(column.widget, References)


def _derived(model) -> set:
    """Fields written with every change of the model."""
    names = {field.name for field in model._meta.fields}
    return names & {"version", "search_text", "due_on", "submitted_by"}


def _derive(obj):
    """What `save` would compute, for rows that are written in bulk."""
    if isinstance(obj, Initiative):
        obj.search_text = obj.words_to_search()
    if isinstance(obj, Milestone):
        obj.due_on = obj.due_on or obj.planned_on
    if isinstance(obj, IndicatorValue) and obj.actual_value is None:
        obj.value_status = IndicatorValue.Status.NONE


def _grade_rule(grade):
    if grade.minimum_share is None:
        grade.minimum_share = GRADE_SHARES.get(grade.identifier)
    grade.not_measured = grade.identifier == "not_measurable"
