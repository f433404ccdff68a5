"""What stands in the texts of an issue beside words: pictures, and references with the figures of the morning."""

import structlog
from django.db import models, transaction
from django.utils.functional import cached_property

from newsletter import drawing, markdown, rendering
from newsletter.references import Facts, Portal, is_lost, pieces_of

logger = structlog.get_logger(__name__)


class IssueContent(models.Model):
    """The part of an issue that is drawn from elsewhere (ADR 0016); the words themselves are in newsletter.Issue."""

    # What goes into the places of the frozen mail: kept at approval, asked anew and frozen on the morning of sending.
    figures = models.JSONField(default=list, blank=True)  # newsletter.references.Portal.figures
    references = models.JSONField(
        default=dict, db_default={}, blank=True
    )  # {name: fact}, see newsletter.references
    strings = models.JSONField(
        default=dict, db_default={}, blank=True
    )  # newsletter.drawing.strings of the two
    # The archive's page, drawn once: thousands read it in the same hour.
    page_html = models.TextField(blank=True)
    summary_html = models.TextField(blank=True, db_default="")
    sent_sha256 = models.CharField(
        max_length=64, blank=True, db_default=""
    )  # of the filled bytes, before names and stop links

    class Meta:
        abstract = True

    @cached_property
    def pictures(self) -> list:
        """Every picture kept with the issue in the order of the numbers, those taken out included; loaded once."""
        found = list(self.images.order_by("number"))
        for image in found:
            image.issue = self
        return found

    def forget_images(self) -> None:
        """Read the pictures again when they are next asked for."""
        self.__dict__.pop("pictures", None)

    @property
    def pieces(self) -> list:
        """References and pictures in all its texts: a list of newsletter.markdown.Piece."""
        return pieces_of(self)

    @property
    def shown_images(self) -> dict:
        """{"3": the picture} of those the texts show; no query where they show none."""
        return self.images_of(self.pieces)

    def images_of(self, pieces) -> dict:
        """{"3": the picture} of those among the pieces that stand."""
        asked = {piece.key for piece in pieces if piece.kind == markdown.IMAGE}
        return {
            key: image
            for image in (self.pictures if asked else ())
            if (key := str(image.number)) in asked and image.is_standing
        }

    @property
    def facts(self) -> Facts:
        """What was put into the places, or will be when the portal cannot be asked."""
        return Facts(self.figures, self.references)

    def facts_on(self, today) -> Facts:
        """What the portal says on the Tokyo date `today`; what it does not say any more, as it was kept."""
        return Portal(today).facts(self.pieces, kept=self.references)

    @cached_property
    def copies(self) -> dict:
        """The mail as it is sent, {"ja": Rendered, "en": Rendered}, before names and stop links are put in."""
        return rendering.copies(self)

    def compose(self, today, portal: Portal | None = None):
        """Both languages as they would be frozen on the Tokyo date `today`: a `rendering.Frozen`."""
        facts = (portal or Portal(today)).facts(self.pieces, kept=self.references)
        return rendering.compose(self, figures=facts.figures, references=facts.references)

    def drawn_mails(self, portal: Portal) -> tuple:
        """Both languages with today's figures, as they would be sent."""
        drawn = self.compose(portal.today, portal).filled()
        return drawn.ja, drawn.en

    def draw_page(self, facts: Facts) -> None:
        """The text and the English summary of the archive's page, not saved."""
        self.page_html, self.summary_html = rendering.page(self, facts), rendering.summary(self, facts)

    def fill(self, today) -> list[str]:
        """Put into the places what the portal says on the Tokyo date `today`, and freeze that for mails and page.

        The titles of references that could be followed at approval and cannot be now.
        """
        kept = self.references
        facts = self._facts_or_kept(today)
        self.figures, self.references = facts.figures, facts.references
        self.strings = drawing.strings(facts)
        self.draw_page(facts)
        self.__dict__.pop("copies", None)
        self.sent_sha256 = rendering.fingerprint(self.copies.values())
        self.save(
            update_fields=["figures", "references", "strings", "page_html", "summary_html", "sent_sha256"]
        )
        lost = [name for name, fact in facts.references.items() if is_lost(fact) and name in kept]
        return [kept[name]["ja"]["title"] for name in lost if not is_lost(kept[name])]

    def _facts_or_kept(self, today) -> Facts:
        """What the portal says, or what it said at approval where it cannot be asked: nothing stops an issue here."""
        try:
            with transaction.atomic():
                return self.facts_on(today)
        except Exception:
            logger.exception("issue_not_asked", issue=self.number)
            return self.facts
