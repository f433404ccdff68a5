"""Many reports: who may read them, whose turn it is, and publishing what was checked."""

from datetime import date

from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery

from accounts.models import Role
from dxportal import dates
from pillars.models.access import led_by
from pillars.models.initiatives import Initiative
from pillars.models.plan import Plan

LEAD = "initiative__lead_department__path"


class ProgressReportQuerySet(models.QuerySet):
    def published(self):
        return self.filter(workflow_state=self.model.State.PUBLISHED)

    def approved(self):
        return self.filter(workflow_state=self.model.State.APPROVED)

    def checked(self):
        return self.filter(workflow_state=self.model.State.CHECKED)

    def of_call(self, call):
        """The reports that answer a call."""
        asked = call.requests.values("initiative")
        return self.filter(fiscal_year=call.fiscal_year, quarter=call.quarter, initiative__in=asked)

    def with_deadline(self):
        """With `asked_deadline`, the instant a call set for it, None when nothing was asked."""
        from pillars.models.requests import ReportRequest

        same = {name: OuterRef(name) for name in ("initiative", "fiscal_year", "quarter")}
        return self.annotate(
            asked_deadline=Subquery(ReportRequest.objects.filter(**same).values("deadline")[:1])
        )

    def to_approve(self, user):
        """Handed in where the person approves, by somebody else than the person and the holder of the duty."""
        mine = Q(pk__in=[])
        for duty in user.duties_today:
            if duty.role == Role.PROGRESS_APPROVER:
                place = Q(**{f"{LEAD}__startswith": duty.department.path}) if duty.department else Q()
                mine |= place & ~_signed_by(user.pk, duty.user_id)
        return self.filter(mine, workflow_state=self.model.State.SUBMITTED)

    def visible_to(self, user):
        """Published ones of visible initiatives; the rest for the department and the secretariat."""
        readable = Q(workflow_state=self.model.State.PUBLISHED) | led_by(user, LEAD)
        if user.is_secretariat:
            readable = Q(pk__isnull=False)
        return self.filter(readable, initiative__in=Initiative.objects.visible_to(user))

    def begun_by(self, today: date):
        """Those on a quarter that had begun on `today`."""
        ended = Q(fiscal_year__lt=dates.fiscal_year(today)) | Q(
            fiscal_year=dates.fiscal_year(today), quarter__lte=dates.quarter(today)
        )
        return self.filter(ended)

    def newest_by(self, today: date):
        """The newest report of each initiative on a quarter that had begun on `today`."""
        ordered = self.begun_by(today).order_by("initiative_id", "-fiscal_year", "-quarter")
        return ordered.distinct("initiative_id")

    def needing(self, user, today: date):
        """What waits for the person: drafts and returns to finish, submissions to approve, approvals to publish.

        Reports that were never begun are found by `Initiative.objects.needing`.
        """
        state = self.model.State
        mine = led_by(user, LEAD, (Role.PROGRESS_REPORTER,)) & Q(
            workflow_state__in=(state.DRAFT, state.RETURNED)
        )
        waiting = mine | Q(pk__in=self.model.objects.to_approve(user).values("pk"))
        if user.is_secretariat:
            waiting |= Q(workflow_state=state.APPROVED)
        running = self.filter(initiative__plan__status=Plan.Status.ACTIVE).with_deadline()
        return running.filter(waiting).select_related("initiative__plan", "initiative__lead_department")

    @transaction.atomic
    def publish_all(self, *, by, at=None, source="web") -> int:
        """Publish every checked report of the set; returns how many. A second caller waits, then finds none."""
        locked = self.checked().select_for_update(of=("self",))
        reports = list(locked.select_related("initiative__plan").order_by("fiscal_year", "quarter"))
        for report in reports:
            report.publish(by=by, at=at, source=source)
        return len(reports)


def _signed_by(*people) -> Q:
    return Q(submitted_by__isnull=False, submitted_by__in=people) | Q(
        submitted_for__isnull=False, submitted_for__in=people
    )
