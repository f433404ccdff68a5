"""The yearly evaluation of an objective: a human grade on the plan's own scale, apart from what is computed."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from pillars.models.base import Recorded
from pillars.models.plan import Grade, Objective


class EvaluationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(objective__in=Objective.objects.visible_to(user))


@pghistory.track()
class Evaluation(Recorded):
    objective = models.ForeignKey(
        Objective, models.PROTECT, related_name="evaluations", verbose_name=_("目標")
    )
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    grade = models.ForeignKey(Grade, models.PROTECT, related_name="evaluations", verbose_name=_("評価"))
    # The counts the people had before them when they graded; today's counts come from pillars.progress.
    met_count = models.PositiveSmallIntegerField(_("達成KPI数"), null=True, blank=True)
    measured_count = models.PositiveSmallIntegerField(_("測定KPI数"), null=True, blank=True)
    # What the figures suggested when the grade was given, and why people saw it otherwise; both are kept (P8).
    suggested_code = models.CharField(_("数字からの評価"), max_length=20, blank=True)
    override_reason = models.TextField(_("数字と違う評価にするわけ"), blank=True)
    comment = models.TextField(_("講評"), blank=True)
    evaluated_on = models.DateField(_("評価日"), null=True, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["objective", "fiscal_year"]
        verbose_name = _("年度評価")
        verbose_name_plural = _("年度評価")
        constraints = [models.UniqueConstraint(fields=["objective", "fiscal_year"], name="evaluation_year")]

    def __str__(self):
        return f"{self.objective} {self.fiscal_year}"

    def get_absolute_url(self):
        return self.objective.get_absolute_url()

    @property
    def history_key(self):
        return "objective", str(self.objective_id)
