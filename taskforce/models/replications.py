"""Which department does what another showed it, from the plan to the day it stopped (T11)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from dxportal.forms import claim_version


class ReplicationStatus(models.TextChoices):
    PLANNED = "planned", _("やるつもり")
    STARTED = "started", _("使い始めた")
    IN_USE = "in_use", _("使い続けている")
    STOPPED = "stopped", _("やめた")


ACTIVE = (ReplicationStatus.STARTED, ReplicationStatus.IN_USE)


class ReplicationQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(status__in=ACTIVE)

    def planned(self):
        return self.filter(status=ReplicationStatus.PLANNED)

    def of(self, department):
        """What the department and everything below it does."""
        return self.filter(department__path__startswith=department.path)

    def taught_by(self, departments) -> dict:
        """{department id: number of departments that learnt from it}, only those that taught any."""
        taught = self.in_use().filter(learnt_from__in=departments).values("learnt_from")
        return {row["learnt_from"]: row["n"] for row in taught.annotate(n=Count("department", distinct=True))}

    def hours(self) -> Decimal:
        """Hours a year declared by departments that use it now."""
        return self.figures()["hours"]

    def figures(self) -> dict:
        """`departments` that use something and `planning` to, and the `hours` a year of both, in one query."""
        active, planned = Q(status__in=ACTIVE), Q(status=ReplicationStatus.PLANNED)
        told = self.order_by().aggregate(
            departments=Count("department", filter=active, distinct=True),
            planning=Count("department", filter=planned, distinct=True),
            hours=Sum("hours_saved", filter=active),
            hours_planned=Sum("hours_saved", filter=planned),
        )
        zero = Decimal(0)
        return told | {name: told[name] or zero for name in ("hours", "hours_planned")}


class Replication(models.Model):
    """One department doing what another showed it. Departments only: never a ranking of people."""

    Status = ReplicationStatus
    ACTIVE = ACTIVE

    practice = models.ForeignKey("taskforce.GoodPractice", models.CASCADE, related_name="replications")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="replications", verbose_name=_("部署")
    )
    status = models.CharField(_("どこまで"), max_length=8, choices=Status, default="")
    learnt_from = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taught_replications",
        verbose_name=_("教わった部署"),
    )
    planned_on = models.DateField(_("やることにした日"), null=True, blank=True)
    started_on = models.DateField(_("使い始めた日"), null=True, blank=True)
    kept_on = models.DateField(_("使い続けると決めた日"), null=True, blank=True)
    stopped_on = models.DateField(_("やめた日"), null=True, blank=True)
    hours_saved = models.DecimalField(
        _("減った時間(1年に何時間)"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    note = models.CharField(_("ひとこと"), max_length=200, blank=True)
    note_en = models.CharField(_("ひとこと(英語)"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="replications")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReplicationQuerySet.as_manager()

    class Meta:
        ordering = ["started_on", "pk"]
        verbose_name = _("横展開")
        verbose_name_plural = _("横展開")
        indexes = [models.Index(fields=["status", "department"], name="replication_status_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "department"], name="replication_once_per_department"
            ),
            models.CheckConstraint(
                condition=~Q(department=F("learnt_from")), name="replication_not_from_itself"
            ),
            models.CheckConstraint(
                condition=Q(status="planned", started_on=None)
                | (~Q(status="planned") & Q(started_on__isnull=False)),
                name="replication_started_on",
            ),
            models.CheckConstraint(
                condition=Q(status="stopped", stopped_on__gte=F("started_on"))
                | (~Q(status="stopped") & Q(stopped_on=None)),
                name="replication_stopped_on",
            ),
        ]

    def __str__(self):
        return f"{self.department} {self.get_status_display()}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def since(self):
        """The day from which the department is in the drawing: it began, or said it would."""
        return self.started_on or self.planned_on

    def move_to(self, status, *, by, at, today, version=None, **fields) -> dict:
        """Called by GoodPractice.replicate. Fills the day of the step when it was not given; returns what changed.

        Raises StaleVersion when `version` is no longer the last one.
        """
        before = self._told()
        if self.pk and version is not None:
            claim_version(self, version)
        for name, value in fields.items():
            setattr(self, name, value)
        self.status, self.by, self.at = status, by, at
        if status == ReplicationStatus.PLANNED:
            self.planned_on = self.planned_on or today
            self.started_on = self.kept_on = None
        else:
            self.started_on = self.started_on or today
            self.kept_on = (self.kept_on or today) if status == ReplicationStatus.IN_USE else self.kept_on
        self.stopped_on = (self.stopped_on or today) if status == ReplicationStatus.STOPPED else None
        if self.stopped_on and self.stopped_on < self.started_on:
            raise ValidationError(
                {"stopped_on": _("やめた日は、使い始めた日より後にしてください。")}, code="order"
            )
        self.save()
        after = self._told()
        return {name: [before[name], after[name]] for name in after if before[name] != after[name]}

    TOLD = ("status", "learnt_from", "started_on", "stopped_on", "hours_saved", "note")

    def _told(self) -> dict:
        """The values that history keeps, by their Japanese names."""
        with translation.override("ja"):
            values = {
                name: self.get_status_display() if name == "status" else getattr(self, name)
                for name in self.TOLD
            }
            return {
                str(self._meta.get_field(name).verbose_name): None if value in (None, "") else str(value)
                for name, value in values.items()
            }

    # The sentence of each step, Japanese and English; "" is a change of words or figures without a new step.
    WORDS = {
        "": ("{department}の{practice}の記録を直した", "{department}: record of {practice} changed"),
        "planned": ("{department}が{practice}をやることにした", "{department} plans to use {practice}"),
        "started": ("{department}が{practice}を使い始めた", "{department} started using {practice}"),
        "in_use": ("{department}が{practice}を使い続けている", "{department} keeps using {practice}"),
        "stopped": ("{department}が{practice}をやめた", "{department} stopped using {practice}"),
    }

    def tell(self, step, changes, *, by, at):
        """Leave the Activity of a new step, or of mended words, on the practice."""
        ja, en = self.WORDS[step]
        name, name_en = self.department.name, self.department.name_en or self.department.name
        self.practice._record(
            f"replication.{step or 'edited'}",
            by=by,
            at=at,
            ja=ja.replace("{department}", name),
            en=en.replace("{department}", name_en),
            changes={f"{name} {label}": pair for label, pair in changes.items()},
        )
