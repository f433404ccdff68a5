"""Where a pillar stands in its plan, for the locator: the n-th of m."""

from dataclasses import dataclass

from dxportal.text import english, localized
from pillars.models import Pillar


@dataclass(frozen=True)
class Place:
    number: int
    of: int
    label: str


def pillar_places() -> dict[int, Place]:
    """{pillar id: its place} over all plans, in one query."""
    plans: dict = {}
    for pillar in Pillar.objects.select_related("plan").order_by("plan", "position", "code"):
        plans.setdefault(pillar.plan_id, []).append(pillar)
    return {
        pillar.pk: Place(number, len(pillars), f"{localized(pillar.plan, 'pillar_label')}{gap()}{number}")
        for pillars in plans.values()
        for number, pillar in enumerate(pillars, 1)
    }


def gap() -> str:
    """English sets the number apart from the word, Japanese does not."""
    return " " if english() else ""
