"""The plan as data: its years, the words for its levels and states, its grade scale, its pillars and objectives."""

from datetime import date
from decimal import Decimal

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, When
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from dxportal import dates
from dxportal.addresses import address
from dxportal.text import english, localized
from pillars.models.access import led_by, readable_pillar, readable_plan, reports
from pillars.models.base import PlanItem, Recorded, validate_code
from pillars.models.ending import allowed_after_end, read_only_when_closed


class ProgressStatus(models.TextChoices):
    """How an initiative stands; the words shown are the plan's own (`Plan.status_label`)."""

    NOT_STARTED = "not_started", _("未着手")
    ON_TRACK = "on_track", _("順調")
    SLIGHTLY_DELAYED = "slightly_delayed", _("やや遅れ")
    DELAYED = "delayed", _("遅れ")
    COMPLETED = "completed", _("完了")
    CANCELLED = "cancelled", _("中止")


class GradeScale(models.Model):
    """The grades of one plan. There is no common scale among offices (domain.md 3.2)."""

    name = models.CharField(_("評価尺度の名前"), max_length=100)

    class Meta:
        verbose_name = _("評価尺度")
        verbose_name_plural = _("評価尺度")

    def __str__(self):
        return self.name


@pghistory.track()
class Grade(models.Model):
    """One step of a scale. `minimum_share` is the share of met KPIs from which the step is suggested;
    `not_measured` marks the step for "no KPI was measured". Steps with neither are given by people only."""

    scale = models.ForeignKey(GradeScale, models.CASCADE, related_name="grades", verbose_name=_("評価尺度"))
    code = models.CharField(_("評価"), max_length=20)
    identifier = models.CharField(_("識別子"), max_length=40, blank=True)
    description = models.CharField(_("説明"), max_length=200, blank=True)
    description_en = models.CharField(_("説明(英語)"), max_length=200, blank=True)
    minimum_share = models.DecimalField(
        _("達成割合の下限"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    not_measured = models.BooleanField(_("測定なしの評価"), default=False)
    position = models.PositiveIntegerField(_("表示順"), default=0)

    class Meta:
        ordering = ["scale", "position"]
        verbose_name = _("評価の段階")
        verbose_name_plural = _("評価の段階")
        constraints = [models.UniqueConstraint(fields=["scale", "code"], name="grade_code")]

    def __str__(self):
        return self.code

    @property
    def share_percent(self) -> Decimal | None:
        """`minimum_share` in percent."""
        return None if self.minimum_share is None else self.minimum_share * 100

    @property
    def rule(self) -> str:
        """From which share of met KPIs the step is suggested, in words."""
        if self.not_measured:
            return _now("測った指標がない")
        if self.minimum_share is None:
            return _now("人が決める")
        if self.minimum_share == 1:
            return _now("測った指標のすべてが目標に達した")
        if self.minimum_share == 0:
            return _now("達した割合がそれより低い")
        share = f"{(self.minimum_share * 100).normalize():f}"
        return _now("測った指標の%(share)s%%以上が目標に達した") % {"share": share}

    @property
    def label(self) -> str:
        """What the step means, for beside its code: a bare ○ or △ says nothing."""
        return localized(self, "description") or self.rule


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        readable = self.filter(readable_plan(user, ""))
        # An invitation is found through the pillars: a plan with two of them must not come twice.
        return self.filter(pk__in=readable.order_by().values("pk")) if user.is_expert else readable

    def published(self):
        """Plans that were decided upon: running or closed."""
        return self.exclude(status=Plan.Status.DRAFT)

    def running(self, today: date | None = None):
        """Active plans; the one /plan/ leads to comes first: it has begun, and is the latest to begin.

        In spring two run at once: the new one leads from its first day, the old one until it is closed.
        """
        begun = Q(first_fiscal_year__lte=dates.fiscal_year(today or dates.today()))
        return self.filter(status=Plan.Status.ACTIVE).order_by(
            Case(When(begun, then=0), default=1), "-first_fiscal_year", "-pk"
        )

    def in_last_year(self, today: date):
        """Active plans whose last fiscal year has come: they are looked back on and handed over (P16)."""
        return self.filter(status=Plan.Status.ACTIVE, last_fiscal_year__lte=dates.fiscal_year(today))


@pghistory.track()
class Plan(Recorded):
    class Status(models.TextChoices):
        DRAFT = "draft", _("策定中")
        ACTIVE = "active", _("実施中")
        CLOSED = "closed", _("終了")

    code = models.CharField(_("計画コード"), max_length=40, unique=True, validators=[validate_code])
    name = models.CharField(_("計画名"), max_length=200)
    name_en = models.CharField(_("計画名(英語)"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("組織")
    )
    lead_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("主管課")
    )
    first_fiscal_year = models.PositiveSmallIntegerField(_("開始年度"))
    last_fiscal_year = models.PositiveSmallIntegerField(_("終了年度"))
    decided_on = models.DateField(_("策定日"), null=True, blank=True)
    status = models.CharField(_("状態"), max_length=10, choices=Status, default=Status.DRAFT)
    edition = models.CharField(_("版"), max_length=20, blank=True)
    note = models.TextField(_("備考"), blank=True)
    pillar_label = models.CharField(_("柱の呼称"), max_length=30, default="柱")
    pillar_label_en = models.CharField(_("柱の呼称(英語)"), max_length=30, blank=True, default="Pillar")
    objective_label = models.CharField(_("目標の呼称"), max_length=30, default="目標")
    objective_label_en = models.CharField(
        _("目標の呼称(英語)"), max_length=30, blank=True, default="Objective"
    )
    initiative_label = models.CharField(_("施策の呼称"), max_length=30, default="施策")
    initiative_label_en = models.CharField(
        _("施策の呼称(英語)"), max_length=30, blank=True, default="Initiative"
    )
    # {"on_track": {"ja": "概ね順調", "en": "Largely on track"}}: only the words that differ from ProgressStatus.
    status_words = models.JSONField(_("進捗状況の言葉"), default=dict, blank=True)
    grade_scale = models.ForeignKey(
        GradeScale, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("評価尺度")
    )
    # The last year (P16): the plan before this one, until when departments look back and comment, when it was closed.
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("前の計画")
    )
    review_due_on = models.DateField(_("振り返りの締切"), null=True, blank=True)
    comments_due_on = models.DateField(_("意見照会の締切"), null=True, blank=True)
    closed_on = models.DateField(_("閉じた日"), null=True, blank=True)
    # Actual minus planned in points: from the first on 順調, from the second on やや遅れ, below it 遅れ (P3).
    on_track_points = models.DecimalField(
        _("順調の下限(ポイント)"), max_digits=5, decimal_places=1, default=Decimal("-5")
    )
    slightly_delayed_points = models.DecimalField(
        _("やや遅れの下限(ポイント)"), max_digits=5, decimal_places=1, default=Decimal("-15")
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-first_fiscal_year", "code"]
        verbose_name = _("計画")
        verbose_name_plural = _("計画")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_fiscal_year__gte=F("first_fiscal_year")), name="plan_years_in_order"
            ),
            models.CheckConstraint(
                condition=Q(slightly_delayed_points__lte=F("on_track_points")),
                name="plan_thresholds_in_order",
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("pk")), name="plan_follows_another"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("pillars:plan", self.code)

    @property
    def history_key(self):
        return "plan", str(self.pk)

    @property
    def fiscal_years(self) -> range:
        """Every fiscal year of the plan, first to last."""
        return range(self.first_fiscal_year, self.last_fiscal_year + 1)

    @property
    def starts_on(self):
        return dates.year_start(self.first_fiscal_year)

    @property
    def ends_on(self):
        return dates.year_end(self.last_fiscal_year)

    def status_label(self, status: str) -> str:
        """The plan's own word for a progress status in the viewer's language, else the common word."""
        words = self.status_words.get(status, {})
        return words.get("en" if english() else "ja") or str(ProgressStatus(status).label)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    def is_over(self, today: date) -> bool:
        """Closed, or past its last day: from then on it is read (domain.md 3.4)."""
        return self.is_closed or (not self.is_draft and today > self.ends_on)

    def is_in_last_year(self, today: date) -> bool:
        return self.status == self.Status.ACTIVE and dates.fiscal_year(today) >= self.last_fiscal_year

    def takes(self, verb: str, today: date) -> bool:
        """Whether an act on a part of the plan may still be done (pillars/models/ending.py)."""
        return not self.is_over(today) or allowed_after_end(verb, closed=self.is_closed)

    def close(self, *, by, reason="", today: date | None = None, source="web"):
        """End it for good; what stays open is final values and evaluations. Raises ValidationError before its time."""
        today = today or dates.today()
        if not self.is_in_last_year(today):
            raise ValidationError(
                _now("計画を閉じられるのは、実施中の計画の最後の年度からです。"), code="early"
            )
        told = (f"「{self.name}」を閉じた", f"Plan closed: {self.name_en or self.name}")
        values = {"status": self.Status.CLOSED, "closed_on": today}
        self.change("plan.closed", by=by, reason=reason, source=source, told=told, **values)

    def decide(self, *, by, reason="", today: date | None = None, source="web"):
        """Make the draft a running plan. Raises ValidationError for anything but a draft."""
        if not self.is_draft:
            raise ValidationError(_now("決められるのは策定中の計画だけです。"), code="not_draft")
        told = (f"「{self.name}」を決定した", f"Plan decided: {self.name_en or self.name}")
        values = {"status": self.Status.ACTIVE, "decided_on": today or dates.today()}
        self.change("plan.decided", by=by, reason=reason, source=source, told=told, **values)

    def can_edit(self, user) -> bool:
        return user.is_secretariat


class PillarQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(self.readable(user), plan__in=Plan.objects.visible_to(user))

    def marked_for(self, user):
        """All of a plan the person may see, each knowing whether it is open to the person: `is_open`."""
        return self.annotate(is_open=ExpressionWrapper(self.readable(user), models.BooleanField()))

    @staticmethod
    def readable(user) -> Q:
        from pillars.models.initiatives import Initiative

        own = Q(pk__in=Initiative.objects.filter(led_by(user)).order_by().values("objective__pillar"))
        return readable_pillar(user, "", own if reports(user) else None)


@pghistory.track()
class Pillar(PlanItem):
    followable = "pillar"

    name = models.CharField(_("柱名"), max_length=200)
    name_en = models.CharField(_("柱名(英語)"), max_length=200, blank=True)
    description = models.TextField(_("説明"), blank=True)
    description_en = models.TextField(_("説明(英語)"), blank=True)
    # P14: hidden from those who are not concerned, with an honest count of what is hidden.
    is_restricted = models.BooleanField(_("閲覧を限る"), default=False)

    objects = PillarQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "position", "code"]
        verbose_name = _("柱")
        verbose_name_plural = _("柱")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="pillar_code")]
        triggers = [read_only_when_closed()]

    def get_absolute_url(self):
        return address("pillars:pillar", self.plan.code, self.code)

    @property
    def history_key(self):
        return "pillar", str(self.pk)

    def can_edit(self, user) -> bool:
        return user.is_secretariat


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(self.readable(user), plan__in=Plan.objects.visible_to(user))

    def marked_for(self, user):
        """All of a plan the person may see, each knowing whether it is open to the person: `is_open`."""
        return self.annotate(is_open=ExpressionWrapper(self.readable(user), models.BooleanField()))

    @staticmethod
    def readable(user) -> Q:
        from pillars.models.initiatives import Initiative

        own = Q(pk__in=Initiative.objects.filter(led_by(user)).order_by().values("objective"))
        return readable_pillar(user, "pillar__", own if reports(user) else None)


@pghistory.track()
class Objective(PlanItem):
    pillar = models.ForeignKey(Pillar, models.PROTECT, related_name="objectives", verbose_name=_("柱"))
    name = models.CharField(_("目標名"), max_length=200)
    name_en = models.CharField(_("目標名(英語)"), max_length=200, blank=True)
    description = models.TextField(_("説明"), blank=True)
    description_en = models.TextField(_("説明(英語)"), blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "pillar__position", "position", "code"]
        verbose_name = pgettext_lazy("計画の段", "目標")
        verbose_name_plural = pgettext_lazy("計画の段", "目標")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="objective_code")]
        triggers = [read_only_when_closed()]

    def save(self, *args, **kwargs):
        self.plan_id = self.pillar.plan_id
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address("pillars:objective", self.plan.code, self.code)

    @property
    def history_key(self):
        return "objective", str(self.pk)

    def can_edit(self, user) -> bool:
        return user.is_secretariat
