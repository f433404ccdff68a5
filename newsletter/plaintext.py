"""The other half of a mail: the same Markdown as plain text, for programs and people without HTML."""

from urllib.parse import urljoin


class TextRenderer:
    """Walks block tokens once. A stack of prefixes carries the indentation of lists and quotes."""

    def __init__(self, draw, base: str):
        self.draw, self.base = draw, base
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
                out.append(token.content)
            elif token.type == "piece":
                out.append(self.draw(token.meta["piece"]))
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
