"""Progress reports: written by a department, approved by another person there, published by the secretariat."""

from datetime import date

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from accounts.models import Activity, Department, Role, User
from dxportal import dates
from dxportal.text import Confidentiality
from pillars.models.access import DEPARTMENT_ROLES, led_by
from pillars.models.base import Recorded
from pillars.models.initiatives import Initiative
from pillars.models.plan import Plan, ProgressStatus

LEAD = "initiative__lead_department__path"


class ProgressReportQuerySet(models.QuerySet):
    def published(self):
        return self.filter(workflow_state=ProgressReport.State.PUBLISHED)

    def approved(self):
        return self.filter(workflow_state=ProgressReport.State.APPROVED)

    def visible_to(self, user):
        """Published ones of visible initiatives; the rest for the department and the secretariat."""
        readable = Q(workflow_state=ProgressReport.State.PUBLISHED) | led_by(user, LEAD)
        if user.is_secretariat:
            readable = Q(pk__isnull=False)
        return self.filter(readable, initiative__in=Initiative.objects.visible_to(user))

    def newest_by(self, today: date):
        """The newest report of each initiative whose quarter had ended on `today`."""
        ended = Q(fiscal_year__lt=dates.fiscal_year(today)) | Q(
            fiscal_year=dates.fiscal_year(today), quarter__lte=dates.quarter(today)
        )
        return (
            self.filter(ended).order_by("initiative_id", "-fiscal_year", "-quarter").distinct("initiative_id")
        )

    def needing(self, user, today: date):
        """What waits for the person: drafts and returns to finish, submissions to approve, approvals to publish.

        Reports that were never begun are found by `Initiative.objects.needing`.
        """
        state = ProgressReport.State
        mine = led_by(user, LEAD, (Role.PROGRESS_REPORTER,)) & Q(
            workflow_state__in=(state.DRAFT, state.RETURNED)
        )
        to_approve = led_by(user, LEAD, (Role.PROGRESS_APPROVER,)) & Q(workflow_state=state.SUBMITTED)
        waiting = mine | (to_approve & ~Q(submitted_by=user))
        if user.is_secretariat:
            waiting |= Q(workflow_state=state.APPROVED)
        running = self.filter(initiative__plan__status=Plan.Status.ACTIVE)
        return running.filter(waiting).select_related("initiative__plan", "initiative__lead_department")

    def publish_all(self, *, by, source="web") -> int:
        """Publish every approved report of the set; returns how many."""
        reports = list(self.approved().select_related("initiative__plan").order_by("fiscal_year", "quarter"))
        with transaction.atomic():
            for report in reports:
                report.publish(by=by, source=source)
        return len(reports)


@pghistory.track()
class ProgressReport(Recorded):
    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        SUBMITTED = "submitted", _("確認中")
        RETURNED = "returned", _("差戻し")
        APPROVED = "approved", _("承認済")
        PUBLISHED = "published", _("公開")

    code = models.CharField(_("報告コード"), max_length=60, editable=False)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="reports", verbose_name=_("施策"))
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("四半期"))
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="progress_reports",
        verbose_name=_("報告部署"),
    )
    status = models.CharField(_("進捗状況"), max_length=20, choices=ProgressStatus, blank=True)
    # What the numbers suggested when the report was submitted; both are kept and shown (P3).
    suggested_status = models.CharField(
        _("数字からの進捗状況"), max_length=20, choices=ProgressStatus, blank=True
    )
    override_reason = models.TextField(_("数字と違う進捗状況にするわけ"), blank=True)
    percent = models.PositiveSmallIntegerField(
        _("進捗率(%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    results = models.TextField(pgettext_lazy("進捗報告", "実績"), blank=True)
    issues = models.TextField(_("課題"), blank=True)
    next_steps = models.TextField(_("今後の予定"), blank=True)
    needs_support = models.BooleanField(_("支援要否"), default=False)
    support_note = models.TextField(_("支援内容"), blank=True)
    confidentiality = models.PositiveSmallIntegerField(
        _("格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    workflow_state = models.CharField(_("承認状態"), max_length=10, choices=State, default=State.DRAFT)
    reported_on = models.DateField(_("報告日"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("提出した人"),
        editable=False,
    )
    approved_on = models.DateField(_("承認日"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承認した人"),
        editable=False,
    )
    return_reason = models.TextField(_("差戻しのわけ"), blank=True)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "-fiscal_year", "-quarter"]
        verbose_name = _("進捗報告")
        verbose_name_plural = _("進捗報告")
        constraints = [
            models.UniqueConstraint(fields=["initiative", "fiscal_year", "quarter"], name="report_quarter"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="report_quarter_1_to_4"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__lte=100), name="report_percent_to_100"
            ),
            models.CheckConstraint(
                condition=~Q(submitted_by=F("approved_by")), name="report_approved_by_another"
            ),
        ]
        indexes = [models.Index(fields=["workflow_state", "fiscal_year", "quarter"], name="report_state")]

    def __str__(self):
        return f"{self.initiative} {dates.format_quarter(self.fiscal_year, self.quarter)}"

    def save(self, *args, **kwargs):
        self.code = self.code or f"R{self.fiscal_year}Q{self.quarter}-{self.initiative.code}"
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return f"{self.initiative.get_absolute_url()}#{self.code}"

    def get_edit_url(self):
        return reverse("pillars:report_edit", args=[self.initiative.plan.code, self.initiative.code, self.pk])

    @property
    def history_key(self):
        """What happens to a report is history of its initiative."""
        return "initiative", str(self.initiative_id)

    @property
    def period_end(self) -> date:
        return dates.quarter_end(self.fiscal_year, self.quarter)

    @property
    def is_overridden(self) -> bool:
        """People judged differently from the numbers."""
        return bool(self.suggested_status) and self.status != self.suggested_status

    @property
    def is_published(self) -> bool:
        return self.workflow_state == self.State.PUBLISHED

    @property
    def previous(self):
        """The report of the initiative before this one, or None: its text is shown beside the new."""
        earlier = Q(fiscal_year__lt=self.fiscal_year) | Q(
            fiscal_year=self.fiscal_year, quarter__lt=self.quarter
        )
        return self.initiative.reports.filter(earlier).order_by("-fiscal_year", "-quarter").first()

    # --- permissions.md ----------------------------------------------------------------------------

    def can_edit(self, user) -> bool:
        """Write on it: while it is a draft or was returned."""
        return self.workflow_state in (self.State.DRAFT, self.State.RETURNED) and self.initiative.can_report(
            user
        )

    def can_approve(self, user) -> bool:
        """The department's approver, never the one who submitted it."""
        return (
            self.workflow_state == self.State.SUBMITTED
            and user.pk != self.submitted_by_id
            and user.covers(Role.PROGRESS_APPROVER, self.initiative.lead_department)
        )

    def can_return(self, user) -> bool:
        """The approver before approval, the secretariat until publication."""
        waiting = self.workflow_state in (self.State.SUBMITTED, self.State.APPROVED)
        return self.can_approve(user) or (waiting and user.is_secretariat)

    def can_publish(self, user) -> bool:
        return self.workflow_state == self.State.APPROVED and user.is_secretariat

    def can_read(self, user) -> bool:
        return (
            self.is_published
            or any(user.covers(role, self.initiative.lead_department) for role in DEPARTMENT_ROLES)
            or user.is_secretariat
        )

    # --- the way of a report -------------------------------------------------------------------------

    def _require(self, allowed: bool):
        if not allowed:
            raise PermissionDenied(_now("この報告には、いまその操作はできません。"))

    def save_draft(self, *, by, source="web", **values) -> dict:
        """Keep what was written so far; creates the row the first time. Returns the changes."""
        self._require(self.can_edit(by))
        if self.pk:
            return self.change("report.saved", by=by, source=source, **values)
        with transaction.atomic():
            for name, value in values.items():
                setattr(self, name, value)
            self.department = self.department or self.initiative.lead_department
            self.save(force_insert=True)
            Activity.record("report.begun", self, by=by, source=source)
        return values

    def check_complete(self):
        """Raise ValidationError by field when the report cannot be submitted yet."""
        errors = {}
        if not self.status:
            errors["status"] = _now("進捗状況を選んでください。")
        if self.is_overridden and not self.override_reason.strip():
            errors["override_reason"] = _now("数字と違う進捗状況にするわけを書いてください。")
        if self.percent is None:
            errors["percent"] = _now("進捗率を入れてください。")
        if not self.results.strip():
            errors["results"] = _now("実績を書いてください。")
        if not self.next_steps.strip():
            errors["next_steps"] = _now("今後の予定を書いてください。")
        if errors:
            raise ValidationError(errors)

    def submit(self, *, by, today: date | None = None, source="web"):
        """Hand it to the approver. The suggestion from the numbers of `today` is kept beside the chosen status."""
        self._require(self.can_edit(by))
        today = today or dates.today()
        self.suggested_status = self.initiative.progress(today).suggestion or ""
        self.check_complete()
        reporter = by.covers(Role.PROGRESS_REPORTER, self.initiative.lead_department)
        with transaction.atomic():
            self._step(
                "report.submitted",
                self.State.SUBMITTED,
                by=by,
                source=source,
                on_behalf_of="" if reporter else self.initiative.lead_department.name,
                submitted_by=by,
                suggested_status=self.suggested_status,
                reported_on=today,
                approved_by=None,
                approved_on=None,
                return_reason="",
            )

    def approve(self, *, by, today: date | None = None, source="web"):
        self._require(self.can_approve(by))
        self._step(
            "report.approved",
            self.State.APPROVED,
            by=by,
            source=source,
            approved_by=by,
            approved_on=today or dates.today(),
        )

    def return_(self, reason: str, *, by, source="web"):
        """Send it back. Raises ValidationError without a reason: nothing is returned in silence."""
        self._require(self.can_return(by))
        if not reason.strip():
            raise ValidationError(_now("差し戻すわけを書いてください。"), code="reason")
        values = {"approved_by": None, "approved_on": None, "return_reason": reason}
        self._step("report.returned", self.State.RETURNED, by=by, source=source, reason=reason, **values)

    def publish(self, *, by, at=None, source="web"):
        """Show it to all who may read the initiative; a newest report hands percent and state to the initiative."""
        self._require(self.can_publish(by))
        with transaction.atomic():
            self._step(
                "report.published",
                self.State.PUBLISHED,
                by=by,
                source=source,
                published_at=at or timezone.now(),
            )
            if not self.is_newest:
                return
            self.initiative.refresh_from_db(
                fields=["percent", "state"]
            )  # an earlier one of a set may have set them
            state = self._initiative_state()
            percent = self.initiative.percent if self.percent is None else self.percent
            self.initiative.change(
                "initiative.reported", by=by, source=self.code, percent=percent, state=state
            )

    @property
    def is_newest(self) -> bool:
        later = Q(fiscal_year__gt=self.fiscal_year) | Q(
            fiscal_year=self.fiscal_year, quarter__gt=self.quarter
        )
        return not self.initiative.reports.published().filter(later).exists()

    def _initiative_state(self) -> str:
        same = (ProgressStatus.COMPLETED, ProgressStatus.CANCELLED, ProgressStatus.NOT_STARTED)
        return self.status if self.status in same else Initiative.State.IN_PROGRESS

    def _step(self, verb, state, *, by, reason="", source="web", on_behalf_of="", **values):
        """One step of the way: only the named fields are saved, with one Activity."""
        with transaction.atomic():
            note = {"reason": reason, "source": source, "on_behalf_of": on_behalf_of}
            before = self.workflow_state
            for name, value in {**values, "workflow_state": state}.items():
                setattr(self, name, value)
            self.version += 1
            self.save(update_fields=[*values, "workflow_state", "version"])
            self.initiative.__dict__.pop("newest_reports", None)
            with override("ja"):
                if state == self.State.PUBLISHED:
                    note["summary"], note["summary_en"] = self.told()
                changes = {_now("承認状態"): [str(self.State(before).label), str(self.State(state).label)]}
                Activity.record(verb, self, by=by, changes=changes, **note)

    def told(self) -> tuple[str, str]:
        """The sentence about its publication, in both languages."""
        quarter = [
            dates.format_quarter(self.fiscal_year, self.quarter, language=code) for code in ("ja", "en")
        ]
        words = []
        for code in ("ja", "en"):
            with override(code):
                words.append(self.initiative.plan.status_label(self.status) if self.status else "—")
        name = self.initiative.name_en or self.initiative.name
        return (
            f"{self.initiative.name}の{quarter[0]}の報告が公開された({words[0]})",
            f"{name}: report for {quarter[1]} published ({words[1].lower()})",
        )
