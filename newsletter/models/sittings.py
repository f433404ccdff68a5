"""Who has a form of the editor open, and what was typed there and not yet saved (promises.md P16, P18).

Every editor's words are kept apart, so autosaving never touches what somebody else wrote. They become part of the issue
when the editor saves; until then they are outside its history.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dxportal.forms import StaleVersion

HERE = timedelta(seconds=60)  # a window says every 20 seconds that it is still open
TYPING = timedelta(
    minutes=10
)  # so long somebody counts as writing whose window says nothing, without JavaScript


class SittingQuerySet(models.QuerySet):
    def at(self, issue, part):
        """Everybody's sittings at one part of the issue: an Article, or the issue itself for its head."""
        return self.filter(issue=issue, part=part_key(part))

    def open(self, issue, part, *, by, at=None):
        """The person has the part open now; the sitting, which begins anew after an absence."""
        values = {"issue": issue.pk, "part": part_key(part), "person": by.pk, "at": at or timezone.now()}
        return self.raw(OPEN, {**values, "here": HERE})[0]

    @transaction.atomic
    def keep(self, issue, part, fields: dict, *, by, base: int, typed: int, at=None):
        """Keep what was typed ({name in the form: text}) on the version `base` of the part; the sitting.

        `typed` is the count the window has seen, 0 for none. Raises StaleVersion when another window of the same person
        kept something since; the text there is not touched.
        """
        at = at or timezone.now()
        sitting = self.open(issue, part, by=by, at=at)
        values = {"fields": fields, "base": base, "typed": F("typed") + 1, "saved_at": at}
        if not self.filter(pk=sitting.pk, typed=typed).update(**values):
            raise StaleVersion
        sitting.refresh_from_db()
        return sitting

    def forget(self, issue, part, *, by):
        """What the person typed is saved, or given up."""
        self.at(issue, part).filter(person=by).update(fields={}, typed=0, saved_at=None)

    def present(self, at):
        """Open in a window now, or typed into lately."""
        return self.filter(Q(seen_at__gt=at - HERE) | Q(saved_at__gt=at - TYPING)).select_related("person")


class Sitting(models.Model):
    """One person at one part of one issue."""

    issue = models.ForeignKey("newsletter.Issue", models.CASCADE, related_name="sittings")
    part = models.CharField(max_length=20)  # "head", or the number of the article
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    fields = models.JSONField(default=dict)
    base = models.PositiveIntegerField(default=0)  # the version of the part that the words were typed on
    typed = models.PositiveIntegerField(default=0)  # how often words were kept since the last save
    saved_at = models.DateTimeField(null=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("編集の席")
        verbose_name_plural = _("編集の席")
        constraints = [models.UniqueConstraint(fields=["issue", "part", "person"], name="sitting_once")]

    def __str__(self):
        return f"{self.issue_id} {self.part} {self.person_id}"

    def take(self) -> None:
        """Go first from now on; the others are told by their windows."""
        first = self._others().aggregate(first=models.Min("opened_at"))["first"]
        if first is not None and first <= self.opened_at:
            self.opened_at = first - timedelta(seconds=1)
            self.save(update_fields=["opened_at"])

    def others(self, at) -> list:
        """Sittings of the others at the same part now, who came first first."""
        return list(self._others().present(at).order_by("opened_at"))

    def _others(self):
        return Sitting.objects.filter(issue=self.issue_id, part=self.part).exclude(person=self.person_id)

    def waits_for(self, others):
        """The sitting that came before this one, None when this person may write at once."""
        return next((other for other in others if other.opened_at < self.opened_at), None)

    def told(self, others) -> str:
        """What a window says about the others, in short: it asks again with this."""
        return " ".join(
            [*(str(other.person_id) for other in others), "waits" if self.waits_for(others) else ""]
        )


def part_key(part) -> str:
    """How a sitting names a part of its issue."""
    return "head" if part._meta.model_name == "issue" else str(part.pk)


OPEN = """
insert into newsletter_sitting (issue_id, part, person_id, opened_at, seen_at, fields, base, typed, saved_at)
values (%(issue)s, %(part)s, %(person)s, %(at)s, %(at)s, '{}', 0, 0, null)
on conflict (issue_id, part, person_id) do update set seen_at = excluded.seen_at,
  opened_at = case when newsletter_sitting.seen_at < excluded.seen_at - %(here)s
    then excluded.opened_at else newsletter_sitting.opened_at end
returning *
"""
