"""Workshops: an instant in every time zone, a number of seats, and who takes them (T14)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Role, User
from accounts.models.departments import validate_timezone
from dxportal.forms import claim_version
from dxportal.search import search_text_for
from taskforce.models.event_sets import ANSWER_DAYS, WorkshopQuerySet
from taskforce.models.groups import WorkingGroup
from taskforce.models.registrations import WorkshopAnswer, WorkshopRegistration, WorkshopSeries

State = WorkshopRegistration.State


class Workshop(models.Model):
    title = models.CharField(_("題名"), max_length=100)
    title_en = models.CharField(_("題名(英語)"), max_length=150, blank=True)
    description = models.TextField(_("内容"), max_length=4000, blank=True)
    description_en = models.TextField(_("内容(英語)"), max_length=4000, blank=True)
    host = models.CharField(_("講師・主催"), max_length=100, blank=True)
    host_en = models.CharField(_("講師・主催(英語)"), max_length=150, blank=True)
    series = models.ForeignKey(
        WorkshopSeries,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name=_("シリーズ"),
    )
    group = models.ForeignKey(
        WorkingGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name=_("開くグループ"),
    )
    organiser = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="organised_workshops",
        verbose_name=_("担当"),
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    zone = models.CharField(
        _("どこの時刻か"), max_length=40, default="Asia/Tokyo", validators=[validate_timezone]
    )
    place = models.CharField(_("会場"), max_length=100, blank=True)
    place_en = models.CharField(_("会場(英語)"), max_length=150, blank=True)
    online_url = models.URLField(_("オンラインの参加先"), max_length=500, blank=True)
    recording_url = models.URLField(_("録画"), max_length=500, blank=True)
    without_material = models.BooleanField(_("録画も資料も出さない"), default=False)
    capacity = models.PositiveIntegerField(
        _("定員"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_reason = models.CharField(_("中止のわけ"), max_length=200, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of the calendar file (RFC 5545)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    search_text = models.TextField(editable=False, default="")

    # What is written in an invitation: when one of these changes, everybody gets a new one.
    INVITED = ("title", "title_en", "starts_at", "ends_at", "zone", "place", "place_en", "online_url")

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("ワークショップ")
        verbose_name_plural = _("ワークショップ")
        indexes = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="workshop_search_trgm")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="workshop_ends_after_start"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancelled_reason=""),
                name="workshop_cancelled_with_reason",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        texts = (self.title, self.title_en, self.description, self.description_en, self.host, self.host_en)
        self.search_text = search_text_for(*texts)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("taskforce:workshop", args=[self.pk])

    @property
    def history_key(self):
        return "workshop", str(self.pk)

    @property
    def seats_left(self):
        """Free seats, None without a limit. Needs `with_seats_taken()`."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def is_over(self, at) -> bool:
        return self.ends_at <= at

    def asks_until(self):
        """The instant after which nobody is asked any more, and the answers are shown."""
        return self.ends_at + timedelta(days=ANSWER_DAYS)

    # --- who may do what --------------------------------------------------------------------------------

    @staticmethod
    def can_announce(user) -> bool:
        """The secretariat, and leads for their groups."""
        return user.has_role(Role.SECRETARIAT, Role.TASKFORCE_LEAD)

    def can_edit(self, user) -> bool:
        """The secretariat, who runs it, and the lead of the group that holds it."""
        if user.is_secretariat or self.organiser_id == user.pk:
            return True
        return bool(self.group and self.group.is_led_by(user))

    def can_register(self, at) -> bool:
        return not self.is_cancelled and not self.is_over(at)

    # --- writing ------------------------------------------------------------------------------------------

    def _record(self, verb, *, by, at, ja, en, **details):
        """`{}` in the sentences stands for the title."""
        title, title_en = f"「{self.title}」", f"“{self.title_en or self.title}”"
        summary = {"summary": ja.format(title), "summary_en": en.format(title_en)}
        Activity.record(verb, self, by=by, at=at, **summary, **details)

    @classmethod
    @transaction.atomic
    def announce(cls, *, by, at=None, **fields):
        at = at or timezone.now()
        made = cls.objects.create(created_at=at, changed_at=at, **fields)
        made._record(
            "workshop.announced",
            by=by,
            at=at,
            ja="ワークショップ{}を開く",
            en="A workshop was announced: {}",
        )
        return made

    @transaction.atomic
    def edit(self, *, by, version, at=None, **fields):
        """Change the given fields. Whoever takes part gets a new invitation when time, place or link change; free
        seats go to the waiting list. Raises StaleVersion."""
        at = at or timezone.now()
        stored = Workshop.objects.select_for_update().get(pk=self.pk)
        claim_version(self, version)
        changed = {name: value for name, value in fields.items() if getattr(stored, name) != value}
        invites = not changed.keys().isdisjoint(self.INVITED)
        with translation.override("ja"):
            label = lambda name: str(self._meta.get_field(name).verbose_name)  # noqa: E731
            changes = {label(n): [_shown(stored, n), _shown(self, n, value)] for n, value in changed.items()}
        for name, value in changed.items():
            setattr(self, name, value)
        if invites:
            self.sequence = stored.sequence + 1
        self.changed_at = at
        self.save(update_fields={*changed, "sequence", "changed_at"})
        if changed:
            verb = "workshop.changed" if invites else "workshop.edited"
            ja, en = "ワークショップ{}の予定が変わった", "The workshop {} has changed"
            self._record(verb, by=by, at=at, ja=ja, en=en, changes=changes)
        self.fill_seats(at=at)

    @transaction.atomic
    def cancel(self, *, by, reason, at=None):
        """It does not take place. Raises ValidationError without a reason, or when it was cancelled or is over."""
        at = at or timezone.now()
        stored = Workshop.objects.select_for_update().get(pk=self.pk)
        if not reason.strip():
            raise ValidationError({"reason": _("中止のわけを書いてください。")}, code="required")
        if not stored.can_register(at):
            raise ValidationError(_("もう終わったか、中止されたワークショップです。"), code="over")
        self.cancelled_at, self.cancelled_reason, self.changed_at = at, reason.strip(), at
        self.sequence, self.version = stored.sequence + 1, stored.version + 1
        self.save(update_fields=["cancelled_at", "cancelled_reason", "changed_at", "sequence", "version"])
        ja, en = "ワークショップ{}は中止", "The workshop {} is cancelled"
        self._record("workshop.cancelled", by=by, at=at, ja=ja, en=en, reason=self.cancelled_reason)

    # --- seats: always under the lock of the workshop's row ----------------------------------------------

    @transaction.atomic
    def register(self, person, *, at=None):
        """Give `person` a seat, or a place on the waiting list when none is left; once. Returns the registration.

        Raises ValidationError when it is over or cancelled. The row lock keeps count and order true under a rush.
        """
        at = at or timezone.now()
        stored = Workshop.objects.select_for_update().get(pk=self.pk)
        if not stored.can_register(at):
            raise ValidationError(_("もう終わったか、中止されたワークショップです。"), code="over")
        row = stored.registrations.filter(person=person).first()
        if row is None:
            row = WorkshopRegistration(workshop=stored, person=person, state=State.WITHDRAWN)
        if row.state != State.WITHDRAWN:
            return row
        free = stored.capacity is None or stored.registrations.seated().count() < stored.capacity
        state, verb = (State.SEAT, "workshop.registered") if free else (State.WAITING, "workshop.queued")
        last = stored.registrations.aggregate(n=Max("number"))["n"] or 0
        row.move_to(state, verb=verb, by=person, at=at, number=last + 1)
        return row

    @transaction.atomic
    def withdraw(self, person, *, at=None) -> bool:
        """Free the place of `person`; the first who waits moves up. False without a place."""
        at = at or timezone.now()
        stored = Workshop.objects.select_for_update().get(pk=self.pk)
        row = stored.registrations.standing().filter(person=person).first()
        if row is None:
            return False
        row.move_to(State.WITHDRAWN, verb="workshop.withdrawn", by=person, at=at)
        stored.fill_seats(at=at)
        return True

    @transaction.atomic
    def fill_seats(self, *, at):
        """Free seats go to the waiting list in its order, until the workshop begins; each person is told once."""
        stored = Workshop.objects.select_for_update().get(pk=self.pk)
        if stored.is_cancelled or stored.starts_at <= at:
            return
        queue = stored.registrations.waiting().select_related("workshop")
        if stored.capacity is not None:
            queue = queue[: max(0, stored.capacity - stored.registrations.seated().count())]
        for row in queue:
            row.move_to(State.SEAT, verb="workshop.moved_up", by=None, at=at)

    # --- afterwards ---------------------------------------------------------------------------------------

    @transaction.atomic
    def mark_attendance(self, present: set, *, by, at=None):
        """Who of those with a seat was there: `present` holds the ids of their registrations."""
        at = at or timezone.now()
        seated = self.registrations.seated()
        seated.filter(pk__in=present).update(attended=True)
        seated.exclude(pk__in=present).update(attended=False)
        changes = {"出席": [None, seated.filter(attended=True).count()]}
        ja, en = "ワークショップ{}の出席をつけた", "Attendance of {} was marked"
        self._record("workshop.attendance", by=by, at=at, ja=ja, en=en, changes=changes)

    @transaction.atomic
    def publish_recording(self, *, by, recording_url, without_material, at=None):
        """The link to the recording, or that there will be none; those who took part are told of a first link."""
        at = at or timezone.now()
        before = Workshop.objects.select_for_update().get(pk=self.pk).recording_url
        self.recording_url, self.without_material = recording_url, without_material
        self.save(update_fields=["recording_url", "without_material"])
        if recording_url and recording_url != before:
            ja, en = "ワークショップ{}の録画が載った", "The recording of {} is there"
            changes = {"録画": [before, recording_url]}
            verb = "workshop.recording_changed" if before else "workshop.recorded"
            self._record(verb, by=by, at=at, ja=ja, en=en, changes=changes)

    def answer_figures(self, at) -> dict | None:
        """What those who took part say of it, once asking is over and there are enough of them."""
        return WorkshopAnswer.objects.filter(workshop=self).figures() if at > self.asks_until() else None


def _shown(workshop, name, value=None) -> str:
    """A field as the history shows it; instants on the clock of the workshop, the link not at all."""
    if name == "online_url":
        return "(申し込んだ人だけに見せる)"
    value = getattr(workshop, name) if value is None else value
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo(workshop.zone)):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
