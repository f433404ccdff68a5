"""What came of a theme, as lines with a word and a link: ideas, good practices, initiatives.

The rows are asked for with the themes themselves (`Theme.objects.with_results(user)`): no further query.
"""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Result:
    """One thing that came of a theme: what kind it is, its names, where it is."""

    word: str
    title: str
    title_en: str
    url: str


def told(rows, *order, **fields):
    """For `annotate`: the rows of a theme that the person may see, each as the fields a line needs."""
    values = JSONObject(**{name: F(field) for name, field in fields.items()})
    return ArraySubquery(rows.filter(themes=OuterRef("pk")).order_by(*order).values(told=values))


def ideas_told(rows):
    return told(rows, "number", number="number", title="title", title_en="title_en")


def practices_told(rows):
    return told(rows, "pk", pk="pk", title="title", title_en="title_en")


def initiatives_told(rows):
    return told(rows, "code", plan="plan__code", code="code", title="name", title_en="name_en")


def lines(theme) -> list[Result]:
    """Practices first: they are what others can use; then ideas, then initiatives."""
    return [
        *(
            _line(_("好事例"), row, reverse("taskforce:practice", args=[row["pk"]]))
            for row in theme.told_practices
        ),
        *(
            _line(_("アイデア"), row, reverse("taskforce:idea", args=[row["number"]]))
            for row in theme.told_ideas
        ),
        *(
            _line(_("施策"), row, reverse("pillars:initiative", args=[row["plan"], row["code"]]))
            for row in theme.told_initiatives
        ),
    ]


def _line(word, row, url) -> Result:
    return Result(word, row["title"], row.get("title_en") or "", url)
