"""Pilots: departments try an idea for a time and measure what it does (T9)."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, Role
from dxportal import dates
from dxportal.forms import claim_version
from dxportal.search import search_text_for
from taskforce.models.ideas import Idea
from taskforce.models.voices import IdeaStatus

DEPARTMENT_ROLES = (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)


class PilotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the ideas the person may read."""
        return self.filter(idea__in=Idea.objects.visible_to(user).filter(published_at__isnull=False))

    def running(self, today):
        return self.filter(decision="", ends_on__gte=today)

    def undecided(self, today):
        """Past the last day without a decision."""
        return self.filter(decision="", ends_on__lt=today)

    def decided(self):
        return self.exclude(decision="")

    def run_by(self, user):
        """The pilots the person keeps: of ideas he answers for, and of departments he reports or approves for."""
        places = Q(pk__in=[])
        for duty in user.duties_today:
            if duty.role in DEPARTMENT_ROLES and duty.department:
                places |= Q(departments__path__startswith=duty.department.path)
        kept = Pilot.objects.filter(Q(idea__in=Idea.objects.triaged_by(user)) | places)
        return self.visible_to(user).filter(pk__in=kept.values("pk"))

    def needing(self, user, today):
        """Pilots the person keeps that ended without a decision."""
        roles = (Role.SECRETARIAT, Role.TASKFORCE_LEAD, Role.TASKFORCE_MEMBER, *DEPARTMENT_ROLES)
        if user.is_expert or not user.has_role(*roles):
            return self.none()
        return self.run_by(user).undecided(today).select_related("idea")

    def about(self, q: str):
        """Those whose idea or question holds every word of `q`."""
        found = self
        for word in search_text_for(q).split():
            found = found.filter(Q(idea__search_text__contains=word) | Q(question__icontains=word))
        return found

    def counts(self, today) -> dict:
        """How many are `running`, are `waiting` for a decision, and were `spread`, in one query."""
        kinds = {
            "running": Q(decision="", ends_on__gte=today),
            "waiting": Q(decision="", ends_on__lt=today),
            "spread": Q(decision="spread"),
        }
        return self.aggregate(**{name: models.Count("pk", filter=kind) for name, kind in kinds.items()})

    def for_lists(self):
        """With idea, departments and what was measured, in two more queries."""
        return self.select_related("idea__department", "idea__group").prefetch_related(
            "departments", "measures"
        )


class Pilot(models.Model):
    """試行: departments try something from one day to another, to answer a question with measures before and after."""

    class Decision(models.TextChoices):
        SPREAD = "spread", _("広げる")
        EXTEND = "extend", _("もう一度試す")
        STOP = "stop", _("ここでやめる")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="pilots")
    departments = models.ManyToManyField(Department, related_name="pilots", verbose_name=_("試す部署"))
    starts_on = models.DateField(_("始める日"))
    ends_on = models.DateField(_("終える日"))
    people_count = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    question = models.TextField(_("確かめたいこと"), max_length=500)
    question_en = models.TextField(_("確かめたいこと(英語)"), max_length=500, blank=True)
    problems = models.TextField(_("うまくいかなかった点"), max_length=1000, blank=True)
    problems_en = models.TextField(_("うまくいかなかった点(英語)"), max_length=1000, blank=True)
    result = models.TextField(_("分かったこと"), max_length=1000, blank=True)
    result_en = models.TextField(_("分かったこと(英語)"), max_length=1000, blank=True)
    decision = models.CharField(_("決めたこと"), max_length=8, choices=Decision, blank=True)
    decision_text = models.TextField(_("決めたわけ"), max_length=1000, blank=True)
    decision_text_en = models.TextField(_("決めたわけ(英語)"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    continues = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="continued_by", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PilotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("試行")
        verbose_name_plural = _("試行")
        indexes = [models.Index(fields=["decision", "ends_on"], name="pilot_decision_end")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="pilot_ends_after_start"),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False), name="pilot_decided_at"
            ),
        ]

    def __str__(self):
        return f"{self.idea} {self.starts_on}"

    def get_absolute_url(self):
        return reverse("taskforce:pilot", args=[self.pk])

    @property
    def history_key(self):
        return "pilot", str(self.pk)

    @property
    def is_over(self) -> bool:
        """Ended with a decision; a pilot past its last day without one still waits for it."""
        return bool(self.decision)

    def is_waiting(self, today) -> bool:
        """Past the last day without a decision."""
        return not self.decision and self.ends_on < today

    # --- who may do what (permissions.md: pilots follow the rights over their idea) ------------------------

    def can_edit(self, user) -> bool:
        """Write what is measured: who answers the idea, reporters and approvers of the departments that try it; once
        it is decided, the secretariat alone mends the record."""
        if self.is_over:
            return user.is_secretariat
        places = self.departments.all()
        return self.idea.can_triage(user) or any(
            user.covers(role, place) for role in DEPARTMENT_ROLES for place in places
        )

    def can_decide(self, user) -> bool:
        return not self.is_over and self.idea.can_triage(user)

    # --- writing ------------------------------------------------------------------------------------------

    def _record(self, verb, *, by, at, **details):
        Activity.record(verb, self, by=by, at=at, label=str(self.idea), **details)

    @classmethod
    @transaction.atomic
    def start(cls, idea, *, by, departments, text="", at=None, continues=None, **fields):
        """Begin a pilot. The idea becomes 試行中 by an official answer unless it already is.

        The same question from the same day again (a double click) gives the pilot that is already there.
        """
        at = at or timezone.now()
        idea._locked()
        same = {"starts_on": fields["starts_on"], "question": fields["question"]}
        if twin := idea.pilots.filter(decision="", **same).first():
            return twin
        if idea.status != IdeaStatus.PILOTING:
            idea.answer(IdeaStatus.PILOTING, text or fields["question"], by=by, at=at)
        pilot = cls.objects.create(idea=idea, continues=continues, **fields)
        pilot.departments.set(departments)
        idea._set(moved_at=at)
        idea._record(
            "pilot.started",
            by=by,
            at=at,
            ja=f"{len(departments)}部署で{{idea}}の試行を始めた",
            en=f"A pilot of {{idea}} began in {len(departments)} departments",
        )
        pilot._record("pilot.opened", by=by, at=at, reason=pilot.question)
        return pilot

    @transaction.atomic
    def edit(self, *, by, version=None, at=None, departments=None, **values):
        """Change the given fields; history keeps before and after."""
        claim_version(self, self.version if version is None else version)
        changes = self._differences(values)
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=values.keys())
        if departments is not None:
            before = [place.name for place in self.departments.order_by("path")]
            self.departments.set(departments)
            after = [place.name for place in self.departments.order_by("path")]
            if before != after:
                changes["試す部署"] = ["、".join(before), "、".join(after)]
        if changes:
            self._record("pilot.edited", by=by, at=at or timezone.now(), changes=changes)

    def _differences(self, values) -> dict:
        with translation.override("ja"):
            fields = {name: self._meta.get_field(name) for name in values}
            return {
                str(fields[name].verbose_name): [_shown(getattr(self, name)), _shown(value)]
                for name, value in values.items()
                if getattr(self, name) != value
            }

    @transaction.atomic
    def measure(self, rows, *, by, gone=(), version=None, at=None):
        """Keep what was measured: unsaved or changed PilotMeasure `rows`, and those to take out."""
        claim_version(self, self.version if version is None else version)
        before = {row.pk: row.words for row in self.measures.all()}
        for row in gone:
            row.delete()
        for row in rows:
            row.pilot = self
            row.save()
        after = {row.pk: row.words for row in self.measures.all()}
        keys = [*before, *(key for key in after if key not in before)]
        changes = {
            (after.get(key) or before[key])[0]: [
                before.get(key, (None, None))[1],
                after.get(key, (None, None))[1],
            ]
            for key in keys
            if before.get(key) != after.get(key)
        }
        if changes:
            self._record("pilot.measured", by=by, at=at or timezone.now(), changes=changes)

    @transaction.atomic
    def end(self, *, decision, by, at=None, version=None, until=None, **texts):
        """Close the pilot with what was found and decided. What follows for the idea is a separate answer; 「もう一度
        試す」 begins the next pilot the day after, to its new last day `until`."""
        at = at or timezone.now()
        if Pilot.objects.select_for_update(of=("self",)).get(pk=self.pk).is_over:
            raise ValidationError(_("もう終わった試行です。"), code="over")
        if version is not None:
            claim_version(self, version)
        values = {**texts, "decision": decision, "decided_at": at}
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=values.keys())
        self.idea._set(moved_at=at)
        self.idea._record(
            "pilot.ended",
            by=by,
            at=at,
            reason=self.decision_text,
            ja="{idea}の試行を終えた",
            en="The pilot of {idea} ended",
        )
        with translation.override("ja"):
            changes = {"決めたこと": [None, self.get_decision_display()]}
        self._record("pilot.closed", by=by, at=at, reason=self.decision_text, changes=changes)
        return self._again(until, by=by, at=at) if decision == self.Decision.EXTEND and until else None

    def _again(self, until, *, by, at):
        """The pilot that goes on with the same question, departments and measures."""
        first = max(self.ends_on, dates.today(at)) + timedelta(days=1)
        words = {
            "question": self.question,
            "question_en": self.question_en,
            "people_count": self.people_count,
        }
        fields = {**words, "starts_on": first, "ends_on": max(until, first)}
        places = list(self.departments.all())
        following = Pilot.start(self.idea, by=by, at=at, departments=places, continues=self, **fields)
        names = ("order", "label", "label_en", "unit", "unit_en", "before")
        for row in self.measures.all():
            following.measures.create(**{name: getattr(row, name) for name in names})
        return following


class PilotMeasure(models.Model):
    """One thing measured before and after; either side may be missing."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="measures")
    order = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(_("測ったこと"), max_length=60)
    label_en = models.CharField(_("測ったこと(英語)"), max_length=100, blank=True)
    unit = models.CharField(_("単位"), max_length=12, blank=True)
    unit_en = models.CharField(_("単位(英語)"), max_length=20, blank=True)
    before = models.DecimalField(_("使う前"), max_digits=10, decimal_places=1, null=True, blank=True)
    after = models.DecimalField(_("使った後"), max_digits=10, decimal_places=1, null=True, blank=True)
    people = models.PositiveIntegerField(_("測った人数"), null=True, blank=True)
    note = models.CharField(_("変わり方"), max_length=60, blank=True)
    note_en = models.CharField(_("変わり方(英語)"), max_length=100, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("試行の測定")
        verbose_name_plural = _("試行の測定")

    def __str__(self):
        return self.label

    @property
    def change_percent(self) -> Decimal | None:
        """(after − before) ÷ before in percent; None without both sides or with a zero before."""
        if self.after is None or not self.before:
            return None
        return (self.after - self.before) / self.before * 100

    @property
    def words(self) -> tuple[str, str]:
        """The label, and the values as history keeps them: 95分→38分(42人) 研修1回."""
        sides = "→".join(
            "—" if side is None else f"{side.normalize():f}{self.unit}" for side in (self.before, self.after)
        )
        people = f"({self.people}人)" if self.people else ""
        return self.label, f"{sides}{people} {self.note}".strip()


def _shown(value):
    """A field value as history keeps it."""
    return None if value in (None, "") else str(value)
