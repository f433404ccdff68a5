"""Texts a spreadsheet would run: how they are made harmless in CSV, and read back (promises.md EX1)."""

import unicodedata

LEADS = "=+-@|"
QUOTE = "'"


def is_live(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula: = + - @ | in any width, tab or line break at the
    beginning, also after blanks and letters without a width."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for letter in text:
        if letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc", "Zs"):
            continue
        return unicodedata.normalize("NFKC", letter)[:1] in LEADS
    return False


def inert(value):
    """The value for a CSV cell: a live text gets an apostrophe, None is blank, the rest stays as it is."""
    if isinstance(value, str) and is_live(value):
        return QUOTE + value
    return "" if value is None else value


def as_meant(value):
    """A cell read from CSV without the apostrophe `inert` put there, so that what went out comes back the same."""
    if isinstance(value, str) and value.startswith(QUOTE) and is_live(value[1:]):
        return value[1:]
    return value
