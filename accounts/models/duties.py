"""Duties: a role a person holds for a time, in a scope (permissions.md). The normal organisation stays untouched."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department


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


class DutyQuerySet(models.QuerySet):
    def on(self, day):
        """Duties in force on the Tokyo date `day`; one that ended gives nothing from 00:00 JST of the next day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def of_role(self, *roles):
        return self.filter(role__in=roles)


class Duty(models.Model):
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="duties", verbose_name=_("職員"))
    role = models.CharField(_("役割"), max_length=20, choices=Role)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("範囲の組織"))
    # A scope outside the organisation, as text so that people know nothing of plans and groups: "group:b", "pillar:P4".
    scope = models.CharField(_("範囲"), max_length=60, blank=True)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    deputy = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="deputy_duties", verbose_name=_("代理")
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "starts_on"]
        verbose_name = _("役割")
        verbose_name_plural = _("役割")
        constraints = [
            models.UniqueConstraint("user", "role", "department", "scope", "starts_on", name="duty_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="duty_ends_after_start"),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"

    def covers(self, department) -> bool:
        """True when the scope is the department itself, one above it, or none at all (the whole ministry)."""
        return self.department is None or department.path.startswith(self.department.path)

    @property
    def history_key(self):
        return "user", str(self.user_id)
