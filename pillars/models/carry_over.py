"""Whether an initiative goes on in the next plan: proposed by one person, decided by another (P16, ADR 0008)."""

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
from pillars.models.base import Recorded
from pillars.models.initiatives import Initiative
from pillars.models.plan import Plan


class CarryOverQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Proposals and decisions prepare a draft: secretariat and departments, until the next plan is decided."""
        rows = self.filter(initiative__in=Initiative.objects.visible_to(user))
        if may_prepare(user):
            return rows
        return rows.filter(
            initiative__plan__successors__status__in=(Plan.Status.ACTIVE, Plan.Status.CLOSED)
        ).filter(decided_by__isnull=False)

    def decided(self):
        return self.filter(decided_by__isnull=False)

    def needing(self, user, today: date):
        """Proposals of others that wait for a member of the secretariat, in plans that are not closed."""
        if not user.is_secretariat:
            return self.none()
        waiting = self.filter(decided_by=None).exclude(proposed_by=user)
        return waiting.filter(initiative__plan__status=Plan.Status.ACTIVE)

    def decide_as_proposed(self, *, by, at=None, source="web") -> int:
        """Decide every open proposal of the set that somebody else made; returns how many."""
        rows = self.filter(decided_by=None, proposed_by__isnull=False).exclude(proposed_by=by)
        rows = list(rows.select_related("initiative__plan", "merge_into"))
        with transaction.atomic():
            for row in rows:
                row.decide(row.decision, row.why, merge_into=row.merge_into, by=by, at=at, source=source)
        return len(rows)


def may_prepare(user) -> bool:
    """Who reads what is being prepared for the next plan: as for its draft (access.readable_plan)."""
    return user.is_secretariat or (
        not user.is_expert and user.has_role(Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER, Role.EXECUTIVE)
    )


@pghistory.track()
class CarryOver(Recorded):
    """Whether an initiative goes on in the next plan: proposed by one person, decided by another (ADR 0008).

    There is no row for 新規: an initiative of the next plan is new when nothing leads to it.
    """

    class Decision(models.TextChoices):
        CONTINUED = "continued", _("継続")
        MERGED = "merged", _("統合")
        REVISED = "revised", pgettext_lazy("引き継ぎ", "見直し")
        ABOLISHED = "abolished", _("廃止")

    initiative = models.OneToOneField(
        Initiative, models.PROTECT, related_name="carry_over", verbose_name=_("施策"), editable=False
    )
    decision = models.CharField(_("引き継ぎ"), max_length=10, choices=Decision)
    why = models.TextField(_("わけ"))
    merge_into = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("統合先"),
    )
    proposed_by = models.ForeignKey(
        User, models.PROTECT, editable=False, related_name="+", verbose_name=_("提案した人")
    )
    proposed_at = models.DateTimeField(_("提案した日時"), editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("決めた人")
    )
    decided_at = models.DateTimeField(_("決めた日時"), null=True, editable=False)

    objects = CarryOverQuerySet.as_manager()

    class Meta:
        ordering = ["initiative"]
        verbose_name = _("引き継ぎの判断")
        verbose_name_plural = _("引き継ぎの判断")
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")), name="carry_over_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decision="merged", merge_into__isnull=False)
                | (~Q(decision="merged") & Q(merge_into=None)),
                name="carry_over_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(merge_into=F("initiative")), name="carry_over_not_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="carry_over_decided_pair",
            ),
        ]

    def __str__(self):
        return str(self.initiative)

    def get_absolute_url(self):
        return f"{reverse('pillars:carry_over', args=[self.initiative.plan.code])}#{self.initiative.code}"

    @property
    def history_key(self):
        """What happens to a decision is history of its initiative."""
        return "initiative", str(self.initiative_id)

    @property
    def is_decided(self) -> bool:
        return self.decided_by_id is not None

    @property
    def goes_on(self) -> bool:
        return self.decision != self.Decision.ABOLISHED

    def can_propose(self, user) -> bool:
        """The department's reporter and approver while it is open; the secretariat also to take it up again."""
        if self.initiative.plan.is_closed:
            return False
        return user.is_secretariat or (not self.is_decided and self.initiative.concerns(user))

    def can_decide(self, user) -> bool:
        """The secretariat, but never the one who proposed it."""
        proposed = self.pk is not None and not self.is_decided
        return proposed and user.is_secretariat and self.proposed_by_id != user.pk

    def require_sense(self, decision, reason, merge_into):
        """Raise ValidationError by field for a decision that says nothing or leads nowhere."""
        errors = {}
        if decision not in self.Decision.values:
            errors["decision"] = _now("継続、統合、見直し、廃止のどれかを選んでください。")
        if not reason.strip():
            errors["why"] = _now("わけを書いてください。")
        if decision == self.Decision.MERGED and not self._fits(merge_into):
            errors["merge_into"] = _now("どれに統合するかを、この計画のほかのものから選んでください。")
        elif decision == self.Decision.MERGED and self._hides(merge_into):
            errors["merge_into"] = _now("閲覧を限ったものと、だれもが読めるものは、1つに統合できません。")
        if errors:
            raise ValidationError(errors)

    def _hides(self, other) -> bool:
        """One is restricted and the other is not: a merge would show one to people who may not see it."""
        return other.pillar.is_restricted != self.initiative.pillar.is_restricted

    def _fits(self, other) -> bool:
        same_plan = other is not None and other.plan_id == self.initiative.plan_id
        return same_plan and other.pk != self.initiative_id

    def propose(self, decision, reason, *, by, merge_into=None, at=None, source="web"):
        """Put a decision forward; one that was decided is open again. Raises ValidationError by field."""
        if not self.can_propose(by):
            raise PermissionDenied(_now("引き継ぎは、いま提案できません。"))
        self.require_sense(decision, reason, merge_into)
        merge_into = merge_into if decision == self.Decision.MERGED else None
        values = {"decision": decision, "why": reason, "merge_into": merge_into}
        values |= {
            "proposed_by": by,
            "proposed_at": at or timezone.now(),
            "decided_by": None,
            "decided_at": None,
        }
        self._write("carry_over.proposed", by=by, source=source, note=reason, **values)

    def decide(self, decision, reason, *, by, merge_into=None, at=None, source="web"):
        """Decide as proposed or otherwise. Raises ValidationError by field, PermissionDenied for the proposer."""
        if not self.can_decide(by):
            raise PermissionDenied(_now("決めるのは事務局の、提案した人とは別の人です。"))
        self.require_sense(decision, reason, merge_into)
        merge_into = merge_into if decision == self.Decision.MERGED else None
        values = {"decision": decision, "why": reason, "merge_into": merge_into}
        values |= {"decided_by": by, "decided_at": at or timezone.now()}
        self._write("carry_over.decided", by=by, source=source, note=reason, **values)

    def _write(self, verb, *, by, source, note, **values):
        if self.pk:
            self.change(verb, by=by, reason=note, source=source, **values)
            return
        with transaction.atomic():
            for name, value in values.items():
                setattr(self, name, value)
            self.save(force_insert=True)
            changes = {_now("引き継ぎ"): [None, str(self.Decision(self.decision).label)]}
            Activity.record(verb, self, by=by, changes=changes, reason=note, source=source)
