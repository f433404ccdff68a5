"""What people take of a preview, and what becomes of every row (the fates of the result file)."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from pillars.imports.preview import key_of


class Fate(StrEnum):
    """The words of the result file; Japanese like all headings of the workbook (data/README.md)."""

    TAKEN = "取込"
    SAME = "変更なし"
    LEFT = "見送り"
    HELD = "ずれのため保留"
    ERROR = "エラー"
    OUTSIDE = "対象外"


@dataclass
class Decision:
    """What becomes of one row: its fate, why, and the headings whose cells are not taken."""

    fate: Fate
    reason: str = ""
    withheld: set = field(default_factory=set)
    parent: tuple | None = None  # (sheet, code) of the new row it would need

    @property
    def is_taken(self) -> bool:
        return self.fate is Fate.TAKEN

    @property
    def is_blocked(self) -> bool:
        return self.parent is not None


def decide(plan_import) -> dict[tuple, Decision]:
    """{(sheet, code): Decision} for every new and changed row, by what people left out and what they let overrule."""
    left = {tuple(key) for key in plan_import.left}
    over = {tuple(key) for key in plan_import.over}
    rows = plan_import.preview["rows"]
    absent = {key_of(row) for row in rows if row["kind"] == "error" and not row["is_stored"]}
    decisions = {}
    for row in rows:
        if row["kind"] == "error":
            continue
        key = key_of(row)
        decisions[key] = _decide(row, key in left, key in over, absent)
        if row["kind"] == "new" and not decisions[key].is_taken:
            absent.add(key)
    return decisions


def _decide(row, is_left, is_over, absent) -> Decision:
    if is_left:
        return Decision(Fate.LEFT, _("選ばれなかった"))
    for sheet, code in row["needs"]:
        if (sheet, code) in absent:
            reason = _("シート「%(sheet)s」の %(code)s が入らないので、入れられない") % {
                "sheet": sheet,
                "code": code,
            }
            return Decision(Fate.LEFT, reason, parent=(sheet, code))
    withheld = set() if is_over else set(row["conflicts"])
    if row["kind"] == "changed" and withheld == set(row["changes"]):
        return Decision(Fate.HELD, _("書き出したあとにポータルで変わった"), withheld)
    reason = _("ポータルで変わったので残した: %(cells)s") % {"cells": "、".join(withheld)} if withheld else ""
    return Decision(Fate.TAKEN, reason, withheld)


def summary(plan_import) -> dict:
    """Numbers for the page: rows and cells that would be written, rows left out, held and blocked."""
    decisions = decide(plan_import)
    fates = [decision.fate for decision in decisions.values()]
    stored = plan_import.preview["counts"]["stored"]
    taken = fates.count(Fate.TAKEN)
    return {
        "decisions": decisions,
        "taken": taken,
        "left": fates.count(Fate.LEFT),
        "held": fates.count(Fate.HELD),
        "blocked": [(key, decision) for key, decision in decisions.items() if decision.is_blocked],
        "share": 100 * taken / stored if stored else 100,
    }


def choose(plan_import, *, shown, taken, over, tells=False):
    """Remember the choice among the rows `shown` (positions in the preview) and leave the other rows as they were;
    `tells` says whether those who report on what changes are told."""
    rows = plan_import.preview["rows"]
    places = [place for place in shown if 0 <= place < len(rows) and rows[place]["kind"] != "error"]
    seen = {key_of(rows[place]) for place in places}
    left = [list(key_of(rows[place])) for place in places if place not in taken]
    over = [list(key_of(rows[place])) for place in places if place in over and rows[place]["conflict"]]
    plan_import.left = [key for key in plan_import.left if tuple(key) not in seen] + left
    plan_import.over = [key for key in plan_import.over if tuple(key) not in seen] + over
    plan_import.tells = tells
    plan_import.save(update_fields=["left", "over", "tells"])


def choose_sheet(plan_import, sheet: str, *, take: bool):
    """Take or leave every row of a sheet ("" is the whole file)."""
    mine = [
        list(key_of(r))
        for r in plan_import.preview["rows"]
        if r["kind"] != "error" and sheet in ("", r["sheet"])
    ]
    others = [key for key in plan_import.left if sheet and key[0] != sheet]
    plan_import.left = others if take else others + mine
    plan_import.save(update_fields=["left"])
