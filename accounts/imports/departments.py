"""The tree of the organisation from a file."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.imports.base import BATCH, Import
from accounts.models import Department
from accounts.models.departments import validate_timezone
from accounts.tables import Column, Problem, Row, choice, code, words


def time_zone(text: str) -> str:
    try:
        validate_timezone(text)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from error
    return text


class DepartmentImport(Import):
    """The tree of the organisation. Rows may stand in any order; a circle is refused."""

    key = "code"
    event = "departments_imported"

    def columns(self):
        return {
            "code": Column("code", code(12)),
            "name_ja": Column("name", words(100)),
            "name_en": Column("name_en", words(200), required=False),
            "kind": Column("kind", choice(Department.Kind)),
            "parent_code": Column("parent", code(12), required=False),
            "timezone": Column("timezone", time_zone),
            "country_code": Column("country_code", code(2)),
            "short_name_ja": Column("short_name", words(60), required=False),
            "city_en": Column("city_en", words(60), required=False),
            "note": Column("note", words(200), required=False),
        }

    def check(self, rows: list[Row]):
        """Every parent exists, and following the parents ends at a root."""
        self.known = {
            department.code: department for department in Department.objects.select_related("parent")
        }
        self.parents = {dept.code: dept.parent.code if dept.parent else "" for dept in self.known.values()}
        pending = {row.key: row for row in rows if not row.problems}
        self.parents.update({row_key: row.values["parent"] for row_key, row in pending.items()})
        bad = True
        while bad:  # a row that falls takes new rows below it along
            bad = [(row, reason) for row in pending.values() if (reason := self._fault(row.key))]
            for row, reason in bad:
                row.problems.append(Problem(row.line, "parent_code", row.values["parent"], reason))
                del pending[row.key]
            for row, _reason in bad:
                self._forget(row.key)

    def _forget(self, row_key: str):
        if row_key in self.known:
            parent = self.known[row_key].parent
            self.parents[row_key] = parent.code if parent else ""
        else:
            del self.parents[row_key]

    def _fault(self, row_key: str) -> str:
        seen, step = set(), row_key
        while step:
            if step in seen:
                return _("上位組織が輪になっています。")
            seen.add(step)
            if step not in self.parents:
                return _("上位組織「%(code)s」がありません。") % {"code": step}
            step = self.parents[step]
        return ""

    def path(self, row_key: str) -> str:
        parent = self.parents[row_key]
        return (self.path(parent) if parent else "") + f"{row_key}/"

    def apply(self, good: dict[str, dict]):
        """Parents first; paths of everything below a moved department follow."""
        changed = []
        for row_key in sorted({*good, *self.known}, key=self.path):
            values = good.get(row_key)
            dept = self.known.get(row_key)
            if dept is None:
                self._create(values)
            elif self._change(dept, values):
                changed.append(dept)
        names = [column.field for column in self.columns().values()] + ["path", "is_active"]
        Department.objects.bulk_update(changed, names, BATCH)

    def _create(self, values: dict):
        parent = self.known.get(values["parent"])
        dept = Department(**{**values, "parent": parent}, path=self.path(values["code"]))
        dept.save(force_insert=True)
        self.known[dept.code] = dept
        self.outcome.created += 1
        self.note("department.created", dept, {})

    def _change(self, dept: Department, values: dict | None) -> bool:
        path = self.path(dept.code)
        changes = {}
        if values:
            changes = self.assign(
                dept, {**values, "parent": self.known.get(values["parent"]), "is_active": True}
            )
            self.outcome.changed += bool(changes)
            self.outcome.unchanged += not changes
        if changes:
            self.note("department.updated", dept, changes)
        moved, dept.path = dept.path != path, path
        return bool(changes) or moved

    def deactivate_missing(self, keys: set[str]):
        gone = [dept for dept in self.known.values() if dept.code not in keys and dept.is_active]
        for dept in gone:
            self.note("department.deactivated", dept, self.assign(dept, {"is_active": False}))
        Department.objects.bulk_update(gone, ["is_active"], BATCH)
        self.outcome.deactivated = len(gone)
