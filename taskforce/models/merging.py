"""Two ideas become one, and come apart again as they were (T7, docs/adr/0018).

Votes, comments and follows move to the idea that stays and remember where they were given (`moved_from`, `follows`).
Where a person supports both ideas the second vote waits on the merged one. So taking a merge back gives each idea
exactly what was its own, whatever was merged, added or withdrawn in between.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Follow, User


class IdeaMergeQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(undone_at=None)

    def branch(self, source) -> set[int]:
        """The idea and everything that came to stand under it through merges: ids."""
        rows = list(
            self.standing().filter(source__merged_into=source.merged_into_id).values_list("source", "target")
        )
        found, grown = set(), {source.pk}
        while grown:
            found |= grown
            grown = {below for below, above in rows if above in grown} - found
        return found


class IdeaMerge(models.Model):
    """One merge: which idea into which, by whom, when; and if it was taken back, why."""

    source = models.ForeignKey("taskforce.Idea", models.CASCADE, related_name="merges")
    target = models.ForeignKey("taskforce.Idea", models.PROTECT, related_name="merges_received")
    by = models.ForeignKey(User, models.PROTECT, related_name="idea_merges")
    at = models.DateTimeField(default=timezone.now)
    follows = ArrayField(models.BigIntegerField(), default=list)  # rows of Follow that moved
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="undone_merges")
    undone_reason = models.CharField(_("元に戻すわけ"), max_length=200, blank=True)

    objects = IdeaMergeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("まとめ")
        verbose_name_plural = _("まとめ")
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at=None), name="merged_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_of_two_ideas"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_by__isnull=False) & ~Q(undone_reason=""),
                name="merge_undone_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.source_id} → {self.target_id}"

    @classmethod
    @transaction.atomic
    def make(cls, source, target, *, by, at):
        """Called by Idea.merge_into. Raises ValidationError when one of them is closed or they are the same."""
        if source.pk == target.pk:
            raise ValidationError(_("同じアイデアです。"), code="same")
        for row in locked(source, target):
            row._check_open()
        follows = move_follows(source, target)
        merge = cls.objects.create(source=source, target=target, by=by, at=at, follows=follows)
        votes = source.supports.exclude(person=target.author_id)
        votes.exclude(person__in=target.supports.values("person")).update(idea=target, moved_from=GIVEN_TO)
        source.comments.update(idea=target, moved_from=GIVEN_TO)
        source.merged_ideas.update(merged_into=target)
        source._set(merged_into=target, moved_at=at)
        target._set(moved_at=at)
        return merge

    @transaction.atomic
    def undo(self, *, by, reason, at):
        """Called by Idea.unmerge. Raises ValidationError without a reason or when it was taken back already."""
        if not reason.strip():
            raise ValidationError({"reason": _("元に戻すわけを書いてください。")}, code="required")
        source, root = self.source, self.source.merged_into
        locked(source, root)
        values = {"undone_at": at, "undone_by": by, "undone_reason": reason}
        if not IdeaMerge.objects.standing().filter(pk=self.pk).update(**values):
            raise ValidationError(_("もう元に戻されています。"), code="undone")
        branch = IdeaMerge.objects.branch(source)
        for rows in (source.supports, source.comments):
            moved = rows.model.objects.filter(moved_from__in=branch).exclude(idea__in=branch)
            moved.update(
                idea=source, moved_from=Case(When(moved_from=source, then=None), default="moved_from")
            )
        type(source).objects.filter(pk__in=branch - {source.pk}).update(merged_into=source)
        self._bring_follows_back(branch, source)
        source._set(merged_into=None, moved_at=at)
        root._set(moved_at=at)

    def _bring_follows_back(self, branch, source):
        """What moved away and was not ended since follows the source again; merges further up forget it."""
        standing = IdeaMerge.objects.standing()
        moved = {*self.follows, *(pk for merge in standing.filter(source__in=branch) for pk in merge.follows)}
        for merge in standing.filter(follows__overlap=list(moved)).exclude(source__in=branch):
            merge.follows = [pk for pk in merge.follows if pk not in moved]
            merge.save(update_fields=["follows"])
        inside = type(source).objects.filter(pk__in=branch).values_list("number", flat=True)
        rows = Follow.objects.filter(pk__in=moved).exclude(target_id__in=[str(number) for number in inside])
        rows.exclude(user__in=Follow.objects.of(source).values("user")).update(**_follow_of(source))


# Where a row was first given: kept through a second merge.
GIVEN_TO = Coalesce("moved_from", "idea")


def locked(*ideas) -> list:
    """The ideas as they stand now, locked in one order so that two merges never wait for each other."""
    rows = type(ideas[0]).objects.select_for_update(of=("self",)).order_by("pk")
    return list(rows.filter(pk__in=[idea.pk for idea in ideas]))


def move_follows(source, target) -> list[int]:
    """Who follows the source follows the target; the rows that moved. Who follows both keeps both."""
    both = Follow.objects.of(target).values("user")
    moved = list(Follow.objects.of(source).exclude(user__in=both).values_list("pk", flat=True))
    Follow.objects.filter(pk__in=moved).update(**_follow_of(target))
    return moved


def _follow_of(idea) -> dict:
    target_type, target_id = idea.history_key
    label, url = str(idea)[:300], idea.get_absolute_url()
    return {"target_type": target_type, "target_id": target_id, "target_label": label, "target_url": url}
