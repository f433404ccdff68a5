"""Groups of the volunteer taskforce and who is in them (T2, T4): a membership and its duty begin and end together."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Prefetch, Q, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Duty, Role, SecurityEvent
from dxportal import dates
from dxportal.forms import claim_version
from taskforce.models.structure import Body, in_force

ROLES = (Role.TASKFORCE_LEAD, Role.TASKFORCE_MEMBER)


def groups_led(user) -> list[str]:
    """The marks of the groups the person leads today."""
    return [d.scope.removeprefix("group:") for d in user.duties_today if d.role == Role.TASKFORCE_LEAD]


def groups_of(user) -> list[str]:
    """The marks of the groups the person is in today, as lead or member."""
    return [d.scope.removeprefix("group:") for d in user.duties_today if d.role in ROLES]


class WorkingGroupQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Groups are open to the ministry; outside experts see those a duty invites them to."""
        if user.is_expert:
            return self.filter(slug__in=[d.scope.removeprefix("group:") for d in user.duties_today])
        return self

    def with_history_id(self, text):
        return self.filter(slug=text)

    def running(self):
        return self.filter(closed_on=None)

    def on(self, day):
        """Groups that existed on the date `day`, each with the theme and the members of that day."""
        return self.filter(in_force(day, "founded_on", "closed_on")).with_current_theme(day).with_members(day)

    def with_current_theme(self, day=None):
        """Each group with `.running_themes` (at most one), now or on a date, in one more query."""
        themes = _themes().running() if day is None else _themes().on(day)
        return self.prefetch_related(Prefetch("themes", themes, "running_themes"))

    def with_theme_words(self):
        """Each group with `.theme_title`, `.theme_title_en` and `.theme_review_on` of its running theme, or None."""
        theme = _themes().running().filter(group=OuterRef("pk")).order_by("-starts_on")
        words = ("title", "title_en", "review_on")
        return self.annotate(**{f"theme_{name}": Subquery(theme.values(name)[:1]) for name in words})

    def with_members(self, day=None):
        """Each group with `.current_members`, now or on a date, in one more query."""
        members = GroupMembership.objects.current() if day is None else GroupMembership.objects.on(day)
        members = members.select_related("person__department")
        return self.prefetch_related(Prefetch("memberships", members, "current_members"))

    def with_open_call(self, today):
        """Each group with `.open_calls` (at most one) that takes applications on the date `today`."""
        calls = self.model.calls.rel.related_model.objects.taking(today)
        return self.prefetch_related(Prefetch("calls", calls, "open_calls"))


def _themes():
    """Theme.objects: its module imports this one."""
    return WorkingGroup.themes.rel.related_model.objects


class WorkingGroup(models.Model):
    followable = "group"

    slug = models.SlugField(_("記号"), unique=True)
    name = models.CharField(_("名前"), max_length=60)
    name_en = models.CharField(_("名前(英語)"), max_length=100, blank=True)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="groups", verbose_name=_("属する会議体")
    )
    founded_on = models.DateField(_("始めた日"))
    closed_on = models.DateField(_("閉じた日"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("グループ")
        verbose_name_plural = _("グループ")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("founded_on")),
                name="group_closed_after_founded",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("taskforce:group", args=[self.slug])

    @property
    def history_key(self):
        return "group", self.slug

    @property
    def scope(self) -> str:
        """The text by which duties name this group."""
        return f"group:{self.slug}"

    @property
    def theme(self):
        """The running theme, None between themes. Needs `with_current_theme()`."""
        return self.running_themes[0] if self.running_themes else None

    @property
    def call(self):
        """The open call for members or None. Needs `with_open_call()`."""
        return self.open_calls[0] if self.open_calls else None

    @property
    def hours(self) -> int:
        """Hours a month of all members together. Needs `with_members()`."""
        return sum(membership.hours_a_month for membership in self.current_members)

    # --- who may do what (permissions.md) -----------------------------------------------------------

    def is_led_by(self, user) -> bool:
        return user.has_scope(Role.TASKFORCE_LEAD, self.scope)

    def has_member(self, user) -> bool:
        return self.is_led_by(user) or user.has_scope(Role.TASKFORCE_MEMBER, self.scope)

    def can_lead(self, user) -> bool:
        """Choose the theme, add and remove members, close the group: the lead, and the secretariat."""
        return self.is_led_by(user) or user.is_secretariat

    def can_write(self, user) -> bool:
        """Read and write notes, keep action items: members, invited experts, and the secretariat."""
        return self.has_member(user) or user.is_secretariat or user.has_scope(Role.SUPPORT_EXPERT, self.scope)

    # --- the group itself -----------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def found(cls, *, lead, by, today=None, **fields):
        """A new group with its first lead. Raises ValueError when the lead is `by`: nobody gives himself a duty."""
        group = cls.objects.create(founded_on=today or dates.today(), **fields)
        summary = {"summary": f"{group.name}を作った", "summary_en": f"Set up {group.name_en or group.name}"}
        Activity.record("group.founded", group, by=by, **summary)
        group.add_member(lead, by=by, today=group.founded_on, is_lead=True)
        return group

    @transaction.atomic
    def edit(self, *, by, version, **fields):
        """Change name or place of the group. Raises StaleVersion when somebody saved since `version`."""
        claim_version(self, version)
        changes = {}
        for name, value in fields.items():
            if getattr(self, name) != value:
                label = str(self._meta.get_field(name).verbose_name)
                changes[label] = [str(getattr(self, name) or ""), str(value or "")]
                setattr(self, name, value)
        self.save(update_fields=list(fields))
        summary = {"summary": f"{self.name}の名前や所属を直した", "summary_en": "Changed the group's entry"}
        Activity.record("group.changed", self, by=by, changes=changes, **summary)

    @transaction.atomic
    def close(self, *, by, reason, today=None):
        """End the group with the end of `today`: memberships, duties and its call end with it.

        Raises ValidationError while a theme is running: its outcome has to be told first.
        """
        today = today or dates.today()
        WorkingGroup.objects.select_for_update().get(pk=self.pk)
        if self.themes.running().exists():
            raise ValidationError(_t("先に、今のテーマを見直して終えてください。"))
        if not WorkingGroup.objects.running().filter(pk=self.pk).update(closed_on=today):
            raise ValidationError(_t("このグループはもう閉じています。"))
        self.closed_on = today
        for membership in self.memberships.current().select_related("person"):
            self._end(membership, by=by, today=today)
        self.calls.filter(closed_on=None).update(closed_on=today)
        self.rounds.filter(closed_on=None).update(closed_on=today)
        summary = {"summary": f"{self.name}を閉じた", "summary_en": f"Closed {self.name_en or self.name}"}
        Activity.record("group.closed", self, by=by, reason=reason, **summary)

    # --- members ----------------------------------------------------------------------------------

    @transaction.atomic
    def add_member(self, person, *, by, part="", part_en="", hours_a_month=4, is_lead=False, today=None):
        """Take `person` in: a membership and its duty. Raises ValueError for one who is in already, or is `by`."""
        today = today or dates.today()
        if person == by:
            raise ValueError(_t("自分を加えることはできません。ほかの人が行います。"))
        if self.closed_on:
            raise ValueError(_t("閉じたグループには加えられません。"))
        membership, is_new = GroupMembership.objects.get_or_create(
            group=self,
            person=person,
            left_on=None,
            defaults={
                "part": part,
                "part_en": part_en,
                "hours_a_month": hours_a_month,
                "joined_on": today,
                "is_lead": is_lead,
            },
        )
        if not is_new:
            raise ValueError(_t("%(person)sさんは、もうこのグループにいます。") % {"person": person})
        self._give(person, Role.TASKFORCE_LEAD if is_lead else Role.TASKFORCE_MEMBER, by=by, today=today)
        self._tell("group.member_added", ["", person.name], by, "メンバーが加わった", "A member joined")
        return membership

    @transaction.atomic
    def remove_member(self, membership, *, by, reason="", today=None):
        """End a membership and its duty with the end of `today`; also how a member leaves. Again changes nothing.

        Raises ValueError for the only lead: the secretariat names the next one first.
        """
        if membership.is_lead and not self._other_leads(membership).exists():
            raise ValueError(_t("リーダーが抜ける前に、事務局が次のリーダーを決めます。"))
        if self._end(membership, by=by, today=today or dates.today()):
            words = ("メンバーが抜けた", "A member left")
            self._tell("group.member_left", [membership.person.name, ""], by, *words, reason=reason)

    @transaction.atomic
    def name_lead(self, membership, *, by, today=None):
        """The member leads from `today`; who led until now stays as a member. Raises ValueError for `by` himself."""
        today = today or dates.today()
        if membership.person == by:
            raise ValueError(_t("自分をリーダーにすることはできません。ほかの人が行います。"))
        if membership.is_lead:
            return
        before = list(self.memberships.current().filter(is_lead=True).select_related("person"))
        for former in before:
            self._change(former, lead=False, by=by, today=today)
        self._change(membership, lead=True, by=by, today=today)
        names = ["、".join(m.person.name for m in before), membership.person.name]
        self._tell(
            "group.lead_named", names, by, "リーダーが替わった", "The lead changed", label=_t("リーダー")
        )

    def _other_leads(self, membership):
        return self.memberships.current().filter(is_lead=True).exclude(pk=membership.pk)

    def _change(self, membership, *, lead, by, today):
        membership.is_lead = lead
        membership.save(update_fields=["is_lead"])
        self._take(membership.person, by=by, today=today - dates.DAY)
        self._give(
            membership.person, Role.TASKFORCE_LEAD if lead else Role.TASKFORCE_MEMBER, by=by, today=today
        )

    def _end(self, membership, *, by, today) -> bool:
        """End the row and the duty; whether it was still open."""
        rows = GroupMembership.objects.current().filter(pk=membership.pk)
        if not rows.update(left_on=max(today, membership.joined_on)):
            return False
        membership.left_on = max(today, membership.joined_on)
        self._take(membership.person, by=by, today=today)
        return True

    def _give(self, person, role, *, by, today):
        """The duty from `today`; one that began on the same day is opened again."""
        duty, _new = Duty.objects.get_or_create(
            user=person, role=role, department=None, scope=self.scope, starts_on=today
        )
        if duty.ends_on is not None:
            duty.ends_on = None
            duty.save(update_fields=["ends_on"])
        SecurityEvent.record("duty_given", user=by, **duty.security_details)

    def _take(self, person, *, by, today):
        """Duties of the group end with the end of `today`; one that has not begun by then falls away."""
        for duty in Duty.objects.filter(user=person, scope=self.scope, role__in=ROLES):
            if duty.is_open(today + dates.DAY):
                SecurityEvent.record("duty_ended", user=by, **duty.security_details)
                if duty.starts_on > today:
                    duty.delete()
                else:
                    duty.ends_on = today
                    duty.save(update_fields=["ends_on"])

    def _tell(self, verb, names, by, summary, summary_en, *, reason="", label=None):
        changes = {label or _t("メンバー"): names}
        words = {
            "summary": f"{self.name}: {summary}",
            "summary_en": f"{self.name_en or self.name}: {summary_en}",
        }
        Activity.record(verb, self, by=by, changes=changes, reason=reason, **words)


class GroupMembershipQuerySet(models.QuerySet):
    def current(self):
        return self.filter(left_on=None)

    def on(self, day):
        """Who was in on the date `day`."""
        return self.filter(in_force(day, "joined_on", "left_on"))

    def hours(self) -> int:
        return self.aggregate(n=Sum("hours_a_month"))["n"] or 0

    @transaction.atomic
    def follow_duties(self, day) -> int:
        """Make open memberships agree with the duties in force on `day`, which are also given and ended elsewhere
        (duties page, hand-over, staff list); how many rows changed."""
        duties = Duty.objects.on(day).filter(role__in=ROLES, scope__startswith="group:", user__is_active=True)
        held: dict = {}
        for duty in duties.order_by("starts_on"):
            held.setdefault((duty.scope, duty.user_id), set()).add(duty.role)
        groups = {group.scope: group for group in WorkingGroup.objects.running()}
        open_rows = {(m.group.scope, m.person_id): m for m in self.current().select_related("group")}
        changed = 0
        for key, membership in open_rows.items():
            is_lead = Role.TASKFORCE_LEAD in held.get(key, ())
            if key not in held:
                self.filter(pk=membership.pk).update(left_on=max(day, membership.joined_on))
            elif membership.is_lead != is_lead:
                self.filter(pk=membership.pk).update(is_lead=is_lead)
            else:
                continue
            changed += 1
        for (scope, person), roles in held.items():
            if scope in groups and (scope, person) not in open_rows:
                lead = Role.TASKFORCE_LEAD in roles
                self.create(group=groups[scope], person_id=person, joined_on=day, is_lead=lead)
                changed += 1
        return changed


class GroupMembership(models.Model):
    group = models.ForeignKey(
        WorkingGroup, models.CASCADE, related_name="memberships", verbose_name=_("グループ")
    )
    person = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="group_memberships", verbose_name=_("職員")
    )
    is_lead = models.BooleanField(_("リーダー"), default=False)
    part = models.CharField(_("受け持ち"), max_length=30, blank=True)
    part_en = models.CharField(_("受け持ち(英語)"), max_length=60, blank=True)
    hours_a_month = models.PositiveSmallIntegerField(_("月の時間"), default=4)
    joined_on = models.DateField(_("加わった日"))
    left_on = models.DateField(_("離れた日"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-is_lead", "joined_on", "pk"]
        verbose_name = _("メンバー")
        verbose_name_plural = _("メンバー")
        constraints = [
            models.UniqueConstraint("group", "person", condition=Q(left_on=None), name="membership_once")
        ]

    def __str__(self):
        return f"{self.group} {self.person}"

    @transaction.atomic
    def edit(self, *, by, version, part, part_en, hours_a_month):
        """What the member looks after and how many hours a month: the member, the lead, the secretariat."""
        claim_version(self, version)
        before = [f"{self.part} {self.hours_a_month}", f"{part} {hours_a_month}"]
        self.part, self.part_en, self.hours_a_month = part, part_en, hours_a_month
        self.save(update_fields=["part", "part_en", "hours_a_month"])
        self.group._tell(
            "group.member_changed",
            before,
            by,
            "メンバーの受け持ちか時間が変わった",
            "A member's part or hours changed",
        )
