"""The volunteer taskforce at work: groups, their themes of two to three months, meetings, action items (T2, T3)."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Duty, Role
from dxportal import dates
from taskforce.models.structure import Body, in_force

REVIEW_SOON_DAYS = 14


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

    def with_current_theme(self):
        """Each group with `.running_themes` (at most one), in one more query."""
        return self.prefetch_related(Prefetch("themes", Theme.objects.running(), "running_themes"))

    def with_theme_words(self):
        """Each group with `.theme_title`, `.theme_title_en` and `.theme_review_on` of its running theme, or None."""
        theme = Theme.objects.running().filter(group=OuterRef("pk")).order_by("-starts_on")
        words = ("title", "title_en", "review_on")
        return self.annotate(**{f"theme_{name}": Subquery(theme.values(name)[:1]) for name in words})

    def with_members(self):
        """Each group with `.current_members`, in one more query."""
        members = GroupMembership.objects.filter(left_on=None).select_related("person__department")
        return self.prefetch_related(Prefetch("memberships", members, "current_members"))


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

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("グループ")
        verbose_name_plural = _("グループ")

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

    # --- who may do what (permissions.md) -----------------------------------------------------------

    def is_led_by(self, user) -> bool:
        return user.has_scope(Role.TASKFORCE_LEAD, self.scope)

    def has_member(self, user) -> bool:
        return self.is_led_by(user) or user.has_scope(Role.TASKFORCE_MEMBER, self.scope)

    def can_lead(self, user) -> bool:
        """Choose the theme, add and remove members: the lead, and the secretariat."""
        return self.is_led_by(user) or user.is_secretariat

    def can_write(self, user) -> bool:
        """Read and write notes, keep action items: members, invited experts, and the secretariat."""
        return self.has_member(user) or user.is_secretariat or user.has_scope(Role.SUPPORT_EXPERT, self.scope)

    # --- acts -----------------------------------------------------------------------------------

    @transaction.atomic
    def add_member(self, person, *, by, part="", hours_a_month=4, today=None):
        """Take `person` in: a membership and its duty. Raises ValueError for one who is in already."""
        today = today or dates.today()
        if self.memberships.filter(person=person, left_on=None).exists():
            raise ValueError(_t("%(person)sさんは、もうこのグループにいます。") % {"person": person})
        membership = self.memberships.create(
            person=person, part=part, hours_a_month=hours_a_month, joined_on=today
        )
        Duty.objects.create(user=person, role=Role.TASKFORCE_MEMBER, scope=self.scope, starts_on=today)
        Activity.record("group.member_added", self, by=by, changes={_t("メンバー"): ["", person.name]})
        return membership

    @transaction.atomic
    def remove_member(self, membership, *, by, today=None):
        """End a membership and its duty with the end of `today`."""
        today = today or dates.today()
        membership.left_on = today
        membership.save(update_fields=["left_on"])
        Duty.objects.filter(in_force(today), user=membership.person, scope=self.scope).update(ends_on=today)
        Activity.record(
            "group.member_left", self, by=by, changes={_t("メンバー"): [membership.person.name, ""]}
        )


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

    class Meta:
        ordering = ["-is_lead", "joined_on", "pk"]
        verbose_name = _("メンバー")
        verbose_name_plural = _("メンバー")
        constraints = [
            models.UniqueConstraint("group", "person", condition=Q(left_on=None), name="membership_once")
        ]

    def __str__(self):
        return f"{self.group} {self.person}"


class ThemeQuerySet(models.QuerySet):
    def running(self):
        return self.filter(state=Theme.State.RUNNING)

    def past(self):
        return self.exclude(state=Theme.State.RUNNING)

    def review_due(self, until):
        """Running themes whose review date is on or before `until`."""
        return self.running().filter(review_on__lte=until)

    def needing(self, user, today):
        """Themes of groups the person leads whose review comes within two weeks or is past."""
        led = [d.scope.removeprefix("group:") for d in user.duties_today if d.role == Role.TASKFORCE_LEAD]
        due = self.review_due(today + timedelta(days=REVIEW_SOON_DAYS))
        return due.filter(group__slug__in=led).select_related("group")


class Theme(models.Model):
    class State(models.TextChoices):
        RUNNING = "running", _("進行中")
        CONTINUED = "continued", _("続けて深める")
        HANDED_OVER = "handed_over", _("所管に渡した")
        ENDED = "ended", _("終えた")

    group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="themes", verbose_name=_("グループ"))
    title = models.CharField(_("テーマ"), max_length=60)
    title_en = models.CharField(_("テーマ(英語)"), max_length=120, blank=True)
    goal = models.TextField(_("やりたいこと"))
    goal_en = models.TextField(_("やりたいこと(英語)"), blank=True)
    starts_on = models.DateField(_("開始"))
    review_on = models.DateField(_("見直しの日"))
    state = models.CharField(_("見直しの結果"), max_length=12, choices=State, default=State.RUNNING)
    reviewed_on = models.DateField(_("見直した日"), null=True, blank=True)
    outcome = models.TextField(_("できたこと"), blank=True)
    outcome_en = models.TextField(_("できたこと(英語)"), blank=True)
    learnt = models.TextField(_("学んだこと"), blank=True)
    handed_to = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, verbose_name=_("渡した先")
    )
    version = models.PositiveIntegerField(default=1)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("テーマ")
        verbose_name_plural = _("テーマ")
        constraints = [
            models.UniqueConstraint("group", condition=Q(state="running"), name="theme_one_running"),
            models.CheckConstraint(
                condition=Q(review_on__gt=models.F("starts_on")), name="theme_review_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="running") | Q(reviewed_on__isnull=False),
                name="theme_reviewed_on_when_closed",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.group.get_absolute_url()

    @property
    def history_key(self):
        return "group", self.group.slug

    def days_left(self, today) -> int:
        """Days to the review; negative when it is past."""
        return (self.review_on - today).days

    def weeks(self) -> int:
        """Length of the theme in whole weeks, at least one."""
        return max(1, round((self.review_on - self.starts_on).days / 7))

    def share_passed(self, today) -> float:
        """0–100: how much of the time is over."""
        passed = (today - self.starts_on).days / (self.review_on - self.starts_on).days
        return round(min(max(passed, 0), 1) * 100, 1)

    @transaction.atomic
    def review(self, decision, *, outcome, learnt, by, on, handed_to=None, next_review_on=None):
        """Close the theme with a decision of `State`; continuing starts it anew until `next_review_on`.

        Raises ValueError when the theme is closed already, or when hand-over or continuing lack what they need.
        """
        if self.state != self.State.RUNNING:
            raise ValueError(_t("このテーマの見直しは済んでいます。"))
        if decision == self.State.HANDED_OVER and handed_to is None:
            raise ValueError(_t("渡す先の課室を選んでください。"))
        if decision == self.State.CONTINUED and (next_review_on is None or next_review_on <= on):
            raise ValueError(_t("続けるときは、次の見直しの日をきょうより後の日付で入れてください。"))
        self.state, self.outcome, self.learnt, self.reviewed_on, self.handed_to = (
            decision,
            outcome,
            learnt,
            on,
            handed_to,
        )
        self.version += 1
        self.save(update_fields=["state", "outcome", "learnt", "reviewed_on", "handed_to", "version"])
        Activity.record("theme.reviewed", self, by=by, **self._review_story())
        if decision == self.State.CONTINUED:
            self.group.themes.create(
                title=self.title,
                title_en=self.title_en,
                goal=self.goal,
                goal_en=self.goal_en,
                starts_on=on,
                review_on=next_review_on,
            )

    def _review_story(self):
        return {
            "label": f"{self.group} {self.title}",
            "changes": {_t("見直しの結果"): [str(self.State.RUNNING.label), str(self.get_state_display())]},
            "reason": self.learnt,
            "summary": f"「{self.title}」の見直し: {self.State(self.state).label}",
            "summary_en": f"“{self.title_en or self.title}” was reviewed",
        }


class ThemeMeasure(models.Model):
    """成果のめやす: what the theme wants to move, from a value to a value."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="measures", verbose_name=_("テーマ"))
    name = models.CharField(_("めやす"), max_length=60)
    name_en = models.CharField(_("めやす(英語)"), max_length=120, blank=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    start_value = models.DecimalField(_("始めの値"), max_digits=10, decimal_places=1)
    current_value = models.DecimalField(_("今の値"), max_digits=10, decimal_places=1, null=True, blank=True)
    target_value = models.DecimalField(_("めざす値"), max_digits=10, decimal_places=1)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("成果のめやす")
        verbose_name_plural = _("成果のめやす")

    def __str__(self):
        return self.name


class Meeting(models.Model):
    group = models.ForeignKey(
        WorkingGroup, models.CASCADE, related_name="meetings", verbose_name=_("グループ")
    )
    title = models.CharField(_("議題"), max_length=100)
    title_en = models.CharField(_("議題(英語)"), max_length=150, blank=True)
    starts_at = models.DateTimeField(_("日時"))
    notes = models.TextField(_("議事メモ"), blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("会合")
        verbose_name_plural = _("会合")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("taskforce:meeting", args=[self.group.slug, self.pk])

    @property
    def history_key(self):
        return "group", self.group.slug


class ActionItemQuerySet(models.QuerySet):
    def open(self):
        return self.filter(done_on=None)

    def needing(self, user, today):
        """Open items the person took on; only people with a duty in a group have any."""
        if not any(duty.scope.startswith("group:") for duty in user.duties_today):
            return self.none()
        return self.open().filter(owner=user).select_related("group")


class ActionItem(models.Model):
    """宿題: one thing to do, by one person, by a day."""

    group = models.ForeignKey(
        WorkingGroup, models.CASCADE, related_name="action_items", verbose_name=_("グループ")
    )
    text = models.CharField(_("すること"), max_length=120)
    owner = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="action_items", verbose_name=_("担当")
    )
    due_on = models.DateField(_("期限"))
    done_on = models.DateField(_("終えた日"), null=True, blank=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["done_on", "due_on", "pk"]
        verbose_name = _("宿題")
        verbose_name_plural = _("宿題")

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return self.group.get_absolute_url() + "#h-actions"

    @property
    def history_key(self):
        return "group", self.group.slug

    @transaction.atomic
    def finish(self, *, by, today):
        """Mark as done; a second call changes nothing."""
        if ActionItem.objects.filter(pk=self.pk, done_on=None).update(done_on=today):
            self.done_on = today
            Activity.record(
                "action_item.done", self, by=by, changes={_t("宿題"): [self.text, _t("終わった")]}
            )

    @transaction.atomic
    def pass_to(self, owner, *, by, reason=""):
        """Give the item to another person."""
        before, self.owner = self.owner, owner
        self.save(update_fields=["owner"])
        changes = {_t("担当"): [before.name, owner.name]}
        Activity.record("action_item.passed", self, by=by, changes=changes, reason=reason)
