"""The demonstration's voices: four quarters of burden and effect, an open question, and files on published reports."""

import random
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from accounts.models import Department, Duty, Role
from dxportal import dates, uploads
from dxportal.demo import evidence
from pillars import calendar
from pillars.models import Evidence, Plan, ProgressReport, PulseAnswer, PulseAudience, PulseRound
from pillars.models.pulse import Place

CODE = "MOFA-DX-R4-8"
QUARTERS = 4
VOICES = 25  # initiatives that are used widely enough to be asked about
FEW = (6, 13, 20)  # every so many of them too few people answer
OPEN_FOR = timedelta(days=10)
# (burden, effect) at the first and at the last of the quarters: what the answers lie around.
WAYS = (
    ((4.4, 1.7), (2.4, 3.9)),  # heavy at first, worth it later
    ((3.9, 2.4), (3.6, 3.6)),  # at the peak of the change
    ((3.4, 2.8), (1.9, 4.4)),  # settled
    ((4.1, 2.3), (4.2, 2.1)),  # needs support
    ((2.2, 2.1), (2.0, 2.6)),  # little of either
)
WORDS = (
    "回線の細い公館では画面が出るまでに時間がかかる。",
    "紙で回していたころより、出張中の決裁が早くなった。",
    "代理の設定の仕方が分かりにくい。手引きに絵があると助かる。",
    "本省との時差を待たなくてよくなった。",
    "はじめの一か月は二重に入力していた。いまは片方で足りる。",
    "異動の時期に研修がほしい。",
    "操作を覚えたら、月末の集計がほとんどなくなった。",
    "現地職員にも同じ画面を使わせたい。",
)
FILES = (
    ("画面の表示にかかった時間.png", "PNG", "軽量画面の試作で測った値"),
    ("利用公館の一覧.xlsx", "XLSX", "9月末に使い始めていた公館"),
    ("試行の結果.pdf", "PDF", "試行に加わった公館のまとめ"),
    ("月ごとの件数.csv", "CSV", "システムから書き出した件数"),
    ("会議の資料.pdf", "PDF", "検討会で配ったもの"),
    ("新しい申請画面.png", "PNG", "公開した画面"),
)


def load(today: date) -> None:
    """Loading again adds nothing twice."""
    plan = Plan.objects.get(code=CODE)
    if not plan.pulses.exists():
        ask_and_answer(plan, today)
    if not Evidence.objects.exists():
        attach(plan)


# --- burden and effect -----------------------------------------------------------------------------


def ask_and_answer(plan, today):
    initiatives = list(plan.initiatives.live().select_related("lead_department"))[:VOICES]
    choose_audiences(initiatives)
    newest = calendar.serial(dates.fiscal_year(today), dates.quarter(today))
    for back in range(QUARTERS, 0, -1):
        year, quarter = calendar.from_serial(newest - back)
        first = calendar.opening_day(year, quarter)
        days = {"opens_on": first, "closes_on": first + timedelta(days=14)}
        round_ = PulseRound(plan=plan, fiscal_year=year, quarter=quarter, **days)
        round_.begin(by=None, source="demo")
        answer(round_, initiatives, step=QUARTERS - back)
        round_.seal(by=None, source="demo")
    year, quarter = calendar.from_serial(newest)
    days = {"opens_on": today, "closes_on": today + OPEN_FOR}
    PulseRound(plan=plan, fiscal_year=year, quarter=quarter, **days).begin(by=None, source="demo")


def choose_audiences(initiatives):
    """Every second one asks all posts; the others their own department and two more."""
    divisions = list(Department.objects.active().headquarters().filter(kind="division").order_by("path"))
    for number, initiative in enumerate(initiatives):
        audience = PulseAudience.objects.create(initiative=initiative, all_posts=number % 2 == 0)
        near = [divisions[(number * 3 + k) % len(divisions)] for k in range(2)] if divisions else []
        audience.departments.set([initiative.lead_department, *near])


def answer(round_, initiatives, step):
    """Answers around the way of each initiative; the same every time, whoever loads them."""
    rows = []
    for number, initiative in enumerate(initiatives):
        chance = random.Random(f"{initiative.code}:{step}")  # noqa: S311 - a demonstration, no secret
        people = chance.randint(1, 4) if number in FEW and step > 1 else chance.randint(9, 24)
        rows += [said(round_, initiative, way_at(number, step), chance) for _person in range(people)]
    PulseAnswer.objects.bulk_create(rows, batch_size=1000)


def way_at(number, step):
    (burden, effect), (later_burden, later_effect) = WAYS[number % len(WAYS)]
    share, drift = step / (QUARTERS - 1), (number // len(WAYS) - 2) * 0.18
    return (
        burden + (later_burden - burden) * share + drift,
        effect + (later_effect - effect) * share - drift / 2,
    )


def said(round_, initiative, way, chance) -> PulseAnswer:
    burden, effect = (min(5, max(1, round(chance.gauss(middle, 0.8)))) for middle in way)
    timed = chance.random() < 0.7
    return PulseAnswer(
        round=round_,
        initiative=initiative,
        place=chance.choice(Place.values),
        burden=burden,
        effect=effect,
        hours_taken=Decimal(chance.randint(0, 4 * burden)) / 4 if timed else None,
        hours_given=Decimal(chance.randint(0, 7 * effect)) / 4 if timed else None,
        words=chance.choice(WORDS) if chance.random() < 0.3 else "",
    )


# --- files on reports ------------------------------------------------------------------------------


def attach(plan):
    """Small real files on the newest published reports, as their reporters would have attached them."""
    reports = ProgressReport.objects.published().filter(initiative__plan=plan).select_related("initiative")
    newest = reports.order_by("-fiscal_year", "-quarter", "code")[: len(FILES) - 1]
    places = [newest[0], *newest] if newest else []
    for report, (name, kind, note) in zip(places, FILES, strict=False):
        upload = uploads.Upload(name, uploads.KINDS[kind], evidence.MAKERS[kind](report))
        kept = Evidence(
            report=report,
            name=name,
            kind=kind,
            note=note,
            size=len(upload.content),
            sha256=upload.sha256,
            uploaded_by=report.submitted_by or reporter_of(report),
            uploaded_at=dates.local_morning(report.reported_on or report.period_end, dates.TOKYO, 10),
        )
        kept.file.save(upload.stored_name, ContentFile(upload.content), save=False)
        kept.save(force_insert=True)


def reporter_of(report):
    duty = Duty.objects.filter(role=Role.PROGRESS_REPORTER).select_related("user").order_by("pk").first()
    return duty.user
