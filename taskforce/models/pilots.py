"""Pilots: departments try an idea for a time and measure what it does (T9)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from taskforce.models.ideas import Idea
from taskforce.models.voices import IdeaStatus


class Pilot(models.Model):
    """試行: departments try something from one day to another, to answer a question with measures before and after."""

    class Decision(models.TextChoices):
        SPREAD = "spread", _("広げる")
        EXTEND = "extend", _("もう一度試す")
        STOP = "stop", _("ここでやめる")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="pilots")
    departments = models.ManyToManyField(Department, related_name="pilots", verbose_name=_("試す部署"))
    starts_on = models.DateField(_("始める日"))
    ends_on = models.DateField(_("終える日"))
    people_count = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    question = models.TextField(_("確かめたいこと"), max_length=500)
    question_en = models.TextField(_("確かめたいこと(英語)"), max_length=500, blank=True)
    problems = models.TextField(_("うまくいかなかった点"), max_length=1000, blank=True)
    problems_en = models.TextField(_("うまくいかなかった点(英語)"), max_length=1000, blank=True)
    decision = models.CharField(_("決めたこと"), max_length=8, choices=Decision, blank=True)
    decision_text = models.TextField(_("決めたわけ"), max_length=1000, blank=True)
    decision_text_en = models.TextField(_("決めたわけ(英語)"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("試行")
        verbose_name_plural = _("試行")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="pilot_ends_after_start"),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False), name="pilot_decided_at"
            ),
        ]

    def __str__(self):
        return f"{self.idea} {self.starts_on}"

    @property
    def is_over(self) -> bool:
        """Ended with a decision; a pilot past its last day without one still waits for it."""
        return bool(self.decision)

    @classmethod
    @transaction.atomic
    def start(cls, idea, *, by, departments, text="", at=None, **fields):
        """Begin a pilot. The idea becomes 試行中 by an official answer unless it already is."""
        at = at or timezone.now()
        if idea.status != IdeaStatus.PILOTING:
            idea.answer(IdeaStatus.PILOTING, text or fields["question"], by=by, at=at)
        pilot = cls.objects.create(idea=idea, **fields)
        pilot.departments.set(departments)
        idea._set(moved_at=at)
        idea._record(
            "pilot.started",
            by=by,
            at=at,
            ja=f"{len(departments)}部署で{{idea}}の試行を始めた",
            en=f"A pilot of {{idea}} began in {len(departments)} departments",
        )
        return pilot

    @transaction.atomic
    def end(self, *, decision, by, at=None, **texts):
        """Close the pilot with what was decided and what went wrong. What follows for the idea is a separate answer."""
        at = at or timezone.now()
        if self.is_over:
            raise ValidationError(_("もう終わった試行です。"), code="over")
        values = {**texts, "decision": decision, "decided_at": at}
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=values.keys())
        self.idea._set(moved_at=at)
        self.idea._record(
            "pilot.ended",
            by=by,
            at=at,
            reason=self.decision_text,
            ja="{idea}の試行を終えた",
            en="The pilot of {idea} ended",
        )


class PilotMeasure(models.Model):
    """One thing measured before and after; either side may be missing."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="measures")
    order = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(_("測ったこと"), max_length=60)
    label_en = models.CharField(_("測ったこと(英語)"), max_length=100, blank=True)
    unit = models.CharField(_("単位"), max_length=12, blank=True)
    unit_en = models.CharField(_("単位(英語)"), max_length=20, blank=True)
    before = models.DecimalField(_("使う前"), max_digits=10, decimal_places=1, null=True, blank=True)
    after = models.DecimalField(_("使った後"), max_digits=10, decimal_places=1, null=True, blank=True)
    note = models.CharField(_("変わり方"), max_length=60, blank=True)
    note_en = models.CharField(_("変わり方(英語)"), max_length=100, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("試行の測定")
        verbose_name_plural = _("試行の測定")

    def __str__(self):
        return self.label

    @property
    def change_percent(self) -> Decimal | None:
        """(after − before) ÷ before in percent; None without both sides or with a zero before."""
        if self.after is None or not self.before:
            return None
        return (self.after - self.before) / self.before * 100
