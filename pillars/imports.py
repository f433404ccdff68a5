"""Importing a plan: one module for the page and for `manage.py import_plan`.

    upload(content, name, by=…)   reads and compares a file, keeps it as a PlanImport to look at; changes nothing
    confirm(plan_import, by=…)    applies it in one transaction, or shows again what has changed meanwhile
    discard(plan_import, by=…)

Nothing is applied while there is one problem, and nothing is ever removed: rows the file does not have are named.
"""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Activity, Department
from pillars.models import Grade, GradeScale, IndicatorValue, Initiative, Milestone, Plan, PlanImport
from pillars.models.base import PlanItem
from pillars.workbook.cells import References
from pillars.workbook.files import FileRefused, Table, read_tables
from pillars.workbook.reading import ImportPlan, Problem, RowPlan, compare
from pillars.workbook.sheets import SHEETS, GradeSheet, PlanSheet
from pillars.workbook.words import GRADE_SHARES

__all__ = [
    "FileRefused",
    "ImportBusy",
    "ImportRefused",
    "PreviewOutdated",
    "Problem",
    "confirm",
    "discard",
    "upload",
]

LOCK = 7_302_026  # one import of a plan at a time, in the whole installation
OWN_HISTORY = ("plan", "pillar", "objective", "initiative")


class ImportRefused(Exception):
    """The import has problems or was already dealt with; str() says so."""


class PreviewOutdated(ImportRefused):
    """Rows changed in the portal after the preview; the preview has been made anew and shows them."""


class ImportBusy(ImportRefused):
    """Another import is being applied."""


# --- upload and preview -----------------------------------------------------------------------------


def upload(content: bytes, name: str, *, by, today, plan: Plan | None = None) -> PlanImport:
    """Keep the file's tables with their preview. Raises FileRefused when it is no table at all."""
    tables = read_tables(content, name)
    found = compare(tables, today=today, plan=plan)
    plan_import = PlanImport(
        plan=found.plan or plan,
        file_name=name[:255],
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
        content={title: {"headers": t.headers, "rows": t.rows} for title, t in tables.items()},
    )
    _keep_preview(plan_import, found)
    plan_import.save()
    return plan_import


def _keep_preview(plan_import, found: ImportPlan, *, moved=frozenset()):
    plan_import.errors = [problem.as_json() for problem in found.problems]
    plan_import.preview = preview_of(found, moved)


def preview_of(found: ImportPlan, moved=frozenset()) -> dict:
    """What the page shows and what `confirm` compares with: counts, new and changed rows cell by cell, and the rest."""
    with override("ja"):
        rows = [_row_json(row, found, moved) for row in found.rows if row.obj is None or row.changes]
        same = [
            {"sheet": r.sheet.sheet, "row": r.number, "code": r.code, "name": r.label}
            for r in found.unchanged
        ]
        missing = [
            {"sheet": s.sheet, "code": getattr(o, "code", ""), "name": str(o)} for s, o in found.missing
        ]
    return {
        "name": found.name,
        "whole": found.whole,
        "counts": {
            "new": len(found.new),
            "changed": len(found.changed),
            "unchanged": len(found.unchanged),
            "missing": len(found.missing),
            "conflicts": sum(row.conflict for row in found.rows),
        },
        "sheets": [_sheet_counts(sheet, found) for sheet in SHEETS],
        "rows": rows,
        "unchanged": same,
        "missing": missing,
        "status_words": found.status_words,
    }


def _sheet_counts(sheet, found) -> dict:
    of = lambda rows: sum(1 for row in rows if row.sheet is sheet)  # noqa: E731
    missing = sum(1 for other, _obj in found.missing if other is sheet)
    return {
        "sheet": sheet.sheet,
        "new": of(found.new),
        "changed": of(found.changed),
        "unchanged": of(found.unchanged),
        "missing": missing,
    }


def _row_json(row: RowPlan, found: ImportPlan, moved) -> dict:
    return {
        "kind": "changed" if row.obj else "new",
        "sheet": row.sheet.sheet,
        "row": row.number,
        "code": row.code,
        "name": row.label,
        "changes": row.shown_changes(found.vocabulary),
        "conflict": row.conflict,
        "moved": (row.sheet.sheet, row.code) in moved,
    }


# --- confirm and discard ----------------------------------------------------------------------------


def discard(plan_import: PlanImport, *, by):
    """Put the upload away; the row stays as a record, the tables of the file do not."""
    if plan_import.state != PlanImport.State.PREVIEWED:
        raise ImportRefused(_("この取込はもう済んでいます。"))
    plan_import.state, plan_import.content = PlanImport.State.DISCARDED, {}
    plan_import.save(update_fields=["state", "content"])
    Activity.record("import.discarded", plan_import, by=by)


def confirm(plan_import: PlanImport, *, by, today, overwrite=False) -> dict:
    """Apply the preview: all or nothing. Returns {"created": n, "changed": n, "unchanged": n, "kept": n}.

    `overwrite` also takes rows that were changed in the portal after the file was written; without it they are kept.
    Raises ImportRefused, ImportBusy, or PreviewOutdated after renewing the preview.
    """
    if by is not None and not PlanImport.can_use(by):
        raise PermissionDenied
    try:
        with transaction.atomic():
            return _confirm(plan_import, by=by, today=today, overwrite=overwrite)
    except PreviewOutdated:
        plan_import.save(update_fields=["errors", "preview"])
        raise


def _confirm(plan_import, *, by, today, overwrite):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise ImportBusy(_("ほかの取込が進んでいます。終わってから、もう一度取り込んでください。"))
    state = PlanImport.objects.select_for_update().values_list("state", flat=True).get(pk=plan_import.pk)
    if state != PlanImport.State.PREVIEWED:
        raise ImportRefused(_("この取込はもう済んでいます。"))
    found = compare(_tables(plan_import), today=today, plan=plan_import.plan, lock=True)
    _refuse_if_moved(plan_import, found)
    if found.problems:
        raise ImportRefused(_("直すところがあるので取り込めません。ファイルを直して読み直してください。"))
    kept = [] if overwrite else [row for row in found.rows if row.conflict]
    result = Applier(found, by=by, source=f"import:{plan_import.pk}").apply(kept)
    _finish(plan_import, result, by)
    return result


def _finish(plan_import, result, by):
    plan_import.plan = result.pop("plan")
    plan_import.state, plan_import.result = PlanImport.State.APPLIED, result
    plan_import.applied_by, plan_import.applied_at = by, timezone.now()
    plan_import.content = {}
    fields = ["plan", "state", "result", "applied_by", "applied_at", "content"]
    plan_import.save(update_fields=fields)
    counts = {"created": result["created"], "changed": result["changed"]}
    summary = _("%(file)sを取り込んだ(新規%(created)s、変更%(changed)s)") % {
        "file": plan_import.file_name,
        **counts,
    }
    summary_en = f"Imported {plan_import.file_name}: {counts['created']} new, {counts['changed']} changed"
    Activity.record(
        "import.applied",
        plan_import.plan,
        by=by,
        source=f"import:{plan_import.pk}",
        summary=summary[:500],
        summary_en=summary_en[:500],
    )


def _tables(plan_import) -> dict[str, Table]:
    return {title: Table(title, t["headers"], t["rows"]) for title, t in plan_import.content.items()}


def _refuse_if_moved(plan_import, found):
    """The preview is what people agreed to: when it would read differently now, they are asked again (IM11)."""

    def signatures(preview):
        return {(r["sheet"], r["code"]): (r["kind"], r["changes"], r["conflict"]) for r in preview["rows"]}

    agreed, current = signatures(plan_import.preview), signatures(preview_of(found))
    moved = {key for key in {*agreed, *current} if agreed.get(key) != current.get(key)}
    if moved or len(plan_import.errors) != len(found.problems):
        _keep_preview(plan_import, found, moved=moved)
        raise PreviewOutdated(
            _("確認のあいだにポータルで変わった行があります(%(count)s件)。もう一度見てください。")
            % {"count": len(moved)}
        )


# --- writing ----------------------------------------------------------------------------------------


class Applier:
    """Writes an import plan without problems, sheet by sheet, in the caller's transaction."""

    def __init__(self, found: ImportPlan, *, by, source):
        self.found, self.by, self.source = found, by, source
        self.plan = found.plan
        self.objects: dict = {}  # {kind: {code: object}}
        self.created: set = set()  # objects that are new in this import
        self.activities: list = []

    def apply(self, kept: list) -> dict:
        rows = [row for row in self.found.rows if row not in kept]
        result = {
            "created": len(self.found.new),
            "changed": sum(bool(row.changes) for row in rows),
            "unchanged": len(self.found.unchanged),
            "kept": len(kept),
        }
        self.objects["department"] = {department.code: department for department in Department.objects.all()}
        with override("ja"):
            for sheet in SHEETS:
                self._write(sheet, [row for row in rows if row.sheet is sheet])
        Activity.objects.bulk_create(self.activities, batch_size=500)
        return {"plan": self.plan, **result}

    def _write(self, sheet, rows):
        known = self.objects.setdefault(sheet.kind, {})
        if self.plan is not None and len(sheet.key) == 1:
            known.update({obj.code: obj for obj in sheet.of_plan(self.plan)})
        new = [row for row in rows if row.obj is None]
        changed = [row for row in rows if row.obj is not None and row.changes]
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
        for row in [*new, *changed]:
            self._set_many(row)
        if sheet is PlanSheet:
            self._settle_plan(rows)
        self._record(sheet, new, changed)

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
        _derive(row.obj)

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
        if isinstance(row.obj, Grade):
            row.obj.scale = self.plan.grade_scale
            _grade_rule(row.obj)
        _derive(row.obj)
        return row.obj

    def _set_many(self, row):
        for column, value in row.values.items():
            if _is_many(column) and (row.obj in self.created or column in row.changes):
                getattr(row.obj, column.root).set([self.objects[column.widget.kind][code] for code in value])

    def _settle_plan(self, rows):
        """The plan itself: its own words for states, and a scale to hang the grades on."""
        self.plan = rows[0].obj if rows else self.plan
        fields = []
        words, own = self.found.status_words, self.plan.status_words
        if words is not None and words != {status: word.get("ja") for status, word in own.items()}:
            self.plan.status_words = {s: {**own.get(s, {}), "ja": word} for s, word in words.items()}
            fields.append("status_words")
        if self.plan.grade_scale is None and any(row.sheet is GradeSheet for row in self.found.rows):
            self.plan.grade_scale = GradeScale.objects.create(name=self.plan.name[:100])
            fields.append("grade_scale")
        if fields:
            self.plan.save(update_fields=fields)

    def _record(self, sheet, new, changed):
        """One Activity per changed object, and per new one unless its parent is new as well."""
        if sheet is GradeSheet:
            return
        for row in new:
            parent = getattr(row.obj, sheet.parent) if sheet.parent else None
            if sheet.kind in OWN_HISTORY or parent not in self.created:
                self._note(f"{sheet.kind}.created", row, {})
        for row in changed:
            self._note(f"{sheet.kind}.imported", row, row.shown_changes(self.found.vocabulary))

    def _note(self, verb, row, changes):
        self.activities.append(Activity.build(verb, row.obj, by=self.by, changes=changes, source=self.source))


def _is_many(column) -> bool:
    return isinstance(column.widget, References)


def _derived(model) -> set:
    """Fields written with every change of the model."""
    names = {field.name for field in model._meta.fields}
    return ({"version"} & names) | ({"search_text"} & names) | ({"due_on"} & names)


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
