"""Burden and effect (P9): once a quarter the departments an initiative touches say what it costs and what it gives.

Nobody can tell who said what (docs/adr, "Answers about burden and effect belong to nobody"). An answer knows no
person, no department and no time, and its number is random. While the round is open a keyed hash lets the person
change the answer; `seal` forgets the hash, mixes the rows and empties whatever may never be shown.
"""

import hashlib
import hmac
import random
import secrets
import uuid
from collections import defaultdict
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Activity, Department, User
from dxportal import dates
from pillars.models.base import Recorded
from pillars.models.initiatives import Initiative
from pillars.models.plan import Plan

SCALE = range(1, 6)


def new_salt() -> str:
    return secrets.token_hex(16)


def above(path: str) -> list[str]:
    """The path of a department and those of everything above it: MOFA/, MOFA/ASIA/, …"""
    codes = path.rstrip("/").split("/")
    return ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]


class PulseAudience(Recorded):
    """Whom an initiative asks, as its reporter chose; without a row it asks its related departments."""

    initiative = models.OneToOneField(
        Initiative, models.CASCADE, related_name="audience", verbose_name=_("施策"), editable=False
    )
    departments = models.ManyToManyField(Department, blank=True, related_name="+", verbose_name=_("聞く部署"))
    all_posts = models.BooleanField(_("すべての在外公館にも聞く"), default=False)

    class Meta:
        verbose_name = _("聞く部署")
        verbose_name_plural = _("聞く部署")

    def __str__(self):
        return str(self.initiative)

    def choose(self, departments, all_posts: bool, *, by):
        """Ask these departments from the next round on."""
        if not self.initiative.can_report(by):
            raise PermissionDenied
        before = self.words() if self.pk else ""
        with transaction.atomic():
            self.all_posts, self.version = all_posts, F("version") + 1 if self.pk else 1
            self.save()
            self.refresh_from_db()
            self.departments.set(departments)
            with override("ja"):
                changes = {_now("聞く部署"): [before, self.words()]}
                Activity.record("initiative.audience", self.initiative, by=by, changes=changes)

    def words(self) -> str:
        names = list(self.departments.order_by("path").values_list("name", flat=True))
        return "、".join([*names, *([_now("すべての在外公館")] if self.all_posts else [])])


class PulseRoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(plan__in=Plan.objects.visible_to(user))

    def open(self, today: date):
        return self.filter(sealed_at=None, opens_on__lte=today, closes_on__gte=today)

    def over(self, today: date):
        """Past their last day and not sealed yet."""
        return self.filter(sealed_at=None, closes_on__lt=today)

    def closing_soon(self, today: date):
        """Open rounds whose last day is one to seven days away: long enough for a reminder at every post."""
        return self.open(today).filter(closes_on__range=(today + dates.DAY, today + 7 * dates.DAY))

    def people_asked(self):
        """Active staff of the departments the rounds ask, and of everything below them."""
        here = PulseInvitation.objects.filter(round__in=self).annotate(
            path=models.ExpressionWrapper(OuterRef("department__path"), output_field=models.CharField())
        )
        return User.objects.active().filter(Exists(here.filter(path__startswith=F("department__path"))))

    def sealed(self):
        return self.exclude(sealed_at=None)

    def needing(self, user, today: date) -> list:
        """Open rounds that ask the person and have no answer yet, each with `asked`: its initiatives."""
        asked = defaultdict(list)
        for invitation in PulseInvitation.objects.asking(user, today):
            asked[invitation.round].append(invitation.initiative)
        keys = {
            round_: {round_.key(user, initiative) for initiative in initiatives}
            for round_, initiatives in asked.items()
        }
        wanted = set().union(*keys.values())
        answered = (
            set(PulseAnswer.objects.filter(key__in=wanted).values_list("key", flat=True)) if wanted else set()
        )
        for round_, initiatives in asked.items():
            round_.asked = initiatives
        return [round_ for round_ in asked if not keys[round_] & answered]


class PulseRound(models.Model):
    """One quarter's question to the departments of a plan."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="pulses", verbose_name=_("計画"))
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("四半期"))
    opens_on = models.DateField(_("始まる日"))
    closes_on = models.DateField(_("最後の日"))
    sealed_at = models.DateTimeField(_("締めた日時"), null=True, blank=True, editable=False)
    salt = models.CharField(max_length=32, default=new_salt, editable=False, blank=True)

    objects = PulseRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "-quarter"]
        verbose_name = _("負担と効果の聞き取り")
        verbose_name_plural = _("負担と効果の聞き取り")
        constraints = [
            models.UniqueConstraint(fields=["plan", "fiscal_year", "quarter"], name="pulse_quarter"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="pulse_quarter_1_to_4"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="pulse_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(sealed_at=None) | Q(salt=""), name="pulse_sealed_without_salt"
            ),
        ]

    def __str__(self):
        return f"{self.plan} {dates.format_quarter(self.fiscal_year, self.quarter)}"

    def get_absolute_url(self):
        return reverse("pillars:pulse", args=[self.plan.code])

    @property
    def history_key(self):
        return "plan", str(self.plan_id)

    @property
    def code(self) -> str:
        """2026Q2, as in addresses."""
        return f"{self.fiscal_year}Q{self.quarter}"

    def is_open(self, today: date) -> bool:
        return self.sealed_at is None and self.opens_on <= today <= self.closes_on

    def key(self, user, initiative) -> str:
        """The mark by which the person finds the own answer again while the round is open."""
        words = f"{self.salt}:{self.pk}:{initiative.pk}:{user.pk}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).hexdigest()

    # --- the way of a round --------------------------------------------------------------------------

    def begin(self, *, by, source="web"):
        """Ask every department the live initiatives of the plan touch. `by` is None for the timetable.

        Raises ValidationError when the quarter has been asked about already, or nobody is touched.
        """
        if by is not None and not by.is_secretariat:
            raise PermissionDenied
        if self.plan.pulses.filter(fiscal_year=self.fiscal_year, quarter=self.quarter).exists():
            raise ValidationError(_now("この四半期はもう聞いています。"), code="twice")
        with transaction.atomic():
            self.save(force_insert=True)
            invitations = [
                PulseInvitation(round=self, initiative=initiative, department=department)
                for initiative, departments in touched(self.plan)
                for department in departments
            ]
            if not invitations:
                raise ValidationError(_now("聞く部署のある施策がありません。"), code="nobody")
            PulseInvitation.objects.bulk_create(invitations, batch_size=2000)
            self._told("pulse.opened", by, source)

    def seal(self, *, by, source="web"):
        """Close for good: nobody can answer or change any more, and nothing leads from an answer to a person.

        Blank answers go. A group of fewer than PULSE_MINIMUM_ANSWERS keeps its number and nothing else; headquarters
        and posts stay apart only where both are large enough. All rows are written anew, in an order of chance and
        in one transaction.
        """
        if by is not None and not by.is_secretariat:
            raise PermissionDenied
        with transaction.atomic():
            if PulseRound.objects.select_for_update().get(pk=self.pk).sealed_at:
                return
            groups = defaultdict(list)
            for answer in self.answers.exclude(burden=None):
                groups[answer.initiative_id].append(answer)
            kept = [fresh for answers in groups.values() for fresh in map(forgotten, lessened(answers))]
            random.SystemRandom().shuffle(kept)
            self.answers.all().delete()
            PulseAnswer.objects.bulk_create(kept, batch_size=2000)
            self.sealed_at, self.salt = timezone.now(), ""
            self.save(update_fields=["sealed_at", "salt"])
            self._told("pulse.sealed", by, source)

    def _told(self, verb, by, source):
        with override("ja"):
            label = dates.format_quarter(self.fiscal_year, self.quarter)
            Activity.record(verb, self, by=by, source=source, label=f"{self.plan.name} {label}")

    def take(self, answers: dict, *, by, today: date):
        """Keep one person's answers: {initiative: {burden, effect, hours_taken, hours_given, words}}, blank or filled.

        Deliberately without an Activity. Raises ValidationError when the round is over, PermissionDenied for an
        initiative that does not ask this person's department.
        """
        if not self.is_open(today):
            raise ValidationError(_now("聞き取りは終わりました。"), code="over")
        asked = {i.initiative_id: i.department for i in PulseInvitation.objects.asking(by, today, self)}
        if not answers or any(initiative.pk not in asked for initiative in answers):
            raise PermissionDenied
        place = Place.POST if by.department.is_post else Place.HEADQUARTERS
        rows = [
            PulseAnswer(round=self, initiative=initiative, place=place, key=self.key(by, initiative), **said)
            for initiative, said in answers.items()
        ]
        with transaction.atomic():
            turnout = PulseTurnout.of(self, by.department)
            if not PulseAnswer.objects.filter(key__in=[row.key for row in rows]).exists():
                turnout.people += 1
                turnout.save(update_fields=["people"])
            fields = ["burden", "effect", "hours_taken", "hours_given", "words"]
            PulseAnswer.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["key"], update_fields=fields
            )

    def own_answers(self, user, initiatives) -> dict:
        """What the person has said so far, by initiative number; empty once the round is sealed."""
        keys = {self.key(user, initiative): initiative.pk for initiative in initiatives}
        return {keys[answer.key]: answer for answer in self.answers.filter(key__in=keys)}


def touched(plan):
    """(initiative, departments it asks) for every live initiative of the plan."""
    posts = list(Department.objects.active().posts())
    related = plan.initiatives.live().select_related("audience")
    for initiative in related.prefetch_related("related_departments", "audience__departments"):
        audience = getattr(initiative, "audience", None)
        chosen = audience.departments if audience else initiative.related_departments
        departments = {d for d in chosen.all() if d.is_active}
        if audience and audience.all_posts:
            departments.update(posts)
        yield initiative, departments


def lessened(answers: list) -> list:
    """The answers of one initiative without what may never be shown of them."""
    least = settings.PULSE_MINIMUM_ANSWERS
    places = [sum(answer.place == place for answer in answers) for place in Place.values]
    for answer in answers:
        if len(answers) < least:
            answer.burden = answer.effect = answer.hours_taken = answer.hours_given = None
            answer.words = answer.place = ""
        elif min(places) < least:
            answer.place = ""
    return answers


def forgotten(answer):
    """The same answer as a new row that nothing leads to."""
    answer.pk, answer.key = uuid.uuid4(), None
    answer._state.adding = True
    return answer


class PulseInvitationQuerySet(models.QuerySet):
    def asking(self, user, today: date, round=None):
        """Invitations of open rounds to the person's department or one above it, one for each visible initiative."""
        if user.department_id is None or not user.is_active:
            return self.none()
        found = self.filter(
            round__in=PulseRound.objects.open(today),
            department__path__in=above(user.department.path),
            initiative__in=Initiative.objects.visible_to(user),
        )
        found = found.filter(round=round) if round else found
        one_each = found.order_by("round_id", "initiative_id", "department__path").distinct(
            "round_id", "initiative_id"
        )
        return one_each.select_related("round__plan", "initiative__objective__pillar", "department")


class PulseInvitation(models.Model):
    """A department that is asked about an initiative in a round."""

    round = models.ForeignKey(PulseRound, models.CASCADE, related_name="invitations")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+", verbose_name=_("施策"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("聞く部署"))

    objects = PulseInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("聞く部署")
        verbose_name_plural = _("聞く部署")
        constraints = [
            models.UniqueConstraint(fields=["round", "initiative", "department"], name="pulse_asked_once"),
        ]

    def __str__(self):
        return f"{self.round} {self.initiative} {self.department}"


class PulseTurnout(models.Model):
    """How many people of a department have answered in a round; never who."""

    round = models.ForeignKey(PulseRound, models.CASCADE, related_name="turnouts")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("部署"))
    people = models.PositiveIntegerField(_("答えた人数"), default=0)

    class Meta:
        verbose_name = _("答えた人数")
        verbose_name_plural = _("答えた人数")
        constraints = [models.UniqueConstraint(fields=["round", "department"], name="pulse_turnout")]

    def __str__(self):
        return f"{self.round} {self.department} {self.people}"

    @classmethod
    def of(cls, round_, department):
        """The locked row of the department, so that two answers of one person count once."""
        cls.objects.bulk_create([cls(round=round_, department=department)], ignore_conflicts=True)
        return cls.objects.select_for_update().get(round=round_, department=department)


class Place(models.TextChoices):
    HEADQUARTERS = "hq", _("本省")
    POST = "post", _("在外公館")


class PulseAnswer(models.Model):
    """What somebody said about one initiative. No person, no department, no time, and a random number.

    burden and effect are 1 to 5, hours are hours a month. Both are empty in a blank answer and, after sealing, in an
    answer of a group too small to be shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(PulseRound, models.CASCADE, related_name="answers")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    place = models.CharField(max_length=4, choices=Place, blank=True)
    burden = models.PositiveSmallIntegerField(_("負担"), null=True, blank=True)
    effect = models.PositiveSmallIntegerField(_("効果"), null=True, blank=True)
    hours_taken = models.DecimalField(
        _("月にかかる時間"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    hours_given = models.DecimalField(
        _("月に浮く時間"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    words = models.CharField(_("現場のひとこと"), max_length=200, blank=True)
    key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        ordering = ["id"]  # random: the order tells nothing
        verbose_name = _("負担と効果の回答")
        verbose_name_plural = _("負担と効果の回答")
        constraints = [
            models.CheckConstraint(
                condition=Q(burden=None, effect=None)
                | Q(burden__gte=1, burden__lte=5, effect__gte=1, effect__lte=5),
                name="pulse_answer_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(hours_taken=None) | Q(hours_taken__gte=0), name="pulse_hours_taken"
            ),
            models.CheckConstraint(
                condition=Q(hours_given=None) | Q(hours_given__gte=0), name="pulse_hours_given"
            ),
        ]
        indexes = [models.Index(fields=["initiative", "round"], name="pulse_answer_of")]

    def __str__(self):
        return str(self.id)
