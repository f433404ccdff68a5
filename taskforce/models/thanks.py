"""Thanks: a note to a person, a group or a department about an idea, a practice, a theme or a workshop (T16)."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, User
from taskforce.models.comments import A_MINUTE, COMMENTS_A_MINUTE, TooFast
from taskforce.models.events import Workshop
from taskforce.models.ideas import Idea
from taskforce.models.practices import GoodPractice
from taskforce.models.themes import Theme, WorkingGroup

SUBJECTS = {"idea": Idea, "practice": GoodPractice, "theme": Theme, "workshop": Workshop}
RECEIVERS = ("person", "group", "department", "to_author")


def one_of(*conditions) -> Q:
    """Exactly one of the conditions holds."""
    found = Q()
    for kept in conditions:
        alone = kept
        for other in conditions:
            if other is not kept:
                alone = alone & ~other
        found |= alone
    return found


def given(name) -> Q:
    return Q(**{f"{name}__isnull": False})


class ThanksQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(hidden_at=None)

    def about(self, subject):
        """The notes about one thing, newest first, with everybody they name."""
        name = next(name for name, model in SUBJECTS.items() if isinstance(subject, model))
        people = ("by__department", "person", "group", "department", "hidden_by")
        return self.filter(**{name: subject}).select_related(*people)

    def received_by(self, person):
        """Notes to the person by name; one to the hidden author of an idea is never among them."""
        about = ("by__department", "idea", "practice", "theme__group", "workshop")
        shown = self.shown().exclude(idea__withdrawn_at__isnull=False)
        return shown.filter(person=person).select_related(*about)


class Thanks(models.Model):
    by = models.ForeignKey(User, models.PROTECT, related_name="thanks_given")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="thanks_received")
    group = models.ForeignKey(WorkingGroup, models.PROTECT, null=True, blank=True, related_name="thanks")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="thanks")
    # To whoever wrote the anonymous idea: no row and no page names him.
    to_author = models.BooleanField(default=False)
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, blank=True, related_name="thanks")
    practice = models.ForeignKey(GoodPractice, models.CASCADE, null=True, blank=True, related_name="thanks")
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, blank=True, related_name="thanks")
    workshop = models.ForeignKey(Workshop, models.CASCADE, null=True, blank=True, related_name="thanks")
    text = models.TextField(_("お礼のことば"), max_length=600)
    at = models.DateTimeField(default=timezone.now)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="hidden_thanks")
    hidden_reason = models.CharField(_("隠すわけ"), max_length=200, blank=True)

    objects = ThanksQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("お礼")
        verbose_name_plural = _("お礼")
        indexes = [models.Index(fields=["person", "-at"], name="thanks_person_at")]
        constraints = [
            models.CheckConstraint(
                condition=one_of(given("person"), given("group"), given("department"), Q(to_author=True)),
                name="thanks_to_one",
            ),
            models.CheckConstraint(condition=one_of(*map(given, SUBJECTS)), name="thanks_about_one"),
            models.CheckConstraint(
                condition=Q(to_author=False) | Q(idea__isnull=False), name="thanks_to_author_of_idea"
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None) | Q(hidden_by__isnull=False) & ~Q(hidden_reason=""),
                name="thanks_hidden_with_reason",
            ),
        ]

    def __str__(self):
        return self.text[:40]

    @property
    def about(self):
        """The idea, practice, theme or workshop."""
        return self.idea or self.practice or self.theme or self.workshop

    @property
    def receiver(self):
        """The person, group or department; None for the author of an anonymous idea."""
        return self.person or self.group or self.department

    @classmethod
    @transaction.atomic
    def give(cls, text, *, by, about, at=None, **to):
        """A note about a thing; `to` is one of person=, group=, department=, to_author=True.

        The same note sent twice is one. Raises ValidationError for thanks to oneself, TooFast for a script.
        """
        at = at or timezone.now()
        if to.get("person") == by or to.get("to_author") and about.author_id == by.pk:
            raise ValidationError(_("自分にお礼は書けません。"), code="own")
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # parallel posts of one person wait here
        name = next(name for name, model in SUBJECTS.items() if isinstance(about, model))
        values = {"by": by, "text": text, name: about, **to}
        if twin := cls.objects.filter(**values).first():
            return twin
        recent = cls.objects.filter(by=by, at__gt=at - A_MINUTE, at__lte=at)
        if recent.count() >= COMMENTS_A_MINUTE:
            raise TooFast
        thanks = cls.objects.create(at=at, **values)
        thanks._record("thanks.given", by=by, at=at)
        return thanks

    @transaction.atomic
    def hide(self, *, reason, by, at=None):
        """Stop showing the note; the reason stands in its place. Raises ValidationError without a reason."""
        at = at or timezone.now()
        if not reason.strip():
            raise ValidationError({"reason": _("隠すわけを書いてください。")}, code="required")
        values = {"hidden_at": at, "hidden_by": by, "hidden_reason": reason}
        if Thanks.objects.filter(pk=self.pk, hidden_at=None).update(**values):
            self.hidden_at, self.hidden_by, self.hidden_reason = values.values()
            self._record("thanks.hidden", by=by, at=at, reason=reason)

    def _record(self, verb, **details):
        """History of the thing it is about: never the words, which may be hidden later."""
        to, to_en = self._to_whom()
        what = {
            "thanks.given": ("お礼が届いた", "thanked"),
            "thanks.hidden": ("お礼を隠した", "a note was hidden"),
        }
        ja, en = what[verb]
        title, title_en = self.about.title, getattr(self.about, "title_en", "") or self.about.title
        Activity.record(
            verb,
            self.about,
            source=f"thanks:{self.pk}",
            label=title,
            summary=f"「{title}」で{to}へ: {ja}",
            summary_en=f"“{title_en}”, {to_en}: {en}",
            **details,
        )

    def _to_whom(self) -> tuple[str, str]:
        if self.receiver is None:
            return "投稿者", "its author"
        return self.receiver.name, self.receiver.name_en or self.receiver.name
