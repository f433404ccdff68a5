"""What a plan leads to, from the decisions taken on it; nothing is written here (P16)."""

from dataclasses import dataclass, field

from dxportal import dates
from pillars.models import CarryOver, Indicator, Initiative, Objective, Plan


@dataclass(frozen=True)
class Wish:
    """What the secretariat asks for: the new plan, its pillars, and to which of them each old objective goes.

    `pillars` are (name, English name) in order; `places` is {code of an old objective: number of the new pillar}.
    """

    code: str
    name: str
    name_en: str
    first_fiscal_year: int
    last_fiscal_year: int
    pillars: list[tuple[str, str]]
    places: dict[str, int]

    def as_json(self) -> dict:
        return {**self.__dict__, "pillars": [list(pair) for pair in self.pillars]}

    @classmethod
    def from_json(cls, values: dict) -> "Wish":
        return cls(**{**values, "pillars": [tuple(pair) for pair in values["pillars"]]})

    @property
    def stem(self) -> str:
        """Codes of the draft begin with its first year, so that no code of the old plan is used again: R9P1."""
        year = dates.format_fiscal_year(self.first_fiscal_year, "short", language="ja")
        return year if year.isascii() and year.isalnum() else f"Y{self.first_fiscal_year}"

    def pillar_code(self, number: int) -> str:
        return f"{self.stem}P{number}"


@dataclass
class Branch:
    """An initiative to be made, with the old ones that lead to it; `indicators` carry their series on."""

    leading: Initiative
    sources: list[Initiative]
    indicators: list[Indicator] = field(default_factory=list)


@dataclass
class Limb:
    objective: Objective
    branches: list[Branch] = field(default_factory=list)


@dataclass
class Trunk:
    """A pillar to be made."""

    number: int
    name: str
    name_en: str
    limbs: list[Limb] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(len(limb.branches) for limb in self.limbs)


def branches(plan: Plan, known=frozenset()) -> list[Branch]:
    """What the decisions of the old plan lead to, without the initiatives (keys) that were placed already.

    An initiative merged into another goes where that one goes; merged into one that does not go on, it stands alone.
    """
    decided = CarryOver.objects.decided().filter(initiative__plan=plan)
    rows = {row.initiative_id: row for row in decided.select_related("initiative__objective__pillar")}
    found = {}
    for key, row in rows.items():
        if row.goes_on and key not in known:
            target = leading(key, rows)
            found.setdefault(target, []).append(row.initiative)
    measured = Indicator.objects.filter(plan=plan, initiative__in=[i.pk for s in found.values() for i in s])
    by_initiative = {}
    for indicator in measured:
        by_initiative.setdefault(indicator.initiative_id, []).append(indicator)
    order = sorted(found, key=lambda pk: place_of(rows[pk].initiative))
    return [
        Branch(
            rows[pk].initiative,
            sorted(found[pk], key=lambda i: (i.pk != pk, place_of(i))),
            [kpi for source in found[pk] for kpi in by_initiative.get(source.pk, ())],
        )
        for pk in order
    ]


def leading(key: int, rows: dict) -> int:
    """Where merges end: the key of the initiative into which this one goes, itself when it goes alone."""
    seen = {key}
    while rows[key].decision == CarryOver.Decision.MERGED:
        target = rows.get(rows[key].merge_into_id)
        if target is None or not target.goes_on or target.initiative_id in seen:
            break
        key = target.initiative_id
        seen.add(key)
    return key


def place_of(initiative: Initiative) -> tuple:
    objective = initiative.objective
    return (objective.pillar.position, objective.position, initiative.position, initiative.code)


def outline(plan: Plan, wish: Wish) -> list[Trunk]:
    """What `create` would make, pillar by pillar; nothing is written."""
    trunks = [Trunk(number, *pair) for number, pair in enumerate(wish.pillars, 1)]
    limbs = {}
    for branch in branches(plan):
        objective = branch.leading.objective
        if objective.code not in limbs:
            limbs[objective.code] = Limb(objective)
            trunks[wish.places[objective.code] - 1].limbs.append(limbs[objective.code])
        limbs[objective.code].branches.append(branch)
    return trunks


def missing(draft: Plan) -> list[Branch]:
    """What was decided since the draft was made and is not in it yet."""
    if draft.predecessor_id is None:
        return []
    known = set(draft.mappings.of_initiatives().values_list("old_initiative", flat=True))
    return branches(draft.predecessor, known)
