"""What happens to a published idea: support, comments, official answers, owner, merging (T7, T8).

The acts of `Idea`, kept in a file of their own; each needs the row, its history and its lock from there.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from taskforce.models.voices import STATUS_EN, STATUS_JA, Comment, IdeaAnswer, IdeaStatus, Support


class IdeaActs(models.Model):
    class Meta:
        abstract = True

    # --- support and discussion --------------------------------------------------------------------------

    @transaction.atomic
    def support(self, *, by, at=None) -> bool:
        """「うちも困っている」, once per person. True when it is new; the row itself is the record of the act."""
        self._locked()._check_open()
        if self.author_id == by.pk:
            raise ValidationError(_("自分のアイデアには賛同できません。"), code="own")
        values = {"department": by.department, "at": at or timezone.now()}
        return Support.objects.get_or_create(idea=self, person=by, defaults=values)[1]

    def withdraw_support(self, *, by) -> bool:
        """True when there was one."""
        return Support.objects.filter(idea=self, person=by).delete()[0] > 0

    @transaction.atomic
    def comment(self, text, *, by, at=None):
        """Add a comment; one by the anonymous author is shown as 投稿者 for good."""
        at = at or timezone.now()
        self._check_open()
        as_author = self.is_anonymous and by.pk == self.author_id
        comment = Comment.objects.create(
            idea=self, person=by, department=by.department, as_author=as_author, text=text, at=at
        )
        self._set(moved_at=at)
        self._record("idea.commented", by=by, at=at, ja="{idea}に意見が付いた", en="New comment on {idea}")
        return comment

    @transaction.atomic
    def hide_comment(self, comment, *, reason, by, at=None):
        """Stop showing a comment; the reason stands in its place."""
        at = at or timezone.now()
        comment.hide(reason=reason, by=by, at=at)
        self._record(
            "idea.comment_hidden",
            by=by,
            at=at,
            reason=reason,
            ja="{idea}の意見を隠した",
            en="Comment hidden on {idea}",
        )

    # --- answers ------------------------------------------------------------------------------------------

    @transaction.atomic
    def answer(self, status, text, *, by, text_en="", at=None):
        """The official answer: the only way to change the state. 見送り needs its reason as text."""
        at = at or timezone.now()
        before = self._locked()
        before._check_open()
        if status == IdeaStatus.DECLINED and not text.strip():
            raise ValidationError({"text": _("見送りには、わけを書いてください。")}, code="required")
        answer = IdeaAnswer.objects.create(
            idea=self, status_before=before.status, status=status, text=text, text_en=text_en, by=by, at=at
        )
        self._set(status=status, moved_at=at, first_answered_at=before.first_answered_at or at)
        self._record(
            "idea.answered",
            by=by,
            at=at,
            reason=text,
            ja=f"{{idea}}に返事({STATUS_JA[status]})",
            en=f"{{idea}} was answered ({STATUS_EN[status]})",
            changes={self._label("status"): [STATUS_JA[before.status], STATUS_JA[status]]},
        )
        return answer

    @transaction.atomic
    def undo_answer(self, *, by, reason, at=None):
        """Take back the last answer that stands: the state before it returns, the answer stays readable as undone."""
        at = at or timezone.now()
        self._locked()._check_open()
        answer = self.answers.standing().order_by("-at", "-pk").first()
        if answer is None:
            raise ValidationError(_("取り消す返事がありません。"), code="nothing")
        answer.undo(by=by, reason=reason, at=at)
        first = self.answers.standing().order_by("at").values_list("at", flat=True).first()
        self._set(status=answer.status_before, moved_at=at, first_answered_at=first)
        self._record(
            "idea.undone",
            by=by,
            at=at,
            reason=reason,
            ja=f"{{idea}}の返事({STATUS_JA[answer.status]})を取り消した",
            en=f"The answer ({STATUS_EN[answer.status]}) to {{idea}} was taken back",
            changes={self._label("status"): [STATUS_JA[answer.status], STATUS_JA[answer.status_before]]},
        )
        return answer

    @transaction.atomic
    def assign(self, *, by, at=None, **values):
        """Set owner, group, initiative or private notes; the notes themselves stay out of the history."""
        at = at or timezone.now()
        changed = {name: value for name, value in values.items() if getattr(self, name) != value}
        changes = self._changes({name: value for name, value in changed.items() if name != "private_notes"})
        if changed:
            self._set(**changed)
        if changes:
            self._record(
                "idea.assigned",
                by=by,
                at=at,
                ja="{idea}の担当を決めた",
                en="Owner set for {idea}",
                changes=changes,
            )

    @transaction.atomic
    def merge_into(self, other, *, by, at=None):
        """Make this idea part of `other`: supports and comments move without doubles, this address leads there."""
        at = at or timezone.now()
        rows = {
            i.pk: i
            for i in type(self)
            .objects.select_for_update(of=("self",))
            .filter(pk__in=[self.pk, other.pk])
            .order_by("pk")
        }
        if self.pk == other.pk:
            raise ValidationError(_("同じアイデアです。"), code="same")
        for row in rows.values():
            row._check_open()
        Support.objects.move(self, other)
        self.comments.update(idea=other)
        self.merged_ideas.update(merged_into=other)
        self._set(merged_into=other, moved_at=at)
        other._set(moved_at=at)
        self._record(
            "idea.merged",
            by=by,
            at=at,
            ja=f"{{idea}}を No.{other.number}「{other.title}」にまとめた",
            en=f"{{idea}} was merged into No.{other.number} “{other.title_en or other.title}”",
        )
