"""Break-glass: an administrator learns who wrote an anonymous idea, with a reason, and the author is told."""

import pgtrigger
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Role, SecurityEvent, User
from taskforce.models.ideas import Idea


class AuthorDisclosureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The author's own business, and nobody else's."""
        return self.filter(idea__author=user)


class AuthorDisclosure(models.Model):
    """Who asked for the name, when and why; never the name itself. Rows are only added."""

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="disclosures")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(_("確かめるわけ"), max_length=300)

    objects = AuthorDisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("投稿者の確認")
        verbose_name_plural = _("投稿者の確認")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="disclosure_with_reason")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.idea_id} {self.at:%Y-%m-%d}"

    def get_absolute_url(self):
        return self.idea.get_absolute_url()

    @property
    def history_key(self):
        """Its own, not the idea's: readers of the idea learn nothing of it."""
        return "disclosure", str(self.pk)

    @property
    def confidentiality(self):
        return self.idea.confidentiality

    @staticmethod
    def can_ask(user) -> bool:
        return user.has_role(Role.ADMIN)

    @classmethod
    @transaction.atomic
    def ask(cls, idea, *, by, reason, request=None, at=None):
        """The author of an anonymous idea. Leaves a security event, and an act of which the author is told at once."""
        if not cls.can_ask(by):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("確かめるわけを書いてください。")}, code="required")
        at = at or timezone.now()
        made = cls.objects.create(idea=idea, by=by, reason=reason, at=at)
        SecurityEvent.record("author_seen", user=by, request=request, idea=idea.number)
        title_en = idea.title_en or idea.title
        Activity.record(
            "disclosure.made",
            made,
            by=by,
            at=at,
            reason=reason,
            label=f"No.{idea.number} {idea.title}",
            summary=f"管理者が、アイデア「{idea.title}」を出したあなたの名前を確かめた",
            summary_en=f"An administrator looked up your name as the author of the idea “{title_en}”",
        )
        return idea.author
