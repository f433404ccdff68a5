"""The demonstration's reporting calls: past quarters asked, answered and closed, and an early one that is running.

The running quarter is asked of one pillar only, so that a new member of the secretariat can open the rest by hand.
"""

from datetime import date, datetime, time, timedelta

from accounts.models import Activity, Duty, Role, User
from dxportal import dates, officedays
from dxportal.demo.pillars import CODE, SECRETARIAT
from pillars import calendar
from pillars.models import Initiative, Pillar, Plan, ProgressReport, ReportDraft, ReportingCall, ReportRequest

PILLAR = "P2"
TITLE = "年末の推進本部に向けた先行報告"
NOTE = (
    "年末の推進本部の資料に使います。四半期の途中ですが、11月末の見込みまで書いてください。"
    "動きが少ない施策は「前回から変わりなし」で足ります。"
)
OPENED_DAYS_AGO = 2  # office days
RETURN_REASON = "移管した文書の件数が前回と同じです。11月末の数に直してください。"
CORRECTION_REASON = "受講者数の集計に、二重に数えた12人がいたため。"
# Step each report has reached, what moved, what is next. Codes that are not here have not begun.
REPORTS = {
    "P2-O2-I01": (
        "submitted",
        "本省全課で新しい決裁画面に切り替えた。11月の電子決裁率は本省で96%。",
        "紙を併用している公館に、1月までに出張と遠隔で説明する。",
    ),
    "P2-O2-I02": ("draft", "定型の公電3種の様式を見直した。試行中の2課では", ""),
    "P2-O2-I04": (
        "returned",
        "保存期間が満了した文書の電子移管を進めた。累計で4,200件。",
        "残る部局の移管計画を12月中にそろえる。",
    ),
    "P2-O3-I01": (
        "published",
        "秋の基礎研修を終えた。受講者は累計1,842人、理解度テストの合格は91%。",
        "未受講の公館向けに、時差を考えた夜の回を2月に開く。",
    ),
    "P2-O3-I02": (
        "approved",
        "任期付職員2名を採用し、データ分析の担当課に置いた。",
        "来年度の採用枠を人事計画に入れ、1月に募集を始める。",
    ),
    "P2-O3-I03": (
        "submitted",
        "勉強会を4回開き、延べ210人が出た。録画の視聴は380回。",
        "1月に公館の現地職員向けに英語の回を開く。",
    ),
    "P2-O4-I02": (
        "checked",
        "モデル部署2課の手順書を公開し、7課が使い始めた。",
        "使い始めた7課の削減時間を2月に集める。",
    ),
    "P2-O4-I03": (
        "approved",
        "相談31件のうち27件に答えた。答えまでの日数は中央値で4日。",
        "多い相談の答えをひな形にして、年内に公開する。",
    ),
}
STEPS = ("draft", "submitted", "approved", "checked", "published")  # returned goes as far as submitted


def load(today: date) -> None:
    """Calls for every quarter with reports, and the running one. Loading again changes nothing."""
    plan = Plan.objects.filter(code=CODE).first()
    if plan is None or plan.calls.exists():
        return
    secretariat = User.objects.get(staff_number=SECRETARIAT)
    for year, quarter in past_quarters(plan, today):
        ask_in_the_past(plan, year, quarter, secretariat, today)
    call = open_early(plan, today, secretariat)
    people = {role: people_of(role, today) for role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)}
    asked = Initiative.objects.with_progress(today).filter(report_requests__call=call, code__in=REPORTS)
    for initiative in asked.select_related("plan", "objective__pillar", "lead_department"):
        answer(initiative, call, people, secretariat, today)


def past_quarters(plan, today) -> list[tuple[int, int]]:
    reports = ProgressReport.objects.filter(initiative__plan=plan).order_by("fiscal_year", "quarter")
    found = dict.fromkeys(reports.values_list("fiscal_year", "quarter"))
    return [pair for pair in found if dates.quarter_end(*pair) < today]


def morning(day: date, hour: int = 10) -> datetime:
    return dates.local_instant(day, time(hour), dates.TOKYO)


def ask_in_the_past(plan, year, quarter, by, today) -> None:
    """A call of a quarter that is over: those who reported were asked, in the newest quarter everybody who is live."""
    opened = morning(calendar.opening_day(year, quarter))
    deadline = calendar.tokyo_deadline(opened.date())
    published = officedays.add_office_days(deadline.date(), 5)
    call = ReportingCall(plan=plan, fiscal_year=year, quarter=quarter, opened_by=by, opened_at=opened)
    call.deadline, call.publish_on, call.closed_at = deadline, published, morning(published, 17)
    reports = ProgressReport.objects.filter(initiative__plan=plan, fiscal_year=year, quarter=quarter)
    asked = set(reports.values_list("initiative", flat=True))
    if (year, quarter) == calendar.due_quarter(today):
        asked |= set(call.in_scope().values_list("pk", flat=True))
    if len(asked) * 2 < Initiative.objects.filter(plan=plan).count():
        call.scope = ReportingCall.Scope.INITIATIVES
    call.save()
    rows = Initiative.objects.filter(pk__in=asked).select_related("lead_department")
    ReportRequest.objects.bulk_create(ReportRequest.of(call, initiative) for initiative in rows)
    acts = (("call.opened", opened), ("call.closed", call.closed_at))
    Activity.objects.bulk_create(Activity.build(verb, call, by=by, at=at) for verb, at in acts)


def open_early(plan, today, by) -> ReportingCall:
    """The running quarter, asked of one pillar two office days ago."""
    opened = officedays.add_office_days(today, -OPENED_DAYS_AGO)
    call = ReportingCall(
        plan=plan,
        fiscal_year=dates.fiscal_year(today),
        quarter=dates.quarter(today),
        scope=ReportingCall.Scope.PILLARS,
        title=TITLE,
        note=NOTE,
        opened_at=morning(opened),
        deadline=calendar.tokyo_deadline(opened),
    )
    call.publish_on = officedays.add_office_days(call.deadline.date(), 5)
    call.open(by=by, pillars=[Pillar.objects.get(plan=plan, code=PILLAR)])
    return call


def people_of(role, today) -> dict[int, User]:
    """{department id: who holds the role for it}."""
    duties = Duty.objects.on(today).of_role(role).select_related("user").order_by("-pk")
    return {duty.department_id: duty.user for duty in duties}


def answer(initiative, call, people, secretariat, today) -> None:
    """One report, as far as it has come, each step by the person whose turn it was."""
    step, results, next_steps = REPORTS[initiative.code]
    reporter = people[Role.PROGRESS_REPORTER][initiative.lead_department_id]
    approver = people[Role.PROGRESS_APPROVER][initiative.lead_department_id]
    report = ProgressReport(initiative=initiative, fiscal_year=call.fiscal_year, quarter=call.quarter)
    status = initiative.progress(today).suggestion or "on_track"
    before = report.previous.percent if report.previous else None
    words = {"status": status, "percent": before or 50, "results": results, "next_steps": next_steps}
    if step == "draft":
        report.save_draft(by=reporter)
        fields = {name: str(value) for name, value in words.items()} | {"version": "1"}
        ReportDraft.keep(report, fields, by=reporter, version=0)
        return
    report.save_draft(
        by=reporter, **words, cause="" if status == "on_track" else "調達の日程が1か月遅れたため。"
    )
    report.submit(by=reporter, today=today)
    go_on(report, step, approver, secretariat, today)


def go_on(report, step, approver, secretariat, today) -> None:
    if step == "returned":
        report.return_(RETURN_REASON, by=approver)
        return
    reached = STEPS.index(step)
    if reached >= STEPS.index("approved"):
        report.approve(by=approver, today=today)
    if reached >= STEPS.index("checked"):
        report.accept(by=secretariat)
    if step == "published":
        report.publish(by=secretariat)
        correct(report)


def correct(report) -> None:
    """The department found a mistake the same day."""
    text = report.results.replace("1,842", "1,830")
    report.correct(
        by=report.submitted_by,
        version=report.version,
        reason=CORRECTION_REASON,
        at=report.published_at + timedelta(minutes=40),
        results=text,
    )
