"""Files that prove what a report says (P15). Withdrawn is not deleted: the row stays, the file answers 404."""

import uuid

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Activity, User
from dxportal import uploads
from dxportal.text import Confidentiality
from pillars.models.reporting import ProgressReport


def place(evidence, stored_name) -> str:
    """Below MEDIA_ROOT, a folder for each year; the name is our own."""
    return f"evidence/{evidence.uploaded_at:%Y}/{stored_name}"


class EvidenceQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, user):
        """Files of the reports the person may read."""
        return self.standing().filter(report__in=ProgressReport.objects.visible_to(user))

    def bytes_of(self, user) -> int:
        """The room the person's files take."""
        return self.filter(uploaded_by=user).aggregate(size=Sum("size"))["size"] or 0


@pghistory.track()
class Evidence(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        ProgressReport, models.PROTECT, related_name="evidence", verbose_name=_("進捗報告")
    )
    file = models.FileField(upload_to=place, max_length=100, editable=False)
    name = models.CharField(_("ファイル名"), max_length=uploads.LONGEST_NAME)
    kind = models.CharField(_("種類"), max_length=10, choices=[(name, name) for name in uploads.KINDS])
    size = models.PositiveIntegerField(_("大きさ"))
    sha256 = models.CharField(max_length=64)
    confidentiality = models.PositiveSmallIntegerField(
        _("格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    note = models.CharField(_("何を示すか"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("添えた人"))
    uploaded_at = models.DateTimeField(_("添えた日時"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("取り下げた日時"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("取り下げた人")
    )
    withdrawn_reason = models.TextField(_("取り下げたわけ"), blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "name"]
        verbose_name = _("根拠資料")
        verbose_name_plural = _("根拠資料")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="evidence_withdrawn_with_reason",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        report = self.report
        initiative = report.initiative
        return reverse(
            "pillars:evidence_file", args=[initiative.plan.code, initiative.code, report.pk, self.pk]
        )

    @property
    def history_key(self):
        """What happens to a file is history of its initiative."""
        return self.report.history_key

    @property
    def media_type(self) -> str:
        return uploads.KINDS[self.kind].media_type

    # --- permissions.md: who writes the report adds its files ------------------------------------------

    @staticmethod
    def can_add(user, report) -> bool:
        """While the report can be written: what was approved is not proved by something else afterwards."""
        return report.pk is not None and report.can_edit(user)

    def can_withdraw(self, user) -> bool:
        """Who writes the report, and the secretariat at any time."""
        return self.withdrawn_at is None and (user.is_secretariat or self.report.can_edit(user))

    @classmethod
    def add(cls, report, upload, *, by, confidentiality=Confidentiality.ONE, note="", source="web"):
        """Keep an accepted file (dxportal.uploads). Raises ValidationError when there is no room for it."""
        if not cls.can_add(by, report):
            raise PermissionDenied
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)  # two uploads at once share one allowance
            uploads.check_room(len(upload.content), used_by_person=cls.objects.bytes_of(by))
            evidence = cls(
                report=report,
                name=upload.name,
                kind=upload.kind.name,
                size=len(upload.content),
                sha256=upload.sha256,
                confidentiality=confidentiality,
                note=note,
                uploaded_by=by,
            )
            evidence.file.save(upload.stored_name, ContentFile(upload.content), save=False)
            evidence.save(force_insert=True)
            with override("ja"):
                changes = {_now("根拠資料"): [None, evidence.name]}
                Activity.record("evidence.added", evidence, by=by, changes=changes, source=source)
        return evidence

    def withdraw(self, reason: str, *, by, source="web"):
        """Take the file out of sight at once. Raises ValidationError without a reason."""
        if not self.can_withdraw(by):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError(_now("取り下げるわけを書いてください。"), code="reason")
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = timezone.now(), by, reason
        with transaction.atomic(), override("ja"):
            self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
            changes = {_now("根拠資料"): [self.name, None]}
            note = {"changes": changes, "reason": reason, "source": source}
            Activity.record("evidence.withdrawn", self, by=by, **note)
