"""What people write below an idea: comments with their earlier texts, and whom a comment names (T7)."""

from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from dxportal.forms import claim_version

A_MINUTE = timedelta(minutes=1)
COMMENTS_A_MINUTE = 5  # nobody types faster; a script is slowed down
MENTIONS = 20


class TooFast(ValidationError):
    """More comments within a minute than a person writes."""

    def __init__(self):
        words = _("続けて書いた意見が多いので、少し止めました。書いた文は残っています。1分たったら送れます。")
        super().__init__(words, code="too_fast")


class CommentQuerySet(models.QuerySet):
    def around(self, at):
        """Written within a minute of the instant."""
        return self.filter(at__gt=at - A_MINUTE, at__lt=at + A_MINUTE)

    def with_story(self):
        """Each comment with its earlier texts (`told_edits`) and the people it names (`told_mentions`), at once."""
        edits = CommentEdit.objects.filter(comment=OuterRef("pk")).order_by("-at", "-pk")
        named = Mention.objects.filter(comment=OuterRef("pk")).order_by("pk")
        person = {"pk": "person", "name": "person__name", "name_en": "person__name_en"}
        return self.select_related("person", "department", "moved_from", "hidden_by").annotate(
            told_edits=ArraySubquery(edits.values(told=JSONObject(before="before", at="at"))),
            told_mentions=ArraySubquery(named.values(told=JSONObject(**person))),
        )


class Comment(models.Model):
    idea = models.ForeignKey("taskforce.Idea", models.CASCADE, related_name="comments")
    # The idea it was written on, when a merge brought it here.
    moved_from = models.ForeignKey("taskforce.Idea", models.PROTECT, null=True, related_name="comments_given")
    person = models.ForeignKey(User, models.PROTECT, related_name="idea_comments")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="idea_comments"
    )
    # Written by the author of an anonymous idea: shown as 投稿者 for good, also after a merge.
    as_author = models.BooleanField(default=False)
    text = models.TextField(_("意見"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="hidden_comments")
    hidden_reason = models.CharField(_("わけ"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("意見")
        verbose_name_plural = _("意見")
        indexes = [models.Index(fields=["person", "-at"], name="comment_person_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None) | Q(hidden_by__isnull=False) & ~Q(hidden_reason=""),
                name="comment_hidden_with_reason",
            )
        ]

    def __str__(self):
        return self.text[:40]

    @property
    def is_shown(self) -> bool:
        return not self.hidden_at and not self.withdrawn_at

    @property
    def earlier(self) -> list[tuple]:
        """(text, until when) of what it said before, newest first. Needs with_story."""
        return [(edit["before"], datetime.fromisoformat(edit["at"])) for edit in self.told_edits]

    def can_edit(self, user) -> bool:
        """Mend or withdraw: who wrote it, while it is shown and the idea is open."""
        return self.person_id == user.pk and self.is_shown and self.idea.is_open

    @classmethod
    @transaction.atomic
    def write(cls, idea, text, *, by, at, mentioned=()):
        """A new comment; the same words sent twice are one. Raises TooFast for more than a person can type."""
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # parallel posts of one person wait here
        idea._locked()._check_open()
        recent = cls.objects.filter(person=by).around(at)
        if twin := recent.filter(idea=idea, text=text, withdrawn_at=None).first():
            return twin
        if recent.count() >= COMMENTS_A_MINUTE:
            raise TooFast
        as_author = idea.is_anonymous and by.pk == idea.author_id
        words = {"text": text, "as_author": as_author, "at": at}
        comment = cls.objects.create(idea=idea, person=by, department=by.department, **words)
        idea._set(moved_at=at)
        comment._record("commented", by=by, at=at, ja="{idea}に意見が付いた", en="New comment on {idea}")
        comment.name(mentioned, by=by, at=at)
        return comment

    def name(self, people, *, by, at):
        """Remember whom the comment names; each person is told once, however often the text is mended."""
        known = set(self.mentions.values_list("person", flat=True))
        new = [person for person in people if person.pk not in known]
        if not new:
            return
        Mention.objects.bulk_create([Mention(comment=self, person=person, at=at) for person in new])
        ja, en = "{idea}の意見で人に知らせた", "People were told of a comment on {idea}"
        self._record("mentioned", by=by, at=at, ja=ja, en=en, source=f"comment:{self.pk}")

    @transaction.atomic
    def rewrite(self, text, *, by, version=None, at=None, mentioned=()):
        """Mend the own comment; the text before stays readable. Raises StaleVersion for an old version."""
        at = at or timezone.now()
        self.idea._check_open()
        claim_version(self, self.version if version is None else version)
        if text != self.text:
            self.edits.create(before=self.text, at=at)
            self.text, self.edited_at = text, at
            self.save(update_fields=["text", "edited_at"])
            ja, en = "{idea}の意見を書き直した", "Comment edited on {idea}"
            self._record("comment_edited", by=by, at=at, ja=ja, en=en)
        self.name(mentioned, by=by, at=at)

    @transaction.atomic
    def withdraw(self, *, by, at=None):
        """The writer takes the comment back; pressed twice, it is taken back once."""
        at = at or timezone.now()
        if not Comment.objects.filter(pk=self.pk, withdrawn_at=None).update(withdrawn_at=at):
            return
        self.withdrawn_at = at
        ja, en = "{idea}の意見を取り下げた", "Comment withdrawn on {idea}"
        self._record("comment_withdrawn", by=by, at=at, ja=ja, en=en)

    @transaction.atomic
    def hide(self, *, reason, by, at=None):
        """Stop showing a comment; the reason stands in its place. Raises ValidationError without a reason."""
        at = at or timezone.now()
        if not reason.strip():
            raise ValidationError({"reason": _("隠すわけを書いてください。")}, code="required")
        values = {"hidden_at": at, "hidden_by": by, "hidden_reason": reason}
        if not Comment.objects.filter(pk=self.pk, hidden_at=None).update(**values):
            return
        self.hidden_at, self.hidden_by, self.hidden_reason = values.values()
        ja, en = "{idea}の意見を隠した", "Comment hidden on {idea}"
        self.idea._record("idea.comment_hidden", by=by, at=at, reason=reason, ja=ja, en=en)

    def _record(self, act, *, by, **words):
        """History of the idea; no name for what was written as 投稿者, wherever a merge took it."""
        self.idea._record(f"idea.{act}", by=None if self.as_author else by, **words)


class CommentEdit(models.Model):
    """What a comment said before it was mended, until `at`."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="edits")
    before = models.TextField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("直す前の意見")
        verbose_name_plural = _("直す前の意見")

    def __str__(self):
        return self.before[:40]


class Mention(models.Model):
    """A comment names a person, who is told once."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(User, models.CASCADE, related_name="mentions")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("知らせた人")
        verbose_name_plural = _("知らせた人")
        indexes = [models.Index(fields=["person", "-at"], name="mention_person_at")]
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="mention_once")]

    def __str__(self):
        return f"{self.comment_id}: {self.person}"
