"""手引き: guidance for everybody that grew out of a consultation, without the names of those who spoke (T15)."""

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal.forms import claim_version
from dxportal.search import Pieces, SearchQuerySet, search_text_for, similar_text_for
from dxportal.text import normalise
from taskforce.models.consultations import Consultation


class GuidanceQuerySet(SearchQuerySet):
    pieces_index = "guidance_pieces"

    def published(self):
        return self.exclude(published_at=None)

    def visible_to(self, user):
        """Published guidance is for everybody of the ministry; experts see what grew from consultations they see."""
        if user.is_secretariat:
            return self
        if user.is_expert:
            return self.published().filter(consultation__in=Consultation.objects.visible_to(user))
        return self.published()


class Guidance(models.Model):
    """手引き: question and answer rewritten for everybody, without names."""

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="guidance", editable=False)
    title = models.CharField(_("題名"), max_length=80)
    title_en = models.CharField(_("題名(英語)"), max_length=120, blank=True)
    question = models.TextField(_("どんなときか"), max_length=2000)
    question_en = models.TextField(_("どんなときか(英語)"), max_length=3000, blank=True)
    answer = models.TextField(_("どうするか"), max_length=4000)
    answer_en = models.TextField(_("どうするか(英語)"), max_length=6000, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    search_text = models.TextField(editable=False, default="")
    similar_text = models.TextField(editable=False, default="")

    TEXTS = ("title", "title_en", "question", "question_en", "answer", "answer_en")

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("手引き")
        verbose_name_plural = _("手引き")
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="guidance_search_trgm"),
            GinIndex(Pieces("similar_text"), name="guidance_pieces"),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        texts = [getattr(self, name) for name in self.TEXTS]
        self.search_text, self.similar_text = search_text_for(*texts), similar_text_for(*texts[:4])
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("taskforce:guidance", args=[self.pk])

    @property
    def history_key(self):
        return "guidance", str(self.pk)

    @transaction.atomic
    def publish(self, *, by, version=None, at=None):
        """Save the texts and show them to everybody. Raises StaleVersion, ValidationError when who asked objects."""
        at = at or timezone.now()
        consultation = Consultation.objects.select_for_update().get(pk=self.consultation_id)
        if not consultation.can_publish(by):
            raise ValidationError(_("解決していないか、相談した人が公開を望んでいません。"), code="consent")
        if self.pk:
            claim_version(self, version)
        verb = "guidance.edited" if self.pk and self.published_at else "guidance.published"
        self.published_at = self.published_at or at
        self.save()
        ja, en = f"手引き「{self.title}」が加わった", f"New guidance: “{self.title_en or self.title}”"
        Activity.record(verb, self, by=by, at=at, summary=ja, summary_en=en)

    @transaction.atomic
    def take_back(self, *, by, reason, at=None):
        """Out of sight at once; the text stays with the consultation. Raises ValidationError without a reason."""
        if not reason.strip():
            raise ValidationError(_("取り下げるわけを書いてください。"), code="required")
        Guidance.objects.filter(pk=self.pk).update(published_at=None)
        self.published_at = None
        Activity.record("guidance.taken_back", self, by=by, at=at or timezone.now(), reason=reason)


def names_in(texts, consultation) -> list[str]:
    """Names of the people and departments of a consultation that stand in texts meant for everybody."""
    people = {consultation.asker, consultation.expert, *(m.author for m in consultation.messages.all())} - {
        None
    }
    words = {
        word for p in people for word in (p.name, p.name_en, p.email, *p.name.split(), *p.name_en.split())
    }
    if place := consultation.department:
        words |= {place.name, place.name_en, place.short_name}
    shown = normalise(" ".join(texts))
    return sorted(word for word in words if len(word) > 1 and normalise(word) in shown)
