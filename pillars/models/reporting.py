"""Progress reports: written by a department, approved by another person there, published by the secretariat."""

from datetime import date, timedelta

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
from dxportal.forms import claim_version
from dxportal.text import Confidentiality
from pillars.models.access import DEPARTMENT_ROLES
from pillars.models.base import Recorded
from pillars.models.initiatives import Initiative
from pillars.models.plan import ProgressStatus
from pillars.models.report_queries import ProgressReportQuerySet


@pghistory.track()
class ProgressReport(Recorded):
    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        SUBMITTED = "submitted", _("確認中")
        RETURNED = "returned", _("差戻し")
        APPROVED = "approved", _("承認済")
        CHECKED = "checked", _("点検済")
        PUBLISHED = "published", _("公開")

    IN_HAND = (State.DRAFT, State.RETURNED)  # still with the reporter
    WORDS = ("results", "issues", "cause", "next_steps", "support_note")  # what people write
    SUPPORT = ("support_team", "support_budget", "support_coordination")  # the kinds of help
    JUDGED = ("burden", "effect")  # 1 to 5, as the reporter sees them
    CORRECTABLE = ("status", "percent", *WORDS)
    OWN_CORRECTION = timedelta(hours=72)  # after publication, in which the department corrects itself

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
    cause = models.TextField(_("遅れや未達のわけ"), blank=True)
    next_steps = models.TextField(_("今後の予定"), blank=True)
    needs_support = models.BooleanField(_("支援要否"), default=False)
    support_team = models.BooleanField(_("DXサポートチームの支援"), default=False)
    support_budget = models.BooleanField(_("予算の支援"), default=False)
    support_coordination = models.BooleanField(_("他課室との調整の支援"), default=False)
    support_note = models.TextField(_("支援内容"), blank=True)
    # The reporter's own view, beside what the departments say in the quarterly round (PulseAnswer).
    burden = models.PositiveSmallIntegerField(_("現場の負担(担当の見立て)"), null=True, blank=True)
    effect = models.PositiveSmallIntegerField(_("現場での効果(担当の見立て)"), null=True, blank=True)
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
    # The holder of the duty when a deputy acted; the database keeps both sides of the approval apart.
    submitted_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    approved_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
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
    checked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("点検した人"),
        editable=False,
    )
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True)
    # The last 訂正 by the secretariat, shown wherever the report is read; each correction is a ReportCorrection.
    correction_note = models.TextField(_("訂正"), blank=True, editable=False)
    corrected_at = models.DateTimeField(_("訂正した日時"), null=True, blank=True, editable=False)

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
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5}),
                    name=f"report_{name}_1_to_5",
                )
                for name in ("burden", "effect")
            ),
            models.CheckConstraint(
                condition=~Q(submitted_by=F("approved_by")), name="report_approved_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(submitted_for=F("approved_by")), name="report_approver_not_holder"
            ),
            models.CheckConstraint(
                condition=~Q(submitted_by=F("approved_for")), name="report_approved_for_another"
            ),
            models.CheckConstraint(
                condition=~Q(submitted_for=F("approved_for")), name="report_holders_differ"
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

    def get_page_url(self):
        """The page on which it is read in full and decided upon."""
        return reverse("pillars:report", args=[self.initiative.plan.code, self.initiative.code, self.pk])

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
        return bool(self.suggested_status and self.status) and self.status != self.suggested_status

    @property
    def support_kinds(self) -> list[str]:
        """The kinds of help asked for, in words; none when no help is asked for."""
        words = (_now("DXサポートチーム"), _now("予算"), _now("他課室との調整"))
        kinds = zip(self.SUPPORT, words, strict=True)
        return [word for name, word in kinds if self.needs_support and getattr(self, name)]

    @property
    def is_published(self) -> bool:
        return self.workflow_state == self.State.PUBLISHED

    @property
    def previous(self):
        """The report of the initiative before this one, or None: its text is shown beside the new."""
        return self.earlier().first()

    def earlier(self):
        """The reports of the initiative before this one, the newest first."""
        before = Q(fiscal_year__lt=self.fiscal_year) | Q(
            fiscal_year=self.fiscal_year, quarter__lt=self.quarter
        )
        return self.initiative.reports.filter(before).order_by("-fiscal_year", "-quarter")

    # --- permissions.md ----------------------------------------------------------------------------

    def can_edit(self, user) -> bool:
        """Write on it: while it is a draft or was returned."""
        return self.workflow_state in self.IN_HAND and self.initiative.can_report(user)

    def approving_duty(self, user):
        """The duty in which the person may approve this report, or None: neither the person nor the holder of the duty
        has submitted it, nor was it submitted for one of them."""
        signed = {self.submitted_by_id, self.submitted_for_id} - {None}
        for duty in user.duties_today:
            covers = duty.role == Role.PROGRESS_APPROVER and duty.covers(self.initiative.lead_department)
            if covers and signed.isdisjoint({user.pk, duty.user_id}):
                return duty
        return None

    def can_approve(self, user) -> bool:
        """The department's approver, never the one who submitted it, also not through a deputy."""
        return self.workflow_state == self.State.SUBMITTED and self.approving_duty(user) is not None

    def can_return(self, user) -> bool:
        """The approver before approval, the secretariat until publication."""
        waiting = self.workflow_state in (self.State.SUBMITTED, self.State.APPROVED, self.State.CHECKED)
        return self.can_approve(user) or (waiting and user.is_secretariat)

    def can_accept(self, user) -> bool:
        return self.workflow_state == self.State.APPROVED and user.is_secretariat

    def can_publish(self, user) -> bool:
        """The secretariat; publishing what was approved says that it was checked. None is the day that was set."""
        if user is None:
            return self.workflow_state == self.State.CHECKED
        return self.workflow_state in (self.State.APPROVED, self.State.CHECKED) and user.is_secretariat

    def is_own_correction(self, at) -> bool:
        """Whether the department may still correct it itself."""
        return self.published_at is not None and at < self.published_at + self.OWN_CORRECTION

    def can_correct(self, user, at) -> bool:
        """A published report: the department for 72 hours, after that the secretariat with a note."""
        if not self.is_published:
            return False
        return user.is_secretariat or (self.is_own_correction(at) and self.initiative.can_edit(user))

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

    @property
    def asks_cause(self) -> bool:
        """要因分析 is asked when the initiative is late (domain.md 2, `cause`)."""
        return self.status in (ProgressStatus.SLIGHTLY_DELAYED, ProgressStatus.DELAYED)

    def check_complete(self):
        """Raise ValidationError by field when the report cannot be submitted yet."""
        errors = {}
        if not self.status:
            errors["status"] = _now("進捗状況を選んでください。")
        if self.is_overridden and not self.override_reason.strip():
            errors["override_reason"] = _now("数字と違う進捗状況にするわけを書いてください。")
        if self.percent is None:
            errors["percent"] = _now("進捗率を入れてください。")
        if self.asks_cause and not self.cause.strip():
            errors["cause"] = _now("遅れのわけを書いてください。")
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
        holder = by.holder(Role.PROGRESS_REPORTER, self.initiative.lead_department)
        with transaction.atomic():
            self._step(
                "report.submitted",
                self.State.SUBMITTED,
                by=by,
                source=source,
                on_behalf_of=self._behalf(holder, by, self.initiative.lead_department.name),
                submitted_by=by,
                submitted_for=None if holder in (None, by) else holder,
                suggested_status=self.suggested_status,
                reported_on=today,
                **self.UNAPPROVED,
                return_reason="",
            )

    UNAPPROVED = {"approved_by": None, "approved_for": None, "approved_on": None, "checked_by": None}

    @staticmethod
    def _behalf(holder, by, department="") -> str:
        """Whose right was used: the holder's for a deputy, the department's for the secretariat."""
        return department if holder is None else "" if holder == by else holder.name

    def approve(self, *, by, today: date | None = None, source="web"):
        self._require(self.can_approve(by))
        holder = self.approving_duty(by).user
        self._step(
            "report.approved",
            self.State.APPROVED,
            by=by,
            source=source,
            on_behalf_of=self._behalf(holder, by),
            approved_by=by,
            approved_for=None if holder == by else holder,
            approved_on=today or dates.today(),
        )

    def return_(self, reason: str, *, by, source="web"):
        """Send it back. Raises ValidationError without a reason: nothing is returned in silence."""
        self._require(self.can_return(by))
        if not reason.strip():
            raise ValidationError(_now("差し戻すわけを書いてください。"), code="reason")
        values = {**self.UNAPPROVED, "return_reason": reason}
        self._step("report.returned", self.State.RETURNED, by=by, source=source, reason=reason, **values)

    def accept(self, *, by, source="web"):
        """The secretariat has read it; it is published with the others on the day that was set."""
        self._require(self.can_accept(by))
        self._step("report.accepted", self.State.CHECKED, by=by, source=source, checked_by=by)

    def publish(self, *, by, at=None, source="web"):
        """Show it to all who may read the initiative. `by` is None on the day that the secretariat has set."""
        self._require(self.can_publish(by))
        with transaction.atomic():
            self._step(
                "report.published",
                self.State.PUBLISHED,
                by=by,
                source=source,
                checked_by=self.checked_by or by,
                published_at=at or timezone.now(),
            )
            self._hand_on(by)

    def _hand_on(self, by):
        """A newest report gives percent and state to its initiative."""
        if not self.is_newest:
            return
        # An earlier one of a set may have set them.
        self.initiative.refresh_from_db(fields=["percent", "state"])
        percent = self.initiative.percent if self.percent is None else self.percent
        self.initiative.change(
            "initiative.reported",
            by=by,
            source=f"report:{self.code}",
            percent=percent,
            state=self._initiative_state(),
        )

    def correct(self, *, by, version: int, reason: str, at=None, **values) -> dict:
        """Change what was published; the old text is kept and shown. Returns {field: [before, after]}, {} for none.

        `values` are of CORRECTABLE. After 72 hours it is a 訂正 that readers see wherever they read the report. Raises
        ValidationError without a reason, StaleVersion for an old version, PermissionDenied when it is not theirs.
        """
        at = at or timezone.now()
        self._require(self.can_correct(by, at))
        if not reason.strip():
            raise ValidationError({"reason": _now("直すわけを書いてください。")})
        found = {name: [getattr(self, name), value] for name, value in values.items()}
        found = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
        if not found:
            return {}
        with transaction.atomic():
            claim_version(self, version)
            late = {} if self.is_own_correction(at) else {"correction_note": reason, "corrected_at": at}
            self.corrections.create(reason=reason, by=by, at=at, is_late=bool(late), changes=found)
            new = {name: after for name, (_before, after) in found.items()}
            self.change("report.corrected", by=by, reason=reason, **new, **late)
            self._hand_on(by)
        return found

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
