"""Consultations with the support team (T15): asked, given to an expert, answered, resolved by who asked, published.

Who asked is known to that person, the secretariat and the expert the question was given to. Everybody else reads only
what was published as guidance (手引き): a text of its own, without names.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, DurationField, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, Role, User
from dxportal import dates, officedays
from dxportal.forms import claim_version
from dxportal.search import SearchQuerySet, search_text_for
from dxportal.text import Confidentiality
from taskforce.models.files import KeptFile
from taskforce.models.moments import Median, by_moment


class ConsultationQuerySet(SearchQuerySet):
    def visible_to(self, user):
        """One's own; all for the secretariat; experts what they were given or invited to while their duty lasts."""
        if user.is_secretariat:
            return self
        shown = Q(asker=user)
        if user.has_role(Role.SUPPORT_EXPERT):
            scopes = [d.scope[13:] for d in user.duties_today if d.scope.startswith("consultation:")]
            shown |= Q(expert=user) | Q(pk__in=[s for s in scopes if s.isdigit()])
        return self.filter(shown)

    def open(self):
        return self.exclude(state=Consultation.State.RESOLVED)

    def needing(self, user, today):
        """To give to somebody (secretariat), to answer (expert), to read and close (who asked)."""
        state = Consultation.State
        waits = Q(asker=user, state=state.ANSWERED)
        if user.is_secretariat:
            waits |= Q(state=state.RECEIVED)
        if user.has_role(Role.SUPPORT_EXPERT):
            waits |= Q(expert=user, state=state.ASSIGNED)
        return self.filter(waits)

    def standing(self, *moments) -> list[dict]:
        """For each (instant, day): how many were `open` then, and the `median` wait of those answered by then."""
        told = {}
        for place, (at, _day) in enumerate(moments):
            unresolved = Q(resolved_at=None) | Q(resolved_at__gte=at)
            told[f"open_{place}"] = Count("pk", filter=Q(asked_at__lt=at) & unresolved)
            told[f"median_{place}"] = Median(
                F("first_answered_at") - F("asked_at"),
                filter=Q(first_answered_at__lt=at),
                output_field=DurationField(),
            )
        return by_moment(self.order_by().aggregate(**told), len(moments))

    def median_wait(self):
        """Median time to the first answer as a timedelta; None when nothing was answered."""
        return self.standing((timezone.now(), None))[0]["median"]


class Consultation(models.Model):
    class State(models.TextChoices):
        RECEIVED = "received", _("受付")
        ASSIGNED = "assigned", _("担当決定")
        ANSWERED = "answered", _("回答済")
        RESOLVED = "resolved", _("解決")

    title = models.CharField(_("題名"), max_length=80)
    text = models.TextField(_("困りごと"), max_length=4000)
    asker = models.ForeignKey(
        User, models.PROTECT, related_name="consultations", verbose_name=_("相談した人")
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name=_("部署"),
    )
    expert = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="consultations_to_answer",
        verbose_name=_("答える人"),
    )
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.RECEIVED, editable=False)
    may_publish = models.BooleanField(_("名前を除いて手引きにしてよい"), default=True)
    confidentiality = models.PositiveSmallIntegerField(
        _("情報の格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    asked_at = models.DateTimeField(_("相談した日時"), default=timezone.now, editable=False)
    first_answered_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    search_text = models.TextField(editable=False, default="")

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-moved_at", "-pk"]
        verbose_name = _("相談")
        verbose_name_plural = _("相談")
        indexes = [models.Index(fields=["state", "-moved_at"], name="consultation_state_moved")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received") | Q(first_answered_at__isnull=False) | Q(state="assigned"),
                name="consultation_answered_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="resolved") | Q(resolved_at__isnull=False), name="consultation_resolved_at"
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = search_text_for(self.title, self.text)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("taskforce:consultation", args=[self.pk])

    @property
    def history_key(self):
        return "consultation", str(self.pk)

    def age(self, today) -> int:
        """Office days since it was asked, up to the first answer."""
        until = dates.today(self.first_answered_at) if self.first_answered_at else today
        return officedays.office_days_between(dates.today(self.asked_at), until, "JP")

    # --- who may do what (permissions.md) -----------------------------------------------------------------

    @staticmethod
    def can_ask(user) -> bool:
        return not user.is_expert

    def can_answer(self, user) -> bool:
        """The secretariat, and the expert it was given to; nobody answers the own question."""
        if self.asker_id == user.pk:
            return False
        return user.is_secretariat or (user.has_role(Role.SUPPORT_EXPERT) and self.expert_id == user.pk)

    def can_assign(self, user) -> bool:
        return user.is_secretariat and self.state != self.State.RESOLVED

    def can_resolve(self, user) -> bool:
        return self.asker_id == user.pk and self.state == self.State.ANSWERED

    def can_publish(self, user) -> bool:
        """The secretariat, once it is resolved and unless who asked objects."""
        return user.is_secretariat and self.state == self.State.RESOLVED and self.may_publish

    # --- writing: always under the lock of the row ---------------------------------------------------------

    @classmethod
    @transaction.atomic
    def ask(cls, *, by, at=None, **fields):
        at = at or timezone.now()
        made = cls.objects.create(asker=by, department=by.department, asked_at=at, moved_at=at, **fields)
        made._record("consultation.asked", by=by, at=at, ja="相談{}が届いた", en="A question came in: {}")
        return made

    def _record(self, verb, *, by, at, ja, en, **details):
        """`{}` stands for the title."""
        summary = {"summary": ja.format(f"「{self.title}」"), "summary_en": en.format(f"“{self.title}”")}
        Activity.record(verb, self, by=by, at=at, **summary, **details)

    def _lock(self, *states):
        """Take the row as it is now. Raises ValidationError when it is in none of the states any more."""
        stored = Consultation.objects.select_for_update().get(pk=self.pk)
        if stored.state not in states:
            raise ValidationError(_("先にほかの人が進めました。いまの状態を見てください。"), code="moved")
        self.state, self.expert_id, self.version = stored.state, stored.expert_id, stored.version
        self.first_answered_at = stored.first_answered_at

    def _set(self, at, **values):
        values |= {"moved_at": at}
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=values.keys())

    @transaction.atomic
    def assign(self, expert, *, by, version, at=None):
        """Give it to an expert, or to another one. Raises StaleVersion when somebody else was first."""
        at = at or timezone.now()
        if not self.can_assign(by):
            raise PermissionDenied
        claim_version(self, version)
        self._lock(self.State.RECEIVED, self.State.ASSIGNED, self.State.ANSWERED)
        state = self.state if self.state == self.State.ANSWERED else self.State.ASSIGNED
        self._set(at, expert=expert, state=state)
        changes = {"答える人": [None, expert.name]}
        ja, en = "相談{}の担当が決まった", "{} was given to an expert"
        self._record("consultation.assigned", by=by, at=at, ja=ja, en=en, changes=changes)

    @transaction.atomic
    def answer(self, text, *, by, at=None):
        at = at or timezone.now()
        if not self.can_answer(by):
            raise PermissionDenied
        self._lock(self.State.RECEIVED, self.State.ASSIGNED, self.State.ANSWERED)
        said = self.messages.create(author=by, text=text, is_answer=True, at=at)
        self._set(at, state=self.State.ANSWERED, first_answered_at=self.first_answered_at or at)
        self._record("consultation.answered", by=by, at=at, ja="相談{}に答えた", en="{} was answered")
        return said

    @transaction.atomic
    def add(self, text, *, by, at=None):
        """Who asked asks on, also after it was resolved: then it is open again."""
        at = at or timezone.now()
        if self.asker_id != by.pk:
            raise PermissionDenied
        self._lock(*self.State)
        said = self.messages.create(author=by, text=text, at=at)
        state = self.State.ASSIGNED if self.expert_id else self.State.RECEIVED
        verb = "consultation.reopened" if self.state == self.State.RESOLVED else "consultation.continued"
        self._set(at, state=state, resolved_at=None)
        self._record(verb, by=by, at=at, ja="相談{}に続きが届いた", en="{} goes on")
        return said

    @transaction.atomic
    def resolve(self, *, by, at=None):
        at = at or timezone.now()
        if self.asker_id != by.pk:
            raise PermissionDenied
        self._lock(self.State.ANSWERED)
        self._set(at, state=self.State.RESOLVED, resolved_at=at)
        self._record("consultation.resolved", by=by, at=at, ja="相談{}が解決した", en="{} is resolved")

    @transaction.atomic
    def allow_publishing(self, allowed: bool, *, by, at=None):
        """Who asked changes their mind; guidance that is out already is the secretariat's to take back."""
        if self.asker_id != by.pk:
            raise PermissionDenied
        at = at or timezone.now()
        self._set(at, may_publish=allowed)
        ja, en = "相談{}を手引きにしてよいかを変えた", "Whether {} may become guidance was changed"
        self._record("consultation.consent", by=by, at=at, ja=ja, en=en)


class ConsultationMessage(models.Model):
    """What was said after the question: answers, and more from who asked."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, models.PROTECT, related_name="consultation_messages")
    text = models.TextField(_("本文"), max_length=4000)
    is_answer = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("相談のやりとり")
        verbose_name_plural = _("相談のやりとり")

    def __str__(self):
        return self.text[:40]


class ConsultationFile(KeptFile):
    FOLDER, VERB = "consultations", "file"

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="files")

    class Meta(KeptFile.Meta):
        verbose_name = _("相談のファイル")
        verbose_name_plural = _("相談のファイル")

    def get_absolute_url(self):
        return reverse("taskforce:consultation_file", args=[self.consultation_id, self.pk])
