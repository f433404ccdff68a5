"""Who takes part in a workshop, who waits for a seat, who was there, and what they say of it afterwards (T14).

A row is never deleted: somebody who withdraws and comes back keeps it, so that every later calendar file of that person
has a higher SEQUENCE. The order of the waiting list is `number`, given under the lock of the workshop's row.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Avg, Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from taskforce.models.files import KeptFile

ANSWERS_SHOWN_FROM = 5  # below so many answers nothing is shown


class WorkshopSeries(models.Model):
    """シリーズ: workshops that belong together."""

    name = models.CharField(_("シリーズの名前"), max_length=80, unique=True)
    name_en = models.CharField(_("シリーズの名前(英語)"), max_length=120, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("シリーズ")
        verbose_name_plural = _("シリーズ")

    def __str__(self):
        return self.name


class RegistrationQuerySet(models.QuerySet):
    def seated(self):
        return self.filter(state=WorkshopRegistration.State.SEAT)

    def waiting(self):
        """The waiting list, first come first."""
        return self.filter(state=WorkshopRegistration.State.WAITING).order_by("number")

    def standing(self):
        """A seat or a place on the waiting list."""
        return self.exclude(state=WorkshopRegistration.State.WITHDRAWN)

    def visible_to(self, user):
        """One's own; who else takes part is on the host's page."""
        return self.filter(person=user)


class WorkshopRegistration(models.Model):
    class State(models.TextChoices):
        SEAT = "seat", _("参加")
        WAITING = "waiting", _("順番待ち")
        WITHDRAWN = "withdrawn", _("取消し")

    workshop = models.ForeignKey("taskforce.Workshop", models.CASCADE, related_name="registrations")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="workshop_registrations")
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.SEAT)
    number = models.PositiveIntegerField(_("申込みの順"))
    at = models.DateTimeField(_("申し込んだ日時"), default=timezone.now)
    revision = models.PositiveIntegerField(default=0)  # added to the workshop's own in calendar files
    attended = models.BooleanField(_("出席"), null=True)
    answered = models.BooleanField(
        default=False
    )  # said how useful it was; what was said is kept without name

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("参加の申込み")
        verbose_name_plural = _("参加の申込み")
        constraints = [
            models.UniqueConstraint(fields=["workshop", "person"], name="registration_once"),
            models.UniqueConstraint(fields=["workshop", "number"], name="registration_number_once"),
        ]

    def __str__(self):
        return str(self.workshop)

    def get_absolute_url(self):
        return self.workshop.get_absolute_url()

    @property
    def history_key(self):
        """Its own, not the workshop's: who registered and withdrew is nobody else's business."""
        return "registration", str(self.pk)

    @property
    def title(self) -> str:
        return self.workshop.title

    @property
    def title_en(self) -> str:
        return self.workshop.title_en

    @property
    def has_seat(self) -> bool:
        return self.state == self.State.SEAT

    @property
    def place_in_line(self) -> int:
        """1 for the first who waits."""
        return self.workshop.registrations.waiting().filter(number__lte=self.number).count()

    def move_to(self, state, *, verb, by, at, **fields):
        """Called by Workshop under its lock: the new state, and what the person is told of it."""
        self.state, self.revision = state, self.revision + 1
        for name, value in fields.items():
            setattr(self, name, value)
        self.save()
        ja, en = SUMMARIES[verb]
        title, title_en = self.workshop.title, self.workshop.title_en or self.workshop.title
        summary = {"summary": ja.format(f"「{title}」"), "summary_en": en.format(f"“{title_en}”")}
        Activity.record(verb, self, by=by, at=at, **summary)


SUMMARIES = {
    "workshop.registered": ("{}の申込みを受け付けました", "You are registered for {}"),
    "workshop.queued": ("{}の順番待ちに入りました", "You are on the waiting list for {}"),
    "workshop.moved_up": (
        "{}に席が空き、参加できるようになりました",
        "A seat is free: you now take part in {}",
    ),
    "workshop.withdrawn": ("{}の申込みを取り消しました", "You no longer take part in {}"),
}


class WorkshopAnswerQuerySet(models.QuerySet):
    def figures(self) -> dict | None:
        """`number` and mean `usefulness` of the answers; None below ANSWERS_SHOWN_FROM."""
        told = self.aggregate(number=Count("pk"), usefulness=Avg("usefulness"))
        return told if told["number"] >= ANSWERS_SHOWN_FROM else None


class WorkshopAnswer(models.Model):
    """「役に立ちましたか」: belongs to nobody. No person, no time; the number is random and so is the order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workshop = models.ForeignKey("taskforce.Workshop", models.CASCADE, related_name="answers")
    usefulness = models.PositiveSmallIntegerField(
        _("役に立ちましたか"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.CharField(_("ひとこと"), max_length=200, blank=True)

    objects = WorkshopAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("ワークショップの感想")
        verbose_name_plural = _("ワークショップの感想")
        constraints = [
            models.CheckConstraint(condition=Q(usefulness__range=(1, 5)), name="workshop_usefulness_1_to_5")
        ]

    def __str__(self):
        return str(self.usefulness)

    @classmethod
    @transaction.atomic
    def give(cls, registration, *, usefulness, words="") -> bool:
        """Count the person's answer; False when it was given before, also by a second press at the same moment."""
        rows = WorkshopRegistration.objects.filter(pk=registration.pk, answered=False)
        if not rows.update(answered=True):
            return False
        cls.objects.create(workshop=registration.workshop, usefulness=usefulness, words=words)
        return True


class WorkshopMaterial(KeptFile):
    FOLDER, VERB = "workshops", "material"

    workshop = models.ForeignKey("taskforce.Workshop", models.CASCADE, related_name="materials")

    class Meta(KeptFile.Meta):
        verbose_name = _("資料")
        verbose_name_plural = _("資料")

    def get_absolute_url(self):
        return reverse("taskforce:workshop_material", args=[self.workshop_id, self.pk])
