"""Where practices are used: posts at their place in the world, numbers by region, bureaus beside them.

A schematic map: each post stands where the time-zone data place the main city of its zone; no outside map is asked.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from os.path import commonprefix

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Sum, Value

from accounts.models import Department
from dxportal.charts import rounded
from dxportal.text import localized
from taskforce.models.replications import ACTIVE, Replication, ReplicationStatus

HEIGHT = 440  # pixels; the width is that of the page
NORTH, SOUTH = 72, -50  # degrees of latitude the map shows
APART_X, APART_Y = 16, 20  # percent and pixels between two names
WEST = -30  # the left edge: the Pacific stays whole, Europe on the left and America on the right
COORDINATES = re.compile(r"([+-]\d{4})(?:\d\d)?([+-]\d{5})(?:\d\d)?\Z")


@cache
def coordinates() -> dict[str, tuple[float, float]]:
    """{time zone, and country: (latitude, longitude)} of the zone's main city, in degrees."""
    found: dict = {}
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            country, where, zone = line.split("\t")[:3]
            north, east = COORDINATES.match(where).groups()
            place = _degrees(north, 2), _degrees(east, 3)
            found[zone] = place
            found.setdefault(country, place)
    return found


def _degrees(text: str, digits: int) -> float:
    """+3539 as 35.65."""
    whole, minutes = int(text[1 : 1 + digits]), int(text[1 + digits :])
    return (whole + minutes / 60) * (-1 if text[0] == "-" else 1)


def point_of(department) -> tuple[float, float] | None:
    """x in percent of the width and y in pixels; None where neither zone nor country is known."""
    known = coordinates()
    place = known.get(department.timezone) or known.get(department.country_code)
    if place is None:
        return None
    north, east = place
    y = (NORTH - min(max(north, SOUTH), NORTH)) / (NORTH - SOUTH) * HEIGHT
    return (east - WEST) % 360 / 3.6, y


@dataclass(eq=False)
class Region:
    """A region of posts, or a bureau: how many departments there are, use something, and plan to."""

    place: object
    number: int = 0
    using: set = field(default_factory=set)
    planning: set = field(default_factory=set)
    practices: set = field(default_factory=set)
    hours: Decimal = Decimal(0)
    hours_planned: Decimal = Decimal(0)
    points: list = field(default_factory=list)

    @property
    def middle(self) -> tuple[float, float]:
        """The post nearest to the others: where the name of the region stands."""
        return min(
            self.points, key=lambda one: sum(abs(one[0] - x) * 10 + abs(one[1] - y) for x, y in self.points)
        )

    def take(self, department, status, practices, hours):
        """Count what one department does with practices in the same state."""
        if status in ACTIVE:
            self.using.add(department)
            self.practices.update(practices)
            self.hours += hours or 0
        elif status == ReplicationStatus.PLANNED:
            self.planning.add(department)
            self.hours_planned += hours or 0


def world(practices) -> dict:
    """`regions` of posts and `bureaus` of headquarters with their numbers, and the `dots` of the posts. Counts the
    departments where a practice began as users too. Three queries."""
    places = list(Department.objects.active())
    regions = _regions(places)
    first = practices.order_by().values_list("department", Value(ReplicationStatus.IN_USE))
    rows = Replication.objects.filter(practice__in=practices).order_by().values_list("department", "status")
    for told in [*_summed(rows, "practice"), *_summed(first, "pk")]:
        if region := regions.get(told[0]):
            region.take(*told)
    shown = list(dict.fromkeys(regions.values()))
    posts = [region for region in shown if region.place.kind == Department.Kind.MISSION_GROUP]
    return {
        "regions": posts,
        "labels": _labels(posts),
        "using": sum(len(region.using) for region in posts),
        "posts": sum(region.number for region in posts),
        "bureaus": [region for region in shown if region not in posts],
        "dots": _dots(places, regions),
        "height": HEIGHT,
        "equator": round(NORTH / (NORTH - SOUTH) * HEIGHT),
        "lines": [rounded((east - WEST) % 360 / 3.6) for east in range(0, 360, 60)],
    }


def _summed(rows, practice):
    """(department, status, practices, hours) for every department and status, however many rows there are."""
    return rows.annotate(practices=ArrayAgg(practice), hours=Sum("hours_saved"))


def _regions(places) -> dict:
    """{department id: the region or bureau it belongs to}, in the order of the organisation."""
    kinds = (Department.Kind.MISSION_GROUP, Department.Kind.BUREAU)
    above = {place.path: Region(place) for place in places if place.kind in kinds}
    found: dict = {}
    for place in places:
        path = place.path
        while path and path not in above:
            path = path[: path.rstrip("/").rfind("/") + 1]
        if path and place.kind not in kinds:
            found[place.pk] = above[path]
            above[path].number += 1
            if place.is_post and (point := point_of(place)):
                above[path].points.append(point)
    # A bureau that uses something itself counts as one of its departments.
    own = {region.place.pk: region for region in above.values() if region.number}
    return found | own


def _labels(regions) -> list[dict]:
    """Names with their numbers, moved down where they would lie on each other."""
    labels: list[dict] = []
    names = distinct([localized(region.place, "name") for region in regions])
    named = [(name, region) for name, region in zip(names, regions, strict=True) if region.points]
    for name, region in sorted(named, key=lambda pair: pair[1].middle[1]):
        x, y = min(max(region.middle[0], 8), 92), round(region.middle[1])
        for other in labels:
            if abs(other["x"] - x) < APART_X and abs(other["y"] - y) < APART_Y:
                y = other["y"] + APART_Y
        numbers = {"using": len(region.using), "number": region.number}
        labels.append({"name": name, "x": rounded(x), "y": y, **numbers})
    return labels


def distinct(names: list[str]) -> list[str]:
    """Names without what all of them begin and end with: 在外公館(アジア) among its like is アジア."""
    if len(names) < 2:
        return names
    start, end = len(commonprefix(names)), len(commonprefix([name[::-1] for name in names]))
    short = [name[start : len(name) - end].strip() for name in names]
    return short if all(short) else names


def _dots(places, regions) -> list[dict]:
    """Posts as dots, those that use something last, so that they lie on top; posts of one city are one dot."""
    found = defaultdict(list)
    for place in places:
        if place.is_post and place.pk in regions and (point := point_of(place)):
            found[point].append(place)
    dots = []
    for (x, y), posts in found.items():
        kinds = {_kind(place, regions[place.pk]) for place in posts}
        kind = next((one for one in ("use", "plan") if one in kinds), "none")
        dots.append({"x": rounded(x), "y": round(y), "kind": kind})
    return sorted(dots, key=lambda dot: ("none", "plan", "use").index(dot["kind"]))


def _kind(place, region) -> str:
    if place.pk in region.using:
        return "use"
    return "plan" if place.pk in region.planning else "none"
