"""The demonstration's Excel files: one import that was taken, one that waits with changes, a conflict and an error."""

from datetime import date, timedelta
from functools import partial
from io import BytesIO

import openpyxl
from django.db import transaction

from accounts.models import User
from dxportal.demo.pillars import CODE, SECRETARIAT
from pillars import exports, imports
from pillars.models import IndicatorValue, Initiative, Plan, PlanImport

TAKEN, WAITING = "KPI値_10月末の集計.xlsx", "施策一覧_11月の見直し.xlsx"
NOTE = "10月末の集計に差し替え"


def load(today: date) -> None:
    """Loading again changes nothing."""
    if PlanImport.objects.filter(file_name=TAKEN).exists():
        return
    plan = Plan.objects.get(code=CODE)
    secretariat = User.objects.get(staff_number=SECRETARIAT)
    values = edited(plan, "KPI値", today, new_values(plan, today))
    taken = imports.upload(values, TAKEN, by=secretariat, today=today, plan=plan)
    imports.confirm(taken, by=secretariat, today=today)
    # The portal's change has to come after the file was written: in a transaction of its own.
    transaction.on_commit(partial(leave_waiting, plan, secretariat, today))


def leave_waiting(plan, secretariat, today) -> None:
    """A file that changes a few initiatives, one of which changed in the portal meanwhile."""
    first, second, third, fourth = Initiative.objects.filter(plan=plan).live().order_by("code")[:4]
    review = edited(plan, "施策", today, new_words(first, second, third, fourth))
    words = f"{second.summary}公館でも使える。"
    second.change("initiative.edited", by=secretariat, reason="公館の質問を受けて", summary=words)
    imports.upload(review, WAITING, by=secretariat, today=today, plan=plan)


def new_values(plan, today) -> dict:
    """{(code, year): {heading: value}} for the first preliminary values of the running year."""
    fresh = IndicatorValue.objects.filter(indicator__plan=plan, value_status="preliminary")
    fresh = fresh.select_related("indicator").order_by("indicator__code", "fiscal_year")[:3]
    day = min(today, date(today.year, 10, 31))
    return {(v.indicator.code, v.fiscal_year): {"測定日": day, "備考": NOTE} for v in fresh}


def new_words(first, second, third, fourth) -> dict:
    """Plain changes, one in a row that changed in the portal as well, and one that cannot be read."""
    return {
        first.code: {"進捗率(%)": min(100, (first.percent or 0) + 3), "施策名": f"{first.name}(全省)"},
        second.code: {"概要": f"{second.summary}対象を全公館に広げる。"},
        third.code: {"終了日": third.ends_on + timedelta(days=90)},
        fourth.code: {"終了日": "R8.13"},
    }


def edited(plan, title, today, changes) -> bytes:
    """One sheet of the plan's workbook as it goes out now, with some cells changed by hand."""
    sheets = {dataset.title: dataset for dataset in exports.plan_datasets(plan, today=today)}
    notes = next(iter(sheets))
    book = openpyxl.load_workbook(BytesIO(exports.xlsx([sheets[notes], sheets[title]])))
    sheet = book[title]
    headings = [cell.value for cell in sheet[1]]
    width = 2 if title == "KPI値" else 1
    for row in sheet.iter_rows(min_row=2):
        key = tuple(cell.value for cell in row[:width])
        for heading, value in changes.get(key if width > 1 else key[0], {}).items():
            row[headings.index(heading)].value = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
