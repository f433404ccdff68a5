"""Themes of two to three months: start, measures, review, and what came of each (T3)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal.forms import claim_version
from taskforce import results
from taskforce.models.groups import WorkingGroup, groups_led

REVIEW_SOON_DAYS = 21  # the first reminder comes ten office days before, around holidays that is three weeks
SEASON_DAYS = (55, 95)  # two to three months, with a few days' grace at both ends


class ThemeQuerySet(models.QuerySet):
    def running(self):
        return self.filter(state=Theme.State.RUNNING)

    def past(self):
        return self.exclude(state=Theme.State.RUNNING)

    def on(self, day):
        """Themes that were worked on on the date `day`; on the day of a review the next one counts."""
        begun = self.filter(starts_on__lte=day)
        return begun.filter(Q(state=Theme.State.RUNNING) | Q(reviewed_on__gt=day))

    def visible_to(self, user):
        return self.filter(group__in=WorkingGroup.objects.visible_to(user))

    def with_results(self, user):
        """Each theme with `.results`, the things that came of it as far as the person sees them; no further query."""
        rows = {name: Theme._meta.get_field(name).related_model.objects.visible_to(user) for name in RESULTS}
        return self.annotate(
            told_ideas=results.ideas_told(rows["ideas"]),
            told_practices=results.practices_told(rows["practices"]),
            told_initiatives=results.initiatives_told(rows["initiatives"]),
        )

    def review_due(self, until):
        """Running themes whose review date is on or before `until`."""
        return self.running().filter(review_on__lte=until)

    def needing(self, user, today):
        """Themes of groups the person leads whose review comes within three weeks or is past."""
        led = groups_led(user)
        if not led:
            return self.none()
        due = self.review_due(today + timedelta(days=REVIEW_SOON_DAYS))
        return due.filter(group__slug__in=led).select_related("group")


RESULTS = ("ideas", "practices", "initiatives")


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
    learnt_en = models.TextField(_("学んだこと(英語)"), blank=True)
    handed_to = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, verbose_name=_("渡した先")
    )
    ideas = models.ManyToManyField(
        "taskforce.Idea", related_name="themes", blank=True, verbose_name=_("生まれたアイデア")
    )
    practices = models.ManyToManyField(
        "taskforce.GoodPractice", related_name="themes", blank=True, verbose_name=_("生まれた好事例")
    )
    initiatives = models.ManyToManyField(
        "pillars.Initiative", related_name="themes", blank=True, verbose_name=_("つながる施策")
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
        return reverse("taskforce:theme", args=[self.group.slug, self.pk])

    @property
    def history_key(self):
        return "group", self.group.slug

    @property
    def last_day(self):
        """The day of the review that was held, or of the one to come."""
        return self.reviewed_on or self.review_on

    @property
    def results(self) -> list:
        """What came of it, line by line. Needs `with_results()`."""
        return results.lines(self)

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_season(self) -> bool:
        """Whether the review is two to three months after the start."""
        return SEASON_DAYS[0] <= (self.review_on - self.starts_on).days <= SEASON_DAYS[1]

    def days_left(self, today) -> int:
        """Days to the review; negative when it is past."""
        return (self.review_on - today).days

    def weeks(self) -> int:
        """Length of the theme in whole weeks, at least one."""
        return max(1, round((self.review_on - self.starts_on).days / 7))

    # --- acts -----------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def begin(cls, group, *, by, chosen=None, **fields):
        """Start the next theme; `chosen` is the round of proposals it came from. Raises ValidationError while another
        theme runs, also when two people start one at the same moment."""
        try:
            with transaction.atomic():
                theme = cls.objects.create(group=group, **fields)
        except IntegrityError:
            raise ValidationError(
                _t("ほかの人が先にテーマを決めました。グループのページで確かめてください。")
            ) from None
        if chosen is not None:
            chosen.become(theme)
        told = {
            "label": str(group),
            "changes": {_t("テーマ"): ["", theme.title], _t("見直しの日"): ["", str(theme.review_on)]},
            "summary": f"次のテーマを「{theme.title}」に決めた",
            "summary_en": f"Chose the next theme: {theme.title_en or theme.title}",
        }
        Activity.record("theme.started", theme, by=by, **told)
        return theme

    @transaction.atomic
    def edit(self, *, by, version, **fields):
        """Mend the words or days of the theme. Raises StaleVersion when somebody saved since `version`."""
        claim_version(self, version)
        changes = self._set(fields)
        self.save(update_fields=list(fields))
        told = {
            "summary": f"「{self.title}」を直した",
            "summary_en": f"Mended “{self.title_en or self.title}”",
        }
        Activity.record("theme.changed", self, by=by, label=str(self.group), changes=changes, **told)

    def _set(self, fields) -> dict:
        """Set fields; {label: [before, after]} of those that changed."""
        changes = {}
        for name, value in fields.items():
            before = getattr(self, name)
            if before != value:
                changes[str(self._meta.get_field(name).verbose_name)] = [str(before or ""), str(value or "")]
                setattr(self, name, value)
        return changes

    @transaction.atomic
    def review(self, decision, *, outcome, learnt, by, on, handed_to=None, next_review_on=None, **more):
        """Close the theme with a decision of `State`; continuing starts it anew until `next_review_on`.

        `more` may hold version, outcome_en, learnt_en and the results (ideas, practices, initiatives).
        Raises ValueError when the theme is closed already, or when hand-over or continuing lack what they need;
        StaleVersion.
        """
        self._check_review(decision, on, handed_to, next_review_on)
        claim_version(self, more.pop("version", self.version))
        if not Theme.objects.running().filter(pk=self.pk).exists():
            raise ValueError(_t("このテーマの見直しは済んでいます。"))
        links = {name: more.pop(name) for name in RESULTS if name in more}
        handed_to = handed_to if decision == self.State.HANDED_OVER else None
        fields = {"state": decision, "reviewed_on": on, "handed_to": handed_to}
        fields |= {"outcome": outcome, "learnt": learnt, **more}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        self._link(links)
        Activity.record("theme.reviewed", self, by=by, **self._review_story())
        if decision == self.State.CONTINUED:
            self._continue(on, next_review_on)

    def _check_review(self, decision, on, handed_to, next_review_on):
        if self.state != self.State.RUNNING:
            raise ValueError(_t("このテーマの見直しは済んでいます。"))
        if decision == self.State.HANDED_OVER and handed_to is None:
            raise ValueError(_t("渡す先の課室を選んでください。"))
        if decision == self.State.CONTINUED and (next_review_on is None or next_review_on <= on):
            raise ValueError(_t("続けるときは、次の見直しの日をきょうより後の日付で入れてください。"))

    def _continue(self, on, next_review_on):
        """The same theme anew; each measure starts where it stands now."""
        words = {name: getattr(self, name) for name in ("title", "title_en", "goal", "goal_en")}
        again = self.group.themes.create(starts_on=on, review_on=next_review_on, **words)
        for measure in self.measures.all():
            measure.start_again(again)

    def _review_story(self):
        return {
            "label": f"{self.group} {self.title}",
            "changes": {_t("見直しの結果"): [str(self.State.RUNNING.label), str(self.get_state_display())]},
            "reason": self.learnt,
            "summary": f"「{self.title}」の見直し: {self.State(self.state).label}",
            "summary_en": f"“{self.title_en or self.title}” was reviewed",
        }

    @transaction.atomic
    def tell_outcome(self, *, by, version, ideas, practices, initiatives, **words):
        """What came of the theme, also long after its review: words and links. Raises StaleVersion."""
        claim_version(self, version)
        changes = self._set(words)
        self.save(update_fields=list(words))
        changes |= self._link({"ideas": ideas, "practices": practices, "initiatives": initiatives})
        told = {
            "summary": f"「{self.title}」から生まれたものを書き足した",
            "summary_en": f"Told what came of “{self.title_en or self.title}”",
        }
        Activity.record("theme.outcome_told", self, by=by, label=str(self.group), changes=changes, **told)

    def _link(self, links) -> dict:
        """Set the results; {label: [before, after]} of those that changed."""
        changes = {}
        for name, rows in links.items():
            before, after = _names(getattr(self, name).all()), _names(rows)
            if before != after:
                changes[str(self._meta.get_field(name).verbose_name)] = [before, after]
                getattr(self, name).set(rows)
        return changes


def _names(rows) -> str:
    """Numbers and codes: the history is also read by people who may not see the thing itself."""
    return "、".join(
        sorted(str(getattr(row, "number", None) or getattr(row, "code", None) or row) for row in rows)
    )


class ThemeMeasure(models.Model):
    """成果のめやす: what the theme wants to move, from a value to a value."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="measures", verbose_name=_("テーマ"))
    name = models.CharField(_("めやす"), max_length=60)
    name_en = models.CharField(_("めやす(英語)"), max_length=120, blank=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    start_value = models.DecimalField(_("始めの値"), max_digits=10, decimal_places=1)
    current_value = models.DecimalField(_("今の値"), max_digits=10, decimal_places=1, null=True, blank=True)
    target_value = models.DecimalField(_("めざす値"), max_digits=10, decimal_places=1)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("成果のめやす")
        verbose_name_plural = _("成果のめやす")

    def __str__(self):
        return self.name

    def start_again(self, theme):
        """The same measure for the theme that continues this one: it starts where this one stands."""
        start = self.start_value if self.current_value is None else self.current_value
        words = {name: getattr(self, name) for name in ("name", "name_en", "unit", "target_value")}
        return theme.measures.create(start_value=start, **words)

    @transaction.atomic
    def record(self, *, by, version=None, **fields):
        """Save a new measure, or new values of it. Raises StaleVersion when somebody saved since `version`."""
        before = "" if self.pk is None else self.in_words
        if self.pk is not None:
            claim_version(self, version)
        for name, value in fields.items():
            setattr(self, name, value)
        self.save()
        told = {
            "summary": f"めやす「{self.name}」を記録した",
            "summary_en": f"Recorded “{self.name_en or self.name}”",
        }
        changes = {self.name: [before, self.in_words]}
        Activity.record(
            "theme.measured", self.theme, by=by, label=str(self.theme.group), changes=changes, **told
        )

    @property
    def in_words(self) -> str:
        now = "" if self.current_value is None else f"{self.current_value}"
        return f"{self.start_value} → {now} → {self.target_value}{self.unit}"
