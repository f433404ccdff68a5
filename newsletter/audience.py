"""Who will receive an issue and when, counted before anything is queued (N6): the approval page's exact numbers.

The same conditions as `sending.enqueue`, which writes the rows; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Count, F, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
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
class Waves:
    """How many people at how many different moments, the first and the last of them."""

    people: int
    moments: list[datetime]

    @property
    def first(self) -> datetime | None:
        return self.moments[0] if self.moments else None

    @property
    def last(self) -> datetime | None:
        return self.moments[-1] if self.moments else None


def readers(day, issue=None):
    """Active people who want the newsletter at once and are not pausing on `day`; of an issue that puts another one
    right, those who were sent that."""
    wanted = User.objects.active().exclude(email="").alias(way=WAY).filter(way=Way.AT_ONCE.value)
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
    counts = {(zone, country): number for zone, country, number in places}
    dues = {(zone, country): due for zone, country, due, _days in sending.issue_moments(day, at=at, now=now)}
    return Waves(sum(counts.values()), sorted({dues[place] for place in counts if place in dues}))
