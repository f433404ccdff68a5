"""KPIs and their values per fiscal year. The arithmetic on them is in pillars/progress.py."""

from datetime import date

import pghistory
from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal import dates
from dxportal.addresses import address
from pillars.models.access import led_by, readable_pillar
from pillars.models.base import PlanItem, Recorded, SourceKind
from pillars.models.ending import read_only_when_closed
from pillars.models.initiatives import Initiative
from pillars.models.plan import Objective, Plan

PERCENT = ("%", "％")


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, user):
        readable = readable_pillar(
            user, "objective__pillar__", led_by(user, "initiative__lead_department__path")
        )
        return self.filter(readable, plan__in=Plan.objects.visible_to(user))

    def published(self):
        return self.exclude(plan__status=Plan.Status.DRAFT)

    def carried_on_by(self, indicators) -> dict:
        """{key: indicator} of those whose series the given ones carry on, with their values; no query when none do."""
        keys = [indicator.continues_id for indicator in indicators if indicator.continues_id]
        found = self.filter(pk__in=keys).select_related("plan").prefetch_related("values") if keys else ()
        return {indicator.pk: indicator for indicator in found}

    def with_standing(self, today: date):
        """With `settled_year`, the newest year that can be held against its target, and `standing`: met, missed or
        unknown. The rule is that of `pillars.figures.Figure`, said to the database so that lists need not load all."""
        counts = Q(indicator__aggregation=Indicator.Aggregation.FISCAL_YEAR_SUM)
        counts &= Q(fiscal_year__gte=dates.fiscal_year(today))
        by_calendar = Q(indicator__aggregation=Indicator.Aggregation.CALENDAR_YEAR)
        counts |= by_calendar & Q(fiscal_year__gte=today.year)
        growing = counts & ~Q(indicator__unit__in=PERCENT)
        falling = Q(indicator__direction=Indicator.Direction.DECREASE)
        reached = falling & Q(actual_value__lte=F("target_value"))
        reached |= ~falling & Q(actual_value__gte=F("target_value"))
        measured = IndicatorValue.objects.filter(indicator=OuterRef("pk"), actual_value__isnull=False)
        measured = measured.annotate(
            standing=Case(
                When(target_value=None, then=Value("unknown")),
                When(reached, then=Value("met")),
                default=Value("missed"),
            )
        ).order_by(Case(When(growing, then=1), default=0), "-fiscal_year")
        return self.annotate(
            settled_year=Subquery(measured.values("fiscal_year")[:1]),
            standing=Coalesce(Subquery(measured.values("standing")[:1]), Value("unknown")),
        )

    def with_values(self):
        """With the values of all years, oldest first, in one more query."""
        return self.prefetch_related("values")


@pghistory.track()
class Indicator(PlanItem):
    class Direction(models.TextChoices):
        INCREASE = "increase", _("増加")
        DECREASE = "decrease", _("減少")
        MAINTAIN = "maintain", _("維持")

    class Aggregation(models.TextChoices):
        POINT_IN_TIME = "point_in_time", _("年度末時点")
        FISCAL_YEAR_SUM = "fiscal_year_sum", _("年度計")
        FISCAL_YEAR_AVERAGE = "fiscal_year_average", _("年度平均")
        CUMULATIVE = "cumulative", _("累計")
        CALENDAR_YEAR = "calendar_year", _("暦年")

    class Kind(models.TextChoices):
        OUTPUT = "output", _("アウトプット")
        OUTCOME = "outcome", _("アウトカム")

    objective = models.ForeignKey(
        Objective, models.PROTECT, related_name="indicators", verbose_name=_("目標")
    )
    initiative = models.ForeignKey(
        Initiative, models.SET_NULL, null=True, blank=True, related_name="indicators", verbose_name=_("施策")
    )
    name = models.CharField(_("指標名"), max_length=200)
    name_en = models.CharField(_("指標名(英語)"), max_length=200, blank=True)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind, blank=True)
    unit = models.CharField(_("単位"), max_length=20, blank=True)
    unit_en = models.CharField(_("単位(英語)"), max_length=20, blank=True)
    direction = models.CharField(
        _("望ましい方向"), max_length=10, choices=Direction, default=Direction.INCREASE
    )
    aggregation = models.CharField(
        _("集計方法"), max_length=20, choices=Aggregation, default=Aggregation.POINT_IN_TIME
    )
    decimals = models.PositiveSmallIntegerField(_("小数桁数"), default=0)
    baseline_value = models.DecimalField(_("基準値"), max_digits=18, decimal_places=4, null=True, blank=True)
    baseline_fiscal_year = models.PositiveSmallIntegerField(_("基準年度"), null=True, blank=True)
    # Measured no longer after this year; its values stay.
    last_fiscal_year = models.PositiveSmallIntegerField(_("測る最後の年度"), null=True, blank=True)
    lead_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("主管課")
    )
    source_kind = models.CharField(_("出典区分"), max_length=15, choices=SourceKind, blank=True)
    note = models.TextField(_("備考"), blank=True)
    # The indicator of the plan before whose series this one carries on (P16).
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("続きのもと"),
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "objective__pillar__position", "objective__position", "position", "code"]
        verbose_name = _("KPI")
        verbose_name_plural = _("KPI")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="indicator_code")]
        triggers = [read_only_when_closed()]

    def save(self, *args, **kwargs):
        self.plan_id = self.objective.plan_id
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address("pillars:indicator", self.plan.code, self.code)

    @property
    def history_key(self):
        """Numbers are history of the initiative that owns the measurement, else of the objective."""
        if self.initiative_id:
            return "initiative", str(self.initiative_id)
        return "objective", str(self.objective_id)

    @property
    def is_percentage(self) -> bool:
        """Differences of a percentage are written in ポイント, not %."""
        return self.unit in PERCENT

    @property
    def by_calendar_year(self) -> bool:
        return self.aggregation == self.Aggregation.CALENDAR_YEAR

    def can_edit(self, user) -> bool:
        """Targets and the definition itself: the secretariat (permissions.md)."""
        return user.is_secretariat

    def can_enter_actuals(self, user) -> bool:
        return self.initiative.can_report(user) if self.initiative_id else user.is_secretariat


@pghistory.track()
class IndicatorValue(Recorded):
    """Target and actual of one year. A blank is "not known" or "not measured", never zero."""

    class Status(models.TextChoices):
        FINAL = "final", _("確定")
        PRELIMINARY = "preliminary", _("速報")
        ESTIMATE = "estimate", _("見込")
        NONE = "none", _("なし")

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("KPI"))
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    target_value = models.DecimalField(_("目標値"), max_digits=18, decimal_places=4, null=True, blank=True)
    actual_value = models.DecimalField(_("実績値"), max_digits=18, decimal_places=4, null=True, blank=True)
    value_status = models.CharField(_("実績区分"), max_length=12, choices=Status, default=Status.NONE)
    # 着地見込み: what the year is expected to end with, asked from autumn on; never an actual.
    forecast_value = models.DecimalField(
        _("着地見込み"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    measured_on = models.DateField(_("測定日"), null=True, blank=True)
    source_kind = models.CharField(_("出典区分"), max_length=15, choices=SourceKind, blank=True)
    note = models.TextField(_("備考"), blank=True)

    class Meta:
        ordering = ["indicator", "fiscal_year"]
        verbose_name = _("KPI値")
        verbose_name_plural = _("KPI値")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "fiscal_year"], name="indicator_year"),
            models.CheckConstraint(
                condition=Q(actual_value=None, value_status="none")
                | (Q(actual_value__isnull=False) & ~Q(value_status="none")),
                name="indicator_value_status_matches",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.fiscal_year}"

    def get_absolute_url(self):
        return self.indicator.get_absolute_url()

    @property
    def history_key(self):
        return self.indicator.history_key

    def foresee(self, forecast, *, by, source="web") -> dict:
        """Set the expected value at the end of the year (None = not known)."""
        with transaction.atomic():
            changes = self.change("indicator.foreseen", by=by, source=source, forecast_value=forecast)
            if changes:
                self._rebase(by=by, source=source)
        return changes

    def enter(self, actual, *, status, by, measured_on=None, reason="", source="web") -> dict:
        """Set the actual value (None = not measured) and its status; the value before stays in the history.

        A series carried on by the next plan starts from it: that baseline follows.
        """
        status = IndicatorValue.Status.NONE if actual is None else status
        with transaction.atomic():
            changes = self.change(
                "indicator.entered",
                by=by,
                reason=reason,
                source=source,
                actual_value=actual,
                value_status=status,
                measured_on=measured_on or self.measured_on,
            )
            if changes:
                self._rebase(by=by, source=source)
        return changes

    @property
    def outcome_value(self):
        """What the year ends with as far as is known: the final actual, else the forecast, else the actual so far."""
        if self.value_status == self.Status.FINAL or self.forecast_value is None:
            return self.actual_value
        return self.forecast_value

    def _rebase(self, *, by, source):
        """A series that the next plan carries on starts from the end of this one: its baseline follows."""
        if self.fiscal_year != self.indicator.plan.last_fiscal_year:
            return
        for later in self.indicator.continued_by.select_related("plan"):
            values = {"baseline_value": self.outcome_value, "baseline_fiscal_year": self.fiscal_year}
            later.change("indicator.rebased", by=by, source=source, **values)
