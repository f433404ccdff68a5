"""Markdown of the newsletter: to safe HTML for page and mail, and to plain text for the other half of the mail.

HTML in the source is never passed on; what the renderer makes goes through an allow-list once more.
Two words of our own: a paragraph [[柱の図]] is the drawing of the pillars, one that begins with `:: ` a large figure.
"""

import re
from urllib.parse import urljoin

import nh3
from django.conf import settings
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

PILLARS_MARK = "[[柱の図]]"
FIGURE_MARK = ":: "
PILLARS_PLACE = "\ue000pillars\ue000"  # private use characters: nobody can type this by accident
TAGS = {"a", "p", "br", "hr", "b", "strong", "em", "code", "pre", "blockquote", "h3", "h4", "ul", "ol", "li"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
CLASSES = {"table": {"tbl"}, "ol": {"steps"}, "p": {"numbig"}}
HOSTILE = re.compile(r"<\s*/?\s*([a-z][a-z0-9]*)[\s/>]|\bon\w+\s*=|javascript:|data:text/html", re.IGNORECASE)

parser = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(["image", "html_block"])
)


def _parse(source: str) -> list:
    tokens = parser.parse(source)
    for at, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag in ("h1", "h2", "h3") else "h4"
        elif token.type == "table_open":
            token.attrSet("class", "tbl")
        elif token.type == "ordered_list_open":
            token.attrSet("class", "steps")
        elif token.type == "paragraph_open":
            _mark_paragraph(token, tokens[at + 1])
    return tokens


def _mark_paragraph(opening, inline) -> None:
    """Our two words: the drawing and the large figure."""
    first = inline.children[0] if inline.children else None
    if inline.content.strip() == PILLARS_MARK:
        first.content = PILLARS_PLACE
        inline.children = [first]
    elif first is not None and first.type == "text" and first.content.startswith(FIGURE_MARK):
        first.content = first.content.removeprefix(FIGURE_MARK)
        opening.attrSet("class", "numbig")
        for child in inline.children:
            child.tag = "b" if child.tag == "strong" else child.tag


def to_html(source: str, *, pillars: str = "", base: str = "") -> str:
    """Safe HTML. `pillars` replaces the drawing's place; `base` makes links absolute, "" leaves them as they are."""
    raw = parser.renderer.render(_parse(source), parser.options, {})
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
    return mark_safe(safe.replace(f"<p>{PILLARS_PLACE}</p>", pillars))  # noqa: S308 - nh3 has just cleaned it


def refused(source: str) -> list[str]:
    """Pieces of HTML in the source that readers will see as letters or not at all; the editor is told (XS2)."""
    return sorted({match.group(0).strip() for match in HOSTILE.finditer(source)})


def links(source: str) -> list[str]:
    """Every address the text links to, in order, once."""
    tokens = [child for token in _parse(source) for child in token.children or []]
    return list(dict.fromkeys(token.attrGet("href") for token in tokens if token.type == "link_open"))


def to_text(source: str, *, pillars: str = "", base: str = "") -> str:
    """Plain text with the same contents: ・ and numbers for lists, > for quotes, addresses after the words."""
    return TextRenderer(pillars, base or settings.SITE_URL).render(_parse(source))


class TextRenderer:
    """Walks block tokens once. A stack of prefixes carries the indentation of lists and quotes."""

    def __init__(self, pillars: str, base: str):
        self.pillars, self.base = pillars, base
        self.blocks: list[str] = []
        self.lists: list[int | None] = []  # the next number of each open list, None for bullets
        self.marker = ""
        self.quotes = 0
        self.row: list[str] = []
        self.in_table = False

    def render(self, tokens) -> str:
        for token in tokens:
            getattr(self, f"_{token.type}", self._ignore)(token)
        return "\n".join(self.blocks).strip("\n")

    def _ignore(self, token) -> None:
        pass

    def _inline(self, token) -> None:
        words = self.inline(token.children)
        if self.in_table:
            self.row.append(words)
            return
        indent = "  " * max(len(self.lists) - 1, 0)
        hanging = " " * len(self.marker) if not self.marker.startswith("・") else "  "
        lines = words.split("\n")
        first = f"{indent}{self.marker}{lines[0]}"
        rest = [f"{indent}{hanging if self.lists else ''}{line}" for line in lines[1:]]
        prefix = "> " * self.quotes
        self.blocks.append("\n".join(prefix + line for line in [first, *rest]))
        self.marker = ""

    def inline(self, tokens) -> str:
        """The words of one line, with addresses after linked words."""
        out, href, start = [], "", 0
        for token in tokens:
            if token.type in ("text", "code_inline"):
                out.append(self.pillars if token.content == PILLARS_PLACE else token.content)
            elif token.type in ("softbreak", "hardbreak"):
                out.append("\n")
            elif token.type == "link_open":
                href, start = urljoin(self.base + "/", token.attrGet("href")), len(out)
            elif token.type == "link_close" and "".join(out[start:]) != href:
                out.append(f" ( {href} )")
        return "".join(out)

    def _heading_open(self, token) -> None:
        self.blocks.append("")
        self.marker = "■ " if token.tag == "h3" else "□ "

    def _paragraph_close(self, token) -> None:
        if not self.lists:
            self.blocks.append("")

    def _bullet_list_open(self, token) -> None:
        self.lists.append(None)

    def _ordered_list_open(self, token) -> None:
        self.lists.append(int(token.attrGet("start") or 1))

    def _list_item_open(self, token) -> None:
        number = self.lists[-1]
        self.marker = "・" if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def _bullet_list_close(self, token) -> None:
        self.lists.pop()
        if not self.lists:
            self.blocks.append("")

    _ordered_list_close = _bullet_list_close

    def _blockquote_open(self, token) -> None:
        self.quotes += 1

    def _blockquote_close(self, token) -> None:
        self.quotes -= 1

    def _table_open(self, token) -> None:
        self.in_table = True

    def _table_close(self, token) -> None:
        self.in_table = False
        self.blocks.append("")

    def _tr_close(self, token) -> None:
        self.blocks.append(" / ".join(self.row))
        self.row = []

    def _hr(self, token) -> None:
        self.blocks.append("─" * 16 + "\n")

    def _fence(self, token) -> None:
        self.blocks.append(token.content.rstrip("\n") + "\n")

    _code_block = _fence
