"""Calls for members: a group asks, staff apply with a line, the lead answers each with a word (T4)."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal import dates
from dxportal.forms import claim_version
from taskforce.models.groups import WorkingGroup, groups_led


class MemberCallQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_on=None)

    def taking(self, today):
        """Calls somebody can apply to on the date `today`."""
        return self.open().filter(opens_on__lte=today, closes_on__gte=today)

    def with_places_taken(self):
        """Each call with `.taken`, the number of people accepted."""
        accepted = Q(applications__state=Application.State.ACCEPTED)
        return self.annotate(taken=Count("applications", filter=accepted))


class MemberCall(models.Model):
    """募集: one call of a group, open from a day to a day, for so many places."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="calls", verbose_name=_("グループ"))
    text = models.TextField(_("頼みたいこと"), max_length=1000)
    text_en = models.TextField(_("頼みたいこと(英語)"), max_length=2000, blank=True)
    places = models.PositiveSmallIntegerField(_("人数"), validators=[MinValueValidator(1)])
    hours_a_month = models.PositiveSmallIntegerField(_("月の時間"), default=4)
    opens_on = models.DateField(_("受付の始まり"))
    closes_on = models.DateField(_("受付の終わり"))
    closed_on = models.DateField(_("締め切った日"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = MemberCallQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        verbose_name = _("募集")
        verbose_name_plural = _("募集")
        constraints = [
            models.UniqueConstraint("group", condition=Q(closed_on=None), name="call_one_open"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="call_closes_after_opening"
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="call_has_places"),
        ]

    def __str__(self):
        return f"{self.group} {self.opens_on}"

    @property
    def places_left(self) -> int:
        """Needs `with_places_taken()`."""
        return max(0, self.places - self.taken)

    @transaction.atomic
    def record(self, *, by, version=None, **fields):
        """Open a call, or change one. Raises ValidationError while another one of the group is open, StaleVersion."""
        is_new = self.pk is None
        if not is_new:
            claim_version(self, version)
        for name, value in fields.items():
            setattr(self, name, value)
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            raise ValidationError(_t("このグループの募集は、もう開かれています。")) from None
        self._tell(
            "call.members_opened" if is_new else "call.members_changed",
            by,
            "メンバーを募集",
            "Call for members",
        )

    @transaction.atomic
    def close(self, *, by, today=None):
        """Take no more applications; those that wait are still answered. A second call changes nothing."""
        if MemberCall.objects.open().filter(pk=self.pk).update(closed_on=today or dates.today()):
            self._tell("call.members_closed", by, "メンバーの募集を締め切り", "Call for members closed")

    def _tell(self, verb, by, words, words_en):
        changes = {_t("受付の終わり"): ["", str(self.closes_on)], _t("人数"): ["", str(self.places)]}
        told = {
            "summary": f"{self.group}: {words}",
            "summary_en": f"{self.group.name_en or self.group}: {words_en}",
        }
        Activity.record(verb, self.group, by=by, changes=changes, **told)

    @transaction.atomic
    def apply(self, *, by, line, today=None, at=None):
        """Ask to be taken in. A second application changes nothing.

        Raises ValidationError outside the days of the call and for members of the group.
        """
        today = today or dates.today()
        if not MemberCall.objects.taking(today).filter(pk=self.pk).exists():
            raise ValidationError(_t("この募集の受付は終わりました。"))
        if self.group.memberships.current().filter(person=by).exists():
            raise ValidationError(_t("あなたはもうこのグループのメンバーです。"))
        asked = {"line": line, "applied_at": at or timezone.now()}
        found, is_new = self.applications.get_or_create(
            person=by, state__in=Application.STANDING, defaults={**asked, "state": Application.State.WAITING}
        )
        if is_new:
            # nobody but the lead and the secretariat learns who asked
            told = {"summary": f"{self.group}に参加の申込み", "summary_en": "Somebody applied to join"}
            Activity.record("application.made", self.group, by=None, **told)
        return found


class ApplicationQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Application.State.WAITING)

    def visible_to(self, user):
        """The own ones; all of a group for its lead and for the secretariat."""
        if user.is_secretariat:
            return self
        return self.filter(Q(person=user) | Q(call__group__slug__in=groups_led(user)))

    def needing(self, user, today):
        """Applications that wait for an answer in the groups the person leads."""
        led = groups_led(user)
        if not led:
            return self.none()
        return self.waiting().filter(call__group__slug__in=led).select_related("call__group", "person")


class Application(models.Model):
    """参加の申込み of one person to one call."""

    class State(models.TextChoices):
        WAITING = "waiting", _("返事待ち")
        ACCEPTED = "accepted", _("加わった")
        DECLINED = "declined", _("今回は見送り")
        WITHDRAWN = "withdrawn", _("取り下げた")

    STANDING = (State.WAITING, State.ACCEPTED)

    call = models.ForeignKey(MemberCall, models.CASCADE, related_name="applications", verbose_name=_("募集"))
    person = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="group_applications", verbose_name=_("職員")
    )
    line = models.CharField(_("ひとこと"), max_length=300)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.WAITING)
    applied_at = models.DateTimeField(_("申し込んだ日時"))
    answer = models.CharField(_("返事"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答えた人")
    )
    answered_at = models.DateTimeField(_("答えた日時"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["applied_at", "pk"]
        verbose_name = _("参加の申込み")
        verbose_name_plural = _("参加の申込み")
        constraints = [
            models.UniqueConstraint(
                "call", "person", condition=Q(state__in=["waiting", "accepted"]), name="application_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"])
                | (Q(answered_by__isnull=False) & Q(answered_at__isnull=False)),
                name="application_answered_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.call.group}"

    def get_absolute_url(self):
        return reverse("taskforce:application", args=[self.call.group.slug, self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def can_answer(self, user) -> bool:
        """The lead and the secretariat, nobody his own."""
        return self.call.group.can_lead(user) and user.pk != self.person_id

    @transaction.atomic
    def accept(self, *, by, word="", at=None):
        """Take the person in. Raises ValidationError when all places are taken or the application was answered."""
        call = MemberCall.objects.select_for_update().get(pk=self.call_id)
        taken = call.applications.filter(state=self.State.ACCEPTED).count()
        if taken >= call.places:
            raise ValidationError(_t("募集した人数に達しています。人数を増やすと、さらに加えられます。"))
        at = at or timezone.now()
        self._answer(self.State.ACCEPTED, by, word, at)
        try:
            self.call.group.add_member(
                self.person, by=by, hours_a_month=call.hours_a_month, today=dates.today(at)
            )
        except ValueError as refusal:
            raise ValidationError(str(refusal)) from None

    @transaction.atomic
    def decline(self, *, by, word, at=None):
        """Say no, with a word. Raises ValidationError when the application was answered meanwhile."""
        self._answer(self.State.DECLINED, by, word, at or timezone.now())

    @transaction.atomic
    def withdraw(self, *, by):
        """The person takes the application back while it waits; a second call changes nothing."""
        if Application.objects.waiting().filter(pk=self.pk, person=by).update(state=self.State.WITHDRAWN):
            self.state = self.State.WITHDRAWN

    def _answer(self, state, by, word, at):
        fields = {"state": state, "answer": word, "answered_by": by, "answered_at": at}
        if not Application.objects.waiting().filter(pk=self.pk).update(**fields):
            raise ValidationError(_t("この申込みには、もう返事があります。"))
        for name, value in fields.items():
            setattr(self, name, value)
        told = {
            "summary": f"{self.call.group}への参加の申込みに返事",
            "summary_en": "An application was answered",
        }
        Activity.record("application.answered", self.call.group, by=by, at=at, **told)
