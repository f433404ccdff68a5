"""The executive note: three things of a quarter that need a word from above, written by a person of the secretariat."""

from datetime import datetime

import pghistory
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Role, User
from dxportal import dates
from dxportal.forms import StaleVersion
from pillars.models.base import Recorded
from pillars.models.indicators import Indicator
from pillars.models.plan import Plan

SENTENCES = ("first", "second", "third")
INDICATORS = 3  # as many chosen KPIs find room on the sheet


class ExecutiveNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For executives when it was handed over, and for the secretariat; nobody else is asked for a word."""
        if user.is_secretariat:
            return self
        return self.exclude(handed_over_at=None) if user.has_role(Role.EXECUTIVE) else self.none()

    def with_indicators(self):
        """With `indicator_ids`, the chosen KPIs, in the same query."""
        chosen = ArrayAgg("indicators__pk", filter=Q(indicators__isnull=False), default=[])
        return self.annotate(indicator_ids=chosen)


@pghistory.track()
class ExecutiveNote(Recorded):
    """One for each plan and quarter. A draft until it is handed over; the words of the quarter before are its start."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="executive_notes", verbose_name=_("計画"), editable=False
    )
    fiscal_year = models.PositiveSmallIntegerField(_("年度"), editable=False)
    quarter = models.PositiveSmallIntegerField(_("四半期"), editable=False)
    # Short, because all of it has to stand on one sheet.
    first = models.CharField(_("1つめ"), max_length=140, blank=True)
    first_en = models.CharField(_("1つめ(英語)"), max_length=280, blank=True)
    second = models.CharField(_("2つめ"), max_length=140, blank=True)
    second_en = models.CharField(_("2つめ(英語)"), max_length=280, blank=True)
    third = models.CharField(_("3つめ"), max_length=140, blank=True)
    third_en = models.CharField(_("3つめ(英語)"), max_length=280, blank=True)
    indicators = models.ManyToManyField(
        Indicator, blank=True, related_name="+", verbose_name=_("いっしょに示す指標")
    )
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("書いた人"), editable=False
    )
    handed_over_at = models.DateTimeField(_("渡した日時"), null=True, blank=True, editable=False)

    objects = ExecutiveNoteQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "-fiscal_year", "-quarter"]
        verbose_name = _("幹部あてのことば")
        verbose_name_plural = _("幹部あてのことば")
        constraints = [
            models.UniqueConstraint(fields=["plan", "fiscal_year", "quarter"], name="executive_note_quarter"),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="executive_note_quarter_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at=None) | ~Q(first=""), name="executive_note_has_words"
            ),
        ]

    def __str__(self):
        return f"{self.plan} {dates.format_quarter(self.fiscal_year, self.quarter)}"

    @property
    def history_key(self):
        return "plan", str(self.plan_id)

    @property
    def is_draft(self) -> bool:
        return self.handed_over_at is None

    @staticmethod
    def can_write(user) -> bool:
        return user.is_secretariat

    @classmethod
    def of_quarter(cls, plan, year: int, quarter: int) -> "ExecutiveNote":
        """The note of the quarter; when there is none yet an unsaved one that begins with the words before it.

        `chosen` holds the KPIs it begins with.
        """
        earlier = Q(fiscal_year__lt=year) | Q(fiscal_year=year, quarter__lte=quarter)
        last = cls.objects.filter(earlier, plan=plan).order_by("-fiscal_year", "-quarter").first()
        if last is not None and (last.fiscal_year, last.quarter) == (year, quarter):
            note = last
        else:
            words = {
                f"{name}{tail}": getattr(last, f"{name}{tail}", "")
                for name in SENTENCES
                for tail in ("", "_en")
            }
            note = cls(plan=plan, fiscal_year=year, quarter=quarter, **words)
        note.chosen = list(last.indicators.all()) if last else []
        return note

    @transaction.atomic
    def write(self, *, by, version: int | None = None, indicators=(), **words):
        """Keep the sentences and the chosen KPIs. Raises StaleVersion when somebody saved since `version`; a note that
        was handed over keeps its day and the history its former words."""
        if not self.can_write(by):
            raise PermissionDenied
        if self.pk is None:
            for name, value in words.items():
                setattr(self, name, value)
            self.written_by = by
            self.save(force_insert=True)
            Activity.record("note.created", self, by=by)
        else:
            if ExecutiveNote.objects.select_for_update().get(pk=self.pk).version != version:
                raise StaleVersion
            self.change("note.changed", by=by, written_by=by, **words)
        self.indicators.set(indicators)

    @transaction.atomic
    def hand_over(self, *, by, at: datetime | None = None):
        """Show it to the executives. Raises ValidationError while there is no first sentence."""
        if not self.can_write(by):
            raise PermissionDenied
        if not self.first.strip():
            raise ValidationError({"first": _now("1つめを書いてから渡してください。")})
        if self.is_draft:
            self.change("note.handed_over", by=by, handed_over_at=at or timezone.now())
