"""What a department's reporter may bring in by Excel: the own progress, nothing else (permissions.md).

Rows the person may not read do not exist for the comparison, so a preview tells nothing about restricted pillars.
"""

from django.utils.translation import gettext as _

from pillars.models import Indicator, ProgressReport

# The columns that may change; None means every column of the sheet.
OPEN_COLUMNS = {
    "report": None,
    "indicator_value": {"actual_value", "value_status", "measured_on", "note"},
    "milestone": {"completed_on"},
}


class DepartmentScope:
    """The limits of one person's import."""

    def __init__(self, user):
        self.user = user

    def readable(self, sheet, rows):
        """The rows of a sheet the person may read."""
        model = sheet._meta.model
        if sheet.kind == "grade":
            return rows
        if sheet.kind == "indicator_value":
            return rows.filter(indicator__in=Indicator.objects.visible_to(self.user))
        return rows.filter(pk__in=model.objects.visible_to(self.user).values("pk"))

    def refusals(self, row, known):
        """(column, value, sentence) for everything in a new or changed row the person may not bring in."""
        first = row.sheet.columns[0].column_name
        if row.sheet.kind not in OPEN_COLUMNS or (row.obj is None and row.sheet.kind == "milestone"):
            yield (
                first,
                row.code,
                _(
                    "部署の人が取り込めるのは、進捗報告、KPI値の実績、マイルストーンの完了日です。ほかは事務局に頼みます。"
                ),
            )
            return
        owner = self._initiative(row, known)
        if owner is None or not owner.can_report(self.user):
            yield first, row.code, _("自分の部署の施策の行ではないので、取り込めません。")
            return
        yield from self._cells(row)

    @staticmethod
    def _initiative(row, known):
        if row.sheet.kind in ("report", "milestone"):
            return known["initiative"].get(row.get("initiative__code"))
        indicator = known["indicator"].get(row.get("indicator__code"))
        return indicator.initiative if indicator else None

    def _cells(self, row):
        open_columns = OPEN_COLUMNS[row.sheet.kind]
        touched = row.changes or {
            c: (None, value) for c, value in row.values.items() if value not in (None, "")
        }
        for column, (_old, new) in touched.items():
            is_key = column.attribute in row.sheet.key
            if open_columns is not None and column.attribute not in open_columns and not is_key:
                yield column.column_name, new, _("この列は事務局だけが変えられます。元の値に戻してください。")
        if row.sheet.kind == "report":
            yield from self._report(row)

    def _report(self, row):
        state = row.get("workflow_state")
        if row.obj is not None and not row.obj.can_edit(self.user):
            yield "承認状態", state, _("提出した報告は取込で変えられません。差し戻してもらってから直します。")
        elif state not in (ProgressReport.State.DRAFT, ProgressReport.State.SUBMITTED) and (
            row.obj is None or row.obj.workflow_state != state
        ):
            yield "承認状態", state, _("「下書き」か「確認中」と書きます。承認は別の人がポータルでします。")
