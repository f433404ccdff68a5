"""Sets of workshops: which are coming, who takes part in which, and what they ask of whom (T14)."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from dxportal import dates
from dxportal.search import SearchQuerySet
from taskforce.models.registrations import WorkshopMaterial, WorkshopRegistration

NEEDING_DAYS = 7
ANSWER_DAYS = 7  # how long 「役に立ちましたか」 is asked; the figures are shown when it is over
MATERIAL_DAYS = 30  # how long the host is reminded of recording and materials
State = WorkshopRegistration.State


class WorkshopQuerySet(SearchQuerySet):
    def visible_to(self, user):
        """Workshops are for the ministry's own people; outside experts see none."""
        return self.none() if user.is_expert else self

    def standing(self):
        return self.filter(cancelled_at=None)

    def coming(self, at):
        """Not over at the moment `at` and not cancelled, soonest first."""
        return self.standing().filter(ends_at__gt=at).order_by("starts_at", "pk")

    def past(self, at):
        return self.filter(ends_at__lte=at).order_by("-starts_at", "-pk")

    def with_seats_taken(self):
        """Adds `taken` seats and how many are `waiting`."""
        return self.annotate(
            taken=Count("registrations", filter=Q(registrations__state=State.SEAT)),
            waiting=Count("registrations", filter=Q(registrations__state=State.WAITING)),
        )

    def with_state_of(self, user):
        """Adds `mine`: whether the person has a seat, and `queued`: whether the person waits for one."""
        own = WorkshopRegistration.objects.filter(workshop=OuterRef("pk"), person=user)
        return self.annotate(mine=Exists(own.seated()), queued=Exists(own.filter(state=State.WAITING)))

    def needing(self, user, today):
        """Workshops the person takes part in, from `today` to a week later (Tokyo dates)."""
        start = datetime.combine(today, time(), tzinfo=dates.TOKYO)
        own = WorkshopRegistration.objects.seated().filter(person=user)
        soon = self.standing().filter(starts_at__range=(start, start + timedelta(days=NEEDING_DAYS)))
        return soon.filter(registrations__in=own)

    def ended_before(self, today, days):
        """Over on the Tokyo date `today`, for at most so many days."""
        end = datetime.combine(today + dates.DAY, time(), tzinfo=dates.TOKYO)
        return self.standing().filter(ends_at__range=(end - timedelta(days=days + 1), end))

    def asking(self, user, today, at=None):
        """Over at `at`, and the person who was there has not said yet how useful it was."""
        own = (
            WorkshopRegistration.objects.seated().filter(person=user, answered=False).exclude(attended=False)
        )
        over = self.ended_before(today, ANSWER_DAYS).filter(ends_at__lte=at or timezone.now())
        return over.filter(registrations__in=own)

    def lacking_material(self, user, today, at=None):
        """Over, run by the person, without recording or materials, and nobody said that there are none."""
        kept = WorkshopMaterial.objects.standing().filter(workshop=OuterRef("pk"))
        over = self.ended_before(today, MATERIAL_DAYS).filter(ends_at__lte=at or timezone.now())
        return over.filter(~Exists(kept), organiser=user, recording_url="", without_material=False)
