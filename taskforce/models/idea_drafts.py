"""What an author is typing into the form of an idea, kept every few seconds (T5, P18)."""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dxportal.forms import claim_version
from taskforce.models.ideas import Idea


class IdeaDraft(models.Model):
    """The fields of the form as they were last typed, right or wrong, until the author saves.

    It shares the version of its idea: another window that saved or typed since makes this one stale. Seen by the author
    alone, also beside a published idea, and outside its history.
    """

    idea = models.OneToOneField(Idea, models.CASCADE, related_name="typed")
    fields = models.JSONField(default=dict)  # {name in the form: text}
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("アイデアの書きかけ")
        verbose_name_plural = _("アイデアの書きかけ")

    def __str__(self):
        return str(self.idea)

    @classmethod
    @transaction.atomic
    def keep(cls, idea, fields: dict, *, version: int, texts=None, at=None):
        """Keep what was typed; `idea` gets its next version. Raises StaleVersion when another window was first.

        A draft also takes over `texts`, what is right already, so that lists can call it by its title.
        """
        claim_version(idea, version)
        if texts and idea.is_draft:
            idea._set(**texts)
        values = {"fields": fields, "saved_at": at or timezone.now()}
        return cls.objects.update_or_create(idea=idea, defaults=values)[0]
