"""Markdown of the newsletter: to safe HTML for page and mail, and to plain text for the other half of the mail.

HTML in the source is never passed on; what the renderer makes goes through an allow-list once more. Pieces of our own
stand for what is drawn elsewhere: [[施策 2-3-1 …]] and [[柱の図]] (newsletter.references), and ![…](image:3), a picture
that is kept with the issue. A paragraph that begins with `:: ` is a large figure.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import nh3
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.plaintext import TextRenderer

LONGEST = 10_000  # letters of one text; the slowest input of that length is parsed in half a second (XS8)
PILLARS = "柱の図"
PILLARS_MARK = f"[[{PILLARS}]]"
IMAGE, OUTSIDE_IMAGE = "image", "outside"
FIGURE_MARK = ":: "
REFERENCE = re.compile(r"\[\[([^\[\]\n]{1,300})\]\]")
OWN_IMAGE = re.compile(r"image:([1-9][0-9]{0,3})")
# Private use characters hold our places. What people type of them is taken out, so nobody can forge a place.
PLACE = re.compile("\ue000([0-9]+)\ue000")
PLACE_ALONE = re.compile("<p>\ue000([0-9]+)\ue000</p>")
PRIVATE = re.compile("[\ue000-\ue00f]")
TAGS = {"a", "p", "br", "hr", "b", "strong", "em", "code", "pre", "blockquote", "h3", "h4", "ul", "ol", "li"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
CLASSES = {"table": {"tbl"}, "ol": {"steps"}, "p": {"numbig"}}
HOSTILE = re.compile(
    r"<\s*(?:/\s*)?([a-z][a-z0-9]*)[\s/>]|\bon\w+\s*=|javascript:|data:text/html", re.IGNORECASE
)


@dataclass(frozen=True)
class Piece:
    """What is drawn elsewhere: `kind` and `key` say what (施策, 2-3-1), `words` are for whoever reads the source.
    `alone` is true for one that is a paragraph of its own."""

    kind: str
    key: str = ""
    words: str = ""
    source: str = ""
    alone: bool = False

    @property
    def name(self) -> str:
        """施策 2-3-1: under this name its figures are kept with the issue."""
        return f"{self.kind} {self.key}".strip()

    @property
    def spoken(self) -> str:
        """What stands in its place where nothing can be drawn."""
        return self.words or self.source


def referred(found: re.Match) -> Piece:
    """[[施策 2-3-1 業務引継ぎ]] as a piece; the kind may turn out to be unknown."""
    kind, key, words = [*found[1].split(None, 2), "", "", ""][:3]
    if kind == PILLARS:
        return Piece(PILLARS, words=f"{key} {words}".strip(), source=found[0])
    return Piece(kind, unicodedata.normalize("NFKC", key), words.strip(), found[0])


def pictured(token) -> Piece:
    """![…](image:3) as a piece; a picture from anywhere else is named, never fetched (XS6)."""
    address = token.attrGet("src") or ""
    found = OWN_IMAGE.fullmatch(address)
    source = f"![{token.content}]({address})"
    if found is None:
        return Piece(OUTSIDE_IMAGE, address, token.content, source)
    return Piece(IMAGE, found[1], token.content, source)


# --- reading the source ---------------------------------------------------------------------------


def _read_reference(state, silent: bool) -> bool:
    """An inline rule of markdown-it: takes a [[…]] that begins here."""
    found = REFERENCE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("piece", "", 0).meta = {"piece": referred(found)}
    state.pos = found.end()
    return True


def _draw_place(self, tokens, at, options, env) -> str:
    env["pieces"].append(tokens[at].meta["piece"])
    return f"\ue000{len(env['pieces']) - 1}\ue000"


parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("html_block")
parser.inline.ruler.before("link", "reference", _read_reference)
parser.add_render_rule("piece", _draw_place)


@lru_cache(128)  # page, text, links and pieces of a text are asked for one after the other
def _parse(source: str) -> list:
    tokens = parser.parse(PRIVATE.sub("", source))
    for at, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag in ("h1", "h2", "h3") else "h4"
        elif token.type == "table_open":
            token.attrSet("class", "tbl")
        elif token.type == "ordered_list_open":
            token.attrSet("class", "steps")
        elif token.type == "inline":
            _mark_line(tokens[at - 1], token)
    return tokens


def _mark_line(opening, inline) -> None:
    """Pictures as pieces, pieces that stand alone, and the large figure."""
    for child in inline.children:
        child.content = PRIVATE.sub("", child.content)  # typed as &#xE000; they come to light only here
    inline.children = [
        Token("piece", "", 0, meta={"piece": pictured(child)}) if child.type == "image" else child
        for child in inline.children
    ]
    first = inline.children[0] if inline.children else None
    if first is None or opening.type != "paragraph_open":
        return
    if first.type == "piece" and len(inline.children) == 1 and opening.level == 0:
        first.meta = {"piece": replace(first.meta["piece"], alone=True)}
    elif first.type == "text" and first.content.startswith(FIGURE_MARK):
        first.content = first.content.removeprefix(FIGURE_MARK)
        opening.attrSet("class", "numbig")
        for child in inline.children:
            child.tag = "b" if child.tag == "strong" else child.tag


def _inline(source: str) -> list:
    return [child for token in _parse(source) for child in token.children or []]


def pieces(source: str) -> list[Piece]:
    """Every piece of the text, in order."""
    return [token.meta["piece"] for token in _inline(source) if token.type == "piece"]


def linked(source: str) -> list[tuple[str, str]]:
    """(address, words) of every link, in order."""
    found, words = [], None
    for token in _inline(source):
        if token.type == "link_open":
            address, words = token.attrGet("href"), []
        elif token.type == "link_close":
            found.append((address, "".join(words)))
            words = None
        elif words is not None:
            words.append(token.meta["piece"].spoken if token.type == "piece" else token.content)
    return found


def links(source: str) -> list[str]:
    """Every address the text links to, in order, once."""
    return list(dict.fromkeys(address for address, _words in linked(source)))


def refused(source: str) -> list[str]:
    """Pieces of HTML in the source that readers will see as letters or not at all; the editor is told (XS2)."""
    return sorted({match.group(0).strip() for match in HOSTILE.finditer(source)})


# --- drawing it -----------------------------------------------------------------------------------


def spoken_html(piece: Piece) -> str:
    """The words of a piece as HTML."""
    return f"<p>{escape(piece.spoken)}</p>" if piece.alone else escape(piece.spoken)


def to_html(source: str, *, draw: Callable[[Piece], str] = spoken_html, base: str = "") -> str:
    """Safe HTML. `draw` gives the HTML of a piece, with its own <p> when it stands alone; `base` makes links absolute,
    "" leaves them as they are."""
    env = {"pieces": []}
    raw = parser.renderer.render(_parse(source), parser.options, env)
    safe = nh3.clean(
        raw,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "th": {"scope"}},
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        **({"url_relative": ("rewrite_with_base", base)} if base else {}),
    )
    safe = safe.replace("<th>", '<th scope="col">')

    def drawn(found) -> str:
        return draw(env["pieces"][int(found[1])])

    return mark_safe(PLACE.sub(drawn, _unwrapped(safe, env["pieces"])))  # noqa: S308 - nh3 has just cleaned it


def _unwrapped(html: str, found: list[Piece]) -> str:
    """A piece that stands alone brings its own paragraph."""
    return PLACE_ALONE.sub(
        lambda place: f"\ue000{place[1]}\ue000" if found[int(place[1])].alone else place[0], html
    )


def to_text(source: str, *, draw: Callable[[Piece], str] = lambda piece: piece.spoken, base: str = "") -> str:
    """Plain text with the same contents: ・ and numbers for lists, > for quotes, addresses after the words."""
    return TextRenderer(draw, base or settings.SITE_URL).render(_parse(source))
