"""What a reporting call asks of one initiative."""

from datetime import date

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from dxportal import dates, officedays
from pillars import calendar
from pillars.models.access import led_by
from pillars.models.initiatives import Initiative
from pillars.models.reporting import ProgressReport

REPORTERS_SILENT_DAYS = 3  # office days after the deadline on which the approver gets the list


class ReportRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(call__closed_at=None)

    def current(self):
        """Without initiatives that ended or were given up before anything was written."""
        finished = ~Q(initiative__state__in=(Initiative.State.NOT_STARTED, Initiative.State.IN_PROGRESS))
        return self.exclude(finished & ~Exists(written()))

    def unanswered(self):
        """Current ones whose report is not written, a draft, or was sent back."""
        handed_in = written().exclude(workflow_state__in=ProgressReport.IN_HAND)
        return self.current().filter(~Exists(handed_in))

    def unwritten(self):
        """Nothing was begun for them."""
        return self.filter(~Exists(written()))

    def silent(self, user, today: date):
        """What approvers hear of: open ones in their departments, unanswered more than REPORTERS_SILENT_DAYS office
        days after the deadline."""
        mine = led_by(user, "initiative__lead_department__path", (Role.PROGRESS_APPROVER,))
        last = officedays.add_office_days(today, -REPORTERS_SILENT_DAYS)
        before = dates.local_instant(last, calendar.PUBLISHING_TIME, dates.TOKYO)
        late = self.open().unanswered().filter(mine, deadline__lt=before)
        return late.select_related("initiative__plan", "initiative__lead_department")

    def silence(self, *moments) -> list[tuple[int, int] | None]:
        """For each (instant, its day): (departments that had not handed in, departments asked) of the newest quarter
        asked for by then; None when nothing had been asked. One query."""
        handed_in = written().exclude(workflow_state__in=ProgressReport.IN_HAND).values("reported_on")[:1]
        rows = self.annotate(answered_on=Subquery(handed_in)).order_by()
        told = rows.values_list(
            "call__opened_at", "fiscal_year", "quarter", "initiative__lead_department", "answered_on"
        )
        told = list(told)
        return [_silence([row for row in told if row[0] < at], day) for at, day in moments]


def _silence(asked: list[tuple], day: date) -> tuple[int, int] | None:
    if not asked:
        return None
    newest = max((year, quarter) for _at, year, quarter, *_rest in asked)
    answers = [(lead, on) for _at, year, quarter, lead, on in asked if (year, quarter) == newest]
    silent = {lead for lead, on in answers if on is None or on > day}
    return len(silent), len({lead for lead, _on in answers})


def count_by_call(rows):
    """The number of requests of each call, as an annotation."""
    numbers = rows.order_by().values("call").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(numbers), 0)


def written():
    """The report that answers a request, for Exists."""
    same = {name: OuterRef(name) for name in ("initiative", "fiscal_year", "quarter")}
    return ProgressReport.objects.filter(**same)


class ReportRequest(models.Model):
    """One initiative asked by one call, with the deadline of its own department."""

    call = models.ForeignKey(
        "pillars.ReportingCall", models.CASCADE, related_name="requests", verbose_name=_("報告依頼")
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, related_name="report_requests", verbose_name=_("施策")
    )
    # The call's own, repeated so that the database can refuse a second call of the quarter.
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("四半期"))
    deadline = models.DateTimeField(_("締切"))

    objects = ReportRequestQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "initiative"]
        verbose_name = _("報告の求め")
        verbose_name_plural = _("報告の求め")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "fiscal_year", "quarter"], name="request_once_a_quarter"
            ),
        ]

    def __str__(self):
        return f"{self.initiative} {dates.format_quarter(self.fiscal_year, self.quarter)}"

    def get_absolute_url(self):
        """Where its report is begun."""
        plan = self.initiative.plan.code
        return reverse("pillars:report_new", args=[plan, self.initiative.code]) + f"?quarter={self.period}"

    @classmethod
    def of(cls, call, initiative):
        deadline = call.deadline_for(initiative)
        return cls(
            call=call,
            initiative=initiative,
            fiscal_year=call.fiscal_year,
            quarter=call.quarter,
            deadline=deadline,
        )

    @classmethod
    def usual(cls, initiative, today: date):
        """What the calendar alone asks for, unsaved: for a plan in which no call was ever opened."""
        year, quarter = calendar.due_quarter(today)
        deadline = calendar.tokyo_deadline(calendar.opening_day(year, quarter))
        return cls(initiative=initiative, fiscal_year=year, quarter=quarter, deadline=deadline)

    @property
    def period(self) -> str:
        """2026Q3, as addresses name a quarter."""
        return f"{self.fiscal_year}Q{self.quarter}"

    def deadline_on(self, zone=dates.TOKYO) -> date:
        """The day of the deadline on calendars in the zone."""
        return self.deadline.astimezone(zone).date()
