"""The reporting call 報告依頼: who is asked to report on a quarter, until when, and when the answers are published.

A call asks initiatives by rows, so "at most one call of a quarter" is a constraint, a post's own deadline has a place,
and who was asked stays known when the plan changes later.
"""

import uuid
from datetime import date, datetime

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, Duty, Role, User
from dxportal import dates
from dxportal.forms import claim_version
from pillars import calendar
from pillars.models.base import Recorded
from pillars.models.initiatives import Initiative
from pillars.models.plan import Pillar, Plan
from pillars.models.reporting import ProgressReport
from pillars.models.requests import ReportRequest, count_by_call, written


class ReportingCallQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def with_counts(self):
        """With `asked` and `answered`, the numbers of current requests and of reports that were handed in."""
        requests = ReportRequest.objects.current().filter(call=OuterRef("pk"))
        answered = requests.filter(Exists(written().exclude(workflow_state__in=ProgressReport.IN_HAND)))
        return self.annotate(asked=count_by_call(requests), answered=count_by_call(answered))

    def to_publish(self, at: datetime):
        """Calls whose day of publication has come: from nine in the morning in Tokyo."""
        tokyo = at.astimezone(dates.TOKYO)
        day = tokyo.date() if tokyo.time() >= calendar.PUBLISHING_TIME else tokyo.date() - calendar.DAY
        return self.filter(publish_on__lte=day)


@pghistory.track()
class ReportingCall(Recorded):
    class Scope(models.TextChoices):
        PLAN = "plan", _("計画の全体")
        PILLARS = "pillars", _("選んだ柱")
        DEPARTMENTS = "departments", _("選んだ部署")
        INITIATIVES = "initiatives", _("選んだ施策")

    key = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False
    )  # of the form, so that a second press is known
    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="calls", verbose_name=_("計画"), editable=False
    )
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("四半期"))
    scope = models.CharField(_("範囲"), max_length=12, choices=Scope, default=Scope.PLAN)
    pillars = models.ManyToManyField(Pillar, blank=True, related_name="+", verbose_name=_("柱"))
    departments = models.ManyToManyField(Department, blank=True, related_name="+", verbose_name=_("部署"))
    title = models.CharField(_("件名"), max_length=100, blank=True)
    note = models.TextField(_("報告する人へのことば"), blank=True)
    opened_at = models.DateTimeField(_("依頼した日時"), default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    deadline = models.DateTimeField(_("締切"))
    publish_on = models.DateField(_("公開する日"), null=True, blank=True)
    closed_at = models.DateTimeField(_("締め切った日時"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("最後に知らせた日時"), null=True, blank=True)
    reminded_people = models.PositiveSmallIntegerField(_("知らせた人数"), default=0)

    objects = ReportingCallQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "-quarter", "-opened_at"]
        verbose_name = _("報告依頼")
        verbose_name_plural = _("報告依頼")
        constraints = [
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="call_quarter_1_to_4"),
            models.CheckConstraint(
                condition=Q(deadline__gt=F("opened_at")), name="call_deadline_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="call_closed_after_opening",
            ),
        ]

    def __str__(self):
        return self.title or dates.format_quarter(self.fiscal_year, self.quarter)

    def get_absolute_url(self):
        return reverse("pillars:call", args=[self.pk])

    @property
    def history_key(self):
        return "call", str(self.pk)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def opened_on(self) -> date:
        return dates.today(self.opened_at)

    @property
    def deadline_on(self) -> date:
        """The day of the deadline in Tokyo."""
        return dates.today(self.deadline)

    @staticmethod
    def can_manage(user) -> bool:
        """Open, close, remind: the secretariat (permissions.md)."""
        return user.is_secretariat

    def _require(self, by):
        if by is not None and not self.can_manage(by):
            raise PermissionDenied

    # --- opening ------------------------------------------------------------------------------------

    def in_scope(self, *, pillars=(), departments=(), initiatives=()):
        """Initiatives a call of this plan and quarter would ask: live, begun, chosen, and not asked already."""
        begun = Q(starts_on=None) | Q(starts_on__lte=dates.quarter_end(self.fiscal_year, self.quarter))
        asked = ReportRequest.objects.filter(fiscal_year=self.fiscal_year, quarter=self.quarter)
        found = (
            Initiative.objects.live().filter(begun, plan=self.plan).exclude(pk__in=asked.values("initiative"))
        )
        chosen = {
            self.Scope.PLAN: Q(),
            self.Scope.PILLARS: Q(objective__pillar__in=pillars),
            self.Scope.DEPARTMENTS: _below(departments),
            self.Scope.INITIATIVES: Q(pk__in=[initiative.pk for initiative in initiatives]),
        }
        return found.filter(chosen[self.scope]).select_related("lead_department")

    def open(self, *, by, source="web", **chosen) -> int:
        """Ask; returns how many initiatives. `chosen` is pillars, departments or initiatives as the scope says.

        `by` is None for the timetable. Raises ValidationError when nobody is left to ask. A key that is known already
        opens nothing a second time: `self.pk` then is the call that was opened first.
        """
        self._require(by)
        with transaction.atomic():
            Plan.objects.select_for_update().get(pk=self.plan_id)  # one opening at a time
            if first := ReportingCall.objects.filter(key=self.key).first():
                self.pk = first.pk
                return first.requests.count()
            asked = list(self.in_scope(**chosen))
            if not asked:
                raise ValidationError(_now("依頼する施策が残っていません。範囲か四半期を変えてください。"))
            self.opened_by = by
            self.save(force_insert=True)
            self.pillars.set(chosen.get("pillars", ()))
            self.departments.set(chosen.get("departments", ()))
            ReportRequest.objects.bulk_create(ReportRequest.of(self, initiative) for initiative in asked)
            Activity.record("call.opened", self, by=by, source=source, changes=self._told(len(asked)))
        return len(asked)

    def _told(self, number: int) -> dict:
        return {self.plan.initiative_label: [None, number], "締切": [None, _in_tokyo(self.deadline)]}

    # --- later --------------------------------------------------------------------------------------

    @transaction.atomic
    def move_deadline(
        self, deadline: datetime, *, reason: str, by, version: int, publish_on: date | None = None
    ):
        """Set a new deadline, for posts as well. Raises ValidationError without a reason or for an instant before the
        opening, StaleVersion when somebody changed the call since `version`."""
        self._require(by)
        if not reason.strip():
            raise ValidationError({"reason": _now("締切を変えるわけを書いてください。")})
        if deadline <= self.opened_at:
            raise ValidationError({"deadline": _now("締切は、依頼した日時より後にしてください。")})
        claim_version(self, version)
        before, self.deadline, self.publish_on = self.deadline, deadline, publish_on
        self.save(update_fields=["deadline", "publish_on"])
        requests = list(self.requests.select_related("initiative__lead_department"))
        for request in requests:
            request.deadline = self.deadline_for(request.initiative)
        ReportRequest.objects.bulk_update(requests, ["deadline"])
        changes = {"締切": [_in_tokyo(before), _in_tokyo(deadline)]}
        Activity.record("call.deadline_moved", self, by=by, reason=reason, changes=changes)

    def deadline_for(self, initiative) -> datetime:
        """Tokyo's deadline, or the later one of the post that leads the initiative."""
        return calendar.local_deadline(self.opened_on, self.deadline, initiative.lead_department)

    def close(self, *, by, at: datetime | None = None):
        """Ask no longer: nobody is reminded, nothing new is begun. What was begun can still be finished."""
        self._set_closed(at or timezone.now(), "call.closed", by)

    def reopen(self, *, by):
        self._set_closed(None, "call.reopened", by)

    @transaction.atomic
    def _set_closed(self, at, verb, by):
        self._require(by)
        changed = ReportingCall.objects.filter(pk=self.pk, closed_at__isnull=at is not None)
        if changed.update(closed_at=at, version=F("version") + 1):
            self.refresh_from_db(fields=["closed_at", "version"])
            Activity.record(verb, self, by=by)

    @transaction.atomic
    def remind(self, *, by, at: datetime | None = None) -> int:
        """Ask for a mail to the reporters of what is missing; returns how many people. Raises ValidationError when the
        call is closed, nothing is missing, or it was done already today (Tokyo)."""
        self._require(by)
        at = at or timezone.now()
        locked = ReportingCall.objects.select_for_update().get(pk=self.pk)
        if not locked.is_open:
            raise ValidationError(_now("締め切った依頼では知らせません。再開してから知らせてください。"))
        if locked.reminded_at and dates.today(locked.reminded_at) == dates.today(at):
            raise ValidationError(_now("きょうはもう知らせました。1人に1日1通までです。"))
        people = self.people_missing(dates.today(at))
        if not people:
            raise ValidationError(_now("知らせる相手がいません。"))
        self.reminded_at, self.reminded_people = at, len(people)
        self.save(update_fields=["reminded_at", "reminded_people"])
        Activity.record("call.reminded", self, by=by, changes={"知らせた人": [None, len(people)]})
        return len(people)

    def people_missing(self, today: date) -> dict[int, User]:
        """{user id: reporter} for everything the call still waits for from departments."""
        departments = Department.objects.filter(
            pk__in=self.requests.unanswered().values("initiative__lead_department")
        )
        return {
            user.pk: user
            for found in reporters_of(departments, today).values()
            for user in found
            if user.is_active
        }

    def publish(self, *, by, at: datetime | None = None) -> int:
        """Publish every report of the call that was checked; returns how many. `by` is None on the day that was set."""
        self._require(by)
        return ProgressReport.objects.of_call(self).publish_all(by=by, at=at)

    def can_begin(self, initiative) -> bool:
        return self.is_open and self.requests.filter(initiative=initiative).exists()


def _below(departments) -> Q:
    found = Q(pk__in=[])
    for department in departments:
        found |= Q(lead_department__path__startswith=department.path)
    return found


def _in_tokyo(at: datetime) -> str:
    return at.astimezone(dates.TOKYO).strftime("%Y-%m-%d %H:%M")


def reporters_of(departments, today: date, role=Role.PROGRESS_REPORTER) -> dict[int, list[User]]:
    """{department id: people who report for it on the Tokyo date}: own duties before wider ones, two queries."""
    duties = list(Duty.objects.on(today).of_role(role).select_related("department", "user"))
    duties.sort(key=lambda duty: -len(duty.department.path) if duty.department else 0)
    return {place.pk: [duty.user for duty in duties if duty.covers(place)] for place in departments}
