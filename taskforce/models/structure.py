"""The structure 体制: bodies of any kind and depth, and the seats people hold in them for a time (T1)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Func, Prefetch, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department
from dxportal import dates
from dxportal.forms import claim_version


def in_force(day, start="starts_on", end="ends_on"):
    """Condition: the row holds on the date `day`; an empty end means until further notice."""
    return Q(**{f"{start}__lte": day}) & (Q(**{end: None}) | Q(**{f"{end}__gte": day}))


def days_held():
    """The days of a row from its first to its last, both included, for constraints that forbid overlaps."""
    bounds = RangeBoundary(inclusive_lower=True, inclusive_upper=True)
    return Func("starts_on", "ends_on", bounds, function="daterange", output_field=DateRangeField())


class BodyQuerySet(models.QuerySet):
    def on(self, day):
        """Bodies that existed on the date `day`, with their seats and who held or deputised them then; `as_of_day()`
        gives each the name and place of that day."""
        terms = SeatTerm.objects.filter(in_force(day)).select_related("person__department")
        past = BodyPast.objects.filter(until__gte=day).order_by("until")
        seats = (
            Seat.objects.filter(in_force(day))
            .select_related("department")
            .prefetch_related(Prefetch("terms", terms, "current"))
        )
        return (
            self.filter(in_force(day))
            .select_related("department")
            .prefetch_related(Prefetch("seats", seats, "current_seats"), Prefetch("past", past, "past_since"))
        )

    def taking_children(self, today):
        """Bodies a new one, or a group, can stand under."""
        return self.filter(in_force(today))


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
        OTHER = "other", _("その他")

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
    version = models.PositiveIntegerField(default=1)

    DATED = ("name", "name_en", "parent", "relation")  # what the chart of a past day shows as it was then

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("会議体")
        verbose_name_plural = _("会議体")
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="body_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="body_ends_after_start"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("taskforce:body", args=[self.code])

    @property
    def history_key(self):
        return "body", self.code

    @staticmethod
    def can_edit(user) -> bool:
        return user.is_secretariat

    def as_of_day(self):
        """This body, unsaved, as it was named and placed on the day asked by `on(day)`."""
        for stage in self.past_since[:1]:
            for name in ("name", "name_en", "parent_id", "relation"):
                setattr(self, name, getattr(stage, name))
        return self

    def is_above(self, other) -> bool:
        """Whether this body stands somewhere over the other, or is it."""
        while other is not None and other.pk != self.pk:
            other = other.parent
        return other is not None

    @classmethod
    @transaction.atomic
    def found(cls, *, by, **fields):
        """A new body."""
        body = cls.objects.create(**fields)
        told = {"summary": f"{body.name}を設けた", "summary_en": f"Set up {body.name_en or body.name}"}
        Activity.record("body.founded", body, by=by, **told)
        return body

    @transaction.atomic
    def edit(self, *, by, version, on, reason="", **fields):
        """Change words, name or place. Name and place change from the day `on`: charts of earlier days keep the old.

        Raises StaleVersion when somebody saved since `version`, ValidationError for a place under itself, or for a day
        outside the time since its last change.
        """
        claim_version(self, version)
        if fields.get("parent") is not None and self.is_above(fields["parent"]):
            raise ValidationError(_t("自分の下にある会議体の下には移せません。"))
        if any(name in fields and getattr(self, name) != fields[name] for name in self.DATED):
            self._keep_past(on)
        changes = {}
        for name, value in fields.items():
            if getattr(self, name) != value:
                label = str(self._meta.get_field(name).verbose_name)
                changes[label] = [str(getattr(self, name) or ""), str(value or "")]
                setattr(self, name, value)
        self.save(update_fields=list(fields))
        told = {"summary": f"{self.name}を直した", "summary_en": f"Changed {self.name_en or self.name}"}
        Activity.record("body.changed", self, by=by, changes=changes, reason=reason, **told)

    def _keep_past(self, on):
        if on <= self.starts_on:  # it was never called otherwise
            return
        if on > dates.today() or self.past.filter(until__gte=on).exists():
            raise ValidationError(_t("変わった日は、前に変わった日より後で、きょうまでの日にしてください。"))
        stage = {name: getattr(self, name) for name in self.DATED}
        self.past.update_or_create(until=on - dates.DAY, defaults=stage)

    @transaction.atomic
    def close(self, on, *, by, reason):
        """The body's last day is `on`, and that of its seats and their terms. Raises ValidationError while bodies or
        groups stand under it, or when it is closed already."""
        if self.children.filter(Q(ends_on=None) | Q(ends_on__gt=on)).exists():
            raise ValidationError(_t("下に会議体が残っています。先に移すか閉じてください。"))
        if self.groups.running().exists():
            raise ValidationError(_t("活動中のグループが属しています。先に移すか閉じてください。"))
        if on < self.starts_on:
            raise ValidationError(_t("設置日より後の日にしてください。"))
        if not Body.objects.filter(pk=self.pk, ends_on=None).update(ends_on=on):
            raise ValidationError(_t("この会議体はもう閉じています。"))
        self.ends_on = on
        for seat in self.seats.filter(ends_on=None):
            seat.close(on, by=by)
        told = {"summary": f"{self.name}を閉じた", "summary_en": f"Closed {self.name_en or self.name}"}
        Activity.record("body.closed", self, by=by, reason=reason, **told)

    @transaction.atomic
    def add_seat(self, *, by, **fields):
        """A new seat at the end of the list."""
        seat = self.seats.create(position=self.seats.count(), **fields)
        told = {
            "summary": f"{self.name}に席「{seat}」を設けた",
            "summary_en": f"New seat in {self.name_en or self.name}",
        }
        Activity.record("body.seat_added", self, by=by, **told)
        return seat


class BodyPast(models.Model):
    """What a body was called and where it stood until a day: the chart of earlier days shows it so."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="past", verbose_name=_("会議体"))
    until = models.DateField(_("この日まで"))
    name = models.CharField(_("名前"), max_length=60)
    name_en = models.CharField(_("名前(英語)"), max_length=100, blank=True)
    parent = models.ForeignKey(
        Body, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("上の会議体")
    )
    relation = models.CharField(_("上との関係"), max_length=12, choices=Body.Relation)

    class Meta:
        ordering = ["-until"]
        verbose_name = _("会議体の前の姿")
        verbose_name_plural = _("会議体の前の姿")
        constraints = [models.UniqueConstraint("body", "until", name="body_past_once")]

    def __str__(self):
        return f"{self.name} {self.until}"


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
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="seat_ends_after_start"
            ),
        ]

    def __str__(self):
        return self.title or str(self.department)

    @property
    def holder(self):
        """Who holds the seat on the date asked by `Body.objects.on(day)`; None while it is vacant."""
        return next((term.person for term in self.current if not term.is_deputy), None)

    @property
    def deputy(self):
        """Who stands in for the holder, or keeps a vacant seat, on that date; None without one."""
        return next((term.person for term in self.current if term.is_deputy), None)

    @property
    def is_vacant(self) -> bool:
        """A titled seat nobody holds; a department's seat without a title is held by the department."""
        return bool(self.title) and self.holder is None

    @transaction.atomic
    def fill(self, person, *, starts_on, by, ends_on=None, is_deputy=False):
        """Put a person in the seat, or beside it as deputy; the one before leaves on the day before.

        Raises ValidationError when the days lie outside the seat's or overlap a term that has an end.
        """
        self._check_days(starts_on, ends_on)
        before = self.terms.filter(is_deputy=is_deputy, ends_on=None, starts_on__lt=starts_on)
        before.update(ends_on=starts_on - dates.DAY)
        days = {"starts_on": starts_on, "ends_on": ends_on}
        try:
            with transaction.atomic():
                term = self.terms.create(person=person, is_deputy=is_deputy, **days)
        except IntegrityError:
            raise ValidationError(
                _t("この期間には、もうほかの人がいます。先にその任期を終えてください。")
            ) from None
        word, word_en = ("代理", "deputy") if is_deputy else ("就任", "takes the seat")
        told = {
            "summary": f"{self.body} {self}: {person.name} {word}",
            "summary_en": f"{self.body}: {word_en}",
        }
        Activity.record("body.seat_filled", self.body, by=by, changes={str(self): ["", person.name]}, **told)
        return term

    def _check_days(self, starts_on, ends_on):
        if starts_on < self.starts_on or (self.ends_on and starts_on > self.ends_on):
            raise ValidationError(_t("席がある期間の中の日にしてください。"))
        if ends_on and ends_on < starts_on:
            raise ValidationError(_t("終わりの日は、始まりの日より後にしてください。"))

    @transaction.atomic
    def close(self, on, *, by):
        """The seat's last day is `on`, and that of whoever sits in it. Again changes nothing."""
        if Seat.objects.filter(pk=self.pk, ends_on=None).update(ends_on=max(on, self.starts_on)):
            self.ends_on = max(on, self.starts_on)
            self.terms.filter(starts_on__gt=self.ends_on).delete()
            for term in self.terms.filter(Q(ends_on=None) | Q(ends_on__gt=self.ends_on)):
                term.end(self.ends_on, by=by)
            told = {"summary": f"{self.body}の席「{self}」を廃した", "summary_en": "A seat was removed"}
            Activity.record("body.seat_closed", self.body, by=by, **told)


class SeatTerm(models.Model):
    """One person in one seat, or beside it as deputy, from a day to a day."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="terms", verbose_name=_("席"))
    person = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="seat_terms", verbose_name=_("職員")
    )
    is_deputy = models.BooleanField(_("代理"), default=False)
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
            ExclusionConstraint(
                name="seat_one_person_a_day",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    (Cast("is_deputy", models.IntegerField()), RangeOperators.EQUAL),
                    (days_held(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.seat} {self.person}"

    @transaction.atomic
    def end(self, on, *, by):
        """The last day in the seat is `on`. Raises ValidationError for a day before the first."""
        if on < self.starts_on:
            raise ValidationError(_t("終わりの日は、始まりの日より後にしてください。"))
        self.ends_on = on
        self.save(update_fields=["ends_on"])
        told = {
            "summary": f"{self.seat.body} {self.seat}: {self.person.name} 退任",
            "summary_en": "A term ended",
        }
        changes = {str(self.seat): [self.person.name, ""]}
        Activity.record("body.seat_left", self.seat.body, by=by, changes=changes, **told)
