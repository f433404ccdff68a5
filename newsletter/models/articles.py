"""Articles of an issue, one per section of the page, and the corrections printed under them."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal.forms import claim_version

TIP, TIPS_SHOWN = "小技", 3  # the section of tips, as the first issue of an installation names it


def changed(obj, values: dict) -> dict:
    """Set the values that differ; {field: [before, after]}."""
    found = {
        name: [getattr(obj, name), value] for name, value in values.items() if getattr(obj, name) != value
    }
    for name, (_before, value) in found.items():
        setattr(obj, name, value)
    return found


class ArticleQuerySet(models.QuerySet):
    def kept(self):
        """Without the ones an editor took out (they can be put back until the issue is approved)."""
        return self.filter(removed_at=None)

    def filled(self):
        """Kept articles that have a text: the ones readers get."""
        return self.kept().exclude(body="")

    def tips(self, issues):
        """The tips of those issues that most readers called useful."""
        liked = self.filled().filter(label=TIP, issue__in=issues, issue__useful_count__gt=0)
        order = liked.order_by("-issue__useful_count", "-issue__number")
        return order.select_related("issue").only(
            "title", "issue__number", "issue__title", "issue__useful_count"
        )[:TIPS_SHOWN]


class Article(models.Model):
    """A section of one issue: its label (取組紹介), headline and Markdown text."""

    issue = models.ForeignKey(
        "newsletter.Issue", models.CASCADE, related_name="articles", verbose_name=_("号")
    )
    position = models.PositiveSmallIntegerField(_("順番"))
    label = models.CharField(_("節の名前"), max_length=30)
    title = models.CharField(_("見出し"), max_length=80, blank=True)
    body = models.TextField(_("本文"), blank=True)
    version = models.PositiveIntegerField(default=1)
    last_edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_edited_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["issue", "position", "pk"]
        verbose_name = _("記事")
        verbose_name_plural = _("記事")

    def __str__(self):
        return self.heading

    @property
    def heading(self) -> str:
        """Label and headline as readers see them: 取組紹介 95分が38分になった日程表."""
        return f"{self.label} {self.title}".strip()

    @property
    def anchor(self) -> str:
        """The id of the section on the page and in links from the mail."""
        return f"a{self.pk}"

    def get_edit_url(self):
        return reverse("newsletter:article", args=[self.issue.number, self.pk])

    @property
    def history_key(self):
        return "issue", str(self.issue.number)

    # --- verbs ------------------------------------------------------------------------------------

    @transaction.atomic
    def edit(self, *, by, version: int, **changes) -> None:
        """Change label, title or body. Raises StaleVersion when somebody saved since `version`."""
        self.issue.must_be_open(by)
        claim_version(self, version)
        found = changed(self, changes)
        self.last_edited_by, self.last_edited_at = by, timezone.now()
        self.save(update_fields=[*found, "last_edited_by", "last_edited_at"])
        self.issue.touch(by)
        Activity.record("issue.article_edited", self, by=by, changes=found)

    def move(self, steps: int, *, by) -> None:
        """One place up (-1) or down (+1)."""
        self._rearrange(lambda here: here + steps, by)

    def move_to(self, place: int, *, by) -> None:
        """To the place counted from 1; a place beyond the end is the end."""
        self._rearrange(lambda here: place - 1, by)

    def rank(self) -> int:
        """Which section it is, counted from 1 without those taken out."""
        before = models.Q(position__lt=self.position) | models.Q(position=self.position, pk__lt=self.pk)
        return self.issue.articles.kept().filter(before).count() + 1

    @transaction.atomic
    def _rearrange(self, place, by) -> None:
        """Positions are renumbered, so two moves at once cannot leave a gap. `place`: new index from the old one."""
        self.issue.must_be_open(by)
        articles = list(self.issue.articles.select_for_update().kept().order_by("position", "pk"))
        here = articles.index(self)
        there = min(max(place(here), 0), len(articles) - 1)
        articles.insert(there, articles.pop(here))
        for position, article in enumerate(articles, start=1):
            article.position = position
        Article.objects.bulk_update(articles, ["position"])
        self.position = there + 1
        self.issue.touch(by)

    @transaction.atomic
    def remove(self, *, by) -> None:
        """Take the section out; `restore` puts it back."""
        self.issue.must_be_open(by)
        Article.objects.filter(pk=self.pk).update(removed_at=timezone.now())
        self.issue.touch(by)
        Activity.record("issue.article_removed", self, by=by)

    @transaction.atomic
    def restore(self, *, by) -> None:
        self.issue.must_be_open(by)
        Article.objects.filter(pk=self.pk).update(removed_at=None)
        self.issue.touch(by)
        Activity.record("issue.article_restored", self, by=by)

    @transaction.atomic
    def correct(self, *, by, version: int, body: str, note: str) -> None:
        """Change the text of a published article: the old text is kept, the page shows 訂正 with the note. Raises
        StaleVersion when somebody corrected it since `version`, also by a second press of the same button."""
        if not self.issue.can_correct(by):
            raise PermissionDenied
        claim_version(self, version)
        self.corrections.create(note=note, before=self.body, by=by)
        self.body = body
        self.save(update_fields=["body"])
        self.issue.redraw()
        Activity.record("issue.corrected", self, by=by, reason=note)


class Correction(models.Model):
    """A change to an article after it was sent: the old text is kept and readers see the note (N11)."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="corrections", verbose_name=_("記事"))
    note = models.CharField(_("訂正の説明"), max_length=300)
    before = models.TextField(_("訂正前の本文"))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("訂正")
        verbose_name_plural = _("訂正")

    def __str__(self):
        return self.note
