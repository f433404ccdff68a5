"""Rules between cells and between rows of the plan's workbook (data/README.md). Sentences, never exceptions."""

from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.text import narrow
from pillars.models import ProgressReport


def within(row, cells):
    """(column, value, reason) for what is wrong inside one row whose cells are all readable."""
    check = WITHIN.get(row.sheet.kind)
    return check(row, cells) if check else ()


def _plan(row, cells):
    if row.get("last_fiscal_year") < row.get("first_fiscal_year"):
        yield "終了年度(西暦)", row.get("last_fiscal_year"), _("開始年度より前です。")
    on_track, slow = row.get("on_track_points"), row.get("slightly_delayed_points")
    if on_track is not None and slow is not None and slow > on_track:
        yield "やや遅れの下限(ポイント)", slow, _("順調の下限より大きい数です。")


def _initiative(row, cells):
    starts_on, ends_on = row.get("starts_on"), row.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        yield "終了日", ends_on, _("開始日より前です。")


def _milestone(row, cells):
    state, completed_on = narrow(str(cells.get("状態") or "")), row.get("completed_on")
    if state not in ("", "予定", "完了", "遅延", "中止"):
        yield "状態", state, _("使える言葉は %(words)s です。") % {"words": "予定・完了・遅延・中止"}
    if state == "完了" and not completed_on:
        yield "完了日", None, _("状態が「完了」なのに完了日がありません。")
    if state in ("予定", "遅延") and completed_on:
        yield "状態", state, _("完了日があるのに状態が「完了」ではありません。")


def _indicator_value(row, cells):
    measured, status = row.get("actual_value") is not None, row.get("value_status")
    if measured and status == "none":
        yield "実績区分", cells.get("実績区分"), _("実績値があるときは 確定・速報・見込 のどれかを書きます。")
    if not measured and status != "none":
        yield (
            "実績値",
            None,
            _("実績区分があるのに実績値がありません。測っていないときは「なし」と書きます。"),
        )


def _report(row, cells):
    stated = row.get("approved_on")
    if row.get("workflow_state") != ProgressReport.State.APPROVED and stated:
        yield "承認日", stated, _("承認日は「承認済」の報告だけに書きます。")
    ends = dates.quarter_end(row.get("fiscal_year"), row.get("quarter")).isoformat()
    period = str(cells.get("対象期間末") or "")
    if period and period != ends:
        yield "対象期間末", period, _("年度と四半期から決まる日(%(day)s)と違います。") % {"day": ends}
    if row.get("workflow_state") != ProgressReport.State.DRAFT and not row.get("status"):
        yield "進捗状況", None, _("提出した報告には進捗状況が要ります。")


WITHIN = {
    "plan": _plan,
    "initiative": _initiative,
    "milestone": _milestone,
    "indicator_value": _indicator_value,
    "report": _report,
}


def against(row):
    """(column, value, reason) when the file wants what the portal must not do, else None."""
    if row.sheet.kind != "report" or not row.obj.is_published:
        return None
    state = row.get("workflow_state")
    if state == ProgressReport.State.APPROVED:
        return None
    return "承認状態", state, _("公開した報告は、取込で前の状態に戻せません。")


def across(rows) -> list:
    """Problems between rows: two reports of one initiative for the same quarter, in the file or in the portal."""
    from pillars.workbook.reading import Problem

    problems, seen = [], {}
    reports = [row for row in rows if row.sheet.kind == "report"]
    ours = {row.obj.pk for row in reports if row.obj}
    codes = {row.get("initiative__code") for row in reports}
    stored = ProgressReport.objects.filter(initiative__code__in=codes).exclude(pk__in=ours)
    plan = next((row.obj.initiative.plan_id for row in reports if row.obj), None)
    if plan:
        fields = ("initiative__code", "fiscal_year", "quarter", "code")
        seen = {tuple(r[:3]): r[3] for r in stored.filter(initiative__plan=plan).values_list(*fields)}
    for row in reports:
        quarter = (row.get("initiative__code"), row.get("fiscal_year"), row.get("quarter"))
        if quarter in seen:
            reason = _("同じ施策・同じ四半期の報告(%(code)s)があります。") % {"code": seen[quarter]}
            problems.append(Problem(row.sheet.sheet, row.number, "報告コード", row.code, reason))
        seen[quarter] = row.code
    return problems


# --- plans past their end -------------------------------------------------------------------------

# Sheets whose rows a plan still takes: after its last day, and once it is closed (pillars/models/ending.py).
AFTER_LAST_DAY = ("KPI値", "年度評価", "進捗報告")
ONCE_CLOSED = ("KPI値", "年度評価")


def after_the_end(plan, rows, today):
    """Problems for rows that would change a plan that is over by more than its final values and evaluations."""
    from pillars.workbook.reading import Problem

    if plan is None or plan.pk is None or not plan.is_over(today):
        return []
    taken = ONCE_CLOSED if plan.is_closed else AFTER_LAST_DAY
    reason = _("終わった計画です。直せるのは確定した実績と評価だけです。")
    return [
        Problem(row.sheet.sheet, row.number, "", row.code, reason)
        for row in rows
        if (row.obj is None or row.changes) and row.sheet.sheet not in taken
    ]
