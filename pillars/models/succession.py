"""From one plan to the next: what leads where, and what departments say of the draft (P16)."""

from datetime import date

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, User
from dxportal.text import Confidentiality
from pillars.models.access import DEPARTMENT_ROLES
from pillars.models.base import Recorded
from pillars.models.initiatives import Initiative
from pillars.models.plan import Objective, Pillar, Plan


def one_pair(*names) -> Q:
    """Exactly one kind of old object is named; the new one of that kind belongs to it."""
    condition = Q(pk__in=[])
    for name in names:
        others = {f"{kind}_{other}": None for other in names if other != name for kind in ("old", "new")}
        condition |= Q(**{f"old_{name}__isnull": False}, **others)
    return condition


class SuccessorMappingQuerySet(models.QuerySet):
    def of_initiatives(self):
        return self.filter(old_initiative__isnull=False)

    def visible_to(self, user):
        """Ways between initiatives of which the person may see both ends, or the old one of those left out."""
        initiatives = Initiative.objects.visible_to(user)
        new = Q(new_initiative=None) | Q(new_initiative__in=initiatives)
        return self.of_initiatives().filter(new, old_initiative__in=initiatives)


@pghistory.track()
class SuccessorMapping(models.Model):
    """An old pillar, objective or initiative and the new one it leads to. Several rows are a merge or a split.

    An initiative that was taken out of the draft keeps its row, with the reason and nothing new: drafting again does
    not bring it back.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="mappings", verbose_name=_("次の計画"))
    old_pillar = models.ForeignKey(Pillar, models.PROTECT, null=True, blank=True, related_name="leads_to")
    new_pillar = models.ForeignKey(Pillar, models.PROTECT, null=True, blank=True, related_name="comes_from")
    old_objective = models.ForeignKey(
        Objective, models.PROTECT, null=True, blank=True, related_name="leads_to"
    )
    new_objective = models.ForeignKey(
        Objective, models.PROTECT, null=True, blank=True, related_name="comes_from"
    )
    old_initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="leads_to"
    )
    new_initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="comes_from"
    )
    reason = models.TextField(_("わけ"), blank=True)

    objects = SuccessorMappingQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "pk"]
        verbose_name = _("次の計画への対応")
        verbose_name_plural = _("次の計画への対応")
        constraints = [
            models.CheckConstraint(
                condition=one_pair("pillar", "objective", "initiative"), name="mapping_of_one_kind"
            ),
            models.CheckConstraint(
                condition=Q(old_initiative=None) | Q(new_initiative__isnull=False) | ~Q(reason=""),
                name="mapping_left_out_with_reason",
            ),
            models.UniqueConstraint(fields=["old_pillar", "new_pillar"], name="mapping_pillar"),
            models.UniqueConstraint(fields=["old_objective", "new_objective"], name="mapping_objective"),
            models.UniqueConstraint(
                fields=["plan", "old_initiative", "new_initiative"],
                name="mapping_initiative",
                nulls_distinct=False,
                condition=Q(old_initiative__isnull=False),
            ),
        ]

    def __str__(self):
        old = self.old_pillar or self.old_objective or self.old_initiative
        return f"{old} → {self.new_pillar or self.new_objective or self.new_initiative or '—'}"


class DraftCommentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who may read the draft reads its comments; those on a restricted pillar only who reads that pillar."""
        initiatives, pillars = Initiative.objects.visible_to(user), Pillar.objects.visible_to(user)
        about = (Q(pillar=None) | Q(pillar__in=pillars)) & (
            Q(initiative=None) | Q(initiative__in=initiatives)
        )
        return self.filter(about, plan__in=Plan.objects.visible_to(user))

    def open(self):
        return self.filter(answered_by=None)

    def needing(self, user, today: date):
        """Comments without an answer on drafts, for the secretariat."""
        if not user.is_secretariat:
            return self.none()
        return self.open().filter(plan__status=Plan.Status.DRAFT)


@pghistory.track()
class DraftComment(Recorded):
    """One comment of a department on the whole draft, a pillar or an initiative, and the secretariat's answer."""

    class Result(models.TextChoices):
        TAKEN = "taken", _("反映する")
        PARTLY = "partly", _("一部反映する")
        NOT_TAKEN = "not_taken", _("反映しない")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="draft_comments", verbose_name=_("計画"))
    pillar = models.ForeignKey(Pillar, models.SET_NULL, null=True, blank=True, related_name="draft_comments")
    initiative = models.ForeignKey(
        Initiative, models.SET_NULL, null=True, blank=True, related_name="draft_comments"
    )
    # What it was about, in words: stays when the thing is taken out of the draft.
    about = models.CharField(_("どこへの意見"), max_length=300)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="draft_comments", verbose_name=_("部署")
    )
    text = models.TextField(_("意見の文"))
    confidentiality = models.PositiveSmallIntegerField(
        _("格付"), choices=Confidentiality, default=Confidentiality.TWO
    )
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("書いた人"))
    written_at = models.DateTimeField(_("書いた日時"), default=timezone.now)
    result = models.CharField(_("結果"), max_length=10, choices=Result, blank=True)
    answer = models.TextField(_("回答"), blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答えた人")
    )
    answered_at = models.DateTimeField(_("答えた日時"), null=True, blank=True)

    objects = DraftCommentQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "-written_at"]
        verbose_name = _("案への意見")
        verbose_name_plural = _("案への意見")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by=None, result="") | (Q(answered_by__isnull=False) & ~Q(result="")),
                name="draft_comment_answer_is_whole",
            ),
        ]

    def __str__(self):
        return self.about

    def get_absolute_url(self):
        return f"{reverse('pillars:comments', args=[self.plan.code])}#comment-{self.pk}"

    @property
    def history_key(self):
        """History of what it is about: a comment on a restricted pillar is told where that pillar is read."""
        if self.initiative_id:
            return "initiative", str(self.initiative_id)
        return ("pillar", str(self.pillar_id)) if self.pillar_id else ("plan", str(self.plan_id))

    @classmethod
    def write(cls, plan, text, *, by, department, today: date, target=None, confidentiality=2, at=None):
        """A comment on the plan, or on `target`, a Pillar or an Initiative of it. Raises PermissionDenied."""
        if not can_comment(plan, by, today):
            raise PermissionDenied(_now("この案への意見は、いま受け付けていません。"))
        comment = cls(plan=plan, department=department, text=text, written_by=by)
        comment.written_at, comment.confidentiality = at or timezone.now(), confidentiality
        if isinstance(target, Pillar):
            comment.pillar = target
        elif target is not None:
            comment.initiative = target
        comment.about = str(target or plan)
        with transaction.atomic():
            comment.save(force_insert=True)
            Activity.record("draft.commented", comment, by=by)
        return comment

    def can_answer(self, user) -> bool:
        return user.is_secretariat and self.plan.is_draft

    def reply(self, answer: str, *, result, by, at=None):
        """What becomes of it, with the reason. Raises ValidationError by field."""
        if not self.can_answer(by):
            raise PermissionDenied(_now("意見に答えるのは事務局です。"))
        errors = {}
        if result not in self.Result.values:
            errors["result"] = _now("反映するかどうかを選んでください。")
        if not answer.strip():
            errors["answer"] = _now("どう反映したか、しないならそのわけを書いてください。")
        if errors:
            raise ValidationError(errors)
        values = {"answer": answer, "result": result, "answered_by": by, "answered_at": at or timezone.now()}
        self.change("draft.answered", by=by, reason=answer, **values)


def can_comment(plan: Plan, user, today: date) -> bool:
    """Reporters and approvers speak for their departments, while the plan is a draft and until the deadline."""
    in_time = plan.comments_due_on is None or today <= plan.comments_due_on
    return plan.is_draft and in_time and user.has_role(*DEPARTMENT_ROLES)


def consulted(user, today: date):
    """Drafts on which the person's department may still speak and has not spoken."""
    if not user.has_role(*DEPARTMENT_ROLES):
        return Plan.objects.none()
    drafts = Plan.objects.filter(status=Plan.Status.DRAFT, comments_due_on__gte=today)
    departments = [duty.department_id for duty in user.duties_today if duty.role in DEPARTMENT_ROLES]
    spoken = DraftComment.objects.filter(department__in=departments).values("plan")
    return drafts.exclude(pk__in=spoken).order_by("comments_due_on")
