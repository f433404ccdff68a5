"""What people say about an idea: support and official answers (T7). Written through the methods of Idea."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User


class IdeaStatus(models.TextChoices):
    RECEIVED = "received", _("受付")
    UNDER_REVIEW = "under_review", _("検討中")
    ADOPTED = "adopted", _("採用")
    PILOTING = "piloting", _("試行中")
    REALISED = "realised", _("使われている")
    DECLINED = "declined", _("見送り")


# History and mails keep both languages, whatever the page was shown in.
STATUS_JA = {
    "received": "受付",
    "under_review": "検討中",
    "adopted": "採用",
    "piloting": "試行中",
    "realised": "使われている",
    "declined": "見送り",
}
STATUS_EN = {
    "received": "received",
    "under_review": "under review",
    "adopted": "adopted",
    "piloting": "being piloted",
    "realised": "in use",
    "declined": "declined",
}


class SupportQuerySet(models.QuerySet):
    def by_department(self) -> list[dict]:
        """Rows of {name, name_en, is_post, n}, most first; the people themselves are never listed."""
        named = self.values("department__name", "department__name_en", "department__kind")
        counted = named.annotate(n=Count("pk")).order_by("-n", "department__path")
        return [
            {
                "name": row["department__name"] or "",
                "name_en": row["department__name_en"] or "",
                "is_post": row["department__kind"] in Department.POST_KINDS,
                "n": row["n"],
            }
            for row in counted
        ]


class Support(models.Model):
    """「うちも困っている」: one person's support, with the department the person worked in at that moment."""

    idea = models.ForeignKey("taskforce.Idea", models.CASCADE, related_name="supports")
    # The idea it was given to, when a merge brought it here (merging.py).
    moved_from = models.ForeignKey("taskforce.Idea", models.PROTECT, null=True, related_name="supports_given")
    person = models.ForeignKey(User, models.PROTECT, related_name="idea_supports")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="idea_supports"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("賛同")
        verbose_name_plural = _("賛同")
        constraints = [models.UniqueConstraint(fields=["idea", "person"], name="support_once_per_person")]

    def __str__(self):
        return f"{self.idea_id}: {self.department}"


class IdeaAnswerQuerySet(models.QuerySet):
    def standing(self):
        """Answers that were not taken back."""
        return self.filter(undone_at=None)


class IdeaAnswer(models.Model):
    """An official answer: who, when, which new state and why."""

    idea = models.ForeignKey("taskforce.Idea", models.CASCADE, related_name="answers")
    status_before = models.CharField(max_length=12, choices=IdeaStatus)
    status = models.CharField(_("状態"), max_length=12, choices=IdeaStatus)
    text = models.TextField(_("返事"), max_length=2000, blank=True)
    text_en = models.TextField(_("返事(英語)"), max_length=2000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="idea_answers")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="undone_answers")
    undone_reason = models.CharField(_("取り消すわけ"), max_length=200, blank=True)

    objects = IdeaAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("返事")
        verbose_name_plural = _("返事")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(text=""), name="declined_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_by__isnull=False) & ~Q(undone_reason=""),
                name="answer_undone_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.status} {self.at:%Y-%m-%d}"

    def undo(self, *, by, reason, at):
        """Called by Idea.undo_answer. Raises ValidationError without a reason."""
        if not reason.strip():
            raise ValidationError({"reason": _("取り消すわけを書いてください。")}, code="required")
        self.undone_at, self.undone_by, self.undone_reason = at, by, reason
        self.save(update_fields=["undone_at", "undone_by", "undone_reason"])
