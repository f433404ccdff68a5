"""What happens to a published idea: support, comments, official answers, owner, merging (T7, T8).

The acts of `Idea`, kept in a file of their own; each needs the row, its history and its lock from there.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dxportal.forms import StaleVersion
from taskforce.models.comments import Comment
from taskforce.models.merging import IdeaMerge
from taskforce.models.voices import STATUS_EN, STATUS_JA, IdeaAnswer, IdeaStatus, Support

ANY = object()  # an answer that does not care which one came before


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
        """True when there was one; a vote given to an idea that was merged into this one goes with it."""
        merged = Q(idea=self) | Q(idea__merged_into=self)
        return Support.objects.filter(merged, person=by).delete()[0] > 0

    def comment(self, text, *, by, at=None, mentioned=()):
        """Add a comment; one by the anonymous author is shown as 投稿者 for good. Raises TooFast for a script."""
        return Comment.write(self, text, by=by, at=at or timezone.now(), mentioned=mentioned)

    # --- answers ------------------------------------------------------------------------------------------

    @transaction.atomic
    def answer(self, status, text, *, by, text_en="", at=None, after=ANY):
        """The official answer: the only way to change the state. 見送り needs its reason as text.

        `after` is the id of the last answer its writer saw (None for none); StaleVersion when another came meanwhile.
        """
        at = at or timezone.now()
        before = self._locked()
        before._check_open()
        self._check_last(after)
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
    def undo_answer(self, *, by, reason, at=None, after=ANY):
        """Take back the last answer that stands: the state before it returns, the answer stays readable as undone.

        Raises StaleVersion when the last answer is another than `after`.
        """
        at = at or timezone.now()
        self._locked()._check_open()
        answer = self._check_last(after)
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

    def _check_last(self, after):
        """The last answer that stands, None without one. Raises StaleVersion when it is not the one with id `after`."""
        last = self.answers.standing().order_by("-at", "-pk").first()
        if after is not ANY and after != (last.pk if last else None):
            raise StaleVersion
        return last

    @transaction.atomic
    def assign(self, *, by, at=None, version=None, **values):
        """Set owner, group, initiative or private notes; the notes themselves stay out of the history.

        Raises StaleVersion when `version` is no longer the last `triage_version`.
        """
        at = at or timezone.now()
        known = version or self.triage_version
        rows = type(self).objects.filter(pk=self.pk, triage_version=known)
        if not rows.update(triage_version=F("triage_version") + 1):
            raise StaleVersion
        self.triage_version = known + 1
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
        """Make this idea part of `other`: votes, comments and followers move, this address leads there."""
        at = at or timezone.now()
        IdeaMerge.make(self, other, by=by, at=at)
        title_en, other_en = (idea.title_en or idea.title for idea in (self, other))
        ja = f"{{idea}}を No.{other.number}「{other.title}」にまとめた"
        en = f"{{idea}} was merged into No.{other.number} “{other_en}”"
        self._record("idea.merged", by=by, at=at, ja=ja, en=en)
        ja, en = (
            f"{{idea}}に No.{self.number}「{self.title}」をまとめた",
            f"No.{self.number} “{title_en}” joined {{idea}}",
        )
        other._record("idea.joined", by=by, at=at, ja=ja, en=en)

    @transaction.atomic
    def unmerge(self, *, by, reason, at=None):
        """Let a merged idea stand on its own again, with everything that was given to it."""
        at = at or timezone.now()
        merge = self.merges.standing().select_related("source__merged_into").first()
        if merge is None:
            raise ValidationError(_("まとめられていません。"), code="nothing")
        root = self.merged_into
        merge.undo(by=by, reason=reason, at=at)
        self.refresh_from_db(fields=["merged_into"])
        title_en, root_en = (idea.title_en or idea.title for idea in (self, root))
        ja = f"{{idea}}を No.{root.number}「{root.title}」から分けた"
        en = f"{{idea}} was taken out of No.{root.number} “{root_en}” again"
        self._record("idea.unmerged", by=by, at=at, reason=reason, ja=ja, en=en)
        ja, en = (
            f"{{idea}}から No.{self.number}「{self.title}」を分けた",
            f"No.{self.number} “{title_en}” left {{idea}}",
        )
        root._record("idea.left", by=by, at=at, reason=reason, ja=ja, en=en)
