"""Proposals of the demonstration's secretariat: two wait for a second person, one was declined with its reason."""

from datetime import date
from decimal import Decimal

from accounts.models import Role, User
from dxportal import dates
from pillars import amendments, evaluations
from pillars.models import Indicator, Objective, Plan, Proposal
from pillars.proposals import propose

CODE = "MOFA-DX-R4-8"
SHOWN = "S000003"  # the account shown at the start: two proposals wait for this person
INDICATOR = "P1-O1-K03"
OBJECTIVE = "P1-O2"


def load(today: date) -> None:
    """Loading again adds nothing twice."""
    plan = Plan.objects.get(code=CODE)
    if Proposal.objects.filter(plan=plan, kind="plan_thresholds").exists():
        return
    shown = User.objects.get(staff_number=SHOWN)
    colleague = User.objects.with_role(Role.SECRETARIAT).exclude(pk=shown.pk).order_by("pk").first()
    if colleague is None:
        return
    revise_target(colleague, dates.fiscal_year(today))
    revise_grade(plan, colleague, today)
    decline_thresholds(plan, shown, colleague)


def revise_target(by: User, year: int) -> None:
    indicator = (
        Indicator.objects.select_related("plan")
        .prefetch_related("values")
        .get(code=INDICATOR, plan__code=CODE)
    )
    wanted = {year: Decimal(45)}
    propose(
        "targets",
        indicator,
        by=by,
        values={str(year): "45"},
        changes=amendments.target_changes(indicator, wanted),
        reason="在外公館の端末の更新が第4四半期にずれ、年度内に使い始められる公館が予定より少ない。本省の利用は予定どおりのため、目標を5ポイント下げる。",
    )


def revise_grade(plan: Plan, by: User, today: date) -> None:
    """A grade one step above the present one, because a figure came after the evaluation."""
    objective = Objective.objects.select_related("plan").get(plan=plan, code=OBJECTIVE)
    year = dates.fiscal_year(today) - 1
    given = objective.evaluations.select_related("grade").filter(fiscal_year=year).first()
    steps = evaluations.grades_of(plan)
    if given is None or not steps:
        return
    better = steps[max(steps.index(given.grade) - 1, 0)]
    words = {
        "override_reason": "出張精算の差戻し率は、新しい様式に変えた第4四半期だけをみると目標に達している。年度の平均には前の様式の月がふくまれる。",
        "comment": "自動化した業務の数は伸びた。年度平均では届かない指標も、様式を改めたあとは目標に達しており、取組の効果が出ている。",
    }
    propose(
        evaluations.GRADE,
        objective,
        by=by,
        values={"grade": better.pk, **words},
        changes=evaluations.changes_of(objective, year, grade=better, **words),
        reason=words["override_reason"],
        part=str(year),
    )


def decline_thresholds(plan: Plan, by: User, colleague: User) -> None:
    values = {"on_track_points": "-8"}
    proposal = propose(
        "plan_thresholds",
        plan,
        by=by,
        values=values,
        changes=amendments.compare(plan, values),
        reason="節目の少ない施策では、1つ遅れただけで「やや遅れ」になるため。",
        plan=plan,
    )
    proposal.decline(
        "しきい値を計画の途中で変えると、前の四半期との比べ方が変わる。次の計画で改めて決める。", by=colleague
    )
