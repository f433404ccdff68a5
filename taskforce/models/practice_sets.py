"""Sets of good practices: who sees which, which wait for whom, and how far they have spread."""

from datetime import date, timedelta
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Role
from dxportal.search import SearchQuerySet
from taskforce.models.replications import ACTIVE, Replication

CONFIRM_MONTHS = 6  # a practice is confirmed as still right, or put away, twice a year (T10)


class PracticeState(models.TextChoices):
    PROPOSED = "proposed", _("確認待ち")
    RETURNED = "returned", _("書き直し")
    PUBLISHED = "published", _("公開")
    ARCHIVED = "archived", _("しまったもの")


TOLD = (PracticeState.PUBLISHED, PracticeState.ARCHIVED)  # everybody may read these


def months_from(day: date, months: int) -> date:
    """The same day so many months later (or earlier), the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def standing_on(found, at, day: str) -> dict:
    """What `standing` tells of one moment from (published_at, archived_at, hours, uses) of every practice."""
    known = [
        hours
        for published_at, archived_at, hours, _uses in found
        if published_at and published_at < at and not (archived_at and archived_at < at)
    ]
    uses = [use for *_row, uses in found for use in uses]
    uses = [use for use in uses if use["since"] <= day and (use["until"] is None or use["until"] > day)]
    hours = [*known, *(use["hours"] and Decimal(str(use["hours"])) for use in uses)]
    return {
        "practices": len(known),
        "departments": len({use["place"] for use in uses}),
        "hours": sum((part for part in hours if part), Decimal(0)),
    }


def departments_of_duty(user) -> Q:
    """Condition on a department's `path`: it lies in what the person reports or approves for."""
    roles = (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)
    found = Q(pk__in=[])
    for duty in user.duties_today:
        if duty.role in roles and duty.department:
            found |= Q(path__startswith=duty.department.path)
    return found


class GoodPracticeQuerySet(SearchQuerySet):
    pieces_index = "practice_pieces"

    def published(self):
        return self.filter(state=PracticeState.PUBLISHED)

    def told(self):
        """What everybody may read: the published ones and those put away later."""
        return self.filter(state__in=TOLD)

    def unarchived(self):
        return self.exclude(state=PracticeState.ARCHIVED)

    def visible_to(self, user):
        """What everybody may read, and what one has proposed; experts only where invited (scope practice:12)."""
        shown = Q(state__in=TOLD)
        if user.is_expert:
            scopes = [d.scope[9:] for d in user.duties_today if d.scope.startswith("practice:")]
            shown &= Q(pk__in=[s for s in scopes if s.isdigit()])
        elif user.is_secretariat:
            return self
        return self.filter(shown | Q(proposed_by=user))

    def to_confirm(self, today):
        """Published ones that nobody has confirmed as still right for six months."""
        return self.published().filter(confirmed_on__lte=months_from(today, -CONFIRM_MONTHS))

    def needing(self, user, today):
        """Proposals for the secretariat, the own ones sent back, and those to confirm for contact or department."""
        owned = Q(contact=user)
        if (places := departments_of_duty(user)) != Q(pk__in=[]):
            owned |= Q(contact=None, department__in=Department.objects.filter(places))
        asked = Q(pk__in=self.to_confirm(today).filter(owned).values("pk"))
        asked |= Q(state=PracticeState.RETURNED, proposed_by=user)
        if user.is_secretariat:
            asked |= Q(state=PracticeState.PROPOSED)
        return self.filter(asked)

    def spreading(self, since, until):
        """Practices a department began to use in the time, most first: `.users`, `.newcomers`, `.newest_name`."""
        active = Q(replications__status__in=ACTIVE)
        recent = active & Q(replications__started_on__range=(since, until))
        newest = Replication.objects.in_use().filter(practice=OuterRef("pk")).order_by("-started_on", "-pk")
        counted = self.published().annotate(
            users=Count("replications", filter=active, distinct=True),
            newcomers=Count("replications", filter=recent, distinct=True),
            newest_name=Subquery(newest.values("department__name")[:1]),
            newest_name_en=Subquery(newest.values("department__name_en")[:1]),
        )
        return (
            counted.filter(newcomers__gt=0)
            .select_related("department")
            .order_by("-newcomers", "-users", "pk")
        )

    def standing(self, *moments) -> list[dict]:
        """For each (instant, day): `practices` published by then, the `departments` that used one they had copied, and
        the `hours` a year declared for both. One query."""
        told = {
            "place": "department_id",
            "since": "started_on",
            "until": "stopped_on",
            "hours": "hours_saved",
        }
        uses = Replication.objects.filter(practice=OuterRef("pk"), started_on__isnull=False)
        listed = ArraySubquery(uses.values(told=JSONObject(**told)))
        rows = self.order_by().values_list("published_at", "archived_at", "hours_saved", listed)
        found = list(rows)
        return [standing_on(found, at, day.isoformat()) for at, day in moments]

    def with_users_counted(self):
        """Adds what lists show: `used` departments beside the first, `planned` ones, the `hours` a year of those that
        use it with the first, and the newest user's name and day."""
        rows = Replication.objects.filter(practice=OuterRef("pk")).order_by().values("practice")
        active = rows.filter(status__in=ACTIVE)
        newest = Replication.objects.in_use().filter(practice=OuterRef("pk")).order_by("-started_on", "-pk")
        count = models.IntegerField()
        return self.annotate(
            used=Coalesce(Subquery(active.annotate(n=Count("pk")).values("n"), output_field=count), 0),
            planned=Coalesce(
                Subquery(
                    rows.filter(status="planned").annotate(n=Count("pk")).values("n"), output_field=count
                ),
                0,
            ),
            hours=Coalesce(Subquery(active.annotate(n=Sum("hours_saved")).values("n")), Decimal(0))
            + Coalesce("hours_saved", Decimal(0)),
            newest_name=Subquery(newest.values("department__name")[:1]),
            newest_name_en=Subquery(newest.values("department__name_en")[:1]),
            newest_on=Subquery(newest.values("started_on")[:1]),
        )

    def with_spread(self):
        """Each practice with `.spread`: its replications with department and teacher, in one more query."""
        rows = Replication.objects.select_related("department", "learnt_from")
        return self.prefetch_related(Prefetch("replications", rows, "spread"))
