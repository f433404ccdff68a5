"""People. The e-mail address is the login; everything a person may do comes from duties."""

import unicodedata
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department, validate_timezone
from accounts.models.duties import Duty, Role
from accounts.models.history import Activity, SecurityEvent
from dxportal import dates
from dxportal.search import SearchQuerySet, search_text_for


class EmploymentKind(models.TextChoices):
    REGULAR = "regular", _("本官")
    FIXED_TERM = "fixed_term", _("任期付")
    SECONDED = "seconded", _("出向者")
    NON_REGULAR = "non_regular", _("非常勤")
    LOCAL = "local", _("現地職員")
    SPECIAL_ASSISTANT = "special_assistant", _("専門調査員")
    DISPATCHED = "dispatched", _("在外公館派遣員")
    EXTERNAL_EXPERT = "external_expert", _("外部専門家")


class Calendar(models.TextChoices):
    ERA = "era", _("和暦(令和8年)")
    WESTERN = "western", _("西暦(2026年)")


class UserQuerySet(SearchQuerySet):
    def active(self):
        return self.filter(is_active=True)

    def with_role(self, *roles, day=None):
        """Active people who hold one of the roles on the Tokyo date `day` (default today), and their deputies."""
        held = Duty.objects.on(day or dates.today()).of_role(*roles)
        return self.active().filter(Q(pk__in=held.values("user")) | Q(pk__in=held.values("deputy")))

    def with_second_factor(self):
        """Adds `has_second_factor`; recovery codes alone are none."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        return self.annotate(
            has_second_factor=Exists(factors.exclude(type=Authenticator.Type.RECOVERY_CODES))
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


def nfkc(password: str | None) -> str | None:
    """The form in which a password is hashed (ASVS 5.0, 6.2): normalised, never cut or trimmed."""
    return unicodedata.normalize("NFKC", password) if password else password


def end_sessions(user_ids) -> int:
    """Sign these people out everywhere: their session rows go. Returns how many sessions ended."""
    sessions = UserSession.objects.filter(user__in=user_ids)
    Session.objects.filter(pk__in=sessions.values("session_key")).delete()
    return sessions.delete()[0]


def forget_ended_sessions() -> int:
    """Drop the lines of devices whose session is gone. Returns how many."""
    return UserSession.objects.exclude(session_key__in=Session.objects.values("pk")).delete()[0]


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("メールアドレス"), unique=True)
    staff_number = models.CharField(_("職員番号"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("氏名"), max_length=100)
    name_kana = models.CharField(_("氏名(カナ)"), max_length=100, blank=True)
    name_en = models.CharField(_("氏名(英語)"), max_length=100, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("所属")
    )
    language = models.CharField(_("表示の言語"), max_length=2, choices=settings.LANGUAGES, default="ja")
    timezone = models.CharField(_("時間帯"), max_length=40, blank=True, validators=[validate_timezone])
    calendar = models.CharField(_("日付の書き方"), max_length=7, choices=Calendar, default=Calendar.ERA)
    employment_kind = models.CharField(
        _("区分"), max_length=20, choices=EmploymentKind, default=EmploymentKind.REGULAR
    )
    job_title = models.CharField(_("役職"), max_length=60, blank=True)
    joined_on = models.DateField(_("着任日"), null=True, blank=True)
    is_active = models.BooleanField(_("在職"), default=True)
    search_text = models.TextField(editable=False, default="")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["staff_number"]
        verbose_name = _("職員")
        verbose_name_plural = _("職員")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci")]
        indexes = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="user_search")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.search_text = search_text_for(self.name, self.name_kana, self.name_en, self.email)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("accounts:person", args=[self.pk])

    # --- the password: compared in NFKC, so that full-width letters typed on a phone open the same door ------------

    def set_password(self, raw_password):
        super().set_password(nfkc(raw_password))

    def check_password(self, raw_password):
        return super().check_password(nfkc(raw_password))

    # --- how the person is shown -----------------------------------------------------------------

    @property
    def display_name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    @property
    def tz(self) -> ZoneInfo:
        """The person's own zone, else the department's, else Tokyo."""
        if self.timezone:
            return ZoneInfo(self.timezone)
        return self.department.tz if self.department_id else dates.TOKYO

    @property
    def city(self) -> str:
        """The city whose clock the person reads, in English as the zone names it."""
        if not self.timezone and self.department_id and self.department.city_en:
            return self.department.city_en
        return str(self.tz).rpartition("/")[2].replace("_", " ")

    # --- what the person may do (permissions.md) -----------------------------------------------------

    @cached_property
    def duties_today(self) -> list:
        """Duties the person may act in today: the own ones, then those held as somebody's deputy."""
        held = Duty.objects.on(dates.today()).filter(Q(user=self) | Q(deputy=self))
        return sorted(held.select_related("department", "user"), key=lambda duty: duty.user_id != self.pk)

    @cached_property
    def roles(self) -> frozenset:
        return frozenset(duty.role for duty in self.duties_today)

    def has_role(self, *roles) -> bool:
        return not self.roles.isdisjoint(roles)

    def covers(self, role, department) -> bool:
        """True when a duty of `role` held today has a scope that contains `department`."""
        return department is not None and any(
            d.role == role and d.covers(department) for d in self.duties_today
        )

    def has_scope(self, role, scope: str) -> bool:
        """True when the person holds `role` today for exactly the text scope, e.g. "group:b"."""
        return any(d.role == role and d.scope == scope for d in self.duties_today)

    def holder(self, role, department):
        """The person in whose duty of `role` this one may act there today: himself before others; None without one."""
        return next((d.user for d in self.duties_today if d.role == role and d.covers(department)), None)

    def on_behalf_of(self, role, department=None) -> str:
        """The name of the holder when the person acts in `role` only as a deputy, else "" (permissions.md, rules)."""
        for duty in self.duties_today:
            if duty.role == role and (department is None or duty.covers(department)):
                return "" if duty.user_id == self.pk else duty.user.name
        return ""

    @property
    def is_secretariat(self) -> bool:
        return self.has_role(Role.SECRETARIAT)

    @property
    def is_editor(self) -> bool:
        return self.has_role(Role.EDITOR)

    @property
    def is_expert(self) -> bool:
        """An outside expert: sees only what a duty invites to."""
        return self.employment_kind == EmploymentKind.EXTERNAL_EXPERT

    @property
    def western_dates(self) -> bool:
        return self.calendar == Calendar.WESTERN

    @cached_property
    def has_second_factor(self) -> bool:
        return self.authenticator_set.exclude(type="recovery_codes").exists()

    def deactivate(self, *, by, source="web", reason=""):
        """The person has left: signed out everywhere at once; everything written stays. Nothing happens twice."""
        with transaction.atomic():
            if not User.objects.filter(pk=self.pk, is_active=True).update(is_active=False):
                return
            self.is_active = False
            end_sessions([self.pk])
            details = {"changes": {"在職": [True, False]}, "reason": reason, "source": source}
            Activity.record("user.deactivated", self, by=by, **details)
            SecurityEvent.record("user_deactivated", user=by, person=self.pk, name=self.name)

    @property
    def is_staff(self) -> bool:
        """Django admin's door: only administrators of the system."""
        return self.is_superuser or self.has_role(Role.ADMIN)

    @property
    def history_key(self):
        return "user", str(self.pk)
