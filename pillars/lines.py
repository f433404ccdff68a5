"""One initiative with its progress on a day: what a row of any list, the roadmap and its own page show of it."""

from datetime import date
from functools import cached_property

from dxportal.charts import Step
from dxportal.timelines import Span
from pillars.models import Initiative, ProgressStatus

BEHIND = (ProgressStatus.SLIGHTLY_DELAYED, ProgressStatus.DELAYED)


class Line:
    """One initiative with its progress on a day."""

    def __init__(self, initiative: Initiative, today: date):
        self.initiative = initiative
        self.today = today
        self.progress = initiative.progress(today)
        self.milestones = sorted(
            initiative.milestones.all(), key=lambda m: (m.position, m.planned_on, m.code)
        )

    @property
    def status(self) -> str | None:
        """The status for lists and colours; "stale" stands for an old green."""
        return self.progress.shown

    @property
    def gap(self):
        """Actual minus planned, in points; negative is behind."""
        return self.progress.difference

    @property
    def is_behind(self) -> bool:
        return self.status in BEHIND and self.gap is not None and self.gap < 0

    @property
    def report(self):
        return self.initiative.newest_report

    @cached_property
    def next_milestone(self):
        """The open milestone that comes first, overdue ones included, or None."""
        waiting = [m for m in self.milestones if not m.completed_on and not m.is_cancelled]
        return min(waiting, key=lambda m: (m.due_on, m.position), default=None)

    @property
    def next_overdue(self) -> int:
        """Days by which the next milestone is overdue."""
        return self.next_milestone.days_overdue(self.today) if self.next_milestone else 0

    @property
    def finish_is_late(self) -> bool:
        """The expected finish lies after the original one."""
        return bool(self.progress.slip_days and self.progress.slip_days > 0)

    @property
    def completed_on(self) -> date | None:
        """The day of the last completed milestone."""
        return max((m.completed_on for m in self.milestones if m.completed_on), default=None)

    @property
    def is_moved(self) -> bool:
        """An open milestone was put off beyond its original date."""
        return any(m.slip_days > 0 for m in self.milestones if not m.completed_on and not m.is_cancelled)

    @cached_property
    def starts_on(self) -> date | None:
        return self.initiative.starts_on or min((m.planned_on for m in self.milestones), default=None)

    @cached_property
    def original_end(self) -> date | None:
        return max(
            filter(None, [self.initiative.ends_on, *(m.planned_on for m in self.counted)]), default=None
        )

    @cached_property
    def ends_on(self) -> date | None:
        """The end as it looks today: the initiative's own end, or a milestone that comes later."""
        return max(filter(None, [self.initiative.ends_on, *(m.ends_on for m in self.counted)]), default=None)

    @property
    def counted(self) -> list:
        return [m for m in self.milestones if not m.is_cancelled]

    @property
    def steps(self) -> list[Step]:
        """Its milestones for the curve."""
        return [Step(float(m.weight), m.planned_on, m.ends_on, bool(m.completed_on)) for m in self.counted]

    @property
    def span(self) -> Span | None:
        """Its row of the roadmap; None without any date."""
        if self.starts_on is None or self.ends_on is None:
            return None
        due = self.next_milestone
        return Span(
            self.starts_on,
            self.ends_on,
            self.original_end,
            float(self.progress.planned or 0),
            float(self.progress.actual or 0),
            done=self.progress.actual == 100,
            due=due.planned_on if due else None,
            moved_to=due.due_on if due and due.due_on != due.planned_on else None,
        )


def gap_first(line: Line):
    """Sort key: the largest distance below the plan first, lines without a figure last."""
    return (line.gap is None, line.gap or 0)
