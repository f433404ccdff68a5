"""Workshops: an instant in every time zone, a number of seats, and who takes them (T14)."""

from datetime import datetime, time, timedelta

from django.db import models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal import dates
from dxportal.search import SearchQuerySet, search_text_for

NEEDING_DAYS = 7


class WorkshopQuerySet(SearchQuerySet):
    def visible_to(self, user):
        """Workshops are for the ministry's own people; outside experts see none."""
        return self.none() if user.is_expert else self

    def coming(self, at):
        """Not over at the moment `at`, soonest first."""
        return self.filter(ends_at__gt=at).order_by("starts_at")

    def past(self, at):
        return self.filter(ends_at__lte=at).order_by("-starts_at")

    def with_seats_taken(self):
        return self.annotate(taken=Count("registrations"))

    def needing(self, user, today):
        """Workshops the person has registered for, from `today` to a week later (Tokyo dates)."""
        start = datetime.combine(today, time(), tzinfo=dates.TOKYO)
        return self.filter(
            starts_at__range=(start, start + timedelta(days=NEEDING_DAYS)), registrations__person=user
        )


class Full(Exception):
    """No seat is left."""


class Workshop(models.Model):
    title = models.CharField(_("題名"), max_length=100)
    title_en = models.CharField(_("題名(英語)"), max_length=150, blank=True)
    description = models.TextField(_("内容"), blank=True)
    description_en = models.TextField(_("内容(英語)"), blank=True)
    host = models.CharField(_("講師・主催"), max_length=100, blank=True)
    host_en = models.CharField(_("講師・主催(英語)"), max_length=150, blank=True)
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    place = models.CharField(_("会場"), max_length=100, blank=True)
    place_en = models.CharField(_("会場(英語)"), max_length=150, blank=True)
    online_url = models.URLField(_("オンラインの参加先"), blank=True)
    recording_url = models.URLField(_("録画"), blank=True)
    capacity = models.PositiveIntegerField(_("定員"), null=True, blank=True)
    search_text = models.TextField(editable=False, default="")

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("ワークショップ")
        verbose_name_plural = _("ワークショップ")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="workshop_ends_after_start")
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = search_text_for(self.title, self.title_en, self.description, self.host)
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

    @transaction.atomic
    def register(self, person):
        """Give `person` a seat, once. Raises Full when none is left; the row lock keeps the count true under a rush."""
        workshop = Workshop.objects.select_for_update().get(pk=self.pk)
        if workshop.registrations.filter(person=person).exists():
            return
        if workshop.capacity is not None and workshop.registrations.count() >= workshop.capacity:
            raise Full
        workshop.registrations.create(person=person)
        Activity.record("workshop.registered", workshop, by=person)

    @transaction.atomic
    def withdraw(self, person):
        """Free the seat of `person`; nothing happens without one."""
        deleted, _details = self.registrations.filter(person=person).delete()
        if deleted:
            Activity.record("workshop.withdrawn", self, by=person)


class WorkshopRegistration(models.Model):
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="registrations")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="workshop_registrations")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        verbose_name = _("参加の申込み")
        verbose_name_plural = _("参加の申込み")
        constraints = [models.UniqueConstraint(fields=["workshop", "person"], name="registration_once")]

    def __str__(self):
        return f"{self.workshop} {self.person}"
