"""Departments and staff from a file (D2): everything is checked first, then everything is written in one transaction.

The same file again changes nothing. Nobody is deleted: who is missing is deactivated, and only when asked.
"""

from dataclasses import asdict, dataclass, field
from datetime import date

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Activity, Department, Duty, EmploymentKind, Role, SecurityEvent, User
from accounts.models.departments import validate_timezone
from accounts.models.users import end_sessions
from accounts.tables import Column, Problem, Row, Unreadable, choice, code, read_rows, words
from dxportal import reading
from dxportal.dates import DAY
from dxportal.search import search_text_for

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


# --- departments ------------------------------------------------------------------------------------------


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


# --- staff ------------------------------------------------------------------------------------------------


def mail_address(text: str) -> str:
    address = words(254)(text).lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(_("メールアドレスの形ではありません。")) from None
    return address


def flag(text: str) -> bool:
    return choice(["0", "1"])(text) == "1"


def day(text: str):
    return reading.parse_date(text) if text else None


class StaffImport(Import):
    """People, and the duty their line names. People without a staff number are never touched."""

    key = "staff_no"
    event = "staff_imported"

    def columns(self):
        self.departments = {dept.code: dept for dept in Department.objects.active()}
        return {
            "staff_no": Column("staff_number", code(20)),
            "name_ja": Column("name", words(100)),
            "name_kana": Column("name_kana", words(100), required=False),
            "name_en": Column("name_en", words(100), required=False),
            "email": Column("email", mail_address),
            "department_code": Column("department", self.department),
            "language": Column("language", choice(["ja", "en"])),
            "employment_kind": Column("employment_kind", choice(EmploymentKind)),
            "job_title": Column("job_title", words(60), required=False),
            "duty": Column(
                "duty", choice([r.value for r in Role if r != Role.ADMIN], blank=True), required=False
            ),
            "is_active": Column("is_active", flag),
            "joined_on": Column("joined_on", day, required=False),
        }

    def department(self, text: str) -> Department:
        try:
            return self.departments[code(12)(text)]
        except KeyError:
            raise ValueError(_("この組織コードはありません。")) from None

    def check(self, rows: list[Row]):
        """No two people share an address, in the file or with people the file does not name."""
        keys = {row.key for row in rows}
        taken = {}
        for number, address in User.objects.values_list("staff_number", "email"):
            if number not in keys:
                taken[address.lower()] = _("ほかの職員が使っています。")
        for row in rows:
            address = row.values.get("email")
            if address in taken:
                row.problems.append(Problem(row.line, "email", address, taken[address]))
            elif address:
                taken[address] = _("%(line)s行目と同じです。") % {"line": row.line}

    def apply(self, good: dict[str, dict]):
        self.people = {person.staff_number: person for person in User.objects.exclude(staff_number=None)}
        for person in self.people.values():
            person.department = self._known_department(person)
        duties = {number: values.pop("duty") for number, values in good.items()}
        new = [
            User(**values, password=make_password(None))
            for key, values in good.items()
            if key not in self.people
        ]
        self._save(new, [(self.people[key], values) for key, values in good.items() if key in self.people])
        DutyRoll(self).settle({self.people[key]: duty for key, duty in duties.items()})

    def _known_department(self, person):
        """The department object already loaded, so that comparing asks the database nothing."""
        if not hasattr(self, "by_pk"):
            self.by_pk = Department.objects.in_bulk()
        return self.by_pk.get(person.department_id)

    def _save(self, new: list[User], known: list[tuple[User, dict]]):
        changed, left, moved_mail = [], [], []
        for person, values in known:
            was_active, address = person.is_active, person.email
            changes = self.assign(person, values)
            if changes:
                changed.append(person)
                self.note("user.updated", person, changes)
                left += [person] if was_active and not person.is_active else []
                moved_mail += [person.pk] if address != person.email else []
        for person in (*new, *changed):
            person.search_text = search_text_for(person.name, person.name_kana, person.name_en, person.email)
        User.objects.bulk_create(new, BATCH)
        self.people.update({person.staff_number: person for person in new})
        for person in new:
            self.note("user.created", person, {})
        names = [column.field for column in self.columns().values() if column.field != "duty"]
        # Addresses first get out of each other's way, so that two people may swap theirs.
        User.objects.filter(pk__in=moved_mail).update(
            email=Concat(Value("moved-"), Cast("pk", CharField()), Value("@invalid"))
        )
        User.objects.bulk_update(changed, [*names, "search_text"], BATCH)
        EmailAddress.objects.filter(user__in=moved_mail).delete()
        self._leave(left)
        self.outcome.created, self.outcome.changed = len(new), len(changed)
        self.outcome.unchanged = len(known) - len(changed)

    def _leave(self, people: list[User]):
        """Leavers are signed out everywhere at once (AU18)."""
        end_sessions([person.pk for person in people])
        facts = [{"person": person.pk, "name": person.name} for person in people]
        events = [SecurityEvent.build("user_deactivated", user=self.by, **fact) for fact in facts]
        SecurityEvent.objects.bulk_create(events, BATCH)

    def deactivate_missing(self, keys: set[str]):
        gone = [
            person for person in self.people.values() if person.staff_number not in keys and person.is_active
        ]
        for person in gone:
            self.note("user.deactivated", person, self.assign(person, {"is_active": False}))
        User.objects.filter(pk__in=[person.pk for person in gone]).update(is_active=False)
        self._leave(gone)
        DutyRoll(self).settle(dict.fromkeys(gone, ""))
        self.outcome.deactivated = len(gone)


class DutyRoll:
    """Brings the duties that the staff list gives in line with it; duties given by hand stay as they are."""

    SCOPES = {Role.TASKFORCE_LEAD: "taskforce", Role.TASKFORCE_MEMBER: "taskforce"}

    def __init__(self, staff: StaffImport):
        self.staff, self.today = staff, staff.today

    def settle(self, named: dict[User, str]):
        """`named` is {person: role or ""} of everybody the file names."""
        held: dict[int, list[Duty]] = {}
        running = Duty.objects.on(self.today).filter(ends_on=None, user__in=[person.pk for person in named])
        for duty in running.select_related("user", "department"):
            held.setdefault(duty.user_id, []).append(duty)
        given, ended = [], []
        for person, role in named.items():
            wanted = self._wanted(person, role) if role and person.is_active else None
            mine = held.get(person.pk, ())
            ended += [(person, duty) for duty in mine if duty.from_list and _scope(duty) != _scope(wanted)]
            if wanted and _scope(wanted) not in map(_scope, mine):
                given.append((person, wanted))
        self._end(ended)
        self._give(given)

    def _wanted(self, person: User, role: str) -> Duty:
        scope = self.SCOPES.get(role, "")
        department = None if scope else person.department
        return Duty(
            user=person, role=role, department=department, scope=scope, starts_on=self.today, from_list=True
        )

    def _give(self, given):
        again = {"update_conflicts": True, "update_fields": ["ends_on"], "unique_fields": Duty.ONCE}
        Duty.objects.bulk_create([duty for _person, duty in given], BATCH, **again)
        self._record("duty.given", given)
        self.staff.outcome.duties_given += len(given)

    def _end(self, ended):
        for _person, duty in ended:
            duty.ends_on = max(duty.starts_on, self.today - DAY)
        Duty.objects.bulk_update([duty for _person, duty in ended], ["ends_on"], BATCH)
        self._record("duty.ended", ended)
        self.staff.outcome.duties_ended += len(ended)

    def _record(self, verb: str, pairs):
        events = []
        for person, duty in pairs:
            words_of = [str(duty.get_role_display()), str(duty.ends_on or duty.starts_on)]
            self.staff.note(
                verb, person, {words_of[0]: ["", words_of[1]] if verb == "duty.given" else [words_of[1], ""]}
            )
            event = verb.replace(".", "_")
            events.append(SecurityEvent.build(event, user=self.staff.by, **duty.security_details))
        SecurityEvent.objects.bulk_create(events, BATCH)


def _scope(duty: Duty | None):
    return (duty.role, duty.department_id, duty.scope) if duty else None
