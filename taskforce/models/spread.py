"""Good practices, and which department learnt them from which (T10–T12)."""

from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, Follow, Role, User
from dxportal import dates
from dxportal.forms import claim_version
from dxportal.search import SearchQuerySet, search_text_for
from dxportal.text import Confidentiality
from taskforce.models.ideas import Idea


def standing_on(found, at, day: str) -> dict:
    """What `standing` tells of one moment from (published_at, hours, uses) of every practice."""
    known = [hours for published_at, hours, _uses in found if published_at and published_at < at]
    uses = [use for _at, _hours, uses in found for use in uses]
    uses = [use for use in uses if use["since"] <= day and (use["until"] is None or use["until"] > day)]
    hours = [*known, *(use["hours"] and Decimal(str(use["hours"])) for use in uses)]
    return {
        "practices": len(known),
        "departments": len({use["place"] for use in uses}),
        "hours": sum((part for part in hours if part), Decimal(0)),
    }


class GoodPracticeQuerySet(SearchQuerySet):
    def published(self):
        return self.filter(state=GoodPractice.State.PUBLISHED)

    def visible_to(self, user):
        """Published practices, and those one has proposed; experts only where invited (scope practice:12)."""
        shown = Q(state=GoodPractice.State.PUBLISHED)
        if user.is_expert:
            scopes = [d.scope[9:] for d in user.duties_today if d.scope.startswith("practice:")]
            shown &= Q(pk__in=[s for s in scopes if s.isdigit()])
        elif user.is_secretariat:
            return self
        return self.filter(shown | Q(proposed_by=user))

    def needing(self, user, today):
        """Proposals waiting for the secretariat to publish them."""
        return self.filter(state=GoodPractice.State.PROPOSED) if user.is_secretariat else self.none()

    def spreading(self, since, until):
        """Practices a department began to use in the time, most first: `.users`, `.newcomers`, `.newest_name`."""
        active = Q(replications__status__in=Replication.ACTIVE)
        recent = active & Q(replications__started_on__range=(since, until))
        newest = Replication.objects.in_use().filter(practice=OuterRef("pk")).order_by("-started_on", "-pk")
        counted = self.annotate(
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
        found = list(self.order_by().values_list("published_at", "hours_saved", listed))
        return [standing_on(found, at, day.isoformat()) for at, day in moments]

    def with_users_counted(self):
        """Adds `used`: how many departments use it beside the one where it began."""
        return self.annotate(
            used=Count("replications", filter=Q(replications__status__in=Replication.ACTIVE))
        )

    def with_spread(self):
        """Each practice with `.spread`: its replications with department and teacher, in one more query."""
        rows = Replication.objects.select_related("department", "learnt_from")
        return self.prefetch_related(Prefetch("replications", rows, "spread"))


class GoodPractice(models.Model):
    """好事例: something that works in one department, told so that another can do it too."""

    followable = "practice"

    class State(models.TextChoices):
        PROPOSED = "proposed", _("確認待ち")
        PUBLISHED = "published", _("公開")

    title = models.CharField(_("題名"), max_length=80)
    title_en = models.CharField(_("題名(英語)"), max_length=120, blank=True)
    summary = models.TextField(_("何がよくなったか"), max_length=500)
    summary_en = models.TextField(_("何がよくなったか(英語)"), max_length=800, blank=True)
    steps = models.TextField(_("手順(1行に1つ)"), max_length=2000)
    steps_en = models.TextField(_("手順(英語)"), max_length=3000, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="practices", verbose_name=_("始めた部署")
    )
    started_on = models.DateField(_("始めた日"))
    contact = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="practices_as_contact",
        verbose_name=_("聞く相手"),
    )
    hours_saved = models.DecimalField(
        _("減った時間(1年に何時間)"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    hours_method = models.CharField(_("減った時間の数え方"), max_length=200, blank=True)
    hours_method_en = models.CharField(_("減った時間の数え方(英語)"), max_length=300, blank=True)
    idea = models.ForeignKey(
        Idea,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("もとのアイデア"),
    )
    pillar = models.ForeignKey(
        "pillars.Pillar",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("柱"),
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED, editable=False)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="proposed_practices", editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    confirmed_on = models.DateField(_("今も正しいと確かめた日"), null=True, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    confidentiality = models.PositiveSmallIntegerField(
        _("情報の格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    search_text = models.TextField(editable=False, default="")

    objects = GoodPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-moved_at", "-pk"]
        verbose_name = _("好事例")
        verbose_name_plural = _("好事例")
        indexes = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="practice_search_trgm")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(published_at__isnull=False), name="practice_published_at"
            )
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = search_text_for(
            self.title, self.title_en, self.summary, self.summary_en, self.steps
        )
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("taskforce:practice", args=[self.pk])

    @property
    def history_key(self):
        return "practice", str(self.pk)

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    # --- figures (need with_spread) ---------------------------------------------------------------------

    @property
    def adopters(self) -> list:
        """Replications in use, oldest first; the department of origin is not among them."""
        found = [r for r in self.spread if r.status in Replication.ACTIVE]
        return sorted(found, key=lambda r: (r.started_on, r.pk))

    @property
    def department_count(self) -> int:
        """Departments that use it, the one where it began included."""
        return 1 + len(self.adopters)

    @property
    def hours_saved_everywhere(self) -> Decimal:
        """Declared hours a year: where it began and wherever it is in use."""
        return sum((r.hours_saved or Decimal(0) for r in self.adopters), self.hours_saved or Decimal(0))

    # --- who may do what (permissions.md) -----------------------------------------------------------------

    @staticmethod
    def can_propose(user) -> bool:
        roles = (
            Role.SECRETARIAT,
            Role.TASKFORCE_LEAD,
            Role.PROGRESS_REPORTER,
            Role.PROGRESS_APPROVER,
            Role.SUPPORT_EXPERT,
        )
        return user.has_role(*roles)

    def can_edit(self, user) -> bool:
        """The secretariat; who proposed it; reporters, approvers of its department; the lead of the idea's group."""
        if user.is_secretariat or self.proposed_by_id == user.pk:
            return True
        if any(
            user.covers(role, self.department) for role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)
        ):
            return True
        return bool(self.idea and self.idea.group and self.idea.group.is_led_by(user))

    def can_publish(self, user) -> bool:
        return user.is_secretariat and not self.is_published

    def can_confirm(self, user) -> bool:
        """「今も正しい」: the contact and everybody who may edit."""
        return self.is_published and (self.contact_id == user.pk or self.can_edit(user))

    def can_replicate(self, user, department) -> bool:
        """「うちでもやる」 for one's own department; reporters and approvers for theirs; the secretariat for any."""
        if not self.is_published or department is None or user.is_expert:
            return False
        roles = (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)
        return (
            user.is_secretariat
            or department == user.department
            or any(user.covers(r, department) for r in roles)
        )

    def people_to_tell(self, activity):
        """Contact and followers, and the author of the idea it came from, without who did it."""
        author = Q(pk=self.idea.author_id) if self.idea else Q(pk__in=[])
        followers = Q(pk__in=Follow.objects.of(self).values("user"))
        return (
            User.objects.active()
            .filter(Q(pk=self.contact_id) | author | followers)
            .exclude(pk=activity.actor_id)
        )

    # --- writing ------------------------------------------------------------------------------------------

    def _set(self, **values):
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=values.keys())

    def _record(self, verb, *, by, at, ja, en, **details):
        summary = ja.replace("{practice}", f"「{self.title}」")
        summary_en = en.replace("{practice}", f"“{self.title_en or self.title}”")
        Activity.record(verb, self, by=by, at=at, summary=summary, summary_en=summary_en, **details)

    @classmethod
    @transaction.atomic
    def propose(cls, *, by, at=None, **fields):
        """A practice waiting for the secretariat; published at once when the secretariat writes it."""
        at = at or timezone.now()
        practice = cls.objects.create(proposed_by=by, moved_at=at, **fields)
        practice._record(
            "practice.proposed",
            by=by,
            at=at,
            ja="好事例{practice}が寄せられた",
            en="A practice was proposed: {practice}",
        )
        if by.is_secretariat:
            practice.publish(by=by, at=at)
        return practice

    @transaction.atomic
    def publish(self, *, by, at=None):
        at = at or timezone.now()
        if self.is_published:
            raise ValidationError(_("もう公開されています。"), code="published")
        self._set(state=self.State.PUBLISHED, published_at=at, moved_at=at, confirmed_on=dates.today(at))
        self._record(
            "practice.published",
            by=by,
            at=at,
            ja="好事例{practice}が加わった",
            en="A new practice: {practice}",
        )

    @transaction.atomic
    def edit(self, *, by, version=None, at=None, **texts):
        """Change the given fields; history keeps before and after."""
        changed = {name: value for name, value in texts.items() if getattr(self, name) != value}
        fields = self._meta.get_field
        with translation.override("ja"):
            changes = {
                str(fields(name).verbose_name): [str(getattr(self, name) or ""), str(value or "")]
                for name, value in changed.items()
            }
        claim_version(self, self.version if version is None else version)
        if changed:
            self._set(**changed)
        if changes:
            at = at or timezone.now()
            self._record(
                "practice.edited",
                by=by,
                at=at,
                changes=changes,
                ja="好事例{practice}を直した",
                en="Edited: {practice}",
            )

    @transaction.atomic
    def confirm(self, *, by, today, at=None):
        """Somebody who knows says it is still right today."""
        changes = {"今も正しいと確かめた日": [self.confirmed_on, today]}
        self._set(confirmed_on=today)
        self._record(
            "practice.confirmed",
            by=by,
            at=at or timezone.now(),
            changes=changes,
            ja="{practice}は今も正しいと確かめた",
            en="{practice} was confirmed as still right",
        )

    @transaction.atomic
    def replicate(self, department, *, status, by, at=None, today=None, **fields):
        """「うちでもやる」: say how far a department is. The same department again changes its one row."""
        at = at or timezone.now()
        if department.pk == self.department_id:
            raise ValidationError(_("この部署から始まった事例です。"), code="origin")
        GoodPractice.objects.select_for_update(of=("self",)).get(pk=self.pk)
        row = self.replications.filter(department=department).first() or Replication(
            practice=self, department=department
        )
        before = row.status
        row.move_to(status, by=by, at=at, today=today or dates.today(at), **fields)
        self._set(moved_at=at)
        if status != before:
            row.tell(by=by, at=at, before=before)
        return row


class ReplicationQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(status__in=Replication.ACTIVE)

    def taught_by(self, departments) -> dict:
        """{department id: number of departments that learnt from it}, only those that taught any."""
        taught = self.in_use().filter(learnt_from__in=departments).values("learnt_from")
        return {row["learnt_from"]: row["n"] for row in taught.annotate(n=Count("department", distinct=True))}

    def hours(self) -> Decimal:
        return self.in_use().aggregate(total=Sum("hours_saved"))["total"] or Decimal(0)


class Replication(models.Model):
    """One department doing what another showed it. Departments only: never a ranking of people."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("やるつもり")
        STARTED = "started", _("使い始めた")
        IN_USE = "in_use", _("使い続けている")
        STOPPED = "stopped", _("やめた")

    ACTIVE = (Status.STARTED, Status.IN_USE)

    practice = models.ForeignKey(GoodPractice, models.CASCADE, related_name="replications")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="replications", verbose_name=_("部署")
    )
    status = models.CharField(_("どこまで"), max_length=8, choices=Status, default="")
    learnt_from = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taught_replications",
        verbose_name=_("教わった部署"),
    )
    started_on = models.DateField(_("使い始めた日"), null=True, blank=True)
    stopped_on = models.DateField(_("やめた日"), null=True, blank=True)
    hours_saved = models.DecimalField(
        _("減った時間(1年に何時間)"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    note = models.CharField(_("ひとこと"), max_length=200, blank=True)
    note_en = models.CharField(_("ひとこと(英語)"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="replications")
    at = models.DateTimeField(default=timezone.now)

    objects = ReplicationQuerySet.as_manager()

    class Meta:
        ordering = ["started_on", "pk"]
        verbose_name = _("横展開")
        verbose_name_plural = _("横展開")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "department"], name="replication_once_per_department"
            ),
            models.CheckConstraint(
                condition=~Q(department=F("learnt_from")), name="replication_not_from_itself"
            ),
            models.CheckConstraint(
                condition=Q(status="planned") | Q(started_on__isnull=False), name="replication_started_on"
            ),
        ]

    def __str__(self):
        return f"{self.department} {self.get_status_display()}"

    def move_to(self, status, *, by, at, today, **fields):
        """Called by GoodPractice.replicate. Fills the day of the step when it was not given."""
        for name, value in fields.items():
            setattr(self, name, value)
        self.status, self.by, self.at = status, by, at
        if status != self.Status.PLANNED:
            self.started_on = self.started_on or today
        self.stopped_on = (self.stopped_on or today) if status == self.Status.STOPPED else None
        self.save()

    WORDS = {
        "planned": ("{department}が{practice}をやることにした", "{department} plans to use {practice}"),
        "started": ("{department}が{practice}を使い始めた", "{department} started using {practice}"),
        "in_use": ("{department}が{practice}を使い続けている", "{department} keeps using {practice}"),
        "stopped": ("{department}が{practice}をやめた", "{department} stopped using {practice}"),
    }

    def tell(self, *, by, at, before):
        """Leave the Activity of a new step on the practice."""
        ja, en = self.WORDS[self.status]
        name, name_en = self.department.name, self.department.name_en or self.department.name
        self.practice._record(
            f"replication.{self.status}",
            by=by,
            at=at,
            ja=ja.replace("{department}", name),
            en=en.replace("{department}", name_en),
            changes={name: [before or None, self.status]},
        )
