"""How mails look: an issue composed once and frozen, its copy for one person, and the portal's other mails.

Templates are MJML (Outlook-safe tables, drawn by mrml, styles put inline) beside a text file whose first line, for the
kinds of `render`, is the subject. Nothing is fetched from outside and nothing reports back.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

import mrml
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape, linebreaks, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.text import setting
from newsletter import drawing, markdown
from newsletter.drawing import drawn, figures_label, figures_lines, inliner
from newsletter.models.preferences import Preference, Topic
from newsletter.references import Facts

# Places in the frozen bytes that differ from person to person. Private use characters cannot be typed by accident.
MARKERS = {name: f"\ue001{name}\ue002" for name in ("date", "person", "unsubscribe")}
HEADING = re.compile(r'<h2 id="([a-z0-9]+)"><span>(.*?)</span>')
NO_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
LETTERS_PER_MINUTE = 500
OPENING_LETTERS = 120  # what lists of mails show beside the subject


@dataclass(frozen=True)
class Picture:
    """A picture inside a mail: its Content-ID, png or jpeg, and the bytes."""

    cid: str
    subtype: str
    content: bytes


@dataclass(frozen=True)
class Rendered:
    """One mail, ready for the envelope."""

    subject: str
    text: str
    html: str
    calendar: bytes = b""  # an invitation, as a file of its own (RFC 5545)
    pictures: tuple = ()


@dataclass(frozen=True)
class Frozen:
    """An issue as it will be sent, in both languages, with places for figures (newsletter.drawing) and before names,
    dates and links of a person are put in; and what would go into the places now."""

    ja: Rendered
    en: Rendered
    facts: Facts

    @property
    def sha256(self) -> str:
        """The fingerprint of everything that is approved; test mails and approval refer to it. Figures that move
        between test and approval do not change it, for the approved bytes hold their places (ADR 0016)."""
        return fingerprint((self.ja, self.en))

    def filled(self) -> "Frozen":
        """The same with the places filled."""
        strings = drawing.strings(self.facts)
        return Frozen(filled(self.ja, strings["ja"]), filled(self.en, strings["en"]), self.facts)

    def fields(self) -> dict:
        """The same under the names of the issue's fields."""
        return {
            "frozen_subject": self.ja.subject,
            "frozen_text": self.ja.text,
            "frozen_html": self.ja.html,
            "frozen_subject_en": self.en.subject,
            "frozen_text_en": self.en.text,
            "frozen_html_en": self.en.html,
            "frozen_sha256": self.sha256,
            "figures": self.facts.figures,
            "references": self.facts.references,
        }


def fingerprint(mails) -> str:
    """SHA-256 over subject, text and HTML of the mails; pictures are in it by their names, which name their bytes."""
    parts = [part for mail in mails for part in (mail.subject, mail.text, mail.html)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def filled(mail: Rendered, strings: dict) -> Rendered:
    """The mail with its places filled from the strings of its language."""
    text = tidy(drawing.fill(mail.text, strings["text"]))
    return replace(mail, text=text, html=drawing.fill(mail.html, strings["html"]))


# --- the issue ------------------------------------------------------------------------------------


def compose(issue, *, figures, references=None) -> Frozen:
    """Both languages of the issue as it stands. `figures` and `references` are those of newsletter.references.Facts."""
    return Frozen(_compose(issue, "ja"), _compose(issue, "en"), Facts(figures, references or {}))


def _compose(issue, language) -> Rendered:
    with translation.override(language):
        context = _issue_context(issue)
        subject = _subject(issue, context["title"])
        html = to_html("newsletter/email/issue.mjml", {**context, **_html_parts(issue, context)}, subject)
        text = render_to_string("newsletter/email/issue.txt", {**context, **_text_parts(issue, context)})
    return Rendered(subject, tidy(text), html)


def _subject(issue, title) -> str:
    return _("%(newsletter)s 第%(number)s号 %(title)s") % {
        "newsletter": setting("NEWSLETTER_TITLE"),
        "number": issue.number,
        "title": title,
    }


def _issue_context(issue) -> dict:
    english = translation.get_language() == "en"
    closed = issue.is_confidential
    return {
        "issue": issue,
        "mark": issue.get_confidentiality_display() if closed else "",
        "language": translation.get_language(),
        "title": (issue.title_en if english else "") or issue.title,
        "title_lang": "" if not english or issue.title_en else mark_safe(' lang="ja"'),
        "body_lang": mark_safe(' lang="ja"') if english else "",
        "minutes": reading_minutes(issue),
        "newsletter": setting("NEWSLETTER_TITLE"),
        "contact": setting("SECRETARIAT_CONTACT"),
        "pillars": "" if closed else drawing.PILLARS_PLACE,
        "markers": MARKERS,
        "page_url": settings.SITE_URL + issue.get_absolute_url(),
        "preferences_url": settings.SITE_URL + reverse("newsletter:preferences"),
        "summary_source": issue.english_summary if english else "",
        "preview": ""
        if closed
        else opening(issue.english_summary if english else issue.lead)[:OPENING_LETTERS],
    }


def _html_parts(issue, context) -> dict:
    def html(source, language=""):
        draw = drawing.in_mail(issue.shown_images, language)
        return markdown.to_html(source, draw=draw, base=settings.SITE_URL)

    return _parts(issue, context, html, "html")


def _text_parts(issue, context) -> dict:
    def text(source, language=""):
        draw = drawing.in_text(issue.shown_images, language)
        return markdown.to_text(source, draw=draw, base=settings.SITE_URL)

    return _parts(issue, context, text, "text")


def _parts(issue, context, write, name) -> dict:
    """Every text of the issue by `write`, the bodies of the articles under `name`; none of class 2, of which a mail
    holds title and link only (domain.md 3.6, A9). Only the summary is in the language of an English mail: what a
    Japanese sentence refers to is told in Japanese, as on the page."""
    if issue.is_confidential:
        return {"summary": "", "lead": "", "note": "", "articles": []}
    language = "ja" if context["language"] == "en" else ""
    return {
        "summary": write(context["summary_source"]),
        "lead": write(issue.lead, language),
        "note": write(issue.editor_note, language),
        "articles": [
            {"heading": part.heading, name: write(part.body, language)}
            for part in issue.sections
            if part.body
        ],
    }


def opening(source: str) -> str:
    """The first paragraph as one line of plain words, for lists and for the line beside the subject."""
    return " ".join(markdown.to_text(source.partition("\n\n")[0]).split())


def copies(issue) -> dict:
    """The mail of a frozen issue as it is sent, by language, its pictures read from the disk."""
    frozen = {
        "ja": Rendered(issue.frozen_subject, issue.frozen_text, issue.frozen_html),
        "en": Rendered(issue.frozen_subject_en, issue.frozen_text_en, issue.frozen_html_en),
    }
    pictures = pictures_of(issue.pk, issue.frozen_html + issue.frozen_html_en)
    if issue.strings:
        frozen = {language: filled(mail, issue.strings[language]) for language, mail in frozen.items()}
    return {language: replace(mail, pictures=pictures) for language, mail in frozen.items()}


def pictures_of(issue_id, html: str) -> tuple:
    """The pictures an HTML mail of the issue shows; no query where it shows none."""
    from newsletter.models import IssueImage  # the models draw with this module

    return tuple(
        Picture(image.cid, image.kind.lower(), image.content)
        for image in IssueImage.objects.of_mail(issue_id, html)
    )


def issue_message(issue, person) -> Rendered:
    """The person's copy of a frozen issue: the same bytes but for name, date and the link to stop it (I6)."""
    return personal(issue.copies["en" if person.language == "en" else "ja"], person, issue.scheduled_for)


def test_message(frozen: Frozen, person, day) -> Rendered:
    """What the person would get, with 【テスト】 in front of the subject."""
    mail = personal(frozen.en if person.language == "en" else frozen.ja, person, day)
    mark = "[TEST] " if person.language == "en" else "【テスト】"
    return replace(mail, subject=mark + mail.subject)


test_message.__test__ = False  # the name is a word of the newsletter, not a test of ours


def personal(mail: Rendered, person, day) -> Rendered:
    """Put name, date and stop link of the person into composed bytes."""
    english = person.language == "en"
    token = Preference.unsubscribe_token(person, Topic.NEWSLETTER)
    name = (person.name_en or person.name) if english else f"{person.name}さん"
    words = {
        "date": dates.format_day(day, "full", western=person.western_dates, language=person.language),
        "person": name,
        "unsubscribe": settings.SITE_URL + reverse("newsletter:unsubscribe", args=[token]),
    }
    text, html = mail.text, mail.html
    for marker, word in words.items():
        text = text.replace(MARKERS[marker], word)
        html = html.replace(MARKERS[marker], escape(word))
    return replace(mail, text=text, html=html)


def page(issue, facts: Facts) -> str:
    """The articles of an issue as the archive shows them, corrections included; `facts` are what the mail has too."""
    with translation.override("ja"):
        return _page(issue, drawing.on_page(facts, issue.shown_images))


def _page(issue, draw) -> str:
    articles = [
        {
            "article": part,
            "html": markdown.to_html(part.body, draw=draw),
            "corrections": [
                {"at": each.at, "note": each.note, "html": markdown.to_html(each.before, draw=draw)}
                for each in part.corrections.all()
            ],
        }
        for part in issue.articles.filled().order_by("position", "pk").prefetch_related("corrections")
    ]
    lead, note = (markdown.to_html(source, draw=draw) for source in (issue.lead, issue.editor_note))
    context = {"issue": issue, "articles": articles, "lead": lead, "note": note}
    return render_to_string("newsletter/_issue_text.html", context)


def summary(issue, facts: Facts) -> str:
    """The English summary for the page, "" without one."""
    images = issue.images_of(markdown.pieces(issue.english_summary))
    with translation.override("en"):
        return markdown.to_html(issue.english_summary, draw=drawing.on_page(facts, images))


def headings(html: str) -> list[tuple[str, str]]:
    """(id, label) of the sections of a page, for its table of contents."""
    return [(anchor, unescape(words)) for anchor, words in HEADING.findall(html)]


def preview(issue, *, title, body, facts: Facts, title_en, english_summary, reader) -> dict:
    """One section as page, text and words of the editor's screen, from texts that may not be saved yet; moments on the
    page by the clock of `reader`."""
    body = body[: markdown.LONGEST]  # what is longer cannot be saved, and is not parsed either
    images = {str(image.number): image for image in issue.pictures if image.is_standing}
    strings = drawing.strings(facts)["ja"]["text"]
    page = drawing.by_own_clock(markdown.to_html(body, draw=drawing.on_page(facts, images)), {"user": reader})
    return {
        "issue": issue,
        "title": title,
        "html": mark_safe(page),  # noqa: S308 - drawn from cleaned Markdown, as the archive's page
        "text": drawing.fill(markdown.to_text(body, draw=drawing.in_text(images)), strings),
        "title_en": title_en,
        "english": markdown.to_html(english_summary),
        "refused": markdown.refused(body),
        "letters": len(body),
    }


def reading_minutes(issue) -> int:
    """How long the issue takes to read, at least one minute."""
    letters = sum(len(part.body) for part in issue.sections) + len(issue.lead) + len(issue.editor_note)
    return minutes_for(letters)


@lru_cache(maxsize=64)
def page_minutes(html: str) -> int:
    """The same of a page that is drawn, whose articles need not be loaded for it."""
    return minutes_for(len("".join(strip_tags(html).split())))


def minutes_for(letters: int) -> int:
    return max(1, round(letters / LETTERS_PER_MINUTE))


# --- the other mails ------------------------------------------------------------------------------


def render(kind: str, context: dict, language: str) -> Rendered:
    """A mail of one kind in "ja" or "en".

    digest    person, tasks [title, url, note, due_on], moves [title, url, lines, status, mark], figures (may be []),
              at, neighbours [title, url, names, more, mark], issue (may be None), weekday; task_count, move_count and
              more_tasks, more_moves: how many there are, and how many are not in the lists
    reminder  person, tasks [title, url, note, due_on]
    notice    person, title, text (may be ""), url, action (the button's words, may be ""), mark (may be "")
    account   subject, body (plain text)
    Addresses may be relative; they become links to this portal. `topic` adds the link that stops the topic.
    """
    with translation.override(language):
        context = {**context, "language": language, "site": settings.SITE_URL, **_common(context)}
        subject, _newline, text = (
            render_to_string(f"newsletter/email/{kind}.txt", context).strip().partition("\n")
        )
        html = to_html(f"newsletter/email/{kind}.mjml", context, subject)
    return Rendered(subject.strip(), tidy(text), html)


def _common(context) -> dict:
    person, topic, figures = context.get("person"), context.get("topic"), context.get("figures") or []
    stop = ""
    if person is not None and topic:
        token = Preference.unsubscribe_token(person, topic)
        stop = settings.SITE_URL + reverse("newsletter:unsubscribe", args=[token])
    return {
        "portal_name": setting("PORTAL_NAME"),
        "newsletter": setting("NEWSLETTER_TITLE"),
        "contact": setting("SECRETARIAT_CONTACT"),
        "figures": drawn(figures),
        "figures_label": figures_label(figures),
        "figures_text": "\n".join(figures_lines(figures)),
        "preferences_url": settings.SITE_URL + reverse("newsletter:preferences"),
        "stop_url": stop,
        "body_html": mark_safe(linebreaks(context.get("body", ""), autoescape=True)),  # noqa: S308
        "greeting": person.display_name if person is not None else "",
    }


def to_html(template: str, context: dict, subject: str) -> str:
    """The MJML template as an HTML mail with its styles inline."""
    source = render_to_string(template, {**context, "subject": subject})
    drawn_mail = mrml.to_html(NO_XML.sub("", source))
    return inliner.inline(drawn_mail.content)


def tidy(text: str) -> str:
    """At most one empty line in a row, no blanks at line ends, one newline at the end."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept) + "\n"
