"""Files people add to workshops and consultations. Withdrawn is not deleted: the row stays, the file answers 404."""

import uuid

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, User
from dxportal import uploads
from dxportal.text import Confidentiality


def place(kept, stored_name) -> str:
    """Below MEDIA_ROOT, a folder for each kind and year; the name is our own."""
    return f"{kept.FOLDER}/{kept.uploaded_at:%Y}/{stored_name}"


class KeptFileQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def bytes_of(self, user) -> int:
        """The room the person's files take."""
        return self.filter(uploaded_by=user).aggregate(size=Sum("size"))["size"] or 0


class KeptFile(models.Model):
    """What every such file has; FOLDER names its place on the disk, VERB the act in the history of `owner`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(upload_to=place, max_length=100, editable=False)
    name = models.CharField(_("ファイル名"), max_length=uploads.LONGEST_NAME)
    kind = models.CharField(_("種類"), max_length=10, choices=[(name, name) for name in uploads.KINDS])
    size = models.PositiveIntegerField(_("大きさ"))
    sha256 = models.CharField(max_length=64)
    confidentiality = models.PositiveSmallIntegerField(
        _("情報の格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("添えた人"))
    uploaded_at = models.DateTimeField(_("添えた日時"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("取り下げた日時"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("取り下げた人")
    )

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["uploaded_at", "name"]

    def __str__(self):
        return self.name

    @property
    def media_type(self) -> str:
        return uploads.KINDS[self.kind].media_type

    @classmethod
    @transaction.atomic
    def keep(cls, upload, *, by, owner, at=None, confidentiality=Confidentiality.ONE, **fields):
        """Keep an accepted file (dxportal.uploads). Raises ValidationError when there is no room for it."""
        User.objects.select_for_update().get(pk=by.pk)  # two uploads at once share one allowance
        uploads.check_room(len(upload.content), used_by_person=cls.objects.bytes_of(by))
        kept = cls(
            name=upload.name,
            kind=upload.kind.name,
            size=len(upload.content),
            sha256=upload.sha256,
            confidentiality=confidentiality,
            uploaded_by=by,
            uploaded_at=at or timezone.now(),
            **fields,
        )
        kept.file.save(upload.stored_name, ContentFile(upload.content), save=False)
        kept.save(force_insert=True)
        kept._tell("added", owner=owner, by=by)
        return kept

    @transaction.atomic
    def withdraw(self, *, by, owner, at=None, reason=""):
        """Take the file out of sight at once; nothing happens a second time."""
        at = at or timezone.now()
        rows = type(self).objects.standing().filter(pk=self.pk)
        if rows.update(withdrawn_at=at, withdrawn_by=by):
            self._tell("withdrawn", owner=owner, by=by, at=at, reason=reason)

    def _tell(self, act, *, owner, by, at=None, reason=""):
        """The line in the history of `owner`."""
        change = [None, self.name] if act == "added" else [self.name, None]
        Activity.record(f"{self.VERB}.{act}", owner, by=by, changes={"ファイル": change}, reason=reason)
