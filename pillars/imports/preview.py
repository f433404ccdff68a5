"""The preview of an import as plain data: kept with the import, shown by its page, agreed to by people.

{"name": …, "whole": …, "counts": {"new", "changed", "unchanged", "errors", "missing", "conflicts", "stored"},
 "sheets": [counts by sheet], "rows": [errors, then changed, then new], "unchanged": […], "missing": […]}
"""

from django.utils import timezone
from django.utils.translation import get_language, override

from pillars.models import PlanImport
from pillars.workbook.reading import HEADER, ImportPlan, RowPlan, compare
from pillars.workbook.scope import DepartmentScope
from pillars.workbook.sheets import SHEETS

ORDER = {"error": 0, "changed": 1, "new": 2}


def scope_of(plan_import: PlanImport):
    """The limits of a department's own import; None for the secretariat and the command line."""
    return DepartmentScope(plan_import.uploaded_by) if plan_import.is_progress_only else None


def read(plan_import: PlanImport, tables, *, today, tell=None, **options) -> ImportPlan:
    """The tables of the import against the portal as it is now."""
    scope = scope_of(plan_import)
    return compare(tables, today=today, plan=plan_import.plan, scope=scope, tell=tell, **options)


def keep(plan_import: PlanImport, found: ImportPlan, *, moved=frozenset()):
    """Set problems and preview on the import, for the caller to save; a choice made before is kept where it fits."""
    plan_import.errors = [problem.as_json() for problem in found.problems]
    plan_import.preview = preview_of(found, moved)
    plan_import.version += 1


def preview_of(found: ImportPlan, moved=frozenset()) -> dict:
    """What the page shows and what applying compares with."""
    with override("ja"):
        rows = [_row_json(row, found, moved) for row in [*found.changed, *found.new]]
        missing = [
            {"sheet": s.sheet, "code": getattr(o, "code", ""), "name": str(o)} for s, o in found.missing
        ]
    errors = _error_rows(found)
    return {
        "name": found.name,
        "language": get_language(),  # of the sentences for the person who uploaded it
        "whole": found.whole,
        "unreadable": found.is_unreadable,
        "exported_at": found.exported_at and found.exported_at.isoformat(),
        "counts": {
            "new": len(found.new),
            "changed": len(found.changed),
            "unchanged": len(found.unchanged),
            "errors": len(errors),
            "missing": len(found.missing),
            "conflicts": sum(row.conflict for row in found.changed),
            "stored": found.stored,
        },
        "sheets": [_sheet_counts(sheet, found, errors) for sheet in SHEETS],
        "rows": [*errors, *rows],
        "unchanged": [
            {"sheet": r.sheet.sheet, "row": r.number, "code": r.code, "name": r.label}
            for r in found.unchanged
        ],
        "missing": missing,
        "status_words": found.status_words,
    }


def _sheet_counts(sheet, found, errors) -> dict:
    of = lambda rows: sum(1 for row in rows if row.sheet is sheet)  # noqa: E731
    return {
        "sheet": sheet.sheet,
        "new": of(found.new),
        "changed": of(found.changed),
        "unchanged": of(found.unchanged),
        "errors": sum(1 for row in errors if row["sheet"] == sheet.sheet),
        "missing": sum(1 for other, _obj in found.missing if other is sheet),
    }


def _row_json(row: RowPlan, found: ImportPlan, moved) -> dict:
    return {
        "kind": "changed" if row.obj else "new",
        "sheet": row.sheet.sheet,
        "row": row.number,
        "code": row.code,
        "name": row.label,
        "changes": row.shown_changes(found.vocabulary),
        # {heading: whether the file changed the cell too}; where not, it only has the value of its day
        "conflicts": {column.column_name: both for column, both in row.conflicts.items()},
        "conflict": row.conflict,
        "changed_at": row.changed_at and timezone.localtime(row.changed_at).isoformat(),
        "needs": [list(need) for need in row.needs],
        "moved": (row.sheet.sheet, row.code) in moved,
    }


def _error_rows(found: ImportPlan) -> list[dict]:
    """One entry a row with problems, in the order of the file; what belongs to no row comes first."""
    known = {row.place: (row.code, row.label, row.obj is not None) for row in found.rows} | found.faulty
    places: dict = {}
    for problem in found.problems:
        places.setdefault((problem.sheet, problem.row), []).append(problem)
    return [_error_row(place, problems, known) for place, problems in places.items()]


def _error_row(place, problems, known) -> dict:
    code, name, is_stored = known.get(place, ("", "", True))
    return {
        "kind": "error",
        "sheet": place[0],
        "row": place[1],
        "code": code,
        "name": name or code,
        "is_stored": is_stored,
        "is_row": place[1] not in (None, HEADER),
        "changes": {},
        "conflict": False,
        "problems": [problem.as_json() for problem in problems],
    }


def key_of(row: dict) -> tuple:
    """What a choice remembers a row by."""
    return row["sheet"], row["code"]
