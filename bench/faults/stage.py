"""Where a fault is played: readers, an issue on its way, the processes, the relay, and the count at the end."""

import time
from collections import Counter
from dataclasses import dataclass

import outbox
from demonstration import wait_for
from django.db import connection, connections
from django.db.models import F
from rig import Rig

from accounts.models import Activity, User
from newsletter.models import Delivery, Heartbeat, Issue, Preference, Route
from tests.newsletter.relay import FaultyRelay

State = Delivery.State
REASONED = (State.FAILED, State.SKIPPED, State.CANCELLED)  # not reached, and listed by name with the reason


@dataclass(frozen=True)
class Fault:
    """One line of the table. `act(stage)` plays it to the end and returns what is worth saying."""

    name: str
    act: object
    bound: int = 0  # so many may come twice
    people: int = 10_000  # fewer where the fault itself is slow
    new_dates: bool = False  # a restored database has forgotten when it began to send

    @property
    def title(self) -> str:
        return (self.act.__doc__ or "").strip().partition("\n")[0].rstrip(".")


class NotAsPromised(Exception):
    """What a fault found instead of what sending.md promises."""


def promised(so: bool, found) -> None:
    """Raise NotAsPromised with what was found, unless it is so."""
    if not so:
        raise NotAsPromised(str(found))


class Stage:
    """Servers, processes and relay for all faults; `play` begins each with a clean outbox."""

    def __init__(self, servers, port: int, options):
        self.servers, self.options = servers, options
        self.lease = options.lease
        self.relay = FaultyRelay(port=port)
        self.editor, self.checker = outbox.hire(options.mails)
        self.rig = Rig(connections=4)

    def __enter__(self):
        self.relay.start()
        self.rig.start_all()
        return self

    def __exit__(self, *_error):
        self.rig.stop_all()
        self.relay.stop()

    def play(self, fault) -> bool:
        """One line of the table; whether it is as promised."""
        self.clean(min(fault.people, self.options.mails))
        self.bound = fault.bound
        self.counted = ()  # (lost, twice) of a fault that is played in a process of its own
        began = time.monotonic()
        try:
            remark, failed = fault.act(self), False
        except Exception as error:  # the other faults are still worth seeing
            remark, failed = f"{type(error).__name__}: {error}", True
        seconds = time.monotonic() - began
        self.mend()
        lost, twice = self.counted or (len(self.missed()), self.twice)
        numbers = f"{self.people:>6} {lost:>5} {twice:>5} {self.bound:>5} {seconds:>7.0f}"
        good = (
            not failed
            and not lost
            and twice <= self.bound
            and (fault.new_dates or self.counted or self.copies_are_equal())
        )
        print(
            f"{fault.name:<6} {numbers}  {fault.title}: {remark}{'' if good else ' [NOT WELL]'}", flush=True
        )
        return good

    def clean(self, people: int) -> None:
        """An empty outbox, `people` readers, a relay in good order with a clean memory."""
        self.relay.delay = 0.0
        self.obedient()
        wait_for(lambda: not Delivery.objects.in_flight().exists(), seconds=self.lease + 30)
        Issue.objects.update(state=Issue.State.DRAFT, approved_by=None, approved_at=None)
        Delivery.objects.all().delete()
        Route.objects.all().delete()
        Preference.objects.all().delete()
        Heartbeat.objects.exclude(name="database").delete()
        self.names = {f"reader{n}@example.jp" for n in range(people)}
        User.objects.filter(email__in=self.names).update(is_active=True, timezone="")
        User.objects.exclude(email__in=self.names).update(is_active=False)
        self.people = people
        time.sleep(1.5)
        self.relay.kept.clear()
        self.relay.asked.clear()
        self.relay.open_most = self.relay.open_now

    def obedient(self) -> None:
        """The relay takes everything."""
        self.relay.on_sender = self.relay.on_recipient = self.relay.on_text = None
        self.relay.connections = 0

    def mend(self) -> None:
        """Put right what a fault that failed may have left behind."""
        self.obedient()
        if self.relay.controller is None:
            self.relay.start()
        self.revive()

    def revive(self) -> None:
        """Start again what has ended, as the supervisor of an installation does."""
        for server in (self.servers.valkey, self.servers.postgres):
            if not server.child.is_running:
                server.start()
        forget_connections()
        for name in ("beat", "worker", "mail-worker"):
            if not self.rig.children[name].is_running:
                self.rig.children[name].start()

    # --- the issue --------------------------------------------------------------------------------

    def send(self, *, delay: float = 0.0) -> Issue:
        """An issue through the whole way, approved to leave at once. `delay`: seconds the relay takes for each mail."""
        self.relay.delay = delay
        issue = outbox.written(self.editor, letters=600)
        outbox.tested(issue, self.checker)
        self.issue = issue.approve(by=self.checker, now=True)
        promised(self.issue.audience_count == self.people, self.issue.audience_count)
        return self.issue

    @property
    def rows(self):
        return Delivery.objects.for_issue(self.issue)

    @property
    def got(self) -> int:
        """Mails of the issue that the relay has taken."""
        return len(self.copies())

    def copies(self) -> list:
        return [mail for mail in list(self.relay.kept) if mail.message["List-Id"]]

    def wait_for_mails(self, share: float) -> None:
        """Until this share of the people have their mail."""
        wait_for(lambda: self.got >= share * self.people, seconds=120, every=0.02)

    def finish(self, seconds: float = 0, *, supervised: bool = False) -> None:
        """Until nobody waits any more; `supervised`: what ends meanwhile is started again."""

        def done():
            if supervised:
                self.revive()
            return not self.rows.queued().exists()

        wait_for(done, seconds=seconds or 120 + self.lease, every=0.25)

    # --- the count --------------------------------------------------------------------------------

    def missed(self) -> set[str]:
        """Readers who neither have the mail nor are listed by name with a reason."""
        reached = {address for mail in self.copies() for address in mail.recipients}
        listed = set(self.rows.filter(state__in=REASONED).values_list("address", flat=True))
        return self.names - reached - listed

    @property
    def twice(self) -> int:
        """Mails that came again, known by their Message-ID."""
        copies = self.copies()
        return len(copies) - len({mail.message["Message-ID"] for mail in copies})

    def copies_are_equal(self) -> bool:
        """Message-ID and Date are the same in every copy of a row (I4)."""
        by_person: dict[str, set] = {}
        for mail in self.copies():
            by_person.setdefault(mail.recipients[0], set()).add(mail.copy_of)
        return all(len(found) == 1 for found in by_person.values())

    def states(self) -> Counter:
        return Counter(self.rows.values_list("state", flat=True))

    # --- clocks and servers -----------------------------------------------------------------------

    def shift(self, by) -> None:
        """What a jump of the database's clock is to the portal: every stored instant is further away by `by`."""
        for model, names in CLOCKS.items():
            model.objects.update(**{name: F(name) + by for name in names})

    def open_routes(self) -> None:
        Route.objects.update(closed_until=None)

    def alarms(self) -> list[str]:
        """What was told by mail, one for each alarm."""
        rows = Delivery.objects.filter(kind=Delivery.Kind.ALARM).order_by("pk")
        return list(dict.fromkeys(row.content.get("alarm", "") for row in rows))

    def history(self, verb: str) -> int:
        return Activity.objects.of(self.issue).with_verbs(verb).count()

    def pause_workers(self, name: str = "mail-worker") -> None:
        self.rig.stop(name)

    def restart_mail_worker(self, **environ: str) -> None:
        """The mail worker again, with other variables (or the usual ones)."""
        self.rig.stop("mail-worker")
        self.rig.start_worker("mail-worker", queue="mail", processes=self.rig.connections, **environ)


CLOCKS = {
    Delivery: ("due_at", "next_at", "expires_at", "started_at", "finished_at"),
    Route: ("since", "closed_until", "alarmed_at", "slowed_until", "slot_at"),
    Heartbeat: ("at",),
}


def forget_connections() -> None:
    """Our own sessions, which a database that went away has broken."""
    connections.close_all()
    connection.ensure_connection()
