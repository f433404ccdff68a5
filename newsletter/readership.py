"""How many people read an issue, by place (N12): noted at the page without a query, counted by the timetable.

The page may cost five queries and a GET writes nothing (P38, CS2), so a read is one line in the cache, already without
the reader's name. Every minute the lines become rows. A cache that is away costs reads, never the page (P10).
"""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db import transaction
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dxportal.templatetags.portal import number
from newsletter.models import Issue, Place, Read, Readership, Vote
from newsletter.models.readers import FEW, OPEN_DAYS, pseudonym

# Lines are numbered: SLOT is the last number given, SEEN that of the round before, DONE the last one kept as a row.
SLOT, SEEN, DONE, LINE = (f"newsletter.reads.{name}" for name in ("slot", "seen", "done", "line"))
DAY_SECONDS = 24 * 60 * 60
BATCH = 1000


# --- noting -----------------------------------------------------------------------------------------


def note(issue, reader, *, at=None) -> None:
    """The person has the issue's page open. Once a day is enough; nothing is noted of drafts and of old issues."""
    if not issue.is_open_to_readers(at):
        return
    word = pseudonym("read", issue.number, reader)
    if cache.add(f"newsletter.read:{word}", 1, DAY_SECONDS):
        cache.add(SLOT, 0, None)
        line = [issue.pk, Place.of(reader).value, word]
        cache.set(f"{LINE}:{cache.incr(SLOT)}", line, DAY_SECONDS)


def collect() -> int:
    """Keep the lines noted before the last round, so that nobody is still writing one; how many lines these were.

    A round that breaks off is simply done again: a row that is there already stays as it is.
    """
    last, done = cache.get(SEEN, 0), cache.get(DONE, 0)
    cache.set(SEEN, cache.get(SLOT, 0), None)
    for first in range(done + 1, last + 1, BATCH):
        numbers = range(first, min(first + BATCH, last + 1))
        keys = [f"{LINE}:{slot}" for slot in numbers]
        keep(list(cache.get_many(keys).values()))
        cache.set(DONE, numbers[-1], None)
        cache.delete_many(keys)
    return max(0, last - done)


@transaction.atomic
def keep(lines) -> None:
    """Rows for (issue id, place, reader); who is there already counts once. Then the figures that are shown."""
    reads = [Read(issue_id=issue, place=place, reader=reader) for issue, place, reader in lines]
    Read.objects.bulk_create(reads, ignore_conflicts=True)
    Readership.objects.recount({read.issue_id for read in reads})


def open_and_close(at=None) -> None:
    """Begin counting for issues that have gone out; of issues older than OPEN_DAYS only totals stay (P22)."""
    since = (at or timezone.now()) - OPEN_DAYS
    Readership.objects.open(since)
    old = Issue.objects.filter(published_at__lte=since).values("pk")
    Read.objects.filter(issue__in=old).delete()
    Vote.objects.filter(issue__in=old).delete()


# --- showing ----------------------------------------------------------------------------------------

HIDDEN, NEARLY_ALL = gettext_lazy("5人未満"), gettext_lazy("ほぼ全員")


@dataclass(frozen=True)
class Line:
    """One place, or all together: how many of how many, in words where a number would tell of single people."""

    label: str
    audience: int
    readers: int
    is_small: bool = False
    is_nearly_all: bool = False

    @property
    def share(self) -> Decimal | None:
        """Percent, None where it is not shown."""
        if self.is_small or self.is_nearly_all or not self.audience:
            return None
        return Decimal(100 * self.readers) / self.audience

    @property
    def percent(self) -> str:
        """The share in words."""
        return self.words if self.share is None else f"{number(self.share, 0)}%"

    @property
    def words(self) -> str:
        if self.is_small:
            return str(HIDDEN)
        if self.is_nearly_all:
            return str(NEARLY_ALL)
        people = ngettext("%(number)s人", "%(number)s人", self.readers)
        return people % {"number": number(self.readers)}


def told(**condition):
    """For `annotate`: the rows that fit the condition as `shown` wants them, without a query of their own. Without a
    condition, on issues as `readership_told`, those of the issue."""
    rows = Readership.objects.filter(**(condition or {"issue": OuterRef("pk")}))
    return ArraySubquery(rows.values(told=JSONObject(place="place", readers="readers", audience="audience")))


def of(issue) -> list[Line]:
    """The places an issue with `readership_told` was sent to, then all together; [] before anything is counted."""
    return shown(issue.readership_told)


def shown(told) -> list[Line]:
    """Lines of what `told` gave, rows of one place added up, the sum last. It holds only what is shown, so that taking
    the places from it tells nothing more."""
    rows = [Readership(**row) for row in told]
    by_place = {place: [row for row in rows if row.place == place] for place in Place.values}
    places = [_line(Place(place).label, found) for place, found in by_place.items() if found]
    if not places:
        return []
    audience, readers = (sum(getattr(line, name) for line in places) for name in ("audience", "readers"))
    return [*places, Line(_("合計"), audience, readers, is_small=readers < FEW)]


def _line(label, rows) -> Line:
    audience, readers = sum(row.audience for row in rows), sum(row.shown for row in rows)
    small, nearly_all = all(row.is_small for row in rows), all(row.is_nearly_all for row in rows)
    return Line(label, audience, readers, small, nearly_all)
