"""Search in Japanese and English over shadow columns that hold the words in a form that compares well.

`search_text` answers "which rows hold these words": full normalised text, index with pg_trgm.
`similar_text` answers "is there one like this": pairs of neighbouring letters, because three-letter pieces are too
coarse for Japanese (電話当番 and 代理の当番 share no piece of three).
"""

import re

from django.contrib.postgres.search import TrigramStrictWordSimilarity, TrigramWordSimilarity
from django.db import models
from django.db.models.functions import Greatest

from dxportal.text import normalise

# Runs that carry meaning: kanji, katakana, Latin words and digits. Hiragana is mostly grammar.
MEANING = re.compile(r"[\u3005\u3400-\u9fff\U00020000-\U0003ffff]+|[\u30a1-\u30fa\u30fc]+|[a-z0-9]+")


def search_text_for(*texts: str | None) -> str:
    """The shadow column of a row: its texts normalised (NFKC, lower case, everyday kanji) and joined."""
    return normalise(" ".join(text for text in texts if text))


def similar_text_for(*texts: str | None) -> str:
    """The pieces by which rows are compared: 電話当番 is 電話 話当 当番; a Latin word stays whole."""
    return " ".join(piece for run in MEANING.findall(search_text_for(*texts)) for piece in _pieces(run))


def _pieces(run: str) -> list[str]:
    if run.isascii() or len(run) < 3:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]


class Reversed(TrigramStrictWordSimilarity):
    """How well the column fits into the words asked for (the other way round than the base class)."""

    def __init__(self, string, expression, **extra):
        models.Func.__init__(self, expression, models.Value(string), **extra)


class SearchQuerySet(models.QuerySet):
    """Gives .search() and .similar() to every QuerySet that has the shadow columns."""

    def search(self, q: str):
        """Rows whose `search_text` holds every word of `q`; all rows when `q` is empty."""
        found = self
        for word in search_text_for(q).split():
            found = found.filter(search_text__contains=word)
        return found

    def similar(self, words: str, *, threshold: float = 0.25, on: str = "similar_text"):
        """Rows like `words`, the most alike first, annotated with `likeness` (0 to 1); none for empty words."""
        pieces = similar_text_for(words)
        if not pieces:
            return self.none()
        likeness = Greatest(TrigramWordSimilarity(pieces, on), Reversed(pieces, on))
        return self.annotate(likeness=likeness).filter(likeness__gte=threshold).order_by("-likeness", "pk")
