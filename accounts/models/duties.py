"""Duties: a role a person holds for a time, in a scope (permissions.md). The normal organisation stays untouched."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from accounts.models.history import Activity, SecurityEvent


class Role(models.TextChoices):
    EXECUTIVE = "executive", _("幹部")
    SECRETARIAT = "secretariat", _("事務局")
    EDITOR = "editor", _("編集担当")
    SUPPORT_EXPERT = "support_expert", _("外部専門家")
    PROGRESS_REPORTER = "progress_reporter", _("進捗担当")
    PROGRESS_APPROVER = "progress_approver", _("課室の承認者")
    TASKFORCE_LEAD = "taskforce_lead", _("タスクフォースのリーダー")
    TASKFORCE_MEMBER = "taskforce_member", _("タスクフォースのメンバー")
    ADMIN = "admin", _("システム管理者")


# Who may give which role to another person (permissions.md, "give duty"). Nobody gives a duty to himself.
GIVERS = {
    Role.SECRETARIAT: {
        Role.EXECUTIVE,
        Role.EDITOR,
        Role.SUPPORT_EXPERT,
        Role.PROGRESS_REPORTER,
        Role.PROGRESS_APPROVER,
        Role.TASKFORCE_LEAD,
        Role.TASKFORCE_MEMBER,
    },
    Role.PROGRESS_APPROVER: {Role.PROGRESS_REPORTER},
    Role.TASKFORCE_LEAD: {Role.TASKFORCE_MEMBER},
    Role.ADMIN: {Role.SECRETARIAT, Role.ADMIN, Role.SUPPORT_EXPERT},
}
# Roles that say for which department a person reports or approves.
DEPARTMENT_ROLES = {Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER}


def givable_roles(user) -> set:
    """The roles this person may give to somebody else, in whatever scope."""
    return set().union(*(GIVERS.get(role, ()) for role in user.roles))


def may_give(user, role, department=None, scope="") -> bool:
    """Whether `user` may give or end `role` in that scope: approvers in their department, leads in their group."""
    for duty in user.duties_today:
        if role not in GIVERS.get(duty.role, ()):
            continue
        if duty.role == Role.PROGRESS_APPROVER and not (department and duty.covers(department)):
            continue
        if duty.role == Role.TASKFORCE_LEAD and not (scope and scope == duty.scope):
            continue
        return True
    return False


class DutyQuerySet(models.QuerySet):
    def on(self, day):
        """Duties in force on the Tokyo date `day`; one that ended gives nothing from 00:00 JST of the next day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def over(self, day):
        """Duties that ended before `day`."""
        return self.filter(ends_on__lt=day)

    def manageable_by(self, user):
        """Duties the person sees on the duties page: all for secretariat and administrators, else their own scope."""
        if user.has_role(Role.SECRETARIAT, Role.ADMIN):
            return self
        seen = Q(pk=None)
        for duty in user.duties_today:
            if duty.role == Role.PROGRESS_APPROVER:
                seen |= (
                    Q(department__path__startswith=duty.department.path)
                    if duty.department
                    else Q(role__in=DEPARTMENT_ROLES)
                )
            if duty.role == Role.TASKFORCE_LEAD and duty.scope:
                seen |= Q(scope=duty.scope)
        return self.filter(seen)

    def of_role(self, *roles):
        return self.filter(role__in=roles)


class Duty(models.Model):
    ONCE = ("user", "role", "department", "scope", "starts_on")  # no two duties are the same in all of these

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="duties", verbose_name=_("職員"))
    role = models.CharField(_("役割"), max_length=20, choices=Role)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("範囲の組織")
    )
    # A scope outside the organisation, as text so that people know nothing of plans and groups: "group:b", "pillar:P4".
    scope = models.CharField(_("範囲"), max_length=60, blank=True)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    deputy = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deputy_duties",
        verbose_name=_("代理"),
    )

    # Given by the staff list: only such duties end when the list no longer names them.
    from_list = models.BooleanField(default=False, editable=False)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "starts_on"]
        verbose_name = _("役割")
        verbose_name_plural = _("役割")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "department", "scope", "starts_on"],
                name="duty_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="duty_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"

    def covers(self, department) -> bool:
        """True when the scope is the department itself, one above it, or none at all (the whole ministry)."""
        return self.department is None or department.path.startswith(self.department.path)

    @property
    def scope_text(self) -> str:
        """The scope in words as it is stored: the department, the text scope, or the whole ministry."""
        return str(self.department) if self.department_id else self.scope

    def exists_already(self) -> bool:
        """Whether the person holds the same role in the same scope on the first day of this one."""
        same = Duty.objects.filter(
            user=self.user, role=self.role, department=self.department, scope=self.scope
        )
        return same.on(self.starts_on).exists()

    def is_open(self, day) -> bool:
        """Whether the duty is in force on `day` or still to come."""
        return self.ends_on is None or self.ends_on >= day

    def can_be_managed_by(self, user) -> bool:
        """Whether `user` may give or end this duty; nobody manages his own (AZ21)."""
        return user.pk != self.user_id and may_give(user, self.role, self.department, self.scope)

    def give(self, *, by, reason=""):
        """Save this new duty as given by `by`. Raises PermissionDenied when it is not theirs to give (AZ8, AZ21)."""
        if not self.can_be_managed_by(by):
            raise PermissionDenied
        with transaction.atomic():
            self.save(force_insert=True)
            self._record("duty.given", by, {self.get_role_display(): ["", self._period()]}, reason)

    def end(self, on, *, by, reason=""):
        """Let the duty end on the date `on` (its last day). Raises PermissionDenied like give()."""
        if not self.can_be_managed_by(by):
            raise PermissionDenied
        before, self.ends_on = self._period(), max(on, self.starts_on)
        with transaction.atomic():
            self.save(update_fields=["ends_on"])
            self._record("duty.ended", by, {self.get_role_display(): [before, self._period()]}, reason)

    def _period(self) -> str:
        return f"{self.scope_text} {self.starts_on} – {self.ends_on or ''}".strip()

    def _record(self, verb, by, changes, reason):
        Activity.record(verb, self.user, by=by, changes=changes, reason=reason)
        SecurityEvent.record(verb.replace(".", "_"), user=by, **self.security_details)

    @property
    def security_details(self) -> dict:
        """What the security log keeps of a duty given or ended."""
        return {"person": self.user_id, "name": self.user.name, "role": self.role, "scope": self.scope_text}

    @property
    def history_key(self):
        return "user", str(self.user_id)
