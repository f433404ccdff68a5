"""Initiatives, the unit of reporting, and their milestones."""

from datetime import date, time, timedelta
from decimal import Decimal

import pghistory
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Activity, Department, Role, User
from dxportal import dates
from dxportal.addresses import address
from dxportal.search import SearchQuerySet, search_text_for
from dxportal.text import Confidentiality
from pillars import calendar
from pillars.models.access import DEPARTMENT_ROLES, led_by, readable_pillar
from pillars.models.base import PlanItem, SourceKind
from pillars.models.ending import read_only_when_closed
from pillars.models.plan import Objective, Plan


class InitiativeQuerySet(SearchQuerySet):
    def visible_to(self, user):
        """What the person may read: open pillars of decided plans, more by duty (permissions.md)."""
        return self.readable_by(user).filter(plan__in=Plan.objects.visible_to(user))

    def readable_by(self, user):
        """What the person may read of a plan that is known to be visible."""
        return self.filter(readable_pillar(user, "objective__pillar__", led_by(user)))

    def hidden_from(self, user):
        """What exists but is not shown to the person; its count is told honestly (P14)."""
        return self.exclude(pk__in=self.visible_to(user).values("pk"))

    def published(self):
        return self.exclude(plan__status=Plan.Status.DRAFT)

    def live(self):
        """Neither finished nor given up, in a running plan: these have to be reported."""
        finished = (Initiative.State.COMPLETED, Initiative.State.CANCELLED, Initiative.State.SUSPENDED)
        return self.filter(plan__status=Plan.Status.ACTIVE).exclude(state__in=finished)

    def overdue(self, today: date):
        """Initiatives with a milestone whose current date has passed."""
        return self.filter(pk__in=Milestone.objects.overdue(today).values("initiative"))

    def due_within(self, days: int, today: date):
        """Initiatives with a milestone due from `today` to `today` + `days`."""
        return self.filter(pk__in=Milestone.objects.due_within(days, today).values("initiative"))

    def to_begin(self, user, today: date):
        """Live initiatives of the departments the person reports for with a report to begin, and in `asked` the oldest
        open request; None where the calendar alone asks, in plans that never had a call."""
        from pillars.models.calls import ReportingCall
        from pillars.models.reporting import ProgressReport
        from pillars.models.requests import ReportRequest

        year, quarter = calendar.due_quarter(today)
        there = ProgressReport.objects.filter(fiscal_year=year, quarter=quarter).values("initiative")
        started = Q(starts_on=None) | Q(starts_on__lte=dates.quarter_end(year, quarter))
        fields = {name: name for name in ("id", "call_id", "fiscal_year", "quarter", "deadline")}
        oldest = ReportRequest.objects.open().unwritten().filter(initiative=OuterRef("pk"))
        asked = Subquery(oldest.order_by("fiscal_year", "quarter").values(row=JSONObject(**fields))[:1])
        calls = Exists(ReportingCall.objects.filter(plan=OuterRef("plan")))
        mine = self.live().filter(led_by(user, roles=(Role.PROGRESS_REPORTER,)))
        without_call = ~calls & started & ~Q(pk__in=there)
        return mine.annotate(asked=asked).filter(Q(asked__isnull=False) | without_call)

    def with_expected(self, today: date):
        """With what `expected_report` needs: `asked_serial`, the newest quarter whose call is over, and `plan_asks`."""
        from pillars.models.calls import ReportingCall
        from pillars.models.requests import ReportRequest

        this_morning = dates.local_instant(today, time(0), dates.TOKYO)
        published = Q(call__publish_on=None) | Q(call__publish_on__lt=today)
        over = ReportRequest.objects.filter(published, initiative=OuterRef("pk"), deadline__lt=this_morning)
        newest = over.order_by("-fiscal_year", "-quarter").annotate(
            serial=F("fiscal_year") * 4 + F("quarter") - 1
        )
        return self.annotate(
            asked_serial=Subquery(newest.values("serial")[:1]),
            plan_asks=Exists(ReportingCall.objects.filter(plan=OuterRef("plan"))),
        )

    def to_review(self, user, today: date):
        """Initiatives of plans in their last year for whose review the person, as reporter, still has to write."""
        begun = ("submitted", "confirmed")
        mine = self.filter(led_by(user, roles=(Role.PROGRESS_REPORTER,)))
        return mine.filter(plan__in=Plan.objects.in_last_year(today)).exclude(review__state__in=begun)

    def with_progress(self, today: date):
        """Everything `initiative.progress(today)` needs for any number of initiatives in three queries.

        The arithmetic itself is written once, in pillars/progress.py, and runs on the prefetched milestones.
        """
        return self.select_related("plan", "objective__pillar", "lead_department").with_steps(today)

    def with_steps(self, today: date):
        """With milestones and newest report, for those who have plan and objective at hand already."""
        from pillars.models.reporting import ProgressReport

        newest = ProgressReport.objects.published().newest_by(today).select_related("submitted_by")
        return self.with_expected(today).prefetch_related(
            "milestones", Prefetch("reports", queryset=newest, to_attr="newest_reports")
        )

    def with_figures(self, today: date) -> list:
        """The initiatives with what the arithmetic reads of milestones and newest report, all in one query.

        For pages that show figures only: their milestones and reports have no other fields. See `with_steps`.
        """
        from pillars.models.reporting import ProgressReport

        steps = Milestone.objects.filter(initiative=OuterRef("pk")).order_by("position", "planned_on")
        newest = ProgressReport.objects.published().filter(initiative=OuterRef("pk"))
        newest = newest.begun_by(today).order_by("-fiscal_year", "-quarter")[:1]
        told = self.with_expected(today).annotate(
            steps_told=ArraySubquery(steps.values(told=JSONObject(**{n: n for n in STEP_FIGURES}))),
            reports_told=ArraySubquery(newest.values(told=JSONObject(**{n: n for n in REPORT_FIGURES}))),
        )
        found = list(told)
        for initiative in found:
            milestones = [Milestone.told(initiative, step) for step in initiative.steps_told]
            initiative._prefetched_objects_cache = {"milestones": milestones}
            initiative.newest_reports = [
                ProgressReport(initiative=initiative, **report) for report in initiative.reports_told
            ]
        return found


STEP_FIGURES = ("code", "position", "planned_on", "due_on", "completed_on", "weight", "is_cancelled")
REPORT_FIGURES = ("fiscal_year", "quarter", "status", "suggested_status", "percent", "needs_support")


@pghistory.track()
class Initiative(PlanItem):
    followable = "initiative"

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("未着手")
        IN_PROGRESS = "in_progress", _("実施中")
        COMPLETED = "completed", _("完了")
        SUSPENDED = "suspended", _("休止")
        CANCELLED = "cancelled", _("中止")

    objective = models.ForeignKey(
        Objective, models.PROTECT, related_name="initiatives", verbose_name=_("目標")
    )
    name = models.CharField(_("施策名"), max_length=200)
    name_en = models.CharField(_("施策名(英語)"), max_length=200, blank=True)
    summary = models.TextField(_("概要"), blank=True)
    summary_en = models.TextField(_("概要(英語)"), blank=True)
    lead_department = models.ForeignKey(
        Department, models.PROTECT, related_name="led_initiatives", verbose_name=_("主管課")
    )
    related_departments = models.ManyToManyField(
        Department, blank=True, related_name="related_initiatives", verbose_name=_("関係課")
    )
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.NOT_STARTED)
    percent = models.PositiveSmallIntegerField(
        _("進捗率(%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    confidentiality = models.PositiveSmallIntegerField(
        _("格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    is_priority = models.BooleanField(_("重点施策"), default=False)
    source_kind = models.CharField(_("出典区分"), max_length=15, choices=SourceKind, blank=True)
    search_text = models.TextField(editable=False, default="")

    objects = InitiativeQuerySet.as_manager()
    derived_fields = ("search_text",)

    class Meta:
        ordering = ["plan", "objective__pillar__position", "objective__position", "position", "code"]
        verbose_name = _("施策")
        verbose_name_plural = _("施策")
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="initiative_code"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__lte=100), name="initiative_percent_to_100"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="initiative_dates_in_order",
            ),
        ]
        triggers = [read_only_when_closed()]

    def save(self, *args, **kwargs):
        self.plan_id = self.objective.plan_id
        self.search_text = self.words_to_search()
        super().save(*args, **kwargs)

    def words_to_search(self) -> str:
        return search_text_for(self.code, self.name, self.name_en, self.summary, self.summary_en)

    def get_absolute_url(self):
        return address("pillars:initiative", self.plan.code, self.code)

    @property
    def history_key(self):
        return "initiative", str(self.pk)

    @property
    def pillar(self):
        return self.objective.pillar

    @property
    def is_live(self) -> bool:
        return self.state in (self.State.NOT_STARTED, self.State.IN_PROGRESS)

    @property
    def newest_report(self):
        """The newest published report or None; free after `with_progress`."""
        if not hasattr(self, "newest_reports"):
            self.newest_reports = list(self.reports.published().order_by("-fiscal_year", "-quarter")[:1])
        return self.newest_reports[0] if self.newest_reports else None

    def expected_report(self, today: date) -> tuple[int, int] | None:
        """Year and quarter of the newest report there should be: what a call asked that is over and had its day of
        publication; by the calendar alone in a plan that never had a call. Free after `with_progress`."""
        if not hasattr(self, "plan_asks"):
            found = Initiative.objects.with_expected(today).get(pk=self.pk)
            self.asked_serial, self.plan_asks = found.asked_serial, found.plan_asks
        if self.plan_asks:
            return None if self.asked_serial is None else calendar.from_serial(self.asked_serial)
        year, quarter = calendar.expected_quarter(today)
        begun = self.starts_on is None or self.starts_on <= dates.quarter_end(year, quarter)
        return (year, quarter) if begun and year >= self.plan.first_fiscal_year else None

    def progress(self, today: date):
        """Actual, planned, forecast, status … as of `today`: a Progress. Free after `with_progress`."""
        from pillars.progress import progress_of

        return progress_of(self, today)

    def add_milestone(self, *, by, reason="", source="web", **values):
        """A new milestone of weight 1 at the end of the list (permissions.md "edit initiative text, milestones").

        Its code follows the initiative's: I01-M4 after three of them. Returns it.
        """
        with transaction.atomic():
            taken = set(Milestone.objects.filter(plan=self.plan_id).values_list("code", flat=True))
            numbers = range(self.milestones.count() + 1, len(taken) + 2)
            code = next(code for n in numbers if (code := f"{self.code}-M{n}") not in taken)
            place = self.milestones.count() + 1
            milestone = Milestone(initiative=self, code=code, position=place, due_on=None, **values)
            milestone.save(force_insert=True)
            with override("ja"):
                day = dates.format_day(milestone.planned_on, language="ja")
                changes = {_now("マイルストーン名"): [None, milestone.name], _now("予定日"): [None, day]}
                note = {"reason": reason, "source": source}
                Activity.record("milestone.created", milestone, by=by, changes=changes, **note)
        return milestone

    # --- permissions.md ----------------------------------------------------------------------------

    def can_edit(self, user) -> bool:
        """Text and milestones: reporter and approver of the department, and the secretariat; none once closed."""
        return self.concerns(user) and not self.plan.is_closed

    def can_report(self, user) -> bool:
        """Submit a report: the department's reporter; the secretariat for the department, which is marked."""
        return user.is_secretariat or user.covers(Role.PROGRESS_REPORTER, self.lead_department)

    def can_read_drafts(self, user) -> bool:
        return self.concerns(user)

    def concerns(self, user) -> bool:
        """Reporter and approver of the department, and the secretariat."""
        return user.is_secretariat or any(
            user.covers(role, self.lead_department) for role in DEPARTMENT_ROLES
        )


class MilestoneQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(initiative__in=Initiative.objects.visible_to(user))

    def published(self):
        return self.exclude(plan__status=Plan.Status.DRAFT)

    def open(self):
        """Neither completed nor cancelled."""
        return self.filter(completed_on=None, is_cancelled=False)

    def overdue(self, today: date):
        """Open milestones whose current date lies before `today`; due today is not overdue."""
        return self.open().filter(due_on__lt=today)

    def due_within(self, days: int, today: date):
        """Open milestones due from `today` to `today` + `days`, both included."""
        return self.open().filter(due_on__gte=today, due_on__lte=today + timedelta(days=days))

    def needing(self, user, today: date, days: int = 30):
        """Overdue or soon due milestones of running plans in the departments the person reports for."""
        mine = led_by(user, "initiative__lead_department__path", (Role.PROGRESS_REPORTER,))
        soon = self.open().filter(plan__status=Plan.Status.ACTIVE, due_on__lte=today + timedelta(days=days))
        return soon.filter(mine).order_by("due_on", "code")


@pghistory.track()
class Milestone(PlanItem):
    class State(models.TextChoices):
        PLANNED = "planned", _("予定")
        COMPLETED = "completed", _("完了")
        OVERDUE = "overdue", _("遅延")
        CANCELLED = "cancelled", _("中止")

    initiative = models.ForeignKey(
        Initiative, models.PROTECT, related_name="milestones", verbose_name=_("施策")
    )
    name = models.CharField(_("マイルストーン名"), max_length=200)
    name_en = models.CharField(_("マイルストーン名(英語)"), max_length=200, blank=True)
    planned_on = models.DateField(_("予定日"))
    due_on = models.DateField(_("現在の期日"))
    completed_on = models.DateField(_("完了日"), null=True, blank=True)
    weight = models.DecimalField(
        _("重み"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0))],
    )
    is_cancelled = models.BooleanField(_("中止"), default=False)
    source_kind = models.CharField(_("出典区分"), max_length=15, choices=SourceKind, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "position", "planned_on", "code"]
        verbose_name = _("マイルストーン")
        verbose_name_plural = _("マイルストーン")
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="milestone_code"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="milestone_weight_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="milestone_due", condition=Q(completed_on=None, is_cancelled=False)
            ),
        ]
        triggers = [read_only_when_closed()]

    def save(self, *args, **kwargs):
        self.plan_id = self.initiative.plan_id
        self.due_on = self.due_on or self.planned_on
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return self.initiative.get_absolute_url() + "#milestones"

    @property
    def history_key(self):
        """What happens to a milestone is history of its initiative."""
        return "initiative", str(self.initiative_id)

    def state(self, today: date) -> str:
        """Derived from dates and today, never stored: a Milestone.State."""
        if self.is_cancelled:
            return self.State.CANCELLED
        if self.completed_on:
            return self.State.COMPLETED
        return self.State.OVERDUE if self.due_on < today else self.State.PLANNED

    @classmethod
    def told(cls, initiative, step: dict) -> "Milestone":
        """A milestone from the JSON of STEP_FIGURES, for the arithmetic alone."""
        days = {name: step[name] and date.fromisoformat(step[name]) for name in step if name.endswith("_on")}
        return cls(initiative=initiative, **{**step, **days, "weight": Decimal(str(step["weight"]))})

    @property
    def ends_on(self) -> date:
        """The day it was completed, else the current date."""
        return self.completed_on or self.due_on

    @property
    def slip_days(self) -> int:
        """Days from the original date to completion or the current date; negative is early (P5)."""
        return (self.ends_on - self.planned_on).days

    def days_overdue(self, today: date) -> int:
        return max(0, (today - self.due_on).days) if self.state(today) == self.State.OVERDUE else 0

    def can_edit(self, user) -> bool:
        return self.initiative.can_edit(user)

    def move(self, to: date, *, reason: str, by, source="web"):
        """Set a new current date; the original stays. Raises ValidationError without a reason or when finished."""
        if not reason.strip():
            raise ValidationError(_now("期日を変えるわけを書いてください。"), code="reason")
        if self.completed_on or self.is_cancelled:
            raise ValidationError(_now("完了または中止した節目の期日は変えられません。"), code="finished")
        with transaction.atomic():
            before = self.due_on
            told = (
                f"節目「{self.name}」の期日を{dates.format_day(to, language='ja')}に移した",
                f"Milestone moved to {dates.format_day(to, language='en')}: {self.name_en or self.name}",
            )
            if self.change("milestone.moved", by=by, reason=reason, source=source, told=told, due_on=to):
                self.moves.create(moved_from=before, moved_to=to, reason=reason, by=by)

    def complete(self, on: date, *, by, source="web"):
        """Mark as completed on a day. Raises ValidationError for a cancelled milestone."""
        if self.is_cancelled:
            raise ValidationError(_now("中止した節目は完了にできません。"), code="cancelled")
        told = (f"節目「{self.name}」を終えた", f"Milestone completed: {self.name_en or self.name}")
        self.change("milestone.completed", by=by, source=source, told=told, completed_on=on)

    def reopen(self, *, reason: str, by, source="web"):
        """Take a completion back. Raises ValidationError without a reason."""
        if not reason.strip():
            raise ValidationError(_now("完了を取り消すわけを書いてください。"), code="reason")
        self.change("milestone.reopened", by=by, reason=reason, source=source, completed_on=None)

    def cancel(self, *, reason: str, by, source="web"):
        """Will not be done; it leaves the arithmetic. Raises ValidationError without a reason or when completed."""
        if not reason.strip():
            raise ValidationError(_now("中止するわけを書いてください。"), code="reason")
        if self.completed_on:
            raise ValidationError(_now("終えた節目は中止にできません。"), code="finished")
        told = (f"節目「{self.name}」を中止した", f"Milestone cancelled: {self.name_en or self.name}")
        self.change("milestone.cancelled", by=by, reason=reason, source=source, told=told, is_cancelled=True)


class MilestoneMove(models.Model):
    """One move of the current date: how often and why is a figure of its own (P10)."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="moves")
    moved_from = models.DateField(_("前の期日"))
    moved_to = models.DateField(_("新しい期日"))
    reason = models.TextField(_("わけ"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["milestone", "at"]
        verbose_name = _("期日の変更")
        verbose_name_plural = _("期日の変更")

    def __str__(self):
        return f"{self.moved_from} → {self.moved_to}"
