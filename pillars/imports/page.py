"""What the preview page shows of an import: one page of rows, in the words and with the ticks of the moment."""

from functools import cached_property

import tablib
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from pillars.imports.choice import Fate, summary
from pillars.imports.preview import key_of

ROWS = 50
KINDS = ("error", "changed", "new", "unchanged")
WORDS = {"new": "新規", "changed": "変更", "error": "エラー"}


class PreviewPage:
    """`rows` of the page asked for, `counts`, and what pressing the button would take."""

    def __init__(self, request, plan_import):
        self.request, self.found = request, plan_import
        self.preview, self.counts = plan_import.preview, plan_import.preview["counts"]
        self.kind = request.GET.get("kind", "") if request.GET.get("kind") in KINDS else ""
        self.sheet = request.GET.get("sheet", "")
        self.is_waiting = plan_import.state == plan_import.State.PREVIEWED
        self.can_choose = self.is_waiting and plan_import.can_apply(request.user) and not self.proposal
        self.can_choose = self.can_choose and not self.preview["unreadable"]
        self.can_undo = plan_import.can_undo(request.user, timezone.now())

    @cached_property
    def proposal(self):
        """The question to a second person that waits, or None."""
        return self.found.proposal if self.is_waiting else None

    @cached_property
    def summary(self) -> dict:
        return summary(self.found)

    @property
    def differences(self) -> int:
        return self.counts["new"] + self.counts["changed"] + self.counts["errors"]

    @cached_property
    def sheets(self) -> list[dict]:
        """Counts of the sheets that differ or are the same, without those the file does not touch."""
        names = ("new", "changed", "unchanged", "errors", "missing")
        return [sheet for sheet in self.preview["sheets"] if any(sheet[name] for name in names)]

    @cached_property
    def page(self):
        if self.kind == "unchanged":
            rows = [{**row, "kind": "unchanged"} for row in self.preview["unchanged"]]
        else:
            rows = [{**row, "place": place} for place, row in enumerate(self.preview["rows"])]
            rows = [row for row in rows if self.kind in ("", row["kind"])]
        rows = [row for row in rows if self.sheet in ("", row["sheet"])]
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        page.object_list = [self._with_choice(row) for row in page.object_list]
        return page

    def _with_choice(self, row) -> dict:
        """The row with its tick and what would become of it."""
        if row["kind"] in ("error", "unchanged"):
            return row
        decision = self.summary["decisions"][key_of(row)]
        return {
            **row,
            "is_left": decision.fate is Fate.LEFT and not decision.is_blocked,
            "is_over": row["conflict"] and not decision.withheld,
            "blocked": decision.reason if decision.is_blocked else "",
            "changed_at": row["changed_at"] and parse_datetime(row["changed_at"]),
        }

    @property
    def lacks_time(self) -> bool:
        """The file does not say when it was written, so changes in the portal since cannot be told apart."""
        return bool(self.counts["changed"]) and not self.preview["exported_at"]

    @property
    def exported_at(self):
        return self.preview["exported_at"] and parse_datetime(self.preview["exported_at"])


def differences_dataset(plan_import):
    """One line per cell that would change, one per error."""
    headings = ["区分", "シート", "行", "コード", "名前", "列", "前", "後", "気づき"]
    table = tablib.Dataset(headers=headings, title="差分")
    for row in plan_import.preview["rows"]:
        place = [WORDS[row["kind"]], row["sheet"], row["row"], row["code"], row["name"]]
        for problem in row.get("problems", ()):
            table.append([*place, problem["column"], None, problem["value"], problem["reason"]])
        for column, (old, new) in row["changes"].items():
            note = "書き出したあとにポータルで変わった" if column in row["conflicts"] else None
            table.append([*place, column, old or None, new or None, note])
    return table
