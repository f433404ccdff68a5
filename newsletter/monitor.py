"""What the delivery monitor shows of one issue: figures, waves, causes of failure (N8), in three queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext_lazy as _

from dxportal import dates
from dxportal.templatetags.portal import city
from dxportal.timelines import wave_axis
from newsletter.models import Delivery
from newsletter.models.deliveries import UNFINISHED

State = Delivery.State
RATE_MINUTES = 5
SHORTEST = timedelta(minutes=15)  # a wave narrower than this could not be seen
CITIES_NAMED = 2

# What each code means to people, and what happens next without anybody doing anything.
GONE = (_("宛先がない(異動・退職)"), _("事務局が宛先を確かめ、直してから送り直す"))
FULL = (_("受信箱がいっぱい"), _("3日のあいだ、間を置いて送り直した。事務局が知らせる"))
AWAY = (_("相手先が期限まで受け取らなかった"), _("事務局が送り直すか、画面で読むよう知らせる"))
FAULT = (_("文面が作れない、結果が分からない"), _("システム管理者が調べる"))
CAUSES = {
    "refused": GONE,
    "mailbox_full": FULL,
    "template": FAULT,
    "no_result": FAULT,
    **dict.fromkeys(("temporary", "expired", "relay", "rate", "lost", "unconfirmed"), AWAY),
}
OTHER = (_("相手先が断った"), _("事務局が答えを読み、宛先を確かめる"))


@dataclass(frozen=True)
class Wave:
    """Everybody whose mail is due at the same moment."""

    number: int
    due_at: datetime
    zones: tuple
    total: int
    sent: int
    failed: int
    left: int
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def status(self) -> str:
        """A status code of the design: done, ok while sending, none while waiting."""
        if not self.left:
            return "done"
        return "ok" if self.sent or self.failed else "none"

    @property
    def places(self) -> str:
        """The first cities of the wave and how many more: パリ、ベルリンなど12都市."""
        names = sorted({city(ZoneInfo(zone)) for zone in self.zones if zone})
        shown = _("、").join(names[:CITIES_NAMED]) if names else ""
        if len(names) <= CITIES_NAMED:
            return shown
        return _("%(cities)sなど%(count)s都市") % {"cities": shown, "count": len(names)}

    @property
    def tokyo(self) -> datetime:
        return self.due_at.astimezone(dates.TOKYO)

    @property
    def tokyo_words(self) -> str:
        """11/20 02:00."""
        return f"{self.tokyo.month}/{self.tokyo.day} {self.tokyo:%H:%M}"

    @property
    def end(self) -> datetime:
        """Where the bar ends: when the last mail left, at least a visible width after the beginning."""
        ended = (self.ended_at or self.due_at).astimezone(dates.TOKYO)
        return max(ended, self.tokyo + SHORTEST)

    @property
    def share(self) -> float:
        return 100 * (self.total - self.left) / self.total if self.total else 0.0


@dataclass(frozen=True)
class Cause:
    """Failures with the same reason."""

    words: str
    afterwards: str
    count: int


class Monitor:
    """The state of an issue's deliveries at the instant `at`."""

    def __init__(self, issue, *, at):
        self.issue, self.at = issue, at
        self.rows = Delivery.objects.for_issue(issue)

    @cached_property
    def counts(self) -> dict:
        """Rows by state, in flight, unconfirmed, and sent in the last minutes."""
        recently = Q(state=State.SENT, finished_at__gt=self.at - timedelta(minutes=RATE_MINUTES))
        waiting = Q(state=State.QUEUED) & UNFINISHED
        return self.rows.aggregate(
            total=Count("pk"),
            **{state.value: Count("pk", filter=Q(state=state)) for state in State},
            in_flight=Count("pk", filter=waiting & Q(next_at__gt=self.at)),
            unconfirmed=Count("pk", filter=waiting & Q(next_at__lte=self.at)),
            twice=Count("pk", filter=Q(lost_replies__gt=0)),
            recent=Count("pk", filter=recently),
        )

    @property
    def failed(self) -> int:
        return self.counts["failed"] + self.counts["expired"]

    @property
    def rate(self) -> int:
        """Mails a minute over the last five."""
        return round(self.counts["recent"] / RATE_MINUTES)

    @cached_property
    def waves(self) -> list[Wave]:
        """One per moment, first to last."""
        groups = (
            self.rows.order_by("due_at", "zone")
            .values("due_at", "zone")
            .annotate(
                total=Count("pk"),
                sent=Count("pk", filter=Q(state=State.SENT)),
                failed=Count("pk", filter=Q(state__in=(State.FAILED, State.EXPIRED))),
                left=Count("pk", filter=Q(state=State.QUEUED)),
                started=Min("started_at"),
                ended=Max("finished_at"),
            )
        )
        by_moment: dict = {}
        for group in groups:
            by_moment.setdefault(group["due_at"], []).append(group)
        return [_wave(number, due, parts) for number, (due, parts) in enumerate(by_moment.items(), start=1)]

    @property
    def done_waves(self) -> int:
        return sum(1 for one in self.waves if one.status == "done")

    @property
    def running(self) -> list[Wave]:
        return [one for one in self.waves if one.status == "ok"]

    @cached_property
    def axis(self):
        """The day of the chart, in Tokyo time; None without a wave."""
        if not self.waves:
            return None
        return wave_axis(self.waves[0].tokyo, max(one.end for one in self.waves))

    @cached_property
    def causes(self) -> list[Cause]:
        """Why people were not reached, the most frequent first."""
        found: dict = {}
        for code, count in self.rows.failed().order_by().values_list("code").annotate(number=Count("pk")):
            words, afterwards = CAUSES.get(code, OTHER)
            known = found.get(words)
            found[words] = Cause(words, afterwards, count + (known.count if known else 0))
        return sorted(found.values(), key=lambda cause: -cause.count)


def _wave(number, due, parts) -> Wave:
    started = [part["started"] for part in parts if part["started"]]
    ended = [part["ended"] for part in parts if part["ended"]]
    return Wave(
        number=number,
        due_at=due,
        zones=tuple(part["zone"] for part in parts),
        total=sum(part["total"] for part in parts),
        sent=sum(part["sent"] for part in parts),
        failed=sum(part["failed"] for part in parts),
        left=sum(part["left"] for part in parts),
        started_at=min(started, default=None),
        ended_at=max(ended, default=None),
    )
