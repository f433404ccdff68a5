"""What the secretariat wrote for the executives: handed over last quarter, a draft for this one."""

from datetime import date, datetime, time

from accounts.models import User
from dxportal import dates
from dxportal.demo.pillars import CODE, SECRETARIAT
from pillars.calendar import from_serial, serial
from pillars.models import ExecutiveNote, Indicator, Plan

# Training, multi-factor sign-in and readership are KPIs of the plan itself.
INDICATORS = ("P4-O1-K02", "P4-O3-K02", "P2-O3-K01")
LAST_QUARTER = {
    "first": "人事給与システムの本番移行は、関係課の合意を官房会議で確かめてから日を決めたい。",
    "first_en": "HR and payroll: settle the switch-over date once the Secretariat's meeting has confirmed consent.",
    "second": "セキュリティ専門人材の採用枠8人を、来年度の定員要求に入れるかの判断がほしい。",
    "second_en": "Security specialists: decide whether eight posts go into next year's staffing request.",
    "third": "報告の遅れがちな3課に、四半期の報告を課長の用事として声をかけてほしい。",
    "third_en": "Three divisions report late: a word that the quarterly report is the director's own task.",
}
THIS_QUARTER = {
    "first": "次期計画の骨子は12月の推進本部にかける。柱を4つのままにするか、先に方向を示してほしい。",
    "first_en": "The outline of the next plan goes to the December meeting: say first whether to keep the pillars.",
    "second": "在外公館ネットワークの見直しは公館への説明が要る。官房長名の通知を1本出したい。",
    "second_en": "The review of the missions' network needs explaining: may we send one notice in your name?",
    "third": "セキュリティ専門人材の採用枠8人について、定員要求の結果を受けた次の手を決めたい。",
    "third_en": "Security specialists: decide the next step once the outcome of the staffing request is known.",
}


def load(today: date) -> None:
    """Loading again adds nothing twice."""
    plan = Plan.objects.get(code=CODE)
    by = User.objects.get(staff_number=SECRETARIAT)
    this = serial(dates.fiscal_year(today), dates.quarter(today))
    chosen = list(Indicator.objects.filter(plan=plan, code__in=INDICATORS))
    last = written(plan, this - 1, LAST_QUARTER, chosen, by)
    if last is not None:
        day = dates.quarter_end(last.fiscal_year, last.quarter)
        last.hand_over(by=by, at=afternoon(day))
    written(plan, this, THIS_QUARTER, chosen, by)


def written(plan, quarter: int, words: dict, indicators, by) -> ExecutiveNote | None:
    """The note of a quarter, counted through; None when it is there already."""
    note = ExecutiveNote.of_quarter(plan, *from_serial(quarter))
    if note.pk:
        return None
    note.write(by=by, indicators=indicators, **words)
    return note


def afternoon(day: date) -> datetime:
    return dates.local_instant(day, time(15), dates.TOKYO)
