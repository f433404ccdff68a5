"""Template files of a good practice (T10). Withdrawn is not deleted: the row stays, the file answers 404."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dxportal import uploads
from dxportal.text import Confidentiality
from pillars.models import Evidence
from taskforce.models.practices import GoodPractice


def place(file, stored_name) -> str:
    """Below MEDIA_ROOT, a folder for each year; the name is our own."""
    return f"practices/{file.uploaded_at:%Y}/{stored_name}"


class PracticeFileQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def bytes_of(self, user) -> int:
        """The room the person's files take here."""
        return self.filter(uploaded_by=user).aggregate(size=Sum("size"))["size"] or 0


class PracticeFile(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(GoodPractice, models.PROTECT, related_name="files", verbose_name=_("好事例"))
    file = models.FileField(upload_to=place, max_length=100, editable=False)
    name = models.CharField(_("ファイル名"), max_length=uploads.LONGEST_NAME)
    kind = models.CharField(_("種類"), max_length=10, choices=[(name, name) for name in uploads.KINDS])
    size = models.PositiveIntegerField(_("大きさ"))
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("何に使うか"), max_length=200, blank=True)
    note_en = models.CharField(_("何に使うか(英語)"), max_length=300, blank=True)
    confidentiality = models.PositiveSmallIntegerField(
        _("格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("添えた人"))
    uploaded_at = models.DateTimeField(_("添えた日時"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("取り下げた日時"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("取り下げた人")
    )

    objects = PracticeFileQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "name"]
        verbose_name = _("ひな形のファイル")
        verbose_name_plural = _("ひな形のファイル")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="practice_file_withdrawn_by_somebody",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("taskforce:practice_file", args=[self.practice_id, self.pk])

    @property
    def history_key(self):
        """What happens to a file is history of its practice."""
        return self.practice.history_key

    @property
    def media_type(self) -> str:
        return uploads.KINDS[self.kind].media_type

    @classmethod
    @transaction.atomic
    def add(cls, practice, upload, *, by, **words):
        """Keep an accepted file (dxportal.uploads). Raises ValidationError when there is no room for it."""
        if not practice.can_edit(by):
            raise PermissionDenied
        User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two uploads at once share one allowance
        if twin := practice.files.standing().filter(name=upload.name, sha256=upload.sha256).first():
            return twin
        used = cls.objects.bytes_of(by) + Evidence.objects.bytes_of(by)
        uploads.check_room(len(upload.content), used_by_person=used)
        facts = {"name": upload.name, "kind": upload.kind.name, "size": len(upload.content)}
        file = cls(practice=practice, sha256=upload.sha256, uploaded_by=by, **facts, **words)
        file.file.save(upload.stored_name, ContentFile(upload.content), save=False)
        file.save(force_insert=True)
        file._record("practice.file_added", [None, file.name], by=by)
        return file

    @transaction.atomic
    def withdraw(self, *, by):
        """Take the file out of sight at once."""
        if not self.practice.can_edit(by):
            raise PermissionDenied
        if self.withdrawn_at:
            raise ValidationError(_("もう取り下げたファイルです。"), code="withdrawn")
        self.withdrawn_at, self.withdrawn_by = timezone.now(), by
        self.save(update_fields=["withdrawn_at", "withdrawn_by"])
        self._record("practice.file_withdrawn", [self.name, None], by=by)

    def _record(self, verb, change, *, by):
        with translation.override("ja"):
            label = str(PracticeFile._meta.verbose_name)
        self.practice._record(
            verb,
            by=by,
            at=timezone.now(),
            changes={label: change},
            ja="好事例{practice}のファイルを変えた",
            en="Files of {practice} changed",
        )
