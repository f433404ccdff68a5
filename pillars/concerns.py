"""What in a plan needs attention (P11): red and amber, overdue milestones, silent owners, help asked for.

Computed from the lines of an Overview without a query of its own; nothing is stored, so it is gone when all is well.
Escalation is this list: who reads the page sees it, nobody gets a mail because of it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from pillars.models import Plan, ProgressStatus

FEW = 5  # rows before the rest folds away


class Kind(models.TextChoices):
    """Why something is on the list, the worst first: this is the order of the list."""

    DELAYED = "delayed", _("遅れ")
    HELP_ASKED = "help_asked", _("支援を求めている")
    OVERDUE = "overdue", _("期日を過ぎた節目")
    SLIGHTLY_DELAYED = "slightly_delayed", _("やや遅れ")
    SILENT = "silent", _("新しい報告がない")


ORDER = list(Kind)
BY_STATUS = {
    ProgressStatus.DELAYED: Kind.DELAYED,
    ProgressStatus.SLIGHTLY_DELAYED: Kind.SLIGHTLY_DELAYED,
}


@dataclass(frozen=True)
class Concern:
    """One initiative and every reason why it needs attention, with the owner's last published words."""

    line: object  # pillars.overview.Line
    kinds: tuple
    overdue: tuple  # its overdue milestones, the oldest first

    @property
    def report(self):
        return self.line.report

    @property
    def days(self) -> int:
        """Days by which the oldest of its milestones is overdue, 0 without one."""
        return self.overdue[0].days_overdue(self.line.today) if self.overdue else 0

    @property
    def weight(self) -> tuple:
        """Sort key: the worst kind, then more kinds, the larger gap, the longer delay."""
        return (ORDER.index(self.kinds[0]), -len(self.kinds), self.line.gap or 0, -self.days)


def concern_of(line) -> Concern | None:
    """The concern about one line, or None when all is well or its work is over."""
    if not line.initiative.is_live:
        return None
    overdue = [m for m in line.counted if m.days_overdue(line.today)]
    report = line.report
    found = {
        BY_STATUS.get(line.progress.status): True,
        Kind.OVERDUE: bool(overdue),
        Kind.HELP_ASKED: bool(report and report.needs_support),
        Kind.SILENT: line.progress.is_stale,
    }
    kinds = tuple(kind for kind in ORDER if found.get(kind))
    return Concern(line, kinds, tuple(sorted(overdue, key=lambda m: m.due_on))) if kinds else None


class Attention:
    """The block at the head of plan, pillar and objective: false when there is nothing to say."""

    def __init__(self, plan, lines: Iterable):
        running = plan.status == Plan.Status.ACTIVE
        found = [concern for line in lines if running and (concern := concern_of(line))]
        self.concerns = sorted(found, key=lambda concern: concern.weight)

    def __bool__(self):
        return bool(self.concerns)

    @property
    def first(self) -> list[Concern]:
        return self.concerns[:FEW]

    @property
    def rest(self) -> list[Concern]:
        return self.concerns[FEW:]

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        """(kind, number of initiatives) in the order of the list, only those that occur."""
        found = Counter(kind for concern in self.concerns for kind in concern.kinds)
        return [(kind, found[kind]) for kind in ORDER if found[kind]]
