"""Where mail goes through, and signs of life: both read and written by the database's clock only (sending.md)."""

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RouteQuerySet(models.QuerySet):
    def relay(self):
        """The row of the relay, made when missing."""
        return self.get_or_create(name=Route.RELAY)[0]

    def closed(self):
        """Relay and recipient domains that get no mail now, and the relay while it is held."""
        ours = models.Q(name=Route.RELAY) | models.Q(name__startswith="domain:")
        return self.filter(ours, models.Q(closed_until__gt=Now()) | models.Q(held=True)).order_by("name")

    def close(self, name, *, first=30, longest=600, reply=""):
        """Count a failure and close the route for `first`·2ⁿ seconds, at most `longest`; while closed none counts."""
        self._run(CLOSE, {"name": name, "first": first, "longest": longest, "reply": reply[:500]})

    def count_failure(self, name, *, limit, seconds, reply=""):
        """Count a failure; the `limit`-th in a row closes the route for `seconds`."""
        self._run(COUNT, {"name": name, "limit": limit, "seconds": seconds, "reply": reply[:500]})

    def slow_down(self, name, *, pace, reply=""):
        """Close for a minute and send at most `pace` mails a minute for ten."""
        self._run(SLOW, {"name": name, "pace": max(1, pace), "reply": reply[:500]})

    def strike(self, name, person_id, *, reply=""):
        """Note that a message was refused as such for this person; how many different people that makes."""
        rows = self._run(STRIKE, {"name": name, "person": person_id or 0, "reply": reply[:500]}, fetch=True)
        return rows[0][0]

    def refuse(self, name, *, reply=""):
        """Count a refused address; (refused in a row, refused in all) on this route."""
        return self._run(REFUSE, {"name": name, "reply": reply[:500]}, fetch=True)[0]

    def needs_alarm(self, name, *, seconds):
        """True once for a route that has failed for longer than `seconds` without a success between."""
        return self._run(ALARM, {"name": name, "seconds": seconds}) == 1

    def well(self, *names):
        """These routes have just worked: whatever was counted against them is forgotten."""
        counted = self.filter(name__in=names).exclude(failures=0, people=[])
        counted.update(failures=0, people=[], since=None, closed_until=None, alarmed_at=None)

    def take_slot(self, name, seconds):
        """0.0 when the next mail may go now (its moment is then taken), else the seconds to wait for it."""
        rows = self._run(SLOT, {"name": name, "gap": seconds}, fetch=True)
        if rows:
            return 0.0
        return float(self._run(SLOT_WAIT, {"name": name}, fetch=True)[0][0])

    def _run(self, sql, parameters, fetch=False):
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if fetch else cursor.rowcount


class Route(models.Model):
    """The relay ("relay"), a recipient domain ("domain:example.jp") or an issue's refusals ("issue:7")."""

    RELAY = "relay"

    name = models.CharField(max_length=280, primary_key=True)
    failures = models.PositiveIntegerField(default=0)  # in a row; a success sets it back
    total = models.PositiveIntegerField(default=0)
    people = ArrayField(models.BigIntegerField(), default=list, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    closed_until = models.DateTimeField(null=True, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)
    pace = models.PositiveIntegerField(default=0)
    slowed_until = models.DateTimeField(null=True, blank=True)
    slot_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=500, blank=True)
    # Held by hand or after a restore: nothing but account mail leaves until a person lets it go.
    held = models.BooleanField(_("止めている"), default=False)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("経路")
        verbose_name_plural = _("経路")

    def __str__(self):
        return self.name

    @property
    def place(self) -> str:
        """The recipient domain, "" for the relay."""
        return self.name.removeprefix("domain:") if self.name != self.RELAY else ""

    @staticmethod
    def of_domain(domain: str) -> str:
        return f"domain:{domain}"

    @staticmethod
    def of_issue(issue_id) -> str:
        return f"issue:{issue_id}"


CLOSE = """
insert into newsletter_route (name, failures, total, people, since, closed_until, pace, reply, held)
values (%(name)s, 1, 1, '{}', statement_timestamp(),
  statement_timestamp() + %(first)s * interval '1 second', 0, %(reply)s, false)
on conflict (name) do update set
  failures = newsletter_route.failures + 1,
  since = coalesce(newsletter_route.since, statement_timestamp()),
  closed_until = statement_timestamp()
    + least(%(first)s * power(2, least(newsletter_route.failures, 20)), %(longest)s) * interval '1 second',
  reply = excluded.reply
where newsletter_route.closed_until is null or newsletter_route.closed_until <= statement_timestamp()
"""
COUNT = """
insert into newsletter_route (name, failures, total, people, since, pace, reply, held)
values (%(name)s, 1, 1, '{}', statement_timestamp(), 0, %(reply)s, false)
on conflict (name) do update set
  failures = newsletter_route.failures + 1,
  since = coalesce(newsletter_route.since, statement_timestamp()),
  closed_until = case when newsletter_route.failures + 1 >= %(limit)s
    then statement_timestamp() + %(seconds)s * interval '1 second' else newsletter_route.closed_until end,
  reply = excluded.reply
"""
SLOW = """
insert into newsletter_route (name, failures, total, people, closed_until, pace, slowed_until, reply, held)
values (%(name)s, 0, 0, '{}', statement_timestamp() + interval '60 seconds', %(pace)s,
  statement_timestamp() + interval '11 minutes', %(reply)s, false)
on conflict (name) do update set
  closed_until = excluded.closed_until, slowed_until = excluded.slowed_until, reply = excluded.reply,
  pace = case when newsletter_route.slowed_until > statement_timestamp() and newsletter_route.pace > 0
    then greatest(1, least(newsletter_route.pace / 2, excluded.pace)) else excluded.pace end
where newsletter_route.closed_until is null or newsletter_route.closed_until <= statement_timestamp()
"""
STRIKE = """
insert into newsletter_route (name, failures, total, people, since, pace, reply, held)
values (%(name)s, 0, 0, array[%(person)s]::bigint[], statement_timestamp(), 0, %(reply)s, false)
on conflict (name) do update set
  people = case when %(person)s = any(newsletter_route.people) then newsletter_route.people
    else newsletter_route.people || %(person)s::bigint end,
  reply = excluded.reply
returning cardinality(people)
"""
REFUSE = """
insert into newsletter_route (name, failures, total, people, since, pace, reply, held)
values (%(name)s, 1, 1, '{}', statement_timestamp(), 0, %(reply)s, false)
on conflict (name) do update set
  failures = newsletter_route.failures + 1, total = newsletter_route.total + 1, reply = excluded.reply
returning failures, total
"""
ALARM = """
update newsletter_route set alarmed_at = statement_timestamp()
where name = %(name)s and alarmed_at is null and failures > 0
  and since < statement_timestamp() - %(seconds)s * interval '1 second'
"""
SLOT = """
update newsletter_route set slot_at = statement_timestamp() + %(gap)s * interval '1 second'
where name = %(name)s and (slot_at is null or slot_at <= statement_timestamp()) returning 1
"""
SLOT_WAIT = """
select greatest(0.01, extract(epoch from slot_at - statement_timestamp())) from newsletter_route where name = %(name)s
"""


class HeartbeatQuerySet(models.QuerySet):
    def beat(self, name, note=""):
        """The part of the portal called `name` is alive now."""
        self.update_or_create(name=name, defaults={"at": Now(), "note": note})

    def take_turn(self, name, *, seconds):
        """True at most once in `seconds`, whoever asks and however many ask at once."""
        with connection.cursor() as cursor:
            cursor.execute(TURN, {"name": name, "seconds": seconds})
            return cursor.rowcount == 1

    def fresh(self, name, *, seconds):
        """Whether `name` has beaten within the last `seconds`."""
        with connection.cursor() as cursor:
            cursor.execute(FRESH, {"name": name, "seconds": seconds})
            return cursor.fetchone() is not None


class Heartbeat(models.Model):
    """The last sign of life of a part that runs by itself: tick, drain, notices, digests, reminders."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField(db_default=Now())
    note = models.CharField(max_length=300, blank=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("動いているしるし")
        verbose_name_plural = _("動いているしるし")

    def __str__(self):
        return self.name


TURN = """
insert into newsletter_heartbeat (name, at, note) values (%(name)s, statement_timestamp(), '')
on conflict (name) do update set at = excluded.at
where newsletter_heartbeat.at <= statement_timestamp() - %(seconds)s * interval '1 second'
"""
FRESH = """
select 1 from newsletter_heartbeat
where name = %(name)s and at > statement_timestamp() - %(seconds)s * interval '1 second'
"""
