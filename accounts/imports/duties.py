"""Duties that the staff list names."""

from accounts.imports.base import BATCH, Import
from accounts.models import Duty, Role, SecurityEvent, User
from dxportal.dates import DAY


class DutyRoll:
    """Brings the duties that the staff list gives in line with it; duties given by hand stay as they are."""

    SCOPES = {Role.TASKFORCE_LEAD: "taskforce", Role.TASKFORCE_MEMBER: "taskforce"}

    def __init__(self, staff: Import):
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
