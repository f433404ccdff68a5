"""People from the staff list."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from accounts.imports.base import BATCH, Import
from accounts.imports.duties import DutyRoll
from accounts.models import Department, EmploymentKind, Role, SecurityEvent, User
from accounts.models.users import end_sessions
from accounts.tables import Column, Problem, Row, choice, code, words
from dxportal import reading
from dxportal.search import search_text_for


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
                returned = person.is_active and not was_active
                self.note("user.returned" if returned else "user.updated", person, changes)
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
