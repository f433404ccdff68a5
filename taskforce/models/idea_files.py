"""Files the author adds to an idea (T5). Neither their names nor their history tell who an anonymous author is."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from taskforce.models.files import KeptFile
from taskforce.models.ideas import Idea

MOST_FILES = 5


class IdeaFile(KeptFile):
    FOLDER, VERB = "ideas", "idea.file"

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()  # 1, 2, … in the order they came; never given twice
    withdrawn_reason = models.CharField(_("外すわけ"), max_length=200, blank=True)

    class Meta(KeptFile.Meta):
        ordering = ["position"]
        verbose_name = _("アイデアの資料")
        verbose_name_plural = _("アイデアの資料")
        constraints = [
            models.UniqueConstraint(fields=["idea", "position"], name="idea_file_position_once"),
        ]

    def get_absolute_url(self):
        return reverse("taskforce:idea_file", args=[self.idea.number, self.pk])

    def name_for(self, viewer) -> str:
        """The name as the author gave it; behind an anonymous idea a name of our own, for everybody else."""
        return self.name if self.idea.shown_author(viewer) else self.plain_name

    @property
    def plain_name(self) -> str:
        ending = self.name.rpartition(".")[2].lower()
        return _("資料%(number)s") % {"number": self.position} + f".{ending}"

    @classmethod
    @transaction.atomic
    def add(cls, idea, upload, *, by, at=None):
        """Keep an accepted file with the idea. The same file twice is one. Raises ValidationError without room."""
        idea._locked()
        if not idea.can_edit(by):
            raise PermissionDenied
        if twin := idea.files.standing().filter(name=upload.name, sha256=upload.sha256).first():
            return twin
        if idea.files.standing().count() >= MOST_FILES:
            raise ValidationError(_("資料は%(most)sつまでです。") % {"most": MOST_FILES}, code="too_many")
        last = idea.files.aggregate(last=models.Max("position"))["last"] or 0
        more = {"idea": idea, "position": last + 1, "confidentiality": idea.confidentiality}
        return cls.keep(upload, by=by, owner=idea, at=at, **more)

    @transaction.atomic
    def take_out(self, *, by, reason="", at=None):
        """The author while editing, or somebody of the secretariat with a reason. A draft forgets the file at once."""
        if not self.idea.can_edit(by) and not self.idea.can_take_out(by):
            raise PermissionDenied
        if self.idea.author_id != by.pk and not reason.strip():
            raise ValidationError({"reason": _("外すわけを書いてください。")}, code="required")
        if self.idea.is_draft:
            self.forget()
            return
        if IdeaFile.objects.standing().filter(pk=self.pk).update(withdrawn_reason=reason):
            self.withdraw(by=by, owner=self.idea, at=at, reason=reason)

    def forget(self):
        """Row and bytes, for what nobody but the author has ever seen."""
        kept = self.file
        self.delete()
        transaction.on_commit(lambda: kept.storage.delete(kept.name))

    def _tell(self, act, *, owner, by, at=None, reason=""):
        """History of a published idea: the plain name of the file, and no actor when the hidden author acts as such."""
        if owner.is_draft:
            return
        with translation.override("ja"):
            told = self.plain_name if owner.is_anonymous else self.name
        words = {
            "added": ([None, told], "{idea}に資料を添えた", "File added to {idea}"),
            "withdrawn": ([told, None], "{idea}の資料を外した", "File taken out of {idea}"),
        }
        change, ja, en = words[act]
        verb = "idea.file_removed" if by.pk != owner.author_id else f"idea.file_{act}"
        changes = {"資料": change}
        owner._record(verb, by=by, at=at or timezone.now(), ja=ja, en=en, changes=changes, reason=reason)
