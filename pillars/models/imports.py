"""One uploaded plan file: what it would change, who applied it, what came of it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pillars.models.plan import Plan


class PlanImport(models.Model):
    class State(models.TextChoices):
        PREVIEWED = "previewed", _("確認待ち")
        APPLIED = "applied", _("取込済")
        DISCARDED = "discarded", _("取消")

    plan = models.ForeignKey(
        Plan, models.SET_NULL, null=True, blank=True, related_name="imports", verbose_name=_("計画")
    )
    file_name = models.CharField(_("ファイル名"), max_length=255)
    sha256 = models.CharField(max_length=64, editable=False)
    # The tables as read, so that confirming does not need the file again: {sheet: {"headers": […], "rows": […]}}.
    content = models.JSONField(default=dict, editable=False, encoder=DjangoJSONEncoder)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PREVIEWED)
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
    result = models.JSONField(_("結果"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("計画の取込")
        verbose_name_plural = _("計画の取込")

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("pillars:import", args=[self.pk])

    @property
    def history_key(self):
        return "import", str(self.pk)

    @staticmethod
    def can_use(user) -> bool:
        """Plans are imported by the secretariat (permissions.md)."""
        return user.is_secretariat
