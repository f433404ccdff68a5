"""How pieces of a text look in each medium, and the places that wait in the approved bytes for the morning's figures.

A place is a name between two private use characters. The approved mail holds places (their fingerprint does not move
with the figures); on the morning of sending `strings` are drawn once and every mail of the issue is filled with these.
"""

import re
from datetime import datetime
from decimal import Decimal
from functools import cache

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dxportal.templatetags import portal
from newsletter.markdown import IMAGE, OUTSIDE_IMAGE, PILLARS, Piece, spoken_html
from newsletter.references import Facts

PLACE = re.compile("\ue003([^\ue004]*)\ue004")
CLOCK = re.compile("\ue005([^\ue006]*)\ue006")  # an instant on the kept page, shown by each reader's clock
ALONE, WITHIN = "+", "-"
LANGUAGES = ("ja", "en")
CELL = 50  # pixels from base to beam of a pillar drawn with table cells
LINE = 2
COLOURS = {"fill": "#00316a", "gap": "#ffc199", "line": "#1a1a1a", "rest": "#dcf0ff"}
COLUMN = 552  # pixels between the margins of the mail

inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


# --- places ---------------------------------------------------------------------------------------


def place(piece: Piece, language: str = "") -> str:
    """Where the piece will stand in a frozen mail; `language` where it is not that of the mail."""
    return f"\ue003{_told(language)}{ALONE if piece.alone else WITHIN}{piece.name}\ue004"


def _told(language) -> str:
    return f"{language}:" if language else ""


PILLARS_PLACE = place(Piece(PILLARS, alone=True))


def fill(text: str, strings: dict) -> str:
    """The frozen text with each place filled; a place nobody drew shows its name."""
    return PLACE.sub(lambda found: strings.get(found[1], re.sub("^(ja:)?.", "", found[1])), text)


def strings(facts: Facts) -> dict:
    """What goes into the places, drawn once: {"ja": {"html": {place: …}, "text": {place: …}}, "en": …}."""
    drawn = {}
    for language in LANGUAGES:
        with translation.override(language):
            drawn[language] = {"html": _html_strings(facts, language), "text": _text_strings(facts, language)}
    for medium, found in drawn["ja"].items():  # an English mail holds the articles in Japanese
        drawn["en"][medium] |= {f"{_told('ja')}{name}": words for name, words in found.items()}
    return drawn


def _html_strings(facts, language) -> dict:
    found = {f"{ALONE}{PILLARS}": _inlined(mail_pillars(facts.figures))}
    for name, fact in facts.references.items():
        words = fact[language]
        note = format_html('<span class="small">{}</span>', said(words)) if said(words) else ""
        title = titled(fact, language, base=settings.SITE_URL)
        block = format_html("<p>{}{}{}</p>", title, mark_safe("<br>") if note else "", note)
        line = format_html("{}{}{}", title, " " if note else "", said(words))
        found |= {f"{ALONE}{name}": _inlined(block), f"{WITHIN}{name}": _inlined(line)}
    return found


def _text_strings(facts, language) -> dict:
    found = {f"{ALONE}{PILLARS}": "\n".join(figures_lines(facts.figures))}
    for name, fact in facts.references.items():
        words, address = fact[language], settings.SITE_URL + fact["url"] if fact["url"] else ""
        lines = [f"[{kind_word(name)}] {words['title']}", said(words), address]
        line = " ".join(filter(None, [words["title"], said(words), address and f"( {address} )"]))
        found |= {f"{ALONE}{name}": "\n  ".join(filter(None, lines)), f"{WITHIN}{name}": line}
    return found


def kind_word(name: str) -> str:
    """施策 of 施策 2-3-1, in the language of the mail."""
    kinds = {
        "施策": pgettext("引用", "施策"),
        "節目": pgettext("引用", "節目"),
        "アイデア": pgettext("引用", "アイデア"),
        "好事例": pgettext("引用", "好事例"),
        "ワークショップ": pgettext("引用", "ワークショップ"),
    }
    kind = name.partition(" ")[0]
    return kinds.get(kind, kind)


def said(words: dict) -> str:
    """順調 実績60% 計画50%."""
    return f"{words['word']} {words['note']}".strip()


def titled(fact: dict, language: str, *, base: str = "") -> str:
    """The title as a link, or alone where there is nothing to follow; `base` makes the address absolute."""
    title = fact[language]["title"]
    if language == "en" and title == fact["ja"]["title"] and not title.isascii():
        title = format_html('<span lang="ja">{}</span>', title)
    if not fact["url"]:
        return format_html("{}", title)
    return format_html('<a href="{}{}">{}</a>', base, fact["url"], title)


@cache
def _rules() -> str:
    """The style rules of the mails, without the MJML around them."""
    found = render_to_string("newsletter/email/_styles.mjml")
    return found.replace("<mj-style>", "").replace("</mj-style>", "")


def _inlined(html: str) -> str:
    """A fragment with the mail's styles in its elements, as the bytes around it have them."""
    return inliner.inline_fragment(html, _rules()) if html else ""


# --- the same piece in each medium ----------------------------------------------------------------


def in_mail(images: dict, language: str = ""):
    """The `draw` of an HTML mail: references as places, pictures from inside the mail (`images` by their number);
    `language` of the text where it is not that of the mail."""

    def draw(piece: Piece) -> str:
        if piece.kind == IMAGE and (image := images.get(piece.key)):
            width = min(image.width, COLUMN)
            height = round(image.height * width / image.width)
            drawn = format_html(
                '<img class="pic" src="cid:{}" alt="{}" width="{}" height="{}">',
                *(image.cid, image.alt, width, height),
            )
            return format_html("<p>{}</p>", drawn) if piece.alone else drawn
        return place(piece, language) if is_placed(piece) else spoken_html(piece)

    return draw


def in_text(images: dict, language: str = ""):
    """The `draw` of a plain text: [図: …] for a picture that says something; `language` as for `in_mail`."""

    def draw(piece: Piece) -> str:
        if piece.kind == IMAGE and (image := images.get(piece.key)):
            return _("[図: %(alt)s]") % {"alt": image.alt} if image.alt else ""
        return place(piece, language) if is_placed(piece) else piece.spoken

    return draw


def is_placed(piece: Piece) -> bool:
    """Whether the piece waits for the morning: every reference, and the drawing where it is a paragraph of its own."""
    return piece.kind not in (IMAGE, OUTSIDE_IMAGE, PILLARS) or (piece.kind == PILLARS and piece.alone)


def on_page(facts: Facts, images: dict):
    """The `draw` of a page, in the language that is active."""
    language = "en" if translation.get_language() == "en" else "ja"

    def draw(piece: Piece) -> str:
        if piece.kind == IMAGE and (image := images.get(piece.key)):
            drawn = format_html(
                '<img class="pic" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
                *(image.get_absolute_url(), image.alt, image.width, image.height),
            )
            return format_html("<p>{}</p>", drawn) if piece.alone else drawn
        if piece.kind == PILLARS and piece.alone:
            return render_to_string("newsletter/_pillars.html", {"figures": facts.figures})
        fact = facts.references.get(piece.name)
        return _reference(fact, language, alone=piece.alone) if fact else spoken_html(piece)

    return draw


def _reference(fact: dict, language: str, *, alone: bool) -> str:
    words = fact[language]
    word = words["word"]
    if word and fact["shape"]:
        word = portal.status(fact["shape"], word=word)
    note = f"\ue005{fact['at']}\ue006" if fact["at"] and words["note"] else words["note"]
    said = format_html("{}{}{}", word, " " if word and note else "", note)
    if not said:
        return format_html("<p>{}</p>" if alone else "{}", titled(fact, language))
    if alone:
        return format_html('<p>{}<br><span class="s">{}</span></p>', titled(fact, language), said)
    return format_html("{} {}", titled(fact, language), said)


def by_own_clock(html: str, context) -> str:
    """A kept page with its instants by the reader's clock, Tokyo beside it where the two differ."""

    def told(found) -> str:
        try:
            return portal.local_time(context, datetime.fromisoformat(found[1]))
        except ValueError:
            return found[1]  # typed by somebody: readers get the words, not an error

    return CLOCK.sub(told, html)


# --- the pillars as table cells -------------------------------------------------------------------


def mail_pillars(figures) -> str:
    """The drawing of a mail, "" without a plan."""
    if not figures:
        return ""
    context = {"figures": drawn(figures), "figures_label": figures_label(figures)}
    return render_to_string("newsletter/email/_pillars.mjml", context)


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
