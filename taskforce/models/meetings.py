"""What a group does between two reviews: meetings with notes, and action items 宿題 with an owner and a day (T2)."""

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal.forms import claim_version
from taskforce.models.groups import WorkingGroup


class Meeting(models.Model):
    group = models.ForeignKey(
        WorkingGroup, models.CASCADE, related_name="meetings", verbose_name=_("グループ")
    )
    title = models.CharField(_("議題"), max_length=100)
    title_en = models.CharField(_("議題(英語)"), max_length=150, blank=True)
    starts_at = models.DateTimeField(_("日時"))
    minutes = models.PositiveSmallIntegerField(_("長さ(分)"), default=60)
    place = models.CharField(_("会場・参加先"), max_length=200, blank=True)
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

    @transaction.atomic
    def record(self, *, by, version=None, **fields):
        """Save a new meeting, or its new day or notes. Raises StaleVersion when somebody saved since `version`.

        The history tells that the notes changed, not what they say: it is read by more people than the notes.
        """
        is_new = self.pk is None
        if not is_new:
            claim_version(self, version)
        for name, value in fields.items():
            setattr(self, name, value)
        self.save()
        told = {"summary": f"会合「{self.title}」", "summary_en": f"Meeting: {self.title_en or self.title}"}
        changes = {_t("会合"): ["" if is_new else self.title, self.title]}
        Activity.record("meeting.saved", self, by=by, label=str(self.group), changes=changes, **told)


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
    version = models.PositiveIntegerField(default=1)

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

    def is_late(self, today) -> bool:
        return self.done_on is None and self.due_on < today

    @transaction.atomic
    def record(self, *, by, version=None, **fields):
        """Save a new item, or mend one. Raises StaleVersion when somebody saved since `version`."""
        before = "" if self.pk is None else f"{self.text} {self.owner.name} {self.due_on}"
        if self.pk is not None:
            claim_version(self, version)
        for name, value in fields.items():
            setattr(self, name, value)
        self.save()
        verb = "action_item.changed" if before else "action_item.added"
        changes = {_t("宿題"): [before, f"{self.text} {self.owner.name} {self.due_on}"]}
        told = {"summary": f"宿題「{self.text}」", "summary_en": "Action item"}
        Activity.record(verb, self, by=by, label=str(self.group), changes=changes, **told)

    @transaction.atomic
    def reopen(self, *, by):
        """Not done after all; a second call changes nothing."""
        if ActionItem.objects.filter(pk=self.pk).exclude(done_on=None).update(done_on=None):
            self.done_on = None
            told = {"summary": f"宿題「{self.text}」を残りに戻した", "summary_en": "Action item opened again"}
            Activity.record("action_item.reopened", self, by=by, label=str(self.group), **told)

    @transaction.atomic
    def finish(self, *, by, today):
        """Mark as done; a second call changes nothing."""
        if ActionItem.objects.filter(pk=self.pk, done_on=None).update(done_on=today):
            self.done_on = today
            told = {"summary": f"宿題「{self.text}」が終わった", "summary_en": "Action item done"}
            changes = {_t("宿題"): [self.text, _t("終わった")]}
            Activity.record("action_item.done", self, by=by, label=str(self.group), changes=changes, **told)

    @transaction.atomic
    def pass_to(self, owner, *, by, reason=""):
        """Give the item to another person."""
        before, self.owner = self.owner, owner
        self.save(update_fields=["owner"])
        changes = {_t("担当"): [before.name, owner.name]}
        Activity.record("action_item.passed", self, by=by, changes=changes, reason=reason)
