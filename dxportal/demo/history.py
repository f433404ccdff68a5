"""The demonstration's past: what the plan looked like since it was decided, and who changed it why.

The workbook tells only today's state, and the database recorded it today. What came before is added to the record
(`pillars.record.remember`) with the day it happened on, and an act of the person who would have done it.
"""

from collections import defaultdict
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from accounts.models import Activity, Role, User
from dxportal import dates
from dxportal.demo.pillars import CODE, SECRETARIAT
from pillars.calendar import due_quarter
from pillars.models import Evaluation, Indicator, IndicatorValue, Initiative, Milestone, MilestoneMove, Plan
from pillars.models import ProgressReport as Report
from pillars.record import first_day, remember

EDITION = "1.3"
EDITION_REASON = "令和8年度の改定。総務課と各局の意見を反映した。"
RENAMED = ("P1-O1-I03", "生成AIの試行環境の整備", "試行を終え、本格利用のための環境に移ったため")
DROPPED = (
    "P2-O2-I05",
    "電子決裁用端末の全席配備",
    "共通端末で足りるため「会議・国会関連資料のペーパーレス化」に統合",
)
ADDED = "P4-O4-I03-M3"  # a milestone that came into the plan after the last quarter
ADDED_REASON = "監査の一巡を節目として見えるようにするため"
# A milestone that was put off twice: days after the original date, and why.
MOVED_TWICE = "P2-O1-I02-M3"
MOVES = ((44, "半導体の不足で機器の納入が遅れたため"), (46, "公館側の工事の日程に合わせるため"))
# Figures of the last year that were corrected after the quarter: code, what stood there, why.
CORRECTED = (
    ("P1-O1-K01", "62.4", "12月分の集計もれを直した"),
    ("P2-O1-K02", "198", "3公館から遅れて届いた報告を足した"),
    ("P1-O2-K02", "36.4", "分母から廃止した手続を除いた"),
)
RETARGETED = ("P1-O3-K02", "780", "利用課室の統合により見直した")
REGRADED = ("P3-O3", "半数以上の指標が目標に達した。", "外部有識者の意見を書き足した")
ESTIMATED = 5  # every fifth figure was told as preliminary before it was final


def load(today: date) -> None:
    """Write the plan's past once. Loading again adds nothing."""
    plan = Plan.objects.filter(code=CODE).first()
    if plan is None or plan.decided_on is None or first_day(plan) <= plan.decided_on:
        return
    Past(plan, today).write()


def office_hour(day: date, hour: int = 10) -> datetime:
    return dates.local_instant(day, time(hour), dates.TOKYO)


class Past:
    """States and acts of earlier days, collected and written together."""

    def __init__(self, plan: Plan, today: date):
        self.plan, self.today = plan, today
        self.quarter_end = dates.quarter_end(*due_quarter(today))
        self.states, self.acts = defaultdict(list), []
        self.secretariat = User.objects.get(staff_number=SECRETARIAT)
        reporters = User.objects.with_role(Role.PROGRESS_REPORTER).order_by("-pk")
        self.reporters = {user.department_id: user for user in reporters}
        self.starts = {}  # the day each initiative came into the plan

    def write(self) -> None:
        self.plan_and_parts()
        self.initiatives()
        self.milestones()
        self.indicators()
        self.reports()
        self.evaluations()
        for model, states in self.states.items():
            remember(model, sorted(states, key=lambda state: state[0]))
        Activity.objects.bulk_create(sorted(self.acts, key=lambda act: act.at), batch_size=500)

    # --- how it is noted -----------------------------------------------------------------------------

    def was(self, row, at: datetime, label="update", **values) -> None:
        """The row as it became at a moment: as it is today but for `values`."""
        old = copy(row)
        for name, value in values.items():
            setattr(old, name, value)
        self.states[type(row)].append((at, label, old))

    def act(self, verb, row, at: datetime, *, by=None, reason="", **changes) -> None:
        by = by or self.secretariat
        changes = {str(row._meta.get_field(name).verbose_name): pair for name, pair in changes.items()}
        self.acts.append(Activity.build(verb, row, by=by, at=at, reason=reason, changes=changes))

    def after(self, days: int) -> datetime:
        """A morning after the end of the last quarter, before today."""
        return office_hour(min(self.quarter_end + timedelta(days=days), self.today - dates.DAY))

    # --- the parts of the plan -----------------------------------------------------------------------

    def plan_and_parts(self) -> None:
        begun, revised = office_hour(self.plan.decided_on), office_hour(date(self.today.year, 7, 1))
        self.was(self.plan, begun, "insert", edition="1.0")
        self.was(self.plan, office_hour(date(2024, 4, 1)), edition=EDITION)
        self.was(self.plan, revised)
        self.act("plan.created", self.plan, begun)
        self.act("plan.changed", self.plan, office_hour(date(2024, 4, 1)), edition=["1.0", EDITION])
        edition = [EDITION, self.plan.edition]
        self.act("plan.changed", self.plan, revised, reason=EDITION_REASON, edition=edition)
        for part in (*self.plan.pillars.select_related("plan"), *self.plan.objectives.select_related("plan")):
            self.was(part, begun, "insert")
            self.act(f"{part.history_key[0]}.created", part, begun)

    def initiatives(self) -> None:
        """In the plan since it was decided, or two months before they began."""
        state = Initiative.State
        for row in self.plan.initiatives.select_related("plan"):
            known = {"name": RENAMED[1]} if row.code == RENAMED[0] else {}
            first = max(self.plan.decided_on, (row.starts_on or self.plan.decided_on) - timedelta(days=60))
            first = first if first > date(2022, 10, 1) else self.plan.decided_on
            self.starts[row.pk] = office_hour(first)
            self.was(row, self.starts[row.pk], "insert", state=state.NOT_STARTED, percent=None, **known)
            self.act("initiative.created", row, self.starts[row.pk])
            if row.starts_on and row.starts_on > first:
                self.was(row, office_hour(row.starts_on), state=state.IN_PROGRESS, percent=None, **known)
                self.act("initiative.changed", row, office_hour(row.starts_on), state=["未着手", "実施中"])
            if row.code == RENAMED[0]:
                self.was(row, self.after(15), state=state.IN_PROGRESS, percent=None)
                self.act(
                    "initiative.edited", row, self.after(15), reason=RENAMED[2], name=[RENAMED[1], row.name]
                )
        self.dropped()

    def dropped(self) -> None:
        """An initiative that is no longer in the plan: only the record knows it."""
        code, name, reason = DROPPED
        like = (
            self.plan.initiatives.select_related("plan")
            .filter(objective__code=code.rpartition("-")[0])
            .last()
        )
        if like is None:
            return
        row = copy(like)
        row.pk, row.code, row.name, row.name_en = (
            900_000_000 + like.pk,
            code,
            name,
            "Signing devices at every desk",
        )
        row.state = Initiative.State.IN_PROGRESS
        self.was(row, office_hour(self.plan.decided_on), "insert")
        self.was(row, self.after(20), "delete")
        self.act("initiative.removed", row, self.after(20), reason=reason)

    def milestones(self) -> None:
        rows = self.plan.milestones.select_related("plan", "initiative__plan")
        for row in rows:
            first = self.after(9) if row.code == ADDED else self.starts[row.initiative_id]
            due = row.planned_on
            self.was(row, first, "insert", completed_on=None, due_on=due)
            by = self.reporters.get(row.initiative.lead_department_id)
            if row.code == ADDED:
                self.act("milestone.created", row, first, by=by, reason=ADDED_REASON)
            if row.code == MOVED_TWICE:
                self.move_twice(row, by)
            if row.completed_on:
                at = office_hour(row.completed_on, 17)
                self.was(row, at)
                self.act(
                    "milestone.completed", row, at, by=by, completed_on=[None, row.completed_on.isoformat()]
                )

    def move_twice(self, row, by) -> None:
        """Put off once some weeks ago; the second move is an act of today like those of the other milestones."""
        (days, reason), (more, again) = MOVES
        before, at, to = row.due_on, self.after(28), row.due_on + timedelta(days=days)
        Milestone.objects.filter(pk=row.pk).update(due_on=to)
        self.was(row, at, due_on=to)
        move = MilestoneMove.objects.create(
            milestone=row, moved_from=before, moved_to=to, reason=reason, by=by
        )
        MilestoneMove.objects.filter(pk=move.pk).update(at=at)
        pair = [before.isoformat(), to.isoformat()]
        self.act("milestone.moved", row, at, by=by, reason=reason, due_on=pair)
        present = Milestone.objects.get(pk=row.pk)
        present.move(to + timedelta(days=more), reason=again, by=by)

    # --- figures, reports, grades --------------------------------------------------------------------

    def indicators(self) -> None:
        rows = Indicator.objects.filter(plan=self.plan).select_related("plan", "initiative", "objective")
        begun = office_hour(self.plan.decided_on)
        for indicator in rows:
            self.was(indicator, self.starts.get(indicator.initiative_id, begun), "insert")
        values = IndicatorValue.objects.filter(indicator__plan=self.plan)
        for n, row in enumerate(
            values.select_related("indicator__initiative__plan", "indicator__objective__plan")
        ):
            self.value(row, n, self.starts.get(row.indicator.initiative_id, begun))

    def value(self, row: IndicatorValue, n: int, begun: datetime) -> None:
        """A target from the beginning; the figure three weeks after it was measured, some first as preliminary."""
        status, target = IndicatorValue.Status, {}
        if row.indicator.code == RETARGETED[0] and row.fiscal_year == dates.fiscal_year(self.today):
            target = {"target_value": Decimal(RETARGETED[1])}
            pair = [RETARGETED[1], f"{row.target_value.normalize():f}"]
            self.act("indicator.changed", row, self.after(22), reason=RETARGETED[2], target_value=pair)
            self.was(row, self.after(22))
        nothing = {"actual_value": None, "value_status": status.NONE, "measured_on": None}
        self.was(row, begun, "insert", **nothing, **target)
        if row.actual_value is None or row.measured_on is None:
            return
        by = self.reporters.get(row.indicator.lead_department_id)
        steps = [(row.measured_on + timedelta(days=21), row.actual_value, row.value_status, "")]
        if row.value_status == status.FINAL and n % ESTIMATED == 0:
            steps[0] = (steps[0][0], row.actual_value, status.PRELIMINARY, "")
            steps.append((row.measured_on + timedelta(days=90), row.actual_value, status.FINAL, "確定した"))
        for code, wrong, reason in CORRECTED:
            if code == row.indicator.code and row.fiscal_year == dates.fiscal_year(self.today) - 1:
                steps = [(*steps[0][:1], Decimal(wrong), status.FINAL, "")]
                steps.append((self.after(18).date(), row.actual_value, status.FINAL, reason))
        before = None
        for day, actual, firm, reason in steps:
            if day >= self.today:
                continue
            at, pair = office_hour(day, 14), [before, f"{actual.normalize():f}"]
            self.was(row, at, actual_value=actual, value_status=firm, **target)
            self.act("indicator.entered", row, at, by=by, reason=reason, actual_value=pair)
            before = pair[1]

    def reports(self) -> None:
        """Published reports; the initiative takes their percent over on the same day."""
        published = Report.objects.filter(initiative__plan=self.plan).published().exclude(published_at=None)
        told = published.select_related("initiative").order_by("fiscal_year", "quarter")
        recent = self.after(15)
        for row in told:
            self.was(row, row.published_at, "insert")
            initiative, at = row.initiative, row.published_at
            known = {"name": RENAMED[1]} if initiative.code == RENAMED[0] and at < recent else {}
            done = initiative.state == Initiative.State.COMPLETED and row.status == "completed"
            state = initiative.state if done else Initiative.State.IN_PROGRESS
            if at > self.starts[initiative.pk]:
                self.was(initiative, at, percent=row.percent, state=state, **known)

    def evaluations(self) -> None:
        rows = Evaluation.objects.filter(objective__plan=self.plan, evaluated_on__lt=self.today)
        for row in rows.select_related("objective__plan", "grade"):
            at = office_hour(row.evaluated_on, 15)
            last = row.objective.code == REGRADED[0] and row.fiscal_year == dates.fiscal_year(self.today) - 1
            self.was(row, at, "insert", **({"comment": REGRADED[1]} if last else {}))
            self.act("evaluation.created", row, at, grade=[None, row.grade.code])
            if last:
                self.was(row, self.after(30))
                comment = [REGRADED[1], row.comment]
                self.act("evaluation.changed", row, self.after(30), reason=REGRADED[2], comment=comment)
