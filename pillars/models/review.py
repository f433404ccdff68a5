"""The last year of an initiative: what the department says of all its years, and whether it goes on (P16)."""

from datetime import date

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Activity, Role, User
from dxportal import dates
from dxportal.text import Confidentiality
from pillars.models.access import led_by
from pillars.models.base import Recorded
from pillars.models.initiatives import Initiative
from pillars.models.plan import Plan

LEAD = "initiative__lead_department__path"


class InitiativeReviewQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(state=InitiativeReview.State.CONFIRMED)

    def visible_to(self, user):
        """Confirmed ones of visible initiatives; the rest for the department and the secretariat."""
        readable = Q(state=InitiativeReview.State.CONFIRMED) | led_by(user, LEAD)
        if user.is_secretariat:
            readable = Q(pk__isnull=False)
        return self.filter(readable, initiative__in=Initiative.objects.visible_to(user))

    def needing(self, user, today: date):
        """Reviews handed in that wait for the person as approver."""
        mine = led_by(user, LEAD, (Role.PROGRESS_APPROVER,))
        waiting = self.filter(mine, state=InitiativeReview.State.SUBMITTED).exclude(submitted_by=user)
        return waiting.filter(initiative__plan__in=Plan.objects.in_last_year(today))


@pghistory.track()
class InitiativeReview(Recorded):
    """Reached, partly or not, why, and what was learnt: written by the reporter, confirmed by another person."""

    class Outcome(models.TextChoices):
        REACHED = "reached", pgettext_lazy("振り返り", "達成")
        PARTLY = "partly", _("一部達成")
        NOT_REACHED = "not_reached", _("未達成")

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        SUBMITTED = "submitted", _("確認待ち")
        RETURNED = "returned", _("差戻し")
        CONFIRMED = "confirmed", _("確認済")

    initiative = models.OneToOneField(
        Initiative, models.PROTECT, related_name="review", verbose_name=_("施策"), editable=False
    )
    outcome = models.CharField(_("目指したこと"), max_length=15, choices=Outcome, blank=True)
    why = models.TextField(_("そう見るわけ"), blank=True)
    lessons = models.TextField(_("学んだこと"), blank=True)
    confidentiality = models.PositiveSmallIntegerField(
        _("格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    state = models.CharField(_("振り返りの状態"), max_length=10, choices=State, default=State.DRAFT)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("提出した人")
    )
    submitted_at = models.DateTimeField(_("提出した日時"), null=True, editable=False)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("確認した人")
    )
    confirmed_at = models.DateTimeField(_("確認した日時"), null=True, editable=False)
    return_reason = models.TextField(_("差戻しのわけ"), blank=True, editable=False)

    objects = InitiativeReviewQuerySet.as_manager()

    class Meta:
        ordering = ["initiative"]
        verbose_name = _("計画期間の振り返り")
        verbose_name_plural = _("計画期間の振り返り")
        constraints = [
            models.CheckConstraint(
                condition=~Q(submitted_by=F("confirmed_by")), name="review_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(confirmed_by__isnull=False) & ~Q(outcome="")),
                name="review_confirmed_is_complete",
            ),
        ]

    def __str__(self):
        return str(self.initiative)

    def get_absolute_url(self):
        return reverse("pillars:review", args=[self.initiative.plan.code, self.initiative.code])

    @property
    def history_key(self):
        """What happens to a review is history of its initiative."""
        return "initiative", str(self.initiative_id)

    @property
    def is_confirmed(self) -> bool:
        return self.state == self.State.CONFIRMED

    def can_write(self, user) -> bool:
        """The department's reporter, or the secretariat for it, until it is handed in; not once the plan is closed."""
        open_ = self.state in (self.State.DRAFT, self.State.RETURNED) and not self.initiative.plan.is_closed
        return open_ and self.initiative.can_report(user)

    def can_confirm(self, user) -> bool:
        """The department's approver, never the one who handed it in."""
        return (
            self.state == self.State.SUBMITTED
            and user.pk != self.submitted_by_id
            and user.covers(Role.PROGRESS_APPROVER, self.initiative.lead_department)
        )

    def can_return(self, user) -> bool:
        """The approver before confirming, the secretariat also afterwards, until the plan is closed."""
        handed_in = self.state in (self.State.SUBMITTED, self.State.CONFIRMED)
        again = handed_in and user.is_secretariat and not self.initiative.plan.is_closed
        return self.can_confirm(user) or again

    def _require(self, allowed: bool):
        if not allowed:
            raise PermissionDenied(_now("この振り返りには、いまその操作はできません。"))

    def save_draft(self, *, by, source="web", **values) -> dict:
        """Keep what was written so far; creates the row the first time. Returns the changes."""
        self._require(self.can_write(by))
        if self.pk:
            return self.change("review.saved", by=by, source=source, **values)
        with transaction.atomic():
            for name, value in values.items():
                setattr(self, name, value)
            self.save(force_insert=True)
            Activity.record("review.begun", self, by=by, source=source)
        return values

    def check_complete(self):
        """Raise ValidationError by field when it cannot be handed in yet."""
        errors = {}
        if not self.outcome:
            errors["outcome"] = _now("達成、一部達成、未達成のどれかを選んでください。")
        if not self.why.strip():
            errors["why"] = _now("そう見るわけを書いてください。")
        if not self.lessons.strip():
            errors["lessons"] = _now("学んだことを書いてください。次の計画の担当が読みます。")
        if errors:
            raise ValidationError(errors)

    def submit(self, *, by, at=None, source="web"):
        """Hand it to the approver. Raises ValidationError by field when something is missing."""
        self._require(self.can_write(by))
        self.check_complete()
        values = {"state": self.State.SUBMITTED, "submitted_by": by, "submitted_at": at or timezone.now()}
        cleared = {"return_reason": "", "confirmed_by": None, "confirmed_at": None}
        self.change("review.submitted", by=by, source=source, **values, **cleared)

    def confirm(self, *, by, at=None, source="web"):
        """From now on everybody who sees the initiative reads it."""
        self._require(self.can_confirm(by))
        label = self.Outcome(self.outcome).label
        told = (
            f"{self.initiative.name}の振り返りを確認した({label})",
            f"Review confirmed: {self.initiative}",
        )
        values = {"state": self.State.CONFIRMED, "confirmed_by": by, "confirmed_at": at or timezone.now()}
        self.change("review.confirmed", by=by, source=source, told=told, **values)

    def return_(self, reason: str, *, by, source="web"):
        """Send it back to the reporter. Raises ValidationError without a reason."""
        self._require(self.can_return(by))
        if not reason.strip():
            raise ValidationError(_now("差し戻すわけを書いてください。"), code="reason")
        values = {"state": self.State.RETURNED, "confirmed_by": None, "confirmed_at": None}
        self.change("review.returned", by=by, reason=reason, source=source, return_reason=reason, **values)


def review_deadline(plan: Plan) -> date:
    """Until when departments look back: as the secretariat set it, else the plan's last day."""
    return plan.review_due_on or dates.year_end(plan.last_fiscal_year)
