"""Search in Japanese and English over a normalised shadow column."""

import unicodedata

from django.db import models


def search_text_for(*texts: str) -> str:
    return unicodedata.normalize("NFKC", " ".join(t for t in texts if t)).casefold()


class SearchQuerySet(models.QuerySet):
    def search(self, q: str):
        """Rows whose `search_text` holds every word of `q`."""
        found = self
        for word in search_text_for(q).split():
            found = found.filter(search_text__contains=word)
        return found
