"""The organisation: headquarters, bureaus, divisions and posts as one tree."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _


def validate_timezone(value: str) -> None:
    """Raise ValidationError unless `value` is an IANA time zone name."""
    if value not in available_timezones():
        raise ValidationError(
            _("「%(value)s」は時間帯の名前ではありません。例: Asia/Tokyo"), params={"value": value}
        )


class DepartmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def under(self, department):
        """The department itself and everything below it."""
        return self.filter(path__startswith=department.path)

    def posts(self):
        return self.filter(kind__in=Department.POST_KINDS)

    def headquarters(self):
        return self.exclude(kind__in=Department.POST_KINDS)


class Department(models.Model):
    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("省")
        HEADQUARTERS = "headquarters", _("本省")
        BUREAU = "bureau", _("局")
        DEPARTMENT = "department", _("部")
        DIVISION = "division", _("課")
        OFFICE = "office", _("室")
        INSTITUTE = "institute", _("研修所")
        MISSION_GROUP = "mission_group", _("在外公館の地域")
        EMBASSY = "embassy", _("大使館")
        CONSULATE_GENERAL = "consulate_general", _("総領事館")
        PERMANENT_MISSION = "permanent_mission", _("政府代表部")
        CONSULAR_OFFICE = "consular_office", _("領事事務所")

    POST_KINDS = (Kind.EMBASSY, Kind.CONSULATE_GENERAL, Kind.PERMANENT_MISSION, Kind.CONSULAR_OFFICE)

    code = models.CharField(_("組織コード"), max_length=12, unique=True)
    name = models.CharField(_("組織名"), max_length=100)
    name_en = models.CharField(_("組織名(英語)"), max_length=200, blank=True)
    short_name = models.CharField(_("略称"), max_length=60, blank=True)
    kind = models.CharField(_("種別"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上位組織")
    )
    # Codes from the root down, each closed by "/": the tree without recursion.
    path = models.CharField(max_length=200, unique=True, editable=False)
    timezone = models.CharField(
        _("時間帯"), max_length=40, default="Asia/Tokyo", validators=[validate_timezone]
    )
    country_code = models.CharField(_("国コード"), max_length=2, default="JP")
    city_en = models.CharField(_("所在地(英語)"), max_length=60, blank=True)
    note = models.CharField(_("備考"), max_length=200, blank=True)
    is_active = models.BooleanField(_("有効"), default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("組織")
        verbose_name_plural = _("組織")

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Keep the paths of everything below right when the department moves."""
        before = (
            Department.objects.filter(pk=self.pk).values_list("path", flat=True).first() if self.pk else None
        )
        self.path = (self.parent.path if self.parent else "") + self.code + "/"
        super().save(*args, **kwargs)
        if before and before != self.path:
            below = Department.objects.filter(path__startswith=before).exclude(pk=self.pk)
            below.update(path=Concat(Value(self.path), Substr("path", len(before) + 1)))

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def is_post(self) -> bool:
        """True for an embassy, consulate, mission or consular office; False at headquarters."""
        return self.kind in self.POST_KINDS

    @property
    def history_key(self):
        return "department", self.code
