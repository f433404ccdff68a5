"""How mails look: an issue composed once and frozen, its copy for one person, and the portal's other mails.

Templates are MJML (Outlook-safe tables, drawn by mrml, styles put inline) beside a text file whose first line, for the
kinds of `render`, is the subject. Nothing is fetched from outside and nothing reports back.
"""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

import css_inline
import mrml
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dxportal import dates
from dxportal.text import setting
from newsletter import markdown
from newsletter.models.preferences import Preference, Topic

# Places in the frozen bytes that differ from person to person. Private use characters cannot be typed by accident.
MARKERS = {name: f"\ue001{name}\ue002" for name in ("date", "person", "unsubscribe")}
HEADING = re.compile(r'<h2 id="([a-z0-9]+)"><span>(.*?)</span>')
NO_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
LETTERS_PER_MINUTE = 500
CELL = 50  # pixels from base to beam of a pillar drawn with table cells
LINE = 2
COLOURS = {"fill": "#00316a", "gap": "#ffc199", "line": "#1a1a1a", "rest": "#dcf0ff"}

inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Rendered:
    """One mail, ready for the envelope."""

    subject: str
    text: str
    html: str
    calendar: bytes = b""  # an invitation, as a file of its own (RFC 5545)


@dataclass(frozen=True)
class Frozen:
    """An issue as it will be sent, in both languages, before names, dates and links of a person are put in."""

    ja: Rendered
    en: Rendered
    figures: list

    @property
    def sha256(self) -> str:
        """The fingerprint of everything a reader gets; test mails and approval refer to it."""
        parts = [part for mail in (self.ja, self.en) for part in (mail.subject, mail.text, mail.html)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

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
            "figures": self.figures,
        }


# --- the issue ------------------------------------------------------------------------------------


def compose(issue, *, figures) -> Frozen:
    """Both languages of the issue as it stands. `figures` is `newsletter.blocks.pillar_figures(today)`."""
    return Frozen(_compose(issue, "ja", figures), _compose(issue, "en", figures), figures)


def _compose(issue, language, figures) -> Rendered:
    with translation.override(language):
        context = _issue_context(issue, figures)
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


def _issue_context(issue, figures) -> dict:
    english = translation.get_language() == "en"
    return {
        "issue": issue,
        "language": translation.get_language(),
        "title": (issue.title_en if english else "") or issue.title,
        "title_lang": "" if not english or issue.title_en else mark_safe(' lang="ja"'),
        "body_lang": mark_safe(' lang="ja"') if english else "",
        "minutes": reading_minutes(issue),
        "newsletter": setting("NEWSLETTER_TITLE"),
        "contact": setting("SECRETARIAT_CONTACT"),
        "figures": drawn(figures),
        "figures_label": figures_label(figures),
        "figures_text": "\n".join(figures_lines(figures)),
        "markers": MARKERS,
        "page_url": settings.SITE_URL + issue.get_absolute_url(),
        "preferences_url": settings.SITE_URL + reverse("newsletter:preferences"),
        "summary_source": issue.english_summary if english else "",
        "preview": " ".join(issue.english_summary.split() if english else issue.lead.split())[:120],
    }


def _html_parts(issue, context) -> dict:
    pillars = render_to_string("newsletter/email/_pillars.mjml", context) if context["figures"] else ""

    def html(source):
        return markdown.to_html(source, pillars=pillars, base=settings.SITE_URL)

    return {
        "summary": html(context["summary_source"]),
        "lead": html(issue.lead),
        "note": html(issue.editor_note),
        "articles": [
            {"heading": part.heading, "html": html(part.body)} for part in issue.sections if part.body
        ],
    }


def _text_parts(issue, context) -> dict:
    def text(source):
        return markdown.to_text(source, pillars=context["figures_text"], base=settings.SITE_URL)

    return {
        "summary": text(context["summary_source"]),
        "lead": text(issue.lead),
        "note": text(issue.editor_note),
        "articles": [
            {"heading": part.heading, "text": text(part.body)} for part in issue.sections if part.body
        ],
    }


def issue_message(issue, person) -> Rendered:
    """The person's copy of a frozen issue: the same bytes but for name, date and the link to stop it (I6)."""
    if person.language == "en":
        frozen = Rendered(issue.frozen_subject_en, issue.frozen_text_en, issue.frozen_html_en)
    else:
        frozen = Rendered(issue.frozen_subject, issue.frozen_text, issue.frozen_html)
    return personal(frozen, person, issue.scheduled_for)


def test_message(frozen: Frozen, person, day) -> Rendered:
    """What the person would get, with 【テスト】 in front of the subject."""
    mail = personal(frozen.en if person.language == "en" else frozen.ja, person, day)
    mark = "[TEST] " if person.language == "en" else "【テスト】"
    return Rendered(mark + mail.subject, mail.text, mail.html)


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
    return Rendered(mail.subject, text, html)


def page(issue) -> str:
    """The articles of a published issue as the archive shows them, corrections included."""
    pillars = render_to_string("newsletter/_pillars.html", {"figures": issue.figures})
    articles = [
        {
            "article": part,
            "html": markdown.to_html(part.body, pillars=pillars),
            "corrections": list(part.corrections.all()),
        }
        for part in issue.articles.filled().order_by("position", "pk").prefetch_related("corrections")
    ]
    lead, note = (markdown.to_html(source, pillars=pillars) for source in (issue.lead, issue.editor_note))
    with translation.override("ja"):
        context = {"issue": issue, "articles": articles, "lead": lead, "note": note}
        return render_to_string("newsletter/_issue_text.html", context)


def headings(html: str) -> list[tuple[str, str]]:
    """(id, label) of the sections of a page, for its table of contents."""
    return [(anchor, unescape(words)) for anchor, words in HEADING.findall(html)]


def preview(issue, *, title, body, figures) -> dict:
    """One section as page, text and words of the editor's screen, from texts that may not be saved yet."""
    pillars = render_to_string("newsletter/_pillars.html", {"figures": figures})
    return {
        "issue": issue,
        "title": title,
        "html": markdown.to_html(body, pillars=pillars),
        "text": markdown.to_text(body, pillars="\n".join(figures_lines(figures))),
        "english": markdown.to_html(issue.english_summary),
        "refused": markdown.refused(body),
        "letters": len(body),
    }


def reading_minutes(issue) -> int:
    """How long the issue takes to read, at least one minute."""
    letters = sum(len(part.body) for part in issue.sections) + len(issue.lead) + len(issue.editor_note)
    return max(1, round(letters / LETTERS_PER_MINUTE))


# --- the pillars as table cells -------------------------------------------------------------------


def drawn(figures) -> list[dict]:
    """Each pillar with the heights of its cells from beam to base: rest, plan line, gap, fill."""
    return [{**figure, "parts": cells(figure["actual"], figure["planned"])} for figure in figures]


def cells(actual, planned) -> list[dict]:
    """Heights in pixels that add up to CELL: what is done is filled, the line is today's plan, the gap between them."""
    fill, line = (round(CELL * min(Decimal(value), 100) / 100) for value in (actual, planned))
    if planned > actual:
        line = min(line, CELL - LINE)
        fill = min(fill, line - 1)
        parts = [("rest", CELL - LINE - line), ("line", LINE), ("gap", line - fill), ("fill", fill)]
    elif line < fill:
        parts = [("rest", CELL - fill), ("fill", fill - line - LINE), ("line", LINE), ("fill", line)]
    else:
        parts = [("rest", CELL - fill), ("fill", fill)]
    return [{"kind": kind, "height": height, "colour": COLOURS[kind]} for kind, height in parts if height > 0]


def figures_lines(figures) -> list[str]:
    """柱1 実績71% 計画76%: one line for each pillar."""
    english = translation.get_language() == "en"
    return [
        _("%(name)s 実績%(actual)s%% 計画%(planned)s%%")
        % {**figure, "name": figure["name_en"] if english else figure["name"]}
        for figure in figures
    ]


def figures_label(figures) -> str:
    """One sentence with every pillar's figures, for ears."""
    if not figures:
        return ""
    return _("柱の進み: %(list)s") % {"list": pgettext("柱の区切り", "、").join(figures_lines(figures))}


# --- the other mails ------------------------------------------------------------------------------


def render(kind: str, context: dict, language: str) -> Rendered:
    """A mail of one kind in "ja" or "en".

    digest    person, tasks [title, url, note, due_on], moves [title, url, lines, status, mark], figures (may be []),
              at, neighbours [title, url, names, more, mark], issue (may be None), weekday
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
