"""Model departments モデル部署: they use new tools first, for a time, and measure before and after (T13)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, Role
from dxportal.forms import claim_version
from taskforce.models.structure import days_held, in_force


class ModelDepartmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For the ministry's own people."""
        return self.none() if user.is_expert else self

    def on(self, day):
        """Model departments on the date `day`."""
        return self.filter(in_force(day)).select_related("department")


class ModelDepartment(models.Model):
    """One department as a model, from a day to a day."""

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="model_periods", verbose_name=_("部署")
    )
    trying = models.TextField(_("先に使うもの"), max_length=1000)
    trying_en = models.TextField(_("先に使うもの(英語)"), max_length=2000, blank=True)
    learnt = models.TextField(_("分かったこと"), max_length=1000, blank=True)
    learnt_en = models.TextField(_("分かったこと(英語)"), max_length=2000, blank=True)
    starts_on = models.DateField(_("始まり"))
    ends_on = models.DateField(_("最後の日"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ModelDepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("モデル部署")
        verbose_name_plural = _("モデル部署")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="model_ends_after_start"
            ),
            ExclusionConstraint(
                name="model_department_once_a_day",
                violation_error_message=_("この部署は、この期間にもうモデル部署になっています。"),
                expressions=[("department", RangeOperators.EQUAL), (days_held(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self):
        return str(self.department)

    def get_absolute_url(self):
        return reverse("taskforce:model", args=[self.pk])

    @property
    def history_key(self):
        return "model", str(self.pk)

    @staticmethod
    def can_choose(user) -> bool:
        """Name a model department and its days."""
        return user.is_secretariat

    def can_measure(self, user) -> bool:
        """Write the measures: the secretariat, and reporters and approvers of the department."""
        roles = (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)
        return user.is_secretariat or any(user.covers(role, self.department) for role in roles)

    @transaction.atomic
    def record(self, *, by, version=None, **fields):
        """Save a new model department, or change one. Raises ValidationError when the department is one already in
        those days; StaleVersion."""
        is_new = self.pk is None
        if not is_new:
            claim_version(self, version)
        changes = {} if is_new else self._changes(fields)
        for name, value in fields.items():
            setattr(self, name, value)
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            raise ValidationError(_t("この部署は、この期間にもうモデル部署になっています。")) from None
        name, name_en = self.department.name, self.department.name_en or self.department.name
        told = {"summary": f"モデル部署: {name}", "summary_en": f"Model department: {name_en}"}
        Activity.record("model.created" if is_new else "model.changed", self, by=by, changes=changes, **told)

    def _changes(self, fields) -> dict:
        """{label: [before, after]} of the fields that get another value."""
        return {
            str(self._meta.get_field(name).verbose_name): [str(getattr(self, name) or ""), str(value or "")]
            for name, value in fields.items()
            if getattr(self, name, None) != value
        }


class ModelMeasure(models.Model):
    """前と後: one value before and after, with its unit and where it comes from."""

    model = models.ForeignKey(
        ModelDepartment, models.CASCADE, related_name="measures", verbose_name=_("モデル部署")
    )
    name = models.CharField(_("はかるもの"), max_length=60)
    name_en = models.CharField(_("はかるもの(英語)"), max_length=120, blank=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    unit_en = models.CharField(_("単位(英語)"), max_length=20, blank=True)
    before = models.DecimalField(_("前の値"), max_digits=12, decimal_places=2)
    before_on = models.DateField(_("前をはかった日"))
    after = models.DecimalField(_("後の値"), max_digits=12, decimal_places=2, null=True, blank=True)
    after_on = models.DateField(_("後をはかった日"), null=True, blank=True)
    source = models.CharField(_("出どころ"), max_length=200)
    source_en = models.CharField(_("出どころ(英語)"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("前後の値")
        verbose_name_plural = _("前後の値")
        constraints = [
            models.CheckConstraint(
                condition=Q(after=None, after_on=None) | Q(after__isnull=False, after_on__isnull=False),
                name="model_measure_after_with_day",
            ),
            models.CheckConstraint(
                condition=Q(after_on=None) | Q(after_on__gte=F("before_on")),
                name="model_measure_days_in_order",
            ),
        ]

    def __str__(self):
        return self.name

    @transaction.atomic
    def record(self, *, by, version=None, **fields):
        """Save a new measure, or new values. Raises StaleVersion."""
        before = "" if self.pk is None else self.in_words
        if self.pk is not None:
            claim_version(self, version)
        for name, value in fields.items():
            setattr(self, name, value)
        self.save()
        told = {"summary": f"前後の値「{self.name}」", "summary_en": f"Measured: {self.name_en or self.name}"}
        changes = {self.name: [before, self.in_words]}
        Activity.record("model.measured", self.model, by=by, changes=changes, **told)

    @property
    def in_words(self) -> str:
        after = "" if self.after is None else f" → {self.after}{self.unit}"
        return f"{self.before}{self.unit}{after}"
