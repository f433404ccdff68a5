"""Which row of the outbox leaves next: what may leave now, and taking one row (sending.md, "Verbs" 3).

Every moment that decides anything is the database's (I11); no statement reads more than one row of the outbox (I13).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from accounts.models import Department, User
from dxportal import prepared
from newsletter.models import Delivery, Preference, Route
from newsletter.models.deliveries import LEASE, LIFETIME, PRIORITY


class Standing(NamedTuple):
    """What the database says before each mail, in one question."""

    closed: bool  # the relay is closed now
    held: bool  # only the mails somebody waits for at the screen may leave
    pace: int  # mails a minute while slowed down by the relay, else 0
    counted: bool  # some route has failures or refusals that a success would set back
    sending: list[int]  # issues that are being sent, oldest first
    unwell: list[str]  # domains that take no mail now

    def wait(self) -> float:
        """Seconds to wait before the next mail; 0.0 takes the slot."""
        pace = min((pace for pace in (self.pace, settings.MAIL_PER_MINUTE) if pace), default=0)
        # A second more than a minute, so that no sixty seconds ever hold one mail too many.
        return Route.objects.take_slot(Route.RELAY, 61 / pace) if pace else 0.0


def standing() -> Standing:
    with connection.cursor() as cursor:
        prepared.execute(cursor, STANDING)
        row = cursor.fetchone()
        if row is None:
            Route.objects.relay()  # makes the row
            return standing()
        return Standing(*row)


STANDING = """
select coalesce(closed_until > statement_timestamp(), false), held,
  case when slowed_until > statement_timestamp() then pace else 0 end,
  exists (select 1 from newsletter_route where failures > 0 or people <> '{}'),
  array(select id from newsletter_issue where state = 'sending' order by number),
  array(select substr(name, length('domain:') + 1) from newsletter_route
    where name like 'domain:%' and closed_until > statement_timestamp())
from newsletter_route where name = 'relay'
"""


# --- lanes ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lane:
    """Rows of one priority, of one issue where it is the issues' priority. Asked for by equality, so that a claim reads
    one entry of the index and not a queue of rows that may not leave now (I13)."""

    kind: str
    issue: int | None = None
    short: bool = False  # only what is worth nothing after the usual life of its kind: codes, no invitations

    @property
    def condition(self) -> str:
        """The SQL condition; test mails are few and belong to issues that are not being sent."""
        if self.short:
            minutes = LIFETIME[self.kind] // timedelta(minutes=1)
            return (
                f"priority = %s and issue_id is null and expires_at <= due_at + interval '{minutes} minutes'"
            )
        if self.kind == Delivery.Kind.TEST:
            return "priority = %s"
        return (
            "priority = %s and issue_id is null" if self.issue is None else "priority = %s and issue_id = %s"
        )

    @property
    def parameters(self) -> list[int]:
        return [PRIORITY[self.kind]] if self.issue is None else [PRIORITY[self.kind], self.issue]


def lanes(now: Standing, *, alarms_only: bool = False) -> list[Lane]:
    """What may be claimed now, most urgent first; issues only while they are being sent (I9)."""
    if now.held:
        return [Lane(Delivery.Kind.ACCOUNT, short=True)]
    if alarms_only:
        return [Lane(Delivery.Kind.ALARM)]
    issues = [Lane(Delivery.Kind.ISSUE, pk) for pk in now.sending]
    others = [Lane(kind) for kind in PRIORITY if kind != Delivery.Kind.ISSUE]
    return sorted(others + issues, key=lambda lane: PRIORITY[lane.kind])


def something_is_due() -> bool:
    """Whether a drain would find work now; with the relay closed there is none."""
    now = standing()
    if now.closed:
        return False
    with connection.cursor() as cursor:
        for lane in lanes(now):
            cursor.execute(DUE.replace("LANE", lane.condition), lane.parameters)
            if cursor.fetchone():
                return True
    return False


DUE = "select 1 from newsletter_delivery where state = 'queued' and LANE and next_at <= statement_timestamp() limit 1"


# --- one row ----------------------------------------------------------------------------------------


def claim(now: Standing | None = None, *, alarms_only: bool = False) -> Delivery | None:
    """Take the most urgent due row for the length of the lease and commit; None when nothing is due.

    Its `person` is loaded as it is now in the database, with `department` and `preference`.
    """
    now = now or standing()
    served = lanes(now, alarms_only=alarms_only)
    parameters = [value for lane in served for value in (*lane.parameters, now.unwell)]
    with connection.cursor() as cursor:
        prepared.execute(cursor, claim_sql(tuple(lane.condition for lane in served)), [*parameters, LEASE])
        row = cursor.fetchone()
    return loaded(row) if row else None


@lru_cache
def claim_sql(conditions: tuple[str, ...]) -> str:
    picks = ",\n".join(PICK.replace("LANE", condition) for condition in conditions)
    columns = [
        f'{alias}."{field.column}"'
        for alias, model in LOADED.items()
        for field in model._meta.concrete_fields
    ]
    return CLAIM.replace("PICKS", picks).replace("COLUMNS", ", ".join(columns))


LOADED = {"claimed": Delivery, "u": User, "dep": Department, "p": Preference}
PICK = """(select id from newsletter_delivery where state = 'queued' and LANE
  and next_at <= statement_timestamp() and domain <> all(%s)
  order by next_at, id limit 1 for update skip locked)"""
CLAIM = """
with picked as materialized (select coalesce(
PICKS
) as id),
claimed as (update newsletter_delivery d set claims = claims + 1, started_at = statement_timestamp(),
  mail_date = coalesce(mail_date, date_trunc('second', statement_timestamp())), next_at = statement_timestamp() + %s
  from picked where d.id = picked.id returning d.*)
select COLUMNS from claimed left join accounts_user u on u.id = claimed.person_id
left join accounts_department dep on dep.id = u.department_id left join newsletter_preference p on p.person_id = u.id
"""


def loaded(row: tuple) -> Delivery:
    """The row of CLAIM as the instances it is made of, joined as `select_related` would join them. The library puts its
    statement together anew each time, which for these tables takes several times as long as running it."""
    values = iter(row)
    delivery, person, department, preference = (_made(model, values) for model in LOADED.values())
    Delivery.person.field.set_cached_value(delivery, person)
    if person:
        User.department.field.set_cached_value(person, department)
        User.preference.related.set_cached_value(person, preference)
    return delivery


def _made(model, values):
    """The instance of the next columns; None where the join found no row."""
    fields = model._meta.concrete_fields
    own = [_from_db(field, value) for field, value in zip(fields, islice(values, len(fields)), strict=True)]
    if own[fields.index(model._meta.pk)] is None:
        return None
    return model.from_db(connection.alias, [field.attname for field in fields], own)


def _from_db(field, value):
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value


def still_mine(delivery) -> bool:
    """Whether more than half the lease is left and nobody else has the row: asked right before sending (F5)."""
    with connection.cursor() as cursor:
        prepared.execute(cursor, MINE, [delivery.pk, delivery.claims, LEASE / 2])
        return cursor.fetchone() is not None


MINE = """
select 1 from newsletter_delivery
where id = %s and claims = %s and state = 'queued' and next_at > statement_timestamp() + %s
"""
