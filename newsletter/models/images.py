"""Pictures of an issue: uploaded once, written anew, shown on the page and sent inside the mail (N1, N17)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal.forms import claim_version
from newsletter.models.articles import changed
from taskforce.models.files import KeptFile, KeptFileQuerySet

LONGEST_SIDE = 1200  # pixels: twice the width of a mail, for sharp screens
MOST_IMAGES = 20


class IssueImageQuerySet(KeptFileQuerySet):
    def of_mail(self, issue_id, html: str):
        """Those of the issue that the mail shows, in order; no query for a mail without pictures."""
        if 'src="cid:' not in html:
            return []
        return [image for image in self.filter(issue=issue_id).order_by("number") if image.cid in html]


class IssueImage(KeptFile):
    """A picture kept with its issue. In the text it is ![…](image:3), by the number it has there; a number is never
    given twice, and what was uploaded never changes, so the frozen mail names exactly these bytes."""

    FOLDER, VERB = "issues", "issue.image"

    issue = models.ForeignKey("newsletter.Issue", models.CASCADE, related_name="images", verbose_name=_("号"))
    number = models.PositiveSmallIntegerField(_("画像の番号"), editable=False)
    alt = models.CharField(
        _("代わりの文"),
        max_length=200,
        blank=True,
        help_text=_("画像を見られない人に、何が写っているかを伝える文。"),
    )
    is_decorative = models.BooleanField(
        _("飾りの画像"),
        default=False,
        help_text=_("情報のない画像。読み上げず、文字だけのメールにも出ない。"),
    )
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IssueImageQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        ordering = ["issue", "number"]
        verbose_name = _("号の画像")
        verbose_name_plural = _("号の画像")
        constraints = [
            models.UniqueConstraint(fields=["issue", "number"], name="issue_image_number_once"),
            models.CheckConstraint(
                name="issue_image_says_something_or_is_decorative",
                condition=Q(is_decorative=True, alt="") | (Q(is_decorative=False) & ~Q(alt="")),
            ),
        ]

    def __str__(self):
        return self.alt or str(_("飾りの画像"))

    def get_absolute_url(self):
        return reverse("newsletter:image", args=[self.issue.number, self.number])

    @property
    def history_key(self):
        return self.issue.history_key

    @property
    def cid(self) -> str:
        """The Content-ID of the part in the mail. It names the bytes, so the fingerprint of the mail covers them."""
        return f"{self.sha256[:32]}@{settings.MAIL_HOST_NAME}"

    @property
    def markdown(self) -> str:
        """What stands in the text; brackets in the words would end it early."""
        words = self.alt.translate(str.maketrans("[]", "()")).replace("\n", " ")
        return f"![{words}](image:{self.number})"

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None

    @property
    def content(self) -> bytes:
        """The bytes of the picture. Raises FileNotFoundError when the file is gone."""
        with self.file.open("rb") as file:
            return file.read()

    @property
    def can_be_read(self) -> bool:
        """Whether the file is where it should be."""
        return self.file.storage.exists(self.file.name)

    # --- verbs ------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def add(cls, issue, picture, *, by, alt: str, is_decorative: bool = False, at=None):
        """Keep an accepted picture, (upload, width, height) of dxportal.pictures.accept, under the next number.
        Raises ValidationError where there is no room, or no more than MOST_IMAGES are allowed."""
        issue.must_be_open(by)  # locked, so that two uploads at once take two numbers
        if issue.images.standing().count() >= MOST_IMAGES:
            raise ValidationError(_now("画像は%(most)s枚までです。") % {"most": MOST_IMAGES}, code="too_many")
        upload, width, height = picture
        last = issue.images.aggregate(last=models.Max("number"))["last"] or 0
        more = {"issue": issue, "number": last + 1, "width": width, "height": height}
        words = {"alt": "" if is_decorative else alt, "is_decorative": is_decorative}
        kept = cls.keep(upload, by=by, owner=issue, at=at, **more, **words)
        issue.forget_images()
        return kept

    @transaction.atomic
    def describe(self, *, by, version: int, alt: str, is_decorative: bool) -> None:
        """Say anew what the picture shows. Raises StaleVersion when somebody saved since `version`."""
        self.issue.must_be_open(by)
        claim_version(self, version)
        found = changed(self, {"alt": "" if is_decorative else alt, "is_decorative": is_decorative})
        self.save(update_fields=list(found))
        self.issue.touch(by)
        Activity.record("issue.image_described", self.issue, by=by, changes=found)

    @transaction.atomic
    def remove(self, *, by) -> None:
        """Take the picture out: its address answers 404 at once. `restore` puts it back."""
        self.issue.must_be_open(by)
        self.withdraw(by=by, owner=self.issue)
        self.issue.touch(by)

    @transaction.atomic
    def restore(self, *, by) -> None:
        self.issue.must_be_open(by)
        rows = type(self).objects.filter(pk=self.pk, withdrawn_at__isnull=False)
        if rows.update(withdrawn_at=None, withdrawn_by=None):
            self.issue.touch(by)
            Activity.record(
                f"{self.VERB}.restored", self.issue, by=by, changes={"ファイル": [None, self.name]}
            )
