"""The demonstration's plan: the workbook imported, its approved reports published, and what moved in the last days."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from accounts.models import Activity, Role, User
from dxportal import dates
from pillars import imports
from pillars.models import Initiative, Milestone, Plan, ProgressReport

DATA = Path(__file__).parent / "data" / "plan_reiwa4_8.xlsx"
CODE = "MOFA-DX-R4-8"
SECRETARIAT = "S000003"
PUBLISHED_AFTER = timedelta(days=3)
STILL_TO_PUBLISH = 3
PUBLISHED_THIS_WEEK = 5
RETURN_REASON = "実績の数字の出どころを書き足してください。"
# Days from the present date to the new one, and why, for the milestones that come next.
MOVES = (
    (45, "関係課との調整に時間がかかり、試行を1か月延ばすため"),
    (30, "公館からの意見を画面に反映してから進めるため"),
    (60, "調達の入札が不調となり、再公告するため"),
)


def load(today: date) -> None:
    """Import the plan once and bring its reports to life. Loading again changes nothing."""
    if Plan.objects.filter(code=CODE).exists():
        return
    secretariat = User.objects.get(staff_number=SECRETARIAT)
    upload = imports.upload(DATA.read_bytes(), DATA.name, by=secretariat, today=today)
    imports.confirm(upload, by=secretariat, today=today)
    plan = Plan.objects.get(code=CODE)
    sign_reports(plan)
    publish_reports(plan, secretariat, today)
    move_milestones(plan, today)


def sign_reports(plan: Plan) -> None:
    """The workbook names departments, not people: the pair of each department signs for it."""
    people = {role: {} for role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)}
    for user in User.objects.with_role(*people).select_related("department"):
        for duty in user.duties_today:
            if duty.role in people:
                people[duty.role].setdefault(duty.department_id, user)
    reports = list(ProgressReport.objects.filter(initiative__plan=plan).select_related("initiative"))
    state = ProgressReport.State
    for report in reports:
        department = report.initiative.lead_department_id
        if report.workflow_state != state.DRAFT:
            report.submitted_by = people[Role.PROGRESS_REPORTER].get(department)
        if report.workflow_state == state.APPROVED:
            report.approved_by = people[Role.PROGRESS_APPROVER].get(department)
        if report.workflow_state == state.RETURNED:
            report.return_reason = RETURN_REASON
    ProgressReport.objects.bulk_update(reports, ["submitted_by", "approved_by", "return_reason"])


def publish_reports(plan: Plan, by: User, today: date) -> None:
    """Old reports were published a few days after their approval, the newest this week; a few still wait."""
    approved = (
        ProgressReport.objects.filter(initiative__plan=plan).approved().select_related("initiative__plan")
    )
    reports = list(approved.order_by("approved_on", "pk"))[:-STILL_TO_PUBLISH]
    for report in reports:
        report.published_at = morning(report.approved_on + PUBLISHED_AFTER)
    for days, report in enumerate(reversed(reports[-PUBLISHED_THIS_WEEK:]), 1):
        report.published_at = morning(today - timedelta(days=days))
    for report in reports:
        report.workflow_state = ProgressReport.State.PUBLISHED
    ProgressReport.objects.bulk_update(reports, ["workflow_state", "published_at"])
    changes = {"承認状態": ["承認済", "公開"]}
    Activity.objects.bulk_create(
        Activity.build(
            "report.published", report, by=by, changes=changes, at=report.published_at, **sentence(report)
        )
        for report in reports
    )


def sentence(report: ProgressReport) -> dict:
    summary, summary_en = report.told()
    return {"summary": summary, "summary_en": summary_en}


def morning(day: date) -> datetime:
    return dates.local_instant(day, time(10), dates.TOKYO)


def move_milestones(plan: Plan, today: date) -> None:
    """Reporters moved a few coming milestones, each with its reason; the original dates stay."""
    coming = Milestone.objects.filter(plan=plan).open().filter(due_on__gte=today).order_by("due_on", "code")
    for milestone, (days, reason) in zip(coming[:: len(MOVES)], MOVES, strict=False):
        by = reporter_of(milestone.initiative)
        milestone.move(milestone.due_on + timedelta(days=days), reason=reason, by=by)


def reporter_of(initiative: Initiative) -> User | None:
    reporters = User.objects.with_role(Role.PROGRESS_REPORTER).filter(department=initiative.lead_department)
    return reporters.order_by("pk").first()
