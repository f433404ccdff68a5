"""One uploaded plan file: what it would change, what people chose of it, who applied it, and how to take it back."""

from datetime import timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from pillars.models.plan import Plan

UNDO_DAYS = 30  # promises.md P20
TAKEN = ("applied", "undoing", "undone")  # the rows of the file are in the plan, or were
BULKY = ("file", "content", "preview", "errors", "fates", "before", "left", "over")


class PlanImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The secretariat sees every import, a department's reporter the own ones."""
        return self if user.is_secretariat else self.filter(uploaded_by=user)

    def waiting(self):
        """What the worker has to read or to apply, oldest first."""
        return self.filter(state__in=PlanImport.WAITING).order_by("pk")

    def light(self):
        """Without the file, its tables and its differences, for lists."""
        return self.defer(*BULKY)


class PlanImport(models.Model):
    class State(models.TextChoices):
        UPLOADED = "uploaded", _("読むのを待っている")
        READING = "reading", _("読んでいる")
        PREVIEWED = "previewed", _("確認待ち")
        APPLYING = "applying", _("取り込んでいる")
        APPLIED = "applied", _("取込済")
        REFUSED = "refused", _("読めなかった")
        DISCARDED = "discarded", _("取消")
        UNDOING = "undoing", _("元に戻している")
        UNDONE = "undone", _("元に戻した")

    WAITING = (State.UPLOADED, State.READING, State.APPLYING, State.UNDOING)

    plan = models.ForeignKey(
        Plan, models.SET_NULL, null=True, blank=True, related_name="imports", verbose_name=_("計画")
    )
    file_name = models.CharField(_("ファイル名"), max_length=255)
    sha256 = models.CharField(max_length=64, editable=False)
    # The bytes as uploaded until they have been read; from then on `content` says it all.
    file = models.BinaryField(default=bytes, editable=False)
    # The tables as read: {sheet: {"headers": […], "rows": [[row number, [cells]], …]}}. Kept for the result file.
    content = models.JSONField(default=dict, editable=False, encoder=DjangoJSONEncoder)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.UPLOADED)
    # A department's own progress: only its reports, actual values and completed milestones are taken.
    is_progress_only = models.BooleanField(_("部署の進捗だけ"), default=False, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)  # begun by a worker and not finished
    refusal = models.TextField(_("読めない・取り込めないわけ"), blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("読み込んだ人")
    )
    uploaded_at = models.DateTimeField(_("読込"), auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("取り込んだ人")
    )
    applied_at = models.DateTimeField(_("取込"), null=True, blank=True)
    errors = models.JSONField(_("エラー"), default=list, encoder=DjangoJSONEncoder)
    preview = models.JSONField(_("差分"), default=dict, encoder=DjangoJSONEncoder)
    # Counts every new preview: a choice made on an older one is not taken for the new.
    version = models.PositiveIntegerField(_("版番号"), default=1, editable=False)
    left = models.JSONField(_("取り込まない行"), default=list, editable=False)  # [[sheet, code], …]
    # Rows whose cells are taken although they changed in the portal since the file was written.
    over = models.JSONField(_("ポータルの値より優先する行"), default=list, editable=False)
    # Whether those who report on what it changes are told of it once (newsletter/notices.py).
    tells = models.BooleanField(_("担当に知らせる"), default=False, editable=False)
    result = models.JSONField(_("結果"), default=dict, encoder=DjangoJSONEncoder)
    fates = models.JSONField(
        _("行ごとの結果"), default=dict, editable=False
    )  # {sheet: {row: [fate, reason]}}
    before = models.JSONField(_("取込前の値"), default=dict, editable=False, encoder=DjangoJSONEncoder)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("元に戻した人")
    )
    # Cells changed since the import that go back all the same, as chosen on the page: keys of undoing.Cell.
    undo_chosen = models.JSONField(default=list, editable=False)
    undone_at = models.DateTimeField(_("元に戻した日時"), null=True, blank=True)

    objects = PlanImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("計画の取込")
        verbose_name_plural = _("計画の取込")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TAKEN, applied_at__isnull=False)
                | (~Q(state__in=TAKEN) & Q(applied_at=None)),
                name="import_applied_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at=None)),
                name="import_undone_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="import_waiting",
                condition=Q(state__in=("uploaded", "reading", "applying", "undoing")),
            )
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("pillars:import", args=[self.pk])

    @property
    def history_key(self):
        return "import", str(self.pk)

    @property
    def is_waiting(self) -> bool:
        """A worker has it or will have it."""
        return self.state in self.WAITING

    @property
    def undo_until(self):
        return self.applied_at + timedelta(days=UNDO_DAYS) if self.applied_at else None

    @property
    def proposal(self):
        """The question to a second person about it that waits, or None."""
        from pillars.models.proposals import Proposal

        return Proposal.objects.about(self).waiting().first()

    @staticmethod
    def can_use(user) -> bool:
        """Plans are imported by the secretariat, own progress by a department's reporter (permissions.md)."""
        return user.is_secretariat or user.has_role(Role.PROGRESS_REPORTER)

    def can_apply(self, user) -> bool:
        """The secretariat applies every import, a reporter the own progress."""
        own_progress = self.is_progress_only and self.uploaded_by_id == user.pk
        return user.is_secretariat or (own_progress and self.can_use(user))

    def can_undo(self, user, at) -> bool:
        """Within 30 days, by the secretariat (promises.md P20)."""
        return user.is_secretariat and self.state == self.State.APPLIED and at <= self.undo_until
