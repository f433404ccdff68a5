"""Taking a whole import back as one act (promises.md P20).

    undo = Undo(plan_import)          looks, and says what would happen
    undo.restores                     cells that get the value from before the import
    undo.conflicts                    cells somebody changed in the portal since: restored only when chosen
    undo.removals, undo.kept          rows the import made: removed, or kept because something hangs on them now
    Undo.carry_out(…, by=…, at=…)     does it, in one transaction; pages ask the worker for it (orders.take_back)

The history stays: every restored and removed row leaves an Activity.
"""

import copy
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Activity
from pillars.imports.applying import ImportRefused, take_turn
from pillars.models import GradeScale, PlanImport
from pillars.models.base import shown as words_of
from pillars.workbook.sheets import SHEETS

SHOWN = 100
TOO_LATE = gettext_lazy("元に戻せるのは、取り込んでから30日のあいだ、1回だけです。")
ATTACHED = (models.CASCADE, models.PROTECT)


@dataclass
class Cell:
    """One field of one row: what it was before the import, what the import made of it, what it is now."""

    sheet: type
    obj: models.Model
    field: models.Field
    before: object
    imported: object

    @property
    def key(self) -> str:
        return f"{self.sheet.kind}:{self.obj.pk}:{self.field.name}"

    @property
    def is_many(self) -> bool:
        return self.field.many_to_many

    @property
    def now(self):
        if self.is_many:
            return sorted(item.pk for item in getattr(self.obj, self.field.name).all())
        return getattr(self.obj, self.field.attname)

    def words(self) -> tuple[str, str, str]:
        """Before, imported and now, as the history shows values."""
        return tuple(self.shown(value) for value in (self.before, self.imported, self.now))

    def shown(self, value) -> str:
        if self.is_many:
            found = self.field.related_model.objects.filter(pk__in=value)
            return "、".join(str(item) for item in found)
        draft = copy.copy(self.obj)
        draft._state = copy.copy(self.obj._state)
        draft._state.fields_cache = {}
        setattr(draft, self.field.attname, value)
        return words_of(draft, self.field) or ""

    def restore(self):
        if self.is_many:
            getattr(self.obj, self.field.name).set(self.before)
        else:
            setattr(self.obj, self.field.attname, self.before)


def known(cells: list[Cell]) -> list[Cell]:
    """The cells people know; derived ones, such as the words to search, go back with them."""
    return [cell for cell in cells if cell.field.editable]


class Undo:
    """What taking back would do, read from what the import kept. `lock` locks the rows for carrying it out."""

    def __init__(self, plan_import: PlanImport, *, lock=False):
        self.plan_import, self.lock = plan_import, lock
        self.restores: list[Cell] = []
        self.conflicts: list[Cell] = []
        self.removals: dict = {sheet: {} for sheet in SHEETS}  # {sheet: {pk: object}}
        self.kept: list[tuple] = []  # (sheet, object, why it cannot be removed)
        self.gone = 0  # rows that somebody removed since
        self.tell = lambda done: None
        self.done = 0  # rows restored or removed so far
        for sheet in reversed(SHEETS):  # children first: a row that stays keeps its parents
            mine = [e for e in plan_import.before.get("entries", ()) if e["sheet"] == sheet.sheet]
            self._look(sheet, mine)

    @property
    def shown(self) -> list[Cell]:
        return known(self.restores)[:SHOWN]

    @property
    def restored_count(self) -> int:
        return len(known(self.restores))

    @property
    def removed_count(self) -> int:
        return sum(len(rows) for rows in self.removals.values())

    def _look(self, sheet, entries):
        rows = sheet._meta.model.objects.all()
        rows = rows.select_for_update(of=("self",)) if self.lock else rows
        stored = rows.select_related(*_parents(sheet)).in_bulk([entry["pk"] for entry in entries])
        self.gone += sum(entry["pk"] not in stored for entry in entries)
        created = {e["pk"]: stored[e["pk"]] for e in entries if "fields" not in e and e["pk"] in stored}
        for entry in entries:
            if "fields" in entry and entry["pk"] in stored:
                self._compare(sheet, stored[entry["pk"]], entry)
        if created:
            self._look_at_created(sheet, created)

    def _compare(self, sheet, obj, entry):
        for name, (before, imported) in [*entry["fields"].items(), *entry["many"].items()]:
            field = _field(obj, name)
            if not field.many_to_many:
                before, imported = field.to_python(before), field.to_python(imported)
            cell = Cell(sheet, obj, field, before, imported)
            if cell.now == imported:
                self.restores.append(cell)
            elif cell.now != before:
                self.conflicts.append(cell)

    def _look_at_created(self, sheet, created):
        """Rows the import made are removed unless they were changed since or something hangs on them."""
        reasons = self._changed_since(sheet, created) | self._attached(sheet, created)
        self.removals[sheet] = {pk: obj for pk, obj in created.items() if pk not in reasons}
        self.kept += [(sheet, created[pk], reason) for pk, reason in sorted(reasons.items())]

    def _changed_since(self, sheet, created) -> dict:
        events = sheet._meta.model._meta.get_field("events").related_model.objects
        later = events.filter(pgh_obj_id__in=created, pgh_created_at__gt=self.plan_import.applied_at)
        return dict.fromkeys(later.values_list("pgh_obj_id", flat=True), _("取込のあとにポータルで変わった"))

    def _attached(self, sheet, created) -> dict:
        doomed = {other._meta.model: set(rows) for other, rows in self.removals.items()}
        found = {}
        for relation in _relations(sheet._meta.model):
            there = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": created})
            there = there.exclude(pk__in=doomed.get(relation.related_model, ()))
            word = str(relation.related_model._meta.verbose_name)
            reason = _("あとから付いたものがある: %(what)s") % {"what": word}
            found |= dict.fromkeys(there.values_list(relation.field.attname, flat=True), reason)
        return found

    # --- doing it -------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def carry_out(cls, plan_import: PlanImport, *, by, at, chosen=frozenset(), tell=None) -> dict[str, int]:
        """Take the import back; `chosen` are keys of conflicts to restore all the same. Raises ImportRefused,
        ImportBusy, PermissionDenied. Returns {"restored": cells, "removed": rows, "kept": cells and rows}."""
        take_turn()
        plan_import = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
        if not by.is_secretariat:
            raise PermissionDenied
        is_ordered = plan_import.state == PlanImport.State.UNDOING  # in time when it was asked for
        if not is_ordered and not plan_import.can_undo(by, at):
            raise ImportRefused(TOO_LATE)
        undo = cls(plan_import, lock=True)
        undo.tell = tell or undo.tell
        cells = undo.restores + [cell for cell in undo.conflicts if cell.key in chosen]
        left = len(undo.conflicts) - len(cells) + len(undo.restores) + len(undo.kept)
        try:
            with override("ja"), transaction.atomic():
                undo._restore(cells, by)
                undo._remove(by)
        except (IntegrityError, models.ProtectedError) as error:
            raise ImportRefused(_("あとの変更とぶつかるので戻せません。何も変えていません。")) from error
        return undo._finish(
            {"restored": len(known(cells)), "removed": undo.removed_count, "kept": left}, by, at
        )

    def _restore(self, cells, by):
        rows: dict = {}
        for cell in cells:
            rows.setdefault((cell.sheet, cell.obj.pk), []).append(cell)
        acts = []
        for (sheet, _pk), mine in rows.items():
            words = {
                str(c.field.verbose_name): [c.shown(c.now), c.shown(c.before)]
                for c in mine
                if c.field.editable
            }
            acts.append(self._act(f"{sheet.kind}.restored", mine[0].obj, by, words))
            for cell in mine:
                cell.restore()
        for sheet in SHEETS:
            mine = [cells for (other, _pk), cells in rows.items() if other is sheet]
            self._save(sheet, mine)
            self._told(len(mine))
        Activity.objects.bulk_create(acts, batch_size=500)

    @staticmethod
    def _save(sheet, rows):
        objs = [cells[0].obj for cells in rows]
        if not objs:
            return
        fields = {cell.field.name for cells in rows for cell in cells if not cell.is_many}
        if hasattr(objs[0], "version"):
            fields.add("version")
            for obj in objs:
                obj.version += 1
        if fields:
            sheet._meta.model.objects.bulk_update(objs, sorted(fields), batch_size=500)

    def _remove(self, by):
        acts = []
        for sheet in reversed(SHEETS):
            rows = self.removals[sheet]
            acts += [self._act(f"{sheet.kind}.removed", obj, by, {}) for obj in rows.values()]
            sheet._meta.model.objects.filter(pk__in=rows).delete()
            self._told(len(rows))
        scale = self.plan_import.before.get("scale")
        GradeScale.objects.filter(pk=scale, plans=None, grades=None).delete()
        Activity.objects.bulk_create([act for act in acts if act], batch_size=500)

    def _told(self, rows: int):
        self.done += rows
        self.tell(self.done)

    def _act(self, verb, obj, by, changes):
        if not hasattr(obj, "history_key"):
            return None
        act = Activity.build(verb, obj, by=by, changes=changes, source=f"undo:{self.plan_import.pk}")
        if verb.endswith(".removed"):
            act.target_url = self.plan_import.get_absolute_url()
        return act

    def _finish(self, result, by, at) -> dict[str, int]:
        plan_import = self.plan_import
        plan_import.state, plan_import.undone_by, plan_import.undone_at = PlanImport.State.UNDONE, by, at
        plan_import.result = {**plan_import.result, "undo": result}
        plan_import.refusal = ""
        plan_import.save(update_fields=["state", "undone_by", "undone_at", "result", "refusal"])
        plan_import.refresh_from_db(fields=["plan"])
        words = {"file": plan_import.file_name}
        with override("ja"):
            told = _("%(file)sの取込を元に戻した") % words
        with override("en"):
            told_en = _("%(file)sの取込を元に戻した") % words
        target = plan_import.plan or plan_import
        told = {"summary": told[:500], "summary_en": told_en[:500]}
        Activity.record("import.undone", target, by=by, source=f"undo:{plan_import.pk}", **told)
        return result


def _field(obj, name):
    fields = {field.attname: field for field in obj._meta.concrete_fields}
    return fields.get(name) or obj._meta.get_field(name)


def _parents(sheet) -> list[str]:
    """Related objects an Activity needs to say what and where."""
    related = {
        "indicator_value": ["indicator__initiative__plan", "indicator__objective__plan"],
        "report": ["initiative__plan"],
        "evaluation": ["objective__plan"],
        "milestone": ["initiative__plan"],
        "indicator": ["initiative__plan", "objective__plan"],
    }
    own = [] if sheet.kind in ("plan", "grade", "indicator_value", "report", "evaluation") else ["plan"]
    return related.get(sheet.kind, []) + own


def _relations(model) -> list:
    """Relations from other models to this one whose rows would go, or would forbid it to go."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one)
        and relation.auto_created
        and not relation.related_model._meta.auto_created
        and relation.on_delete in ATTACHED
    ]
