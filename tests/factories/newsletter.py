"""Issues for tests: a complete draft by an editor, and one that was sent."""

import io
from datetime import UTC, date, datetime

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.models import Role
from dxportal import pictures
from newsletter import drawing, rendering
from newsletter.models import Article, Issue, IssueImage, Letter
from newsletter.models.images import LONGEST_SIDE
from tests.factories.accounts import UserFactory

ISSUED_ON = date(2026, 11, 25)  # a Wednesday

APPROVED_AT = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
STARTS_AT = datetime(2026, 11, 25, 0, tzinfo=UTC)  # nine o'clock in Tokyo


class IssueFactory(DjangoModelFactory):
    """A draft with all that a check asks for. `articles=[]` for none; `created_by` defaults to a new editor."""

    number = factory.Sequence(lambda n: n + 1)
    title = "着任から2週間で、引継ぎを終える"
    title_en = "Handing over a desk in two weeks"
    lead = "引継書を3枚にした課の話です。"
    english_summary = "Three sheets are enough."
    issued_on = ISSUED_ON
    created_by = factory.SubFactory(UserFactory, roles=[Role.EDITOR])
    last_edited_by = factory.SelfAttribute("created_by")

    class Meta:
        model = Issue
        skip_postgeneration_save = True

    @factory.post_generation
    def articles(issue, create, extracted, **kwargs):
        bodies = [("取組紹介", "**人**、期限、置き場所の3枚。")] if extracted is None else extracted
        for position, (label, body) in enumerate(bodies, start=1):
            ArticleFactory(issue=issue, label=label, body=body, position=position)


class ArticleFactory(DjangoModelFactory):
    issue = factory.SubFactory(IssueFactory)
    position = 1
    label = "小技"
    body = "見出しを動かさない。"

    class Meta:
        model = Article


class LetterFactory(DjangoModelFactory):
    """A letter in the tray; `kind=Letter.Kind.PROPOSAL` for a proposal."""

    kind = Letter.Kind.LETTER
    text = factory.Sequence(lambda n: f"{n}番目のお便り。引継書の話、助かりました。")
    author = factory.SubFactory(UserFactory)

    class Meta:
        model = Letter


def picture(*, form="PNG", size=(40, 20), colour="navy", name="図.png", **how):
    """A file as a browser sends it: one colour, so many pixels."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, form, **how)
    return SimpleUploadedFile(name, stream.getvalue())


def add_image(issue, *, alt="3枚の引継書", is_decorative=False, **fields):
    """A picture kept with a draft, by its editor."""
    kept = pictures.accept(picture(**fields), longest=LONGEST_SIDE)
    words = {"alt": "" if is_decorative else alt, "is_decorative": is_decorative}
    return IssueImage.add(issue, kept, by=issue.created_by, **words)


def sent_issue(*, published_at=STARTS_AT, state=Issue.State.SENT, figures=(), **fields):
    """An issue in the archive, approved by another person, without rows of deliveries."""
    checker = UserFactory(roles=[Role.SECRETARIAT])
    issue = IssueFactory(**fields)
    frozen = rendering.compose(issue, figures=list(figures))
    for name, value in frozen.fields().items():
        setattr(issue, name, value)
    issue.state, issue.approved_by, issue.approved_at, issue.approvals = state, checker, APPROVED_AT, 1
    issue.scheduled_for, issue.published_at, issue.starts_at = issue.issued_on, published_at, STARTS_AT
    issue.search_text = issue.index_words()
    issue.save()
    issue.strings = drawing.strings(frozen.facts)
    issue.draw_page(frozen.facts)
    issue.save(update_fields=["strings", "page_html", "summary_html"])
    return issue
