"""Good practices: something that works in one department, told so that another can do it too (T10)."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, Follow, Role, User
from dxportal import dates
from dxportal.forms import claim_version
from dxportal.search import Pieces, search_text_for, similar_text_for
from dxportal.text import Confidentiality
from taskforce.models.ideas import Idea
from taskforce.models.pilots import Pilot
from taskforce.models.practice_sets import CONFIRM_MONTHS, GoodPracticeQuerySet, PracticeState, months_from
from taskforce.models.replications import ACTIVE, Replication


class GoodPractice(models.Model):
    """好事例: something that works in one department, told so that another can do it too."""

    followable = "practice"

    State = PracticeState

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
    pilot = models.ForeignKey(
        Pilot,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("もとの試行"),
        editable=False,
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
    returned_reason = models.CharField(_("書き直してほしい点"), max_length=300, blank=True, editable=False)
    archived_at = models.DateTimeField(_("しまった日時"), null=True, editable=False)
    archived_reason = models.CharField(_("しまったわけ"), max_length=300, blank=True, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    confidentiality = models.PositiveSmallIntegerField(
        _("情報の格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    search_text = models.TextField(editable=False, default="")
    similar_text = models.TextField(editable=False, default="")

    objects = GoodPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-moved_at", "-pk"]
        verbose_name = _("好事例")
        verbose_name_plural = _("好事例")
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="practice_search_trgm"),
            GinIndex(Pieces("similar_text"), name="practice_pieces"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "returned"]) | Q(published_at__isnull=False),
                name="practice_published_at",
            ),
            models.CheckConstraint(
                condition=Q(state="archived", archived_at__isnull=False) & ~Q(archived_reason="")
                | ~Q(state="archived") & Q(archived_at=None, archived_reason=""),
                name="practice_archived_with_reason",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = search_text_for(
            self.title, self.title_en, self.summary, self.summary_en, self.steps
        )
        self.similar_text = similar_text_for(self.title, self.title_en, self.summary, self.summary_en)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text", "similar_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("taskforce:practice", args=[self.pk])

    @property
    def history_key(self):
        return "practice", str(self.pk)

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_archived(self) -> bool:
        return self.state == self.State.ARCHIVED

    @property
    def is_told(self) -> bool:
        """Whether everybody may read it: it was published at some time."""
        return self.is_published or self.is_archived

    @property
    def confirm_due_on(self):
        """The day by which somebody should say that it is still right."""
        return months_from(self.confirmed_on, CONFIRM_MONTHS) if self.confirmed_on else None

    def is_unconfirmed(self, today) -> bool:
        return bool(self.is_published and self.confirm_due_on and self.confirm_due_on <= today)

    def request_to(self, user, today) -> str:
        """What the practice asks of a person who is `needing` it, as a few words."""
        if self.state == self.State.PROPOSED:
            return str(_("好事例を確かめて公開する"))
        if self.state == self.State.RETURNED:
            return str(_("戻された好事例を書き直す"))
        return str(_("好事例が今も正しいか確かめる"))

    # --- figures (need with_spread) ---------------------------------------------------------------------

    @property
    def adopters(self) -> list:
        """Replications in use, oldest first; the department of origin is not among them."""
        found = [r for r in self.spread if r.status in ACTIVE]
        return sorted(found, key=lambda r: (r.started_on, r.pk))

    @property
    def department_count(self) -> int:
        """Departments that use it, the one where it began included."""
        return 1 + len(self.adopters)

    @property
    def hours_saved_everywhere(self) -> Decimal:
        """Declared hours a year: where it began and wherever it is in use."""
        return sum((r.hours_saved or Decimal(0) for r in self.adopters), self.hours_saved or Decimal(0))

    @property
    def hours_planned(self) -> Decimal:
        """Hours a year expected by departments that plan to use it; they are no saving yet."""
        planned = (r.hours_saved for r in self.spread if r.status == Replication.Status.PLANNED)
        return sum((hours for hours in planned if hours), Decimal(0))

    def row_of(self, department_id):
        """The replication of a department, None without one."""
        return next((r for r in self.spread if r.department_id == department_id), None)

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
        return user.is_secretariat and not self.is_told

    def can_send_back(self, user) -> bool:
        return user.is_secretariat and self.state == self.State.PROPOSED

    def can_propose_again(self, user) -> bool:
        return self.state == self.State.RETURNED and self.can_edit(user)

    def can_confirm(self, user) -> bool:
        """「今も正しい」: the contact and everybody who may edit."""
        return self.is_published and (self.contact_id == user.pk or self.can_edit(user))

    def can_archive(self, user) -> bool:
        """Put away what is no longer right: as for confirming."""
        return self.can_confirm(user)

    def can_unarchive(self, user) -> bool:
        return self.is_archived and (self.contact_id == user.pk or self.can_edit(user))

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

    def _locked(self):
        """The same practice as it stands now, its row locked until the end of the transaction."""
        return GoodPractice.objects.select_for_update(of=("self",)).get(pk=self.pk)

    def _record(self, verb, *, by, at, ja, en, **details):
        summary = ja.replace("{practice}", f"「{self.title}」")
        summary_en = en.replace("{practice}", f"“{self.title_en or self.title}”")
        Activity.record(verb, self, by=by, at=at, summary=summary, summary_en=summary_en, **details)

    @classmethod
    @transaction.atomic
    def propose(cls, *, by, at=None, **fields):
        """A practice waiting for the secretariat; published at once when the secretariat writes it."""
        at = at or timezone.now()
        User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # a double click is one proposal
        same = {name: fields.get(name) for name in ("title", "department", "summary", "steps")}
        if twin := cls.objects.filter(proposed_by=by, **same).first():
            return twin
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
        before = self._locked()
        if before.is_told:
            raise ValidationError(_("もう公開されています。"), code="published")
        values = {"state": self.State.PUBLISHED, "published_at": at, "returned_reason": ""}
        self._set(**values, moved_at=at, confirmed_on=dates.today(at))
        self._record(
            "practice.published",
            by=by,
            at=at,
            ja="好事例{practice}が加わった",
            en="A new practice: {practice}",
        )

    @transaction.atomic
    def send_back(self, reason, *, by, at=None):
        """Ask who proposed it to write it again; the reason is what should change."""
        if not reason.strip():
            raise ValidationError(_("どこを直してほしいかを書いてください。"), code="required")
        if self._locked().state != self.State.PROPOSED:
            raise ValidationError(_("確認を待つ好事例ではありません。"), code="state")
        self._set(state=self.State.RETURNED, returned_reason=reason)
        self._record(
            "practice.returned",
            by=by,
            at=at or timezone.now(),
            reason=reason,
            ja="{practice}の書き直しを頼んだ",
            en="{practice} was sent back for rewriting",
        )

    @transaction.atomic
    def propose_again(self, *, by, at=None):
        if self._locked().state != self.State.RETURNED:
            raise ValidationError(_("書き直しを頼まれた好事例ではありません。"), code="state")
        self._set(state=self.State.PROPOSED, returned_reason="")
        self._record(
            "practice.proposed",
            by=by,
            at=at or timezone.now(),
            ja="好事例{practice}がまた寄せられた",
            en="{practice} was proposed again",
        )

    @transaction.atomic
    def archive(self, reason, *, by, at=None):
        """Take it out of the lists; the page stays readable at its address and says why."""
        at = at or timezone.now()
        if not reason.strip():
            raise ValidationError(_("しまうわけを書いてください。"), code="required")
        if not self._locked().is_published:
            raise ValidationError(_("公開中の好事例ではありません。"), code="state")
        self._set(state=self.State.ARCHIVED, archived_at=at, archived_reason=reason, moved_at=at)
        self._record(
            "practice.archived",
            by=by,
            at=at,
            reason=reason,
            ja="好事例{practice}をしまった",
            en="{practice} was archived",
        )

    @transaction.atomic
    def unarchive(self, *, by, at=None):
        """Back into the lists, confirmed as right today."""
        at = at or timezone.now()
        if not self._locked().is_archived:
            raise ValidationError(_("しまってある好事例ではありません。"), code="state")
        self._set(
            state=self.State.PUBLISHED,
            archived_at=None,
            archived_reason="",
            moved_at=at,
            confirmed_on=dates.today(at),
        )
        self._record(
            "practice.unarchived",
            by=by,
            at=at,
            ja="好事例{practice}をもとに戻した",
            en="{practice} was put back",
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
    def replicate(self, department, *, status, by, at=None, today=None, version=None, **fields):
        """「うちでもやる」: say how far a department is. The same department again changes its one row."""
        at = at or timezone.now()
        if department.pk == self.department_id:
            raise ValidationError(_("この部署から始まった事例です。"), code="origin")
        self._locked()
        row = self.replications.filter(department=department).first()
        if row is None and not self.is_published:
            raise ValidationError(_("公開中の好事例ではありません。"), code="state")
        row = row or Replication(practice=self, department=department)
        row.practice, before = self, row.status
        today = today or dates.today(at)
        changes = row.move_to(status, by=by, at=at, today=today, version=version, **fields)
        if changes:
            self._set(moved_at=at)
            row.tell(status if status != before else "", changes, by=by, at=at)
        return row
