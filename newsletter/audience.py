"""Who will receive an issue and when, counted before anything is queued (N6): the approval page's exact numbers.

The same conditions as `sending.enqueue`, which writes the rows; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import CharField, Count, F, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf

from accounts.models import EmploymentKind, User
from dxportal.officedays import JAPAN
from newsletter import sending
from newsletter.models import Topic, Way
from newsletter.models.preferences import DEFAULT_WAYS

TEXT = CharField()
WANTED = DEFAULT_WAYS[Topic.NEWSLETTER].value
WAY = Coalesce(
    KeyTextTransform(Topic.NEWSLETTER.value, "preference__choices"), Value(WANTED), output_field=TEXT
)
ZONE = Coalesce(
    NullIf("timezone", Value("")), F("department__timezone"), Value("Asia/Tokyo"), output_field=TEXT
)
COUNTRY = Coalesce(NullIf("department__country_code", Value("")), Value(JAPAN), output_field=TEXT)


@dataclass(frozen=True)
class Stop:
    """One wave: everybody who gets it at the same moment, in however many zones."""

    moment: datetime
    people: int
    zones: tuple[str, ...]

    @property
    def zone(self) -> str:
        """The zone whose clocks the moment is shown in."""
        return self.zones[0]


@dataclass(frozen=True)
class Waves:
    """How many people at how many different moments, the first and the last of them."""

    people: int
    stops: list[Stop]

    @property
    def moments(self) -> list[datetime]:
        return [stop.moment for stop in self.stops]

    @property
    def first(self) -> Stop | None:
        return self.stops[0] if self.stops else None

    @property
    def last(self) -> Stop | None:
        return self.stops[-1] if self.stops else None


def readers(day, issue=None):
    """Active staff who want the newsletter at once and are not pausing on `day`; of an issue that puts another one
    right, those who were sent that."""
    staff = User.objects.active().exclude(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    wanted = staff.exclude(email="").alias(way=WAY).filter(way=Way.AT_ONCE.value)
    if issue is not None and issue.corrects_id:
        wanted = wanted.filter(pk__in=sending.frozen_list(issue))
    return wanted.filter(Q(preference__paused_until=None) | Q(preference__paused_until__lt=day))


def waves(day, *, at, now=False, issue=None) -> Waves:
    """The waves of an issue of the Tokyo date `day`, approved at the instant `at`; see `readers` for `issue`."""
    places = (
        readers(day, issue)
        .order_by()
        .annotate(zone=ZONE, country=COUNTRY)
        .values_list("zone", "country")
        .annotate(n=Count("pk"))
    )
    dues = {(zone, country): due for zone, country, due, _days in sending.issue_moments(day, at=at, now=now)}
    found = sorted(
        (dues[zone, country], zone, number) for zone, country, number in places if (zone, country) in dues
    )
    stops = [
        Stop(
            moment,
            sum(number for _m, _z, number in parts),
            tuple(dict.fromkeys(zone for _m, zone, _n in parts)),
        )
        for moment, parts in ((key, list(group)) for key, group in groupby(found, key=lambda part: part[0]))
    ]
    return Waves(sum(stop.people for stop in stops), stops)
