"""Figures of burden and effect (P9): medians, hours, quadrants, always of groups large enough to hide in.

The median is the one for grouped answers: with whole numbers from 1 to 5 it says where between two steps the middle
lies (half a step below the middle class, plus the share of it that is needed), so that quarters can be compared.
Hours a month become hours a quarter (× 3). Sums of a plan hold only initiatives that are shown themselves, so that
no difference of two figures tells about a smaller group. Only sealed rounds count.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Count, FilteredRelation, Q, Sum
from django.utils.translation import gettext_lazy as _

from dxportal import charts, dates
from pillars.models import Initiative, PulseAnswer, PulseInvitation, PulseRound
from pillars.models.pulse import SCALE, Place

MIDDLE = 3
MONTHS = 3  # of a quarter
# (burden above the middle, effect above the middle): design.md 7.6
QUADRANTS = {
    (False, True): "settled",
    (True, True): "peak",
    (True, False): "support",
    (False, False): "watch",
}
WORDS = {
    "settled": _("定着"),
    "peak": _("移行の山場"),
    "support": _("支えが要る"),
    "watch": _("様子を見る"),
}


def median(counts: list[int]) -> Decimal:
    """The grouped median of answers 1, 2, … given how often each was said; one decimal. Raises ValueError for none."""
    half, below = Decimal(sum(counts)) / 2, 0
    for step, number in enumerate(counts, 1):
        if number and below + number >= half:
            value = step - Decimal("0.5") + (half - below) / number
            return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
        below += number
    raise ValueError("no answers")


@dataclass(frozen=True)
class Voice:
    """What was said about one initiative in one round. Figures are None when too few answered."""

    round: PulseRound
    answers: int
    burden: Decimal | None = None
    effect: Decimal | None = None
    hours_taken: Decimal | None = None
    hours_given: Decimal | None = None

    @property
    def is_shown(self) -> bool:
        return self.burden is not None

    @property
    def quadrant(self) -> str:
        """settled, peak, support or watch; "" when not shown."""
        return QUADRANTS[self.burden > MIDDLE, self.effect >= MIDDLE] if self.is_shown else ""

    @property
    def word(self) -> str:
        return WORDS.get(self.quadrant, "")

    @property
    def hours_won(self) -> Decimal | None:
        """Hours given back minus hours taken, a quarter."""
        return None if self.hours_given is None else self.hours_given - self.hours_taken

    def dot(self, label) -> charts.Voice:
        return charts.Voice(self.burden, self.effect, label)

    @property
    def quarter(self) -> str:
        return dates.format_quarter(self.round.fiscal_year, self.round.quarter, short=True)


def enough(number: int) -> bool:
    return number >= settings.PULSE_MINIMUM_ANSWERS


def counted(path="") -> dict:
    """What is counted of a group of answers: each step of both questions, and the hours; `path` leads to them."""
    steps = {
        f"{name}_{k}": Count(f"{path}pk", filter=Q(**{f"{path}{name}": k}))
        for name in ("burden", "effect")
        for k in SCALE
    }
    timed = Q(**{f"{path}hours_taken__isnull": False, f"{path}hours_given__isnull": False})
    hours = {name: Sum(f"{path}hours_{name}", filter=timed) for name in ("taken", "given")}
    return {"number": Count(f"{path}pk"), "timed": Count(f"{path}pk", filter=timed), **steps, **hours}


def tallies(answers, *by) -> list[dict]:
    """Answers counted for each step of both questions, with hours, grouped by the fields `by`."""
    return list(answers.order_by().values(*by).annotate(**counted()))


def voice(round_, tally: dict) -> Voice:
    """The figures of one group; hours have to come from enough people as well."""
    burden, effect = ([tally[f"{name}_{k}"] for k in SCALE] for name in ("burden", "effect"))
    if not enough(sum(burden)):
        return Voice(round_, tally["number"])
    hours = [whole(tally[name] * MONTHS) if enough(tally["timed"]) else None for name in ("taken", "given")]
    return Voice(round_, tally["number"], median(burden), median(effect), *hours)


def whole(hours) -> Decimal:
    """Hours as they are shown, so that their difference is the one a reader finds."""
    return hours.quantize(Decimal(1), ROUND_HALF_UP)


def voices(initiatives, rounds) -> dict[int, list[Voice]]:
    """{initiative number: its Voice of each of the sealed rounds it was answered in, oldest first}; one query."""
    known = {round_.pk: round_ for round_ in rounds if round_.sealed_at}
    found = defaultdict(list)
    answers = PulseAnswer.objects.filter(round__in=known, initiative__in=initiatives)
    for tally in tallies(answers, "initiative", "round"):
        found[tally["initiative"]].append(voice(known[tally["round"]], tally))
    for said in found.values():
        said.sort(key=lambda v: (v.round.fiscal_year, v.round.quarter))
    return found


class InitiativeVoices:
    """Everything the page of an initiative shows of its burden and effect."""

    def __init__(self, initiative):
        own = FilteredRelation("answers", condition=Q(answers__initiative=initiative.pk))
        rounds = PulseRound.objects.filter(plan=initiative.plan_id).alias(own=own)
        self.rounds = list(rounds.annotate(**counted("own__")).order_by("fiscal_year", "quarter"))
        self.initiative = initiative
        answered = [round_ for round_ in self.rounds if round_.sealed_at and round_.number]
        self.all = [voice(round_, vars(round_)) for round_ in answered]

    @property
    def shown(self) -> list[Voice]:
        return [said for said in self.all if said.is_shown]

    @property
    def latest(self) -> Voice | None:
        return self.shown[-1] if self.shown else None

    @property
    def too_few(self) -> int:
        """Quarters in which people answered, but too few to show."""
        return len(self.all) - len(self.shown)

    @property
    def dots(self) -> list:
        return [said.dot(said.quarter) for said in self.shown]

    @cached_property
    def answers(self) -> list:
        """The answers of the latest quarter that is shown, in an order of chance."""
        if not self.latest:
            return []
        return list(PulseAnswer.objects.filter(initiative=self.initiative.pk, round=self.latest.round))

    @cached_property
    def places(self) -> list[tuple[str, Voice]]:
        """Headquarters and posts apart: (place, Voice) for both, or nothing when one of them is too small."""
        apart = {place: [a for a in self.answers if a.place == place] for place in Place.values}
        if not all(enough(len(answers)) for answers in apart.values()):
            return []
        return [(place, said_by(self.latest.round, answers)) for place, answers in apart.items()]

    @property
    def lines(self) -> list[str]:
        """What people wrote in the latest quarter, in an order of chance."""
        return [answer.words for answer in self.answers if answer.words]


def said_by(round_, answers) -> Voice:
    """The two medians of some answers that are enough."""
    scores = [Counter(getattr(answer, name) for answer in answers) for name in ("burden", "effect")]
    return Voice(round_, len(answers), *(median([found[k] for k in SCALE]) for found in scores))


@dataclass(frozen=True)
class Row:
    """One initiative on the page of burden and effect; `number` is None when there is nothing to draw."""

    initiative: Initiative
    voice: Voice | None
    before: Voice | None
    number: int | None = None

    @property
    def state(self) -> str:
        """shown, few (fewer than the least number answered) or none."""
        return "none" if self.voice is None else "shown" if self.voice.is_shown else "few"


class Effects:
    """Burden and effect of the initiatives of an Overview, or of Contents, in one round: the latest sealed one, or
    `chosen` (2026Q2)."""

    def __init__(self, overview, chosen=""):
        self.overview = overview
        self.rounds = list(PulseRound.objects.sealed().filter(plan=overview.plan))
        self.round = next((r for r in self.rounds if r.code == chosen), None) or next(iter(self.rounds), None)

    @cached_property
    def asked(self) -> set[int]:
        invited = PulseInvitation.objects.filter(round=self.round)
        return set(invited.values_list("initiative", flat=True))

    @cached_property
    def rows(self) -> list[Row]:
        """A row for every initiative that was asked about, those with figures numbered in the order of the plan."""
        if self.round is None:
            return []
        place = self.rounds.index(self.round)
        initiatives = self.overview.among(self.asked)
        said = voices([initiative.pk for initiative in initiatives], self.rounds[place : place + 2])
        rows, number = [], 0
        for initiative in initiatives:
            of_round = {v.round.pk: v for v in said.get(initiative.pk, [])}
            now = of_round.pop(self.round.pk, None)
            number += bool(now and now.is_shown)
            label = number if now and now.is_shown else None
            rows.append(Row(initiative, now, next(iter(of_round.values()), None), label))
        return rows

    @property
    def shown(self) -> list[Row]:
        return [row for row in self.rows if row.state == "shown"]

    @property
    def dots(self) -> list:
        return [row.voice.dot(str(row.number)) for row in self.shown]

    @property
    def counts(self) -> Counter:
        """How many initiatives lie in each quadrant, and how many are few or none."""
        return Counter(row.voice.quadrant if row.state == "shown" else row.state for row in self.rows)

    @property
    def quadrants(self) -> list[tuple[str, str, int]]:
        """(code, word, number) of the four."""
        return [(code, word, self.counts[code]) for code, word in WORDS.items()]

    @property
    def answers(self) -> int:
        """Answers behind the figures that are shown."""
        return sum(row.voice.answers for row in self.shown)

    @property
    def hours_won(self) -> Decimal | None:
        """Hours given back minus hours taken in the quarter, of all initiatives with hours to show."""
        hours = [row.voice.hours_won for row in self.shown if row.voice.hours_won is not None]
        return sum(hours) if hours else None

    @property
    def untold(self) -> int:
        return self.counts["few"] + self.counts["none"]
