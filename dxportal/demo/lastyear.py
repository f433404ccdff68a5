"""The demonstration's last year: reviews, decisions on what goes on, and a draft of the next plan under discussion."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from accounts.models import Activity, Role, User
from dxportal import dates
from dxportal.demo.lastyear_words import (
    ABOLISHED,
    COMMENTS,
    LESSONS,
    MERGED,
    OUTCOMES,
    PILLARS,
    PLACES,
    PROPOSED,
    REASONS,
    REVISED,
    STILL_OPEN,
)
from dxportal.demo.pillars import CODE
from pillars import redrafting, succession
from pillars.models import CarryOver, DraftComment, IndicatorValue, Initiative, InitiativeReview, Plan
from pillars.outlines import Wish

NEXT = "MOFA-DX-R9-13"
UNWRITTEN, UNCONFIRMED = (
    4,
    5,
)  # every fourth initiative has no review yet, the last five wait for the approver
HUNDRED = Decimal(100)


def load(today: date) -> None:
    """Look back, decide, draft. Loading again changes nothing."""
    if Plan.objects.filter(code=NEXT).exists():
        return
    plan = Plan.objects.get(code=CODE)
    plan.review_due_on = today + timedelta(days=23)
    plan.save(update_fields=["review_due_on"])
    people = People()
    initiatives = list(
        plan.initiatives.select_related("plan", "objective__pillar", "lead_department").order_by("code")
    )
    foresee(plan, people)
    review(initiatives, people, today)
    decide(initiatives, people, today)
    draft = draft_next(plan, people, today)
    set_targets(draft)
    comment(draft, people, today)


class People:
    """Who writes, who confirms and who decides."""

    def __init__(self):
        self.first, self.second = User.objects.with_role(Role.SECRETARIAT).order_by("staff_number")[:2]
        self.pairs = {}
        for role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER):
            for user in User.objects.with_role(role).select_related("department").order_by("pk"):
                self.pairs.setdefault((role, user.department_id), user)

    def of(self, role, initiative) -> User | None:
        return self.pairs.get((role, initiative.lead_department_id))


def morning(day: date) -> datetime:
    return dates.local_instant(day, time(10, 20), dates.TOKYO)


def foresee(plan, people):
    """Where the last year is expected to end: the way of the year before goes on, but not past the target."""
    for indicator in plan.indicators.prefetch_related("values"):
        known = {v.fiscal_year: v for v in indicator.values.all()}
        last = known.get(plan.last_fiscal_year)
        done = [v.actual_value for year, v in sorted(known.items()) if v.actual_value is not None]
        if last is None or last.forecast_value is not None or len(done) < 2:
            continue
        expected = done[-1] + (done[-1] - done[-2]) / 2
        if indicator.direction != "decrease" and last.target_value is not None:
            expected = min(expected, max(last.target_value, done[-1]))
        places = Decimal(1).scaleb(-indicator.decimals)
        last.foresee(expected.quantize(places), by=people.first, source="demo")


# --- looking back and deciding ----------------------------------------------------------------------


def review(initiatives, people, today):
    """Most are confirmed, a few wait for the approver, the rest are not written."""
    written = [
        initiative
        for number, initiative in enumerate(initiatives, 1)
        if number % UNWRITTEN and people.of(Role.PROGRESS_REPORTER, initiative)
    ]
    rows = []
    for number, initiative in enumerate(written):
        waits = number >= len(written) - UNCONFIRMED or not people.of(Role.PROGRESS_APPROVER, initiative)
        rows.append(written_review(initiative, people, today - timedelta(days=3 + number % 20), waits))
    InitiativeReview.objects.bulk_create(rows)
    Activity.objects.bulk_create(
        Activity.build("review.confirmed", row, by=row.confirmed_by, at=row.confirmed_at)
        for row in rows
        if row.is_confirmed
    )


def written_review(initiative, people, day, waits) -> InitiativeReview:
    outcome, why = OUTCOMES.get(initiative.code, OUTCOMES[""][len(initiative.name) % len(OUTCOMES[""])])
    row = InitiativeReview(
        initiative=initiative,
        outcome=outcome,
        why=why,
        lessons=LESSONS[initiative.objective.code],
        state="submitted" if waits else "confirmed",
        submitted_by=people.of(Role.PROGRESS_REPORTER, initiative),
        submitted_at=morning(day - timedelta(days=2)),
    )
    if not waits:
        row.confirmed_by = people.of(Role.PROGRESS_APPROVER, initiative)
        row.confirmed_at = morning(day)
    return row


def decide(initiatives, people, today):
    by_code = {initiative.code: initiative for initiative in initiatives}
    rows = []
    for number, initiative in enumerate(initiatives):
        if initiative.code in STILL_OPEN:
            continue
        day = today - timedelta(days=2 + number % 12)
        rows.append(decision_on(initiative, by_code, people, day))
    CarryOver.objects.bulk_create(rows)
    Activity.objects.bulk_create(
        Activity.build(
            "carry_over.decided" if row.is_decided else "carry_over.proposed",
            row,
            by=row.decided_by or row.proposed_by,
            reason=row.why,
            at=row.decided_at or row.proposed_at,
            changes={"引き継ぎ": [None, str(row.get_decision_display())]},
        )
        for row in rows
    )


def decision_on(initiative, by_code, people, day) -> CarryOver:
    code = initiative.code
    kinds = ((ABOLISHED, "abolished"), (MERGED, "merged"), (REVISED, "revised"))
    decision = next((kind for codes, kind in kinds if code in codes), "continued")
    into = by_code[MERGED[code][0]] if decision == "merged" else None
    words = {**ABOLISHED, **REVISED, **{k: v[1] for k, v in MERGED.items()}}
    row = CarryOver(
        initiative=initiative,
        decision=decision,
        merge_into=into,
        why=words.get(code) or REASONS[len(initiative.name) % len(REASONS)],
        proposed_by=people.of(Role.PROGRESS_REPORTER, initiative) or people.first,
        proposed_at=morning(day - timedelta(days=5)),
    )
    if code not in PROPOSED:
        row.decided_by = people.second if row.proposed_by != people.second else people.first
        row.decided_at = morning(day)
    return row


# --- the draft --------------------------------------------------------------------------------------


def draft_next(plan, people, today) -> Plan:
    first = plan.last_fiscal_year + 1
    wish = Wish(
        code=NEXT,
        name="外務省DX推進5か年計画 令和9〜13年度(案・実演用)",
        name_en="MOFA five-year DX plan FY2027–2031 (draft, demonstration)",
        first_fiscal_year=first,
        last_fiscal_year=first + 4,
        pillars=list(PILLARS),
        places=PLACES,
    )
    draft = succession.create(plan, wish, by=people.second, source="demo")
    draft.comments_due_on = today + timedelta(days=20)
    draft.save(update_fields=["comments_due_on"])
    of = lambda code: Initiative.objects.select_related("plan", "objective__pillar").get(  # noqa: E731
        comes_from__old_initiative__code=code, plan=draft
    )
    platform = of("P4-O1-I01")
    redrafting.split(
        platform,
        "在外公館の回線と端末を新しい基盤につなぐ",
        "本省と在外公館では回線も工程も違い、1つの施策では遅れが見えないため",
        by=people.second,
        name_en="Connect posts to the new platform",
    )
    reason = "勉強会は各部署の通常の業務に根づいたため、計画の施策としては置かない"
    redrafting.drop(of("P2-O3-I03"), reason, by=people.second)
    redrafting.add(
        draft.objectives.filter(pillar__position=4).first(),
        "領事窓口の案内に生成AIを使う",
        by=people.second,
        lead_department=platform.lead_department,
        reason="窓口への問合せの約6割が同じ内容で、省内の試行で回答時間が半分になったため",
        name_en="Use generative AI at consular counters",
        summary="よくある問合せに自動で答え、職員は個別の相談に時間を使う。",
    )
    return draft


def set_targets(draft):
    """Targets of every year on the way from the baseline; how far depends on the direction."""
    values = []
    for indicator in draft.indicators.exclude(baseline_value=None):
        sign = -1 if indicator.direction == "decrease" else 0 if indicator.direction == "maintain" else 1
        for step, year in enumerate(draft.fiscal_years, 1):
            target = indicator.baseline_value * (1 + sign * Decimal("0.06") * step)
            if indicator.is_percentage:
                target = min(target, max(HUNDRED, indicator.baseline_value))
            target = target.quantize(Decimal(1).scaleb(-indicator.decimals))
            values.append(IndicatorValue(indicator=indicator, fiscal_year=year, target_value=target))
    IndicatorValue.objects.bulk_create(values)


def comment(draft, people, today):
    """Comments of the last days; the older ones are answered."""
    reporters = [user for (role, _department), user in people.pairs.items() if role == Role.PROGRESS_REPORTER]
    targets = {"plan": None, **{f"pillar{p.position}": p for p in draft.pillars.all()}}
    for number, (about, text, result, answer) in enumerate(COMMENTS):
        by = reporters[number % len(reporters)]
        said = {"by": by, "department": by.department, "today": today, "target": targets[about]}
        found = DraftComment.write(draft, text, at=morning(today - timedelta(days=9 - number)), **said)
        if result:
            at = morning(today - timedelta(days=max(1, 6 - number)))
            found.reply(answer, result=result, by=people.second, at=at)
