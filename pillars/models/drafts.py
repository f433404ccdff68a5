"""What is being typed, and what was corrected after publication."""

from datetime import timedelta

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, User
from dxportal.forms import StaleVersion, claim_version
from pillars.models.reporting import ProgressReport

SESSION_OF_WRITING = timedelta(minutes=30)  # a pause after which the history names the writing again


class ReportDraft(models.Model):
    """The fields of the form as they were last typed, right or wrong: kept every few seconds until they are saved.

    Nothing here counts anywhere: dates, values and words become part of the plan when the reporter saves. So it is kept
    beside the report and outside its history, which names one session of writing once.
    """

    report = models.OneToOneField(ProgressReport, models.CASCADE, related_name="draft")
    fields = models.JSONField(default=dict)  # {name in the form: text}
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("書きかけ")
        verbose_name_plural = _("書きかけ")

    def __str__(self):
        return str(self.report)

    @classmethod
    @transaction.atomic
    def keep(cls, report: ProgressReport, fields: dict, *, by, version: int, at=None):
        """Keep what was typed and return the draft with its next version.

        `version` is the one the window has seen, 0 for none. Raises StaleVersion when another window or person kept
        something since; the text there is not touched.
        """
        at = at or timezone.now()
        draft = cls.objects.select_for_update().filter(report=report).first()
        if draft is None and version == 0:
            draft = cls(report=report, saved_by=by, saved_at=at - 2 * SESSION_OF_WRITING, version=1)
            draft.save(force_insert=True)
        elif draft is None:
            raise StaleVersion
        else:
            claim_version(draft, version)
        new_session = at - draft.saved_at > SESSION_OF_WRITING or draft.saved_by_id != by.pk
        draft.fields, draft.saved_at, draft.saved_by = fields, at, by
        draft.save(update_fields=["fields", "saved_at", "saved_by"])
        if new_session:
            Activity.record("report.typed", report, by=by)
        return draft


class ReportCorrection(models.Model):
    """One correction of a published report: {field: [before, after]}, by whom, when and why. Never changed again."""

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="corrections")
    changes = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.TextField(_("直したわけ"))
    is_late = models.BooleanField(default=False)  # after the 72 hours: a 訂正 of the secretariat
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["report", "at", "pk"]
        verbose_name = _("報告の訂正")
        verbose_name_plural = _("報告の訂正")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.report} {self.at:%Y-%m-%d}"
