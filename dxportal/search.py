"""Search in Japanese and English over shadow columns that hold the words in a form that compares well.

`search_text` answers "which rows hold these words": full normalised text, index with pg_trgm, and beside it an index of
the single letters, because pg_trgm has nothing to look up for words of one or two letters (領事).
`similar_text` answers "is there one like this": pairs of neighbouring letters, because three-letter pieces are too
coarse for Japanese (電話当番 and 代理の当番 share no piece of three). Comparing one row takes 0.1 ms,
so only rows that share rare pieces are compared (docs/adr/0015).
"""

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import TrigramStrictWordSimilarity, TrigramWordSimilarity
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from dxportal.text import normalise

# Runs that carry meaning: kanji, katakana, Latin words and digits. Hiragana is mostly grammar.
MEANING = re.compile(r"[\u3005\u3400-\u9fff\U00020000-\U0003ffff]+|[\u30a1-\u30fa\u30fc]+|[a-z0-9]+")


TOUCHED = 3_000  # rows looked up by their pieces, about
COMPARED = 90  # of these, the ones that share most are compared in full
KEPT = 12  # more like ones than anybody reads
# A row counts by how much of what is asked it holds, rare pieces more, or by how much of it is in what is asked. How
# rare a piece is stands in the statistics of the index; a piece that is not there is in a few rows at most.
CANDIDATES = """
with counted as (
    select greatest(reltuples, 100) as total from pg_class where oid = '{table}'::regclass
), known as (
    select common, share from pg_stats,
        unnest(most_common_elems::text::text[], most_common_elem_freqs) as of_index (common, share)
    where schemaname = current_schema() and tablename = '{index}'
), asked as (
    select piece, least(coalesce(share, 20 / total), 0.9) as share
    from unnest(%s::text[]) as piece cross join counted left join known on common = piece
), chosen as (
    select piece, -ln(share) as weight, length(piece) + 1 as letters,
        sum(share) over (order by share, piece) - share as rarer
    from asked
), candidates as (
    select held.id from chosen join {table} as held on string_to_array(held.similar_text, ' ') @> array[piece]
    where rarer * (select total from counted) <= %s
    group by held.id
    order by greatest(
        sum(weight) / (select sum(weight) from chosen),
        sum(letters)::float / max(length(held.similar_text) + 1)
    ) desc, held.id
    limit %s
)
select id from candidates join {table} using (id)
order by greatest(word_similarity(%s, similar_text), strict_word_similarity(similar_text, %s)) desc, id
limit %s
"""


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


def _forms(piece: str) -> list[str]:
    """The piece, and an English word in the singular and the plural."""
    if not piece.isascii() or len(piece) < 4:
        return [piece]
    return [piece, piece[:-1] if piece.endswith("s") else f"{piece}s"]


class Reversed(TrigramStrictWordSimilarity):
    """How well the column fits into the words asked for (the other way round than the base class)."""

    def __init__(self, string, expression, **extra):
        models.Func.__init__(self, expression, models.Value(string), **extra)


class Letters(models.Func):
    """The letters of a text, each by itself, as an index holds them."""

    template = "string_to_array(%(expressions)s, NULL)"
    output_field = ArrayField(models.TextField())


class Pieces(models.Func):
    """The pieces of `similar_text`, each by itself, as an index holds them."""

    template = "string_to_array(%(expressions)s, ' ')"
    output_field = ArrayField(models.TextField())


class SearchQuerySet(models.QuerySet):
    """Gives .search() and .similar() to every QuerySet that has the shadow columns."""

    by_letter = False  # whether the table is large enough to have an index of Letters("search_text")
    pieces_index = ""  # the name of the index of Pieces("similar_text")

    def search(self, q: str):
        """Rows whose `search_text` holds every word of `q`; all rows when `q` is empty."""
        found = self
        for word in search_text_for(q).split():
            found = found.filter(search_text__contains=word)
            if self.by_letter and len(word) < 3:
                found = found.alias(letters=Letters("search_text")).filter(letters__contains=list(word))
        return found

    def similar(self, words: str, *, threshold: float = 0.25):
        """Rows like `words`, the most alike first, annotated with `likeness` (0 to 1); none for empty words."""
        pieces = similar_text_for(words)
        if not pieces:
            return self.none()
        likeness = Greatest(TrigramWordSimilarity(pieces, "similar_text"), Reversed(pieces, "similar_text"))
        found = self.filter(pk__in=self._candidates(pieces)).annotate(likeness=likeness)
        return found.filter(likeness__gte=threshold).order_by("-likeness", "pk")

    def _candidates(self, pieces: str):
        """The rows of the table that are most like the pieces, seen or not, as a subquery."""
        sql = CANDIDATES.format(table=self.model._meta.db_table, index=self.pieces_index)
        asked = [*dict.fromkeys(form for piece in pieces.split() for form in _forms(piece))]
        return RawSQL(sql, [asked, TOUCHED, COMPARED, pieces, pieces, KEPT])  # noqa: S611
