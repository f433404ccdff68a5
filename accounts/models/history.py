"""Who did what, when and why: business history, security log and what people follow.

Targets are text, never foreign keys, so that history outlives what it tells of.
"""

import pgtrigger
from allauth.core.internal.httpkit import get_client_ip
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class ActivityQuerySet(models.QuerySet):
    def of(self, obj):
        """The history of one object, newest first."""
        target_type, target_id = obj.history_key
        return self.filter(target_type=target_type, target_id=target_id)

    def since(self, moment):
        return self.filter(at__gte=moment)

    def with_verbs(self, *verbs):
        return self.filter(verb__in=verbs)


class Activity(models.Model):
    """One act by one person. Rows can only be added: the database refuses update and delete (promises.md P21)."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    on_behalf_of = models.CharField(max_length=100, blank=True)
    verb = models.CharField(max_length=40)
    target_type = models.CharField(max_length=30)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(max_length=300)
    target_url = models.CharField(max_length=300, blank=True)
    summary = models.CharField(max_length=500, blank=True)
    summary_en = models.CharField(max_length=500, blank=True)
    changes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=100, default="web")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("履歴")
        verbose_name_plural = _("履歴")
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at"], name="activity_target"),
            models.Index(fields=["verb", "-at"], name="activity_verb"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self):
        return f"{self.verb} {self.target_label}"

    @classmethod
    def build(cls, verb, target, *, by, changes=None, reason="", source="web", label=None, **extra):
        """An unsaved Activity, for bulk_create. `by` is a User or None for the portal itself; see `record`."""
        target_type, target_id = target.history_key
        url = target.get_absolute_url() if hasattr(target, "get_absolute_url") else ""
        return cls(
            verb=verb,
            actor_id=by.pk if by else None,
            actor_name=by.name if by else "",
            target_type=target_type,
            target_id=target_id,
            target_label=(label or str(target))[:300],
            target_url=url,
            changes=changes or {},
            reason=reason,
            source=source,
            **extra,
        )

    @classmethod
    def record(cls, verb, target, **details):
        """Write one act on `target` (any object with `history_key`). Call it in the transaction of the act itself.

        `changes` is {field label: [before, after]}; `source` says by which screen or import; `summary` is the one
        sentence a feed shows; `at` may be given for acts that are loaded from elsewhere.
        """
        activity = cls.build(verb, target, **details)
        activity.save(force_insert=True)
        return activity


# Everything the security log can say, in words.
SECURITY_EVENTS = {
    "signed_in": _("ログイン"),
    "break_glass_sign_in": _("非常用アカウントのログイン"),
    "signed_out": _("ログアウト"),
    "sign_in_failed": _("ログインの失敗"),
    "password_changed": _("パスワードの変更"),
    "second_factor_added": _("2つめの確認の追加"),
    "second_factor_removed": _("2つめの確認の削除"),
    "second_factor_refused": _("2つめの確認の失敗"),
    "duty_given": _("役割を任せた"),
    "duty_ended": _("役割の終わり"),
    "user_deactivated": _("退職・離任の処理"),
    "departments_imported": _("組織の取り込み"),
    "staff_imported": _("職員の取り込み"),
    "people_exported": _("職員の一覧の書き出し"),
    "author_seen": _("匿名のアイデアを出した人の確認(非常用)"),
}


class SecurityEvent(models.Model):
    """Sign-ins, failures, changes of rights, exports of people: apart from business history, read by administrators."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    event = models.CharField(max_length=40, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    address = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("安全の記録")
        verbose_name_plural = _("安全の記録")
        indexes = [models.Index(fields=["actor_id", "event"], name="security_actor")]
        triggers = [APPEND_ONLY]

    def __str__(self):
        return str(self.word)

    @property
    def word(self):
        """What happened, in the viewer's language."""
        return SECURITY_EVENTS.get(self.event, self.event)

    @classmethod
    def build(cls, event, *, user=None, request=None, **details):
        """An unsaved event, for bulk_create; see `record`."""
        return cls(
            event=event,
            actor_id=user.pk if user else None,
            actor_name=user.name if user else "",
            address=get_client_ip(request) if request else None,
            details=details,
        )

    @classmethod
    def record(cls, event, **facts):
        """Write one event of SECURITY_EVENTS. `details` never holds passwords, tokens or free text."""
        written = cls.build(event, **facts)
        written.save(force_insert=True)
        return written


class FollowQuerySet(models.QuerySet):
    def of(self, obj):
        target_type, target_id = obj.history_key
        return self.filter(target_type=target_type, target_id=target_id)


class Follow(models.Model):
    """A person follows an object; the digest tells what happened to it."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="follows")
    target_type = models.CharField(max_length=30)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(max_length=300)
    target_url = models.CharField(max_length=300)
    since = models.DateTimeField(default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["user", "target_type", "target_id"], name="follow_once")
        ]

    def __str__(self):
        return self.target_label

    @classmethod
    def exists_for(cls, target_type, field, user):
        """For `annotate` on rows whose history key ends with `field`: whether this person follows the row."""
        key = Cast(OuterRef(field), models.CharField())
        return Exists(cls.objects.filter(user=user, target_type=target_type, target_id=key))

    @classmethod
    def counts(cls, model, user) -> dict:
        """For `annotate` on rows of a model that can be followed: `followers`, and `following` for this person."""
        same = cls.objects.filter(
            target_type=model.followable, target_id=Cast(OuterRef("pk"), models.CharField())
        )
        number = same.order_by().values("target_type").annotate(number=Count("pk")).values("number")
        return {"followers": Coalesce(Subquery(number), 0), "following": Exists(same.filter(user=user))}
