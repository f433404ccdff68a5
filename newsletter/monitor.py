"""The delivery monitor's view of an issue: `newsletter.figures` gathered into waves for the page (N8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.templatetags.portal import city
from dxportal.timelines import wave_axis
from newsletter import estimates, watching
from newsletter.models import Delivery, Issue, Route

State = Delivery.State
SHORTEST = timedelta(minutes=15)  # a wave narrower than this could not be seen
CITIES_NAMED = 2


@dataclass(frozen=True)
class Wave:
    """Everybody whose mail is due at the same moment, in however many zones."""

    number: int
    due_at: datetime
    parts: list  # the figures of each zone

    def _sum(self, *names) -> int:
        return sum(part[name] for part in self.parts for name in names)

    @property
    def total(self) -> int:
        return self._sum("total")

    @property
    def sent(self) -> int:
        return self._sum(State.SENT)

    @property
    def failed(self) -> int:
        return self._sum(State.FAILED, State.EXPIRED)

    @property
    def left(self) -> int:
        return self._sum(State.QUEUED)

    @property
    def status(self) -> str:
        """A status code of the design: done, ok while sending, none while waiting."""
        if not self.left:
            return "done"
        return "ok" if self.left < self.total else "none"

    @property
    def places(self) -> str:
        """The first cities of the wave and how many there are: パリ、ベルリンなど12都市."""
        names = sorted({city(ZoneInfo(part["zone"])) for part in self.parts if part["zone"]})
        shown = _("、").join(names[:CITIES_NAMED])
        if len(names) <= CITIES_NAMED:
            return shown
        return _("%(cities)sなど%(count)s都市") % {"cities": shown, "count": len(names)}

    @property
    def tokyo(self) -> datetime:
        return self.due_at.astimezone(dates.TOKYO)

    @property
    def tokyo_words(self) -> str:
        """11月20日 02:00, in English 20 Nov 02:00."""
        return f"{dates.format_day(self.tokyo.date(), 'day')} {self.tokyo:%H:%M}"

    @property
    def end(self) -> datetime:
        """Where the bar ends: when the last mail left, at least a visible width after the beginning."""
        ended = max((part["last_at"] for part in self.parts if part["last_at"]), default=self.due_at)
        return max(ended.astimezone(dates.TOKYO), self.tokyo + SHORTEST)

    @property
    def share(self) -> float:
        """Percent of the wave that needs no further sending."""
        return 100 * (self.total - self.left) / self.total if self.total else 0.0


class Monitor:
    """The state of an issue's deliveries, read once."""

    def __init__(self, issue, *, at):
        self.issue = issue
        self.now = at.astimezone(dates.TOKYO)
        self.figures = Delivery.objects.for_issue(issue).figures()
        self.counts = self.figures["states"]

    @property
    def failed(self) -> int:
        return self.counts[State.FAILED] + self.counts[State.EXPIRED]

    @property
    def failed_percent(self) -> float:
        """Of everybody, in per cent."""
        return 100 * self.failed / self.figures["total"] if self.figures["total"] else 0.0

    @cached_property
    def returned(self) -> int:
        """How many copies came back after the relay had taken them; they stay among those sent (I2)."""
        return sum(cause["n"] for cause in self.figures["causes"] if cause["is_returned"])

    @cached_property
    def closed_routes(self) -> list[Route]:
        """Where nothing goes now, and until when."""
        return list(Route.objects.closed()) if self.counts[State.QUEUED] else []

    @property
    def waits(self) -> bool:
        """Whether mail of this issue is to leave by itself, now or at its hour."""
        leaving = self.issue.state in (Issue.State.SCHEDULED, Issue.State.SENDING)
        return leaving and bool(self.counts[State.QUEUED])

    @cached_property
    def standstill(self) -> str:
        """The part of the engine that stands still while mail waits: "tick", "drain" or "" (promises.md P9)."""
        return watching.standstill() if self.waits else ""

    @property
    def end(self) -> datetime | None:
        """When the last mail will have left at the pace of the last minutes; None while stopped or when all is done."""
        if self.issue.state not in (Issue.State.SCHEDULED, Issue.State.SENDING):
            return None
        waiting = [(wave.due_at, wave.left) for wave in self.waves]
        return estimates.end_of_rest(waiting, now=self.now, rate=self.figures["rate"])

    @cached_property
    def waves(self) -> list[Wave]:
        """One per moment, first to last."""
        moments = groupby(self.figures["waves"], key=lambda part: part["due_at"])
        return [Wave(number, due, list(parts)) for number, (due, parts) in enumerate(moments, start=1)]

    @property
    def done_waves(self) -> int:
        return sum(1 for wave in self.waves if wave.status == "done")

    @cached_property
    def axis(self):
        """The hours the chart spans, in Tokyo time."""
        return wave_axis(self.waves[0].tokyo, max(wave.end for wave in self.waves))

    @property
    def causes(self) -> list[dict]:
        """Why people were not reached or not yet, the most frequent first, without those who did not want it."""
        return [cause for cause in self.figures["causes"] if cause["state"] != State.SKIPPED]
