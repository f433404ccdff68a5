"""The structure 体制: bodies of any kind and depth, and the seats people hold in them for a time (T1)."""

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department


def in_force(day, start="starts_on", end="ends_on"):
    """Condition: the row holds on the date `day`; an empty end means until further notice."""
    return Q(**{f"{start}__lte": day}) & (Q(**{end: None}) | Q(**{f"{end}__gte": day}))


class BodyQuerySet(models.QuerySet):
    def on(self, day):
        """Bodies that existed on the date `day`, with their seats and who held them then."""
        terms = SeatTerm.objects.filter(in_force(day)).select_related("person__department")
        seats = (
            Seat.objects.filter(in_force(day))
            .select_related("department")
            .prefetch_related(Prefetch("terms", terms, "current"))
        )
        return (
            self.filter(in_force(day))
            .select_related("department")
            .prefetch_related(Prefetch("seats", seats, "current_seats"))
        )


class Body(models.Model):
    """本部, チーム, 分科会 …: one box of the chart."""

    class Kind(models.TextChoices):
        COUNCIL = "council", _("推進本部")
        TEAM = "team", _("チーム")
        MEMBERS = "members", _("構成する課室")
        SUPPORT = "support", _("サポートチーム")
        TASKFORCE = "taskforce", _("有志タスクフォース")
        MODEL = "model", _("モデル部署")
        SUBCOMMITTEE = "subcommittee", _("分科会")

    class Relation(models.TextChoices):
        REPORTS = "reports", _("指示・報告")
        COOPERATES = "cooperates", _("提案・協力")

    code = models.SlugField(_("コード"), unique=True)
    name = models.CharField(_("名前"), max_length=60)
    name_en = models.CharField(_("名前(英語)"), max_length=100, blank=True)
    kind = models.CharField(_("種類"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上の会議体")
    )
    relation = models.CharField(_("上との関係"), max_length=12, choices=Relation, default=Relation.REPORTS)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, verbose_name=_("組織"))
    purpose = models.CharField(_("役目"), max_length=200, blank=True)
    purpose_en = models.CharField(_("役目(英語)"), max_length=300, blank=True)
    open_to = models.CharField(_("開かれている人"), max_length=100, blank=True)
    open_to_en = models.CharField(_("開かれている人(英語)"), max_length=150, blank=True)
    next_meeting_at = models.DateTimeField(_("次回"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)
    starts_on = models.DateField(_("設置日"))
    ends_on = models.DateField(_("廃止日"), null=True, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("会議体")
        verbose_name_plural = _("会議体")
        constraints = [models.CheckConstraint(condition=~Q(parent=F("pk")), name="body_not_its_own_parent")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("taskforce:structure") + f"#{self.code}"

    @property
    def history_key(self):
        return "body", self.code


class Seat(models.Model):
    """A place in a body: a title for one person, or the place of a department."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="seats", verbose_name=_("会議体"))
    title = models.CharField(_("役名"), max_length=60, blank=True)
    title_en = models.CharField(_("役名(英語)"), max_length=100, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("組織")
    )
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)
    starts_on = models.DateField(_("設けた日"))
    ends_on = models.DateField(_("廃した日"), null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("席")
        verbose_name_plural = _("席")
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") | ~Q(department=None), name="seat_has_title_or_department"
            )
        ]

    def __str__(self):
        return self.title or str(self.department)

    @property
    def holder(self):
        """Who holds the seat on the date asked by `Body.objects.on(day)`; None while it is vacant."""
        return self.current[0].person if self.current else None

    @property
    def is_vacant(self) -> bool:
        """A titled seat nobody holds; a department's seat without a title is held by the department."""
        return bool(self.title) and not self.current


class SeatTerm(models.Model):
    """One person in one seat from a day to a day."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="terms", verbose_name=_("席"))
    person = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="seat_terms", verbose_name=_("職員")
    )
    starts_on = models.DateField(_("就任日"))
    ends_on = models.DateField(_("退任日"), null=True, blank=True)

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("任期")
        verbose_name_plural = _("任期")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="seat_term_ends_after_start"
            ),
            models.UniqueConstraint("seat", condition=Q(ends_on=None), name="seat_one_open_term"),
        ]

    def __str__(self):
        return f"{self.seat} {self.person}"
