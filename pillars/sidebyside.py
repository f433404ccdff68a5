"""The old plan and the one that follows, side by side: for each old initiative what becomes of it (P16)."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import tablib
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pillars.lastyear import LastYear, Row
from pillars.models import CarryOver, Initiative, SuccessorMapping

SPLIT, DROPPED, WAITING, OPEN = "split", "dropped", "waiting", "open"
WAYS = {
    "continued": _("継続"),
    "revised": pgettext_lazy("引き継ぎ", "見直し"),
    "merged": _("統合"),
    SPLIT: _("分割"),
    "abolished": _("廃止"),
    DROPPED: _("案から外した"),
    WAITING: _("決定、まだ案にない"),
    OPEN: _("未定"),
}


@dataclass
class Pair:
    """One old initiative, where it leads, and why."""

    row: Row
    new: list[Initiative] = field(default_factory=list)
    joined: bool = False  # others lead to the same new one
    dropped_because: str = ""

    @property
    def way(self) -> str:
        if self.dropped_because:
            return DROPPED
        if len(self.new) > 1:
            return SPLIT
        if not self.new:
            return self._not_there()
        return "merged" if self.joined else self.row.decision or "continued"

    def _not_there(self) -> str:
        decision = self.row.carry_over
        if decision is None or not decision.is_decided:
            return OPEN
        return WAITING if decision.goes_on else CarryOver.Decision.ABOLISHED

    @property
    def word(self) -> str:
        return str(WAYS[self.way])

    @property
    def reason(self) -> str:
        decision = self.row.carry_over
        return self.dropped_because or (decision.why if decision and decision.is_decided else "")


class SideBySide:
    """Both plans as one person may see them. `draft` may be None: then every way is open or decided only."""

    def __init__(self, plan, draft, user):
        self.plan, self.draft = plan, draft
        self.seen = LastYear(plan, user)
        self.new = []
        if draft:
            found = Initiative.objects.visible_to(user).filter(plan=draft)
            self.new = list(found.select_related("plan", "objective__pillar", "lead_department"))
        self.pairs = self._pairs(user)

    def _pairs(self, user) -> list[Pair]:
        by_key = {initiative.pk: initiative for initiative in self.new}
        ways = list(SuccessorMapping.objects.visible_to(user).filter(plan=self.draft)) if self.draft else []
        led = Counter(way.new_initiative_id for way in ways if way.new_initiative_id)
        pairs = {row.initiative.pk: Pair(row) for row in self.seen.rows}
        for way in ways:
            pair = pairs[way.old_initiative_id]
            if way.new_initiative_id:
                pair.new.append(by_key[way.new_initiative_id])
                pair.joined = pair.joined or led[way.new_initiative_id] > 1
            else:
                pair.dropped_because = way.reason
        self.led = led
        return list(pairs.values())

    @cached_property
    def counts(self) -> dict[str, int]:
        found = Counter(pair.way for pair in self.pairs)
        return {way: found[way] for way in WAYS}

    @property
    def ways(self) -> list[tuple]:
        """(way, word, how many) of the ways there are."""
        return [(way, word, self.counts[way]) for way, word in WAYS.items() if self.counts[way]]

    @property
    def begun(self) -> list[Initiative]:
        """新規: initiatives of the draft to which nothing leads."""
        return [initiative for initiative in self.new if not self.led[initiative.pk]]

    @property
    def kept(self) -> int:
        return sum(1 for pair in self.pairs if pair.new)

    def groups(self, way="", pillar="") -> list[dict]:
        """Old pillars with the pairs that the filter lets through."""
        groups = []
        for number, old in enumerate(self.seen.pillars, 1):
            pairs = [pair for pair in self.pairs if pair.row.number == number and way in ("", pair.way)]
            if pairs and pillar in ("", old.code):
                groups.append({"number": number, "pillar": old, "pairs": pairs})
        return groups

    @cached_property
    def pillar_ways(self) -> list[dict]:
        """Each old pillar with the new ones its initiatives go to, as (new pillar, its number, how many)."""
        if not self.draft:
            return []
        numbers = {p.pk: n for n, p in enumerate(self.draft.pillars.all(), 1)}
        lines = []
        for number, old in enumerate(self.seen.pillars, 1):
            mine = [i for pair in self.pairs if pair.row.number == number for i in pair.new]
            targets = Counter(initiative.pillar for initiative in mine)
            if any(pair.row.number == number for pair in self.pairs):
                to = sorted(((numbers[p.pk], p, count) for p, count in targets.items()), key=lambda t: t[0])
                lines.append({"number": number, "pillar": old, "to": to})
        return lines

    def dataset(self) -> tablib.Dataset:
        """One row for each way, 新規 last."""
        headers = [
            "旧施策コード",
            "旧施策名",
            "旧柱コード",
            "対応",
            "わけ",
            "新施策コード",
            "新施策名",
            "新柱コード",
        ]
        table = tablib.Dataset(headers=headers, title=_now("新旧対照"))
        for pair in self.pairs:
            old = pair.row.initiative
            start = [old.code, old.name, old.pillar.code, pair.word, pair.reason]
            for new in pair.new or [None]:
                table.append([*start, *end_of(new)])
        for new in self.begun:
            table.append(["", "", "", str(_("新規")), "", *end_of(new)])
        return table


def end_of(new: Initiative | None) -> list[str]:
    return [new.code, new.name, new.pillar.code] if new else ["", "", ""]
