"""When an issue will be through: its waves at the pace of relay and settings (N5, promises.md P6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min

from newsletter.models import Delivery, Issue

ASSUMED_SECONDS = 0.2  # of one mail over one connection, while no issue has been measured
ENOUGH_MAILS = 100  # fewer say nothing about the pace
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Estimate:
    """`pace` in mails a minute, `measured` when it comes from the last issue; `end` of the last wave; `days` over which
    the relay's daily limit spreads the issue (1 without a limit)."""

    pace: int
    measured: bool
    end: datetime | None
    days: int


def estimate(stops) -> Estimate:
    """For [(moment, people), …] in order, with MAIL_PER_MINUTE, MAIL_PER_DAY and the pace of the last issue sent."""
    measured = measured_pace()
    pace = allowed_pace(measured or settings.MAIL_CONNECTIONS * 60 / ASSUMED_SECONDS)
    end, days = last_moment(stops, pace=pace, per_day=settings.MAIL_PER_DAY)
    return Estimate(max(1, round(pace)), measured is not None, end, days)


def allowed_pace(pace: float) -> float:
    """`pace`, or MAIL_PER_MINUTE where that is slower."""
    return min(pace, settings.MAIL_PER_MINUTE or pace)


def end_of_rest(waves, *, now: datetime, rate: float) -> datetime | None:
    """When those who still wait will have it: `waves` are (due, how many wait), `rate` what left in the last minutes
    (0 while nothing leaves, then the set pace counts). None when nobody waits."""
    pace = rate or allowed_pace(settings.MAIL_CONNECTIONS * 60 / ASSUMED_SECONDS)
    return last_moment([(max(due, now), left) for due, left in waves if left], pace=pace)[0]


def last_moment(stops, *, pace: float, per_day: int = 0) -> tuple[datetime | None, int]:
    """(when the last mail leaves at `pace` a minute, never more than `per_day` in 24 hours; on how many days)."""
    now = began = stops[0][0] if stops else None
    room, days = per_day, 1
    for moment, people in stops:
        now = max(now, moment)
        while people:
            if per_day and (not room or now - began >= DAY):
                now = max(now, began + DAY)
                began, room, days = now, per_day, days + 1
            batch = min(people, room) if per_day else people
            now, people, room = now + timedelta(minutes=batch / pace), people - batch, room - batch
    return now, days


def measured_pace() -> float | None:
    """Mails a minute while mails of the last issue were leaving, without the hours between its waves; None while too
    few have been sent. Second attempts are left out: they tell of waiting, not of pace."""
    last = Issue.objects.filter(state=Issue.State.SENT).order_by("-number").values("pk")[:1]
    sent = Delivery.objects.filter(
        issue__in=last, kind=Delivery.Kind.ISSUE, state=Delivery.State.SENT, claims=1
    )
    waves = (
        sent.order_by()
        .values("due_at")
        .annotate(n=Count("pk"), first=Min("started_at"), last=Max("finished_at"))
    )
    waves = [wave for wave in waves if wave["first"] and wave["last"]]
    mails = sum(wave["n"] for wave in waves)
    seconds = sum((wave["last"] - wave["first"]).total_seconds() for wave in waves)
    return mails * 60 / seconds if mails >= ENOUGH_MAILS and seconds > 0 else None
