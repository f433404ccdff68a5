"""Changes that take two people (permissions.md "2p"): one proposes, another confirms, and only then is it done."""

import hashlib
import json

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Activity
from pillars.models.plan import Plan


class ProposalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Proposals are the secretariat's own work; all others see what came of them in the history."""
        return self if user.is_secretariat else self.none()

    def waiting(self):
        return self.filter(state=Proposal.State.WAITING)

    def needing(self, user, today):
        """Proposals of colleagues that wait for this person, who may be the second one."""
        if not user.is_secretariat:
            return self.none()
        return self.waiting().exclude(proposed_by=user).order_by("proposed_at")

    def about(self, target):
        """Proposals about one object."""
        return self.filter(target_type=target._meta.model_name, target_id=key_of(target))


def key_of(target) -> str:
    """The number of an object, or the code of one that does not exist yet."""
    return str(target.pk or target.code)


class Proposal(models.Model):
    """One change as proposed. What it does when accepted is said by its kind in `pillars.proposals.KINDS`.

    `values` are for the machine, `changes` ({label: [before, after]}, in Japanese) for people. `part` tells apart
    proposals of one kind about one target, such as the year of an evaluation.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("確認待ち")
        ACCEPTED = "accepted", _("認めた")
        DECLINED = "declined", _("見送った")
        WITHDRAWN = "withdrawn", _("取り下げ")

    kind = models.CharField(_("種類"), max_length=40)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.WAITING)
    plan = models.ForeignKey(
        Plan, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("計画")
    )
    target_type = models.CharField(max_length=30)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(_("提案の対象"), max_length=300)
    target_url = models.CharField(max_length=300, blank=True)
    target_version = models.PositiveIntegerField(null=True)
    part = models.CharField(max_length=40, blank=True)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    changes = models.JSONField(_("前と後"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("わけ"), blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提案した人")
    )
    proposed_at = models.DateTimeField(_("提案した日時"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("決めた人")
    )
    decided_at = models.DateTimeField(_("決めた日時"), null=True)
    decision_note = models.TextField(_("決めたわけ"), blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("提案")
        verbose_name_plural = _("提案")
        constraints = [
            models.CheckConstraint(
                condition=~Q(proposed_by=F("decided_by")), name="proposal_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("accepted", "declined"), decided_by__isnull=False, decided_at__isnull=False
                )
                | Q(state="withdrawn", decided_by=None, decided_at__isnull=False)
                | Q(state="waiting", decided_by=None, decided_at=None),
                name="proposal_decision_matches_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined", decision_note=""), name="proposal_declined_with_reason"
            ),
            models.UniqueConstraint(
                fields=["kind", "target_type", "target_id", "part"],
                condition=Q(state="waiting"),
                name="proposal_one_waiting",
            ),
        ]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="proposal_state")]

    def __str__(self):
        return f"{self.title}: {self.target_label}"

    def get_absolute_url(self):
        return reverse("pillars:proposal", args=[self.pk])

    @property
    def history_key(self):
        return "proposal", str(self.pk)

    @property
    def _kind(self):
        from pillars.proposals import KINDS

        return KINDS[self.kind]

    @property
    def title(self) -> str:
        """What is proposed, in the viewer's language: 目標値の見直し."""
        return str(self._kind.title)

    @property
    def source(self) -> str:
        """The source of the acts it leads to."""
        return f"proposal:{self.pk}"

    @property
    def target(self):
        """The object as it stands now, or None: not made yet, or gone."""
        if not self.target_id.isdigit():
            return None
        return self._targets().filter(pk=self.target_id).first()

    def _targets(self):
        return apps.get_model("pillars", self.target_type)._base_manager

    def locked_target(self):
        """The object with its row locked until the end of the transaction. Raises ValidationError when it is gone."""
        found = self._targets().select_for_update().filter(pk=self.target_id).first()
        if found is None:
            raise ValidationError(_now("提案の対象がなくなっています。"), code="gone")
        return found

    # --- has the object moved on? -----------------------------------------------------------------

    @property
    def now(self) -> dict:
        """{label: value} of the proposed fields as they stand now, as far as the kind can tell."""
        return self._kind.now(self) if self.state == self.State.WAITING and self._kind.now else {}

    @property
    def is_stale(self) -> bool:
        """Whether the object was changed after the proposal was made."""
        if self.state != self.State.WAITING:
            return False
        target = self.target
        version = getattr(target, "version", None) if target else self.target_version
        moved = any(now != self.changes[label][0] for label, now in self.now.items() if label in self.changes)
        return moved or (self.target_version is not None and version != self.target_version)

    @property
    def standing(self) -> str:
        """A mark of the object as it stands now: who accepts a stale proposal says which state was looked at."""
        seen = [getattr(self.target, "version", None), sorted(self.now.items())]
        return hashlib.sha256(json.dumps(seen, cls=DjangoJSONEncoder).encode()).hexdigest()[:16]

    # --- permissions.md -----------------------------------------------------------------------------

    def can_decide(self, user) -> bool:
        """Another member of the secretariat than the one who proposed."""
        return self.state == self.State.WAITING and user.is_secretariat and user.pk != self.proposed_by_id

    def can_withdraw(self, user) -> bool:
        return self.state == self.State.WAITING and user.pk == self.proposed_by_id

    # --- the decision -------------------------------------------------------------------------------

    def accept(self, *, by, seen: str | None = None):
        """Do what was proposed. Raises ValidationError when it was decided already or the object moved on since
        and `seen` is not its present `standing`; PermissionDenied for the one who proposed it."""
        with transaction.atomic():
            self._lock()
            self._require(self.can_decide(by))
            if self.is_stale and seen != self.standing:
                raise ValidationError(
                    _now("提案のあとで対象が直されています。いまの値を見てから、もう一度決めてください。"),
                    code="stale",
                )
            self._kind.apply(self, by)
            self._decide("proposal.accepted", self.State.ACCEPTED, by=by)

    def decline(self, note: str, *, by):
        """Leave things as they are. Raises ValidationError without a note: nothing is declined in silence."""
        with transaction.atomic():
            self._lock()
            self._require(self.can_decide(by))
            if not note.strip():
                raise ValidationError(_now("見送るわけを書いてください。"), code="note")
            self._decide("proposal.declined", self.State.DECLINED, by=by, note=note.strip())

    def withdraw(self, *, by):
        """Taken back by the one who proposed it."""
        with transaction.atomic():
            self._lock()
            self._require(self.can_withdraw(by))
            self._decide("proposal.withdrawn", self.State.WITHDRAWN, by=by)

    def told(self, by) -> str:
        """The reason of the act it leads to, with both names: the acts themselves name only the second person."""
        names = f"(提案 {self.proposed_by.name}、確認 {by.name})"
        return f"{self.reason}{names}"

    def _lock(self):
        type(self).objects.select_for_update().get(pk=self.pk)
        self.refresh_from_db()
        if self.state != self.State.WAITING:
            raise ValidationError(
                _now("この提案はもう決まっています(%(state)s)。") % {"state": self.get_state_display()},
                code="decided",
            )

    def _require(self, allowed: bool):
        if not allowed:
            raise PermissionDenied(_now("提案した人とは別の人が決めます。"))

    def _decide(self, verb, state, *, by, note=""):
        before = self.state
        self.state, self.decided_at, self.decision_note = state, timezone.now(), note
        self.decided_by = None if state == self.State.WITHDRAWN else by
        self.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
        with override("ja"):
            changes = {"状態": [str(self.State(before).label), str(self.State(state).label)]}
            Activity.record(verb, self, by=by, changes=changes, reason=note)
