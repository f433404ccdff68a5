"""Plans that are not like the demonstration's: other numbers, years, words, scales of grades and of status."""

from datetime import date
from typing import NamedTuple

from pillars.workbook.sheets import GradeSheet
from tests.factories.pillars import Book


class Shape(NamedTuple):
    code: str
    pillars: int
    years: tuple[int, int]
    words: tuple[str, str, str]
    words_en: tuple[str, str, str]
    grades: tuple[tuple, ...]  # (code, smallest share of KPIs that reached their target, or None)
    statuses: dict[str, str]  # the plan's own word for a status: {"on_track": "予定どおり"}
    thresholds: tuple[int, int]
    calendar_years: bool = False


SMALL = Shape(
    "CITY-3",
    pillars=3,
    years=(2024, 2026),
    words=("基本方針", "取組分野", "取組事項"),
    words_en=("Policy", "Field", "Action"),
    grades=(("S", 1), ("A", 0.8), ("B", 0.4), ("C", 0)),
    statuses={"on_track": "予定どおり", "slightly_delayed": "注意", "delayed": "要対応"},
    thresholds=(-3, -10),
)
LARGE = Shape(
    "AGENCY-6",
    pillars=6,
    years=(2025, 2031),
    words=("領域", "ねらい", "プロジェクト"),
    words_en=("Area", "Aim", "Project"),
    grades=(("7", 1), ("6", 0.9), ("5", 0.7), ("4", 0.5), ("3", 0.3), ("2", 0.1), ("1", 0)),
    statuses={"on_track": "緑", "slightly_delayed": "黄", "delayed": "赤"},
    thresholds=(0, -20),
    calendar_years=True,
)
SHAPES = {shape.code: shape for shape in (SMALL, LARGE)}


def book_of(shape: Shape, department) -> Book:
    """The workbook of a plan of that shape, with a milestone done and one to come, and a KPI value for each year."""
    book = Book(department, code=shape.code, pillars=shape.pillars, years=shape.years, words=shape.words)
    for heading, word in zip(("柱", "目標", "施策"), shape.words_en, strict=True):
        book.change("計画", f"{heading}の呼称(英語)", word)
    book.change("計画", "順調の下限(ポイント)", shape.thresholds[0])
    book.change("計画", "やや遅れの下限(ポイント)", shape.thresholds[1])
    book.change("計画", "計画名(英語)", f"Plan {shape.code}")
    grades_and_words(book, shape)
    for number in range(shape.pillars):
        name_row(book, number)
        fill_years(book, number, shape)
    return book


def grades_and_words(book, shape):
    sheet = GradeSheet.sheet
    book.headings[sheet] += ["達成割合の下限"]
    book.rows[sheet] = [
        {"区分": "評価", "値": code, "表示順": position, "達成割合の下限": share}
        for position, (code, share) in enumerate(shape.grades, 1)
    ]
    for status, word in shape.statuses.items():
        book.rows[sheet].append({"区分": "進捗状況", "値": word, "識別子": status, "表示順": 1})


def name_row(book, number):
    """Names without any word for a level, in both languages."""
    for sheet, heading, name, english in (
        ("柱", "柱名", "便利にする", "More convenience"),
        ("目標", "目標名", "窓口をなくす", "No more counters"),
        ("施策", "施策名", "電子申請を広げる", "Wider use of e-filing"),
        ("KPI", "指標名", "電子申請の割合", "Share of e-filing"),
    ):
        book.change(sheet, heading, f"{name} その{number + 1}", row=number)
        book.change(sheet, f"{heading}(英語)", f"{english} {number + 1}", row=number)


def fill_years(book, number, shape):
    first, last = shape.years
    initiative = book.rows["施策"][number]
    initiative["終了日"] = date(last + 1, 3, 31)
    done = book.rows["マイルストーン"][number]
    done.update({"予定日": date(first, 6, 30), "完了日": date(first, 7, 10), "状態": "完了"})
    book.change("マイルストーン", "マイルストーン名(英語)", "Begin", row=number)
    code = initiative["施策コード"]
    coming = {
        "マイルストーンコード": f"{code}-M2",
        "施策コード": code,
        "表示順": 2,
        "マイルストーン名": "終える",
    }
    book.rows["マイルストーン"].append(
        {**coming, "予定日": date(last, 12, 28), "状態": "予定", "マイルストーン名(英語)": "Finish"}
    )
    kpi, value = book.rows["KPI"][number], book.rows["KPI値"][number]
    if shape.calendar_years:
        kpi["集計方法"] = "暦年"
    for year in range(first + 1, last + 1):
        later = {"年度(西暦)": year, "目標値": 50 + year - first, "実績値": None, "実績区分": "なし"}
        book.rows["KPI値"].append({**value, **later})
    book.rows["進捗報告"][number]["進捗状況"] = shape.statuses["on_track"]
    book.rows["年度評価"][number]["評価"] = shape.grades[1][0]
