"""The steps that imports of departments and staff share: check everything, then write everything in one transaction."""

from dataclasses import asdict, dataclass, field
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Activity, SecurityEvent
from accounts.tables import Problem, Unreadable, read_rows

LOCK = 7_202_611  # any number; one import of people or departments at a time
BATCH = 1000


@dataclass
class Outcome:
    """What an import did, or why it did nothing."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    deactivated: int = 0
    duties_given: int = 0
    duties_ended: int = 0
    problems: list = field(default_factory=list)
    applied: bool = False

    @property
    def counts(self) -> dict:
        return {name: number for name, number in asdict(self).items() if name not in ("problems", "applied")}

    @property
    def changes(self) -> int:
        return sum(number for name, number in self.counts.items() if name != "unchanged")


def claim_turn():
    """Be the only import until the transaction ends. Raises Unreadable while another one runs (IM9)."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Unreadable(_("ほかの取り込みが動いています。終わってから、もう一度始めてください。"))


class Import:
    """The steps both files share; DepartmentImport and StaffImport say what their rows mean."""

    key = ""  # column that names a row for good
    event = ""

    def __init__(self, data: bytes, *, today: date, by=None, name: str = ""):
        self.data, self.today, self.by, self.source = data, today, by, f"import:{name}"[:100]
        self.outcome = Outcome()
        self.activities: list[Activity] = []

    def run(self, *, skip_bad: bool = False, deactivate_missing: bool = False) -> Outcome:
        """Apply the file, unless a row is bad and `skip_bad` is not given. Every problem is in the outcome."""
        with override("ja"), transaction.atomic():
            try:
                claim_turn()
                rows = read_rows(self.data, self.columns(), self.key)
            except Unreadable as error:
                self.outcome.problems = [Problem(1, "", "", str(error))]
                return self.outcome
            self.check(rows)
            self.outcome.problems = [problem for row in rows for problem in row.problems]
            if self.outcome.problems and not skip_bad:
                return self.outcome
            self.apply({row.key: row.values for row in rows if not row.problems})
            if deactivate_missing:
                self.deactivate_missing({row.key for row in rows})
            self.finish()
        return self.outcome

    def finish(self):
        """History and security log of the whole import."""
        Activity.objects.bulk_create(self.activities, BATCH)
        if self.outcome.changes:
            SecurityEvent.record(self.event, user=self.by, source=self.source, **self.outcome.counts)
        self.outcome.applied = True

    def note(self, verb, target, changes):
        self.activities.append(Activity.build(verb, target, by=self.by, changes=changes, source=self.source))

    def assign(self, obj, values: dict) -> dict:
        """Set the values on the object; returns {label: [before, after]} of those that differ."""
        changes = {}
        for name, value in values.items():
            model_field = obj._meta.get_field(name)
            before = getattr(obj, model_field.attname)
            after = value.pk if hasattr(value, "pk") else value
            if before != after:
                changes[str(model_field.verbose_name)] = [_shown(getattr(obj, name)), _shown(value)]
                setattr(obj, name, value)
        return changes


def _shown(value):
    return str(value) if hasattr(value, "pk") else value
