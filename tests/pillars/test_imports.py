"""Importing plans: the real workbook, one changed cell, every kind of mistake, other organisations, and conflicts."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from accounts.imports import DepartmentImport
from accounts.models import Activity
from pillars import imports
from pillars.models import (
    Evaluation,
    Grade,
    Indicator,
    IndicatorValue,
    Initiative,
    Milestone,
    Objective,
    Pillar,
    Plan,
    PlanImport,
    ProgressReport,
)
from pillars.workbook.files import read_tables
from pillars.workbook.reading import compare
from tests.factories import Book, DepartmentFactory, UserFactory

DATA = Path(settings.BASE_DIR) / "dxportal/demo/data"
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def secretariat():
    return UserFactory(roles=["secretariat"])


@pytest.fixture
def department():
    return DepartmentFactory(code="HQ-A")


@pytest.fixture
def real():
    """The bytes of the demonstration workbook, with its departments loaded."""
    DepartmentImport((DATA / "departments.csv").read_bytes(), today=TODAY).run()
    return (DATA / "plan_reiwa4_8.xlsx").read_bytes()


def read(content, name="plan.xlsx", **kwargs):
    return imports.upload(content, name, by=None, today=TODAY, **kwargs)


def take(content, name="plan.xlsx", by=None, **kwargs):
    return imports.confirm(read(content, name, **kwargs), by=by, today=TODAY)


def told(found) -> list:
    """Problems as (sheet, row, column, value)."""
    return [(p["sheet"], p["row"], p["column"], p["value"]) for p in found.errors]


def edited(content, sheet, cell, value) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    book[sheet][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- the real workbook ----------------------------------------------------------------------------


def test_real_workbook_arrives_complete(real):
    result = take(real)
    models = (Pillar, Objective, Initiative, Milestone, Indicator, IndicatorValue, ProgressReport, Evaluation)
    assert [model.objects.count() for model in models] == [4, 15, 53, 159, 48, 240, 257, 60]
    assert (result["created"], result["changed"], Grade.objects.count()) == (841, 0, 4)


def test_same_file_again_changes_nothing(real):
    take(real)
    before = Activity.objects.count()
    assert take(real) == {"created": 0, "changed": 0, "unchanged": 841, "kept": 0}
    assert Activity.objects.exclude(verb="import.applied").count() == before - 1
    assert set(Initiative.objects.values_list("version", flat=True)) == {1}


def test_one_changed_cell_is_exactly_that_cell(real):
    take(real)
    found = read(edited(real, "施策", "L3", 95))
    (row,) = found.preview["rows"]
    assert (row["sheet"], row["row"], row["code"]) == ("施策", 3, "P1-O1-I02")
    assert row["changes"] == {"進捗率(%)": ["94", "95"]}


def test_applying_it_writes_that_field_and_its_history(real, secretariat):
    take(real)
    upload = read(edited(real, "施策", "L3", 95))
    imports.confirm(upload, by=secretariat, today=TODAY)
    changed = Initiative.objects.get(code="P1-O1-I02")
    act = Activity.objects.of(changed).first()
    assert (changed.percent, changed.version) == (95, 2)
    assert (act.verb, act.actor_id, act.source) == (
        "initiative.imported",
        secretariat.pk,
        f"import:{upload.pk}",
    )
    assert act.changes == {"進捗率(%)": ["94", "95"]}


def test_cases_kept_on_purpose(real):
    take(real)
    value = lambda code, year: IndicatorValue.objects.get(indicator__code=code, fiscal_year=year)  # noqa: E731
    assert value("P1-O1-K01", 2022).actual_value == Decimal("38.2")
    assert Indicator.objects.get(code="P1-O1-K03").baseline_value is None
    assert IndicatorValue.objects.filter(target_value=0).exists()
    assert IndicatorValue.objects.filter(actual_value__lt=0).exists()
    assert IndicatorValue.objects.filter(actual_value=None, value_status="none").count() == 21


def test_states_of_reports(real):
    take(real)
    states = ("draft", "submitted", "returned", "approved")
    assert [ProgressReport.objects.filter(workflow_state=s).count() for s in states] == [1, 7, 4, 245]


# --- mistakes: one clear line each, nothing applied --------------------------------------------------

MISTAKES = [
    ("施策", "主管課コード", "HQ-NONE", "主管課コード", "HQ-NONE"),
    ("施策", "関係課コード", "HQ-A;HQ-NONE", "関係課コード", "HQ-A;HQ-NONE"),
    ("マイルストーン", "マイルストーンコード", "M 1", "マイルストーンコード", "M 1"),
    ("施策", "目標コード", "P9-O9", "目標コード", "P9-O9"),
    ("目標", "柱コード", "P9", "柱コード", "P9"),
    ("施策", "進捗率(%)", 101, "進捗率(%)", "101"),
    ("施策", "進捗率(%)", 0.45, "進捗率(%)", "0.45"),
    ("施策", "進捗率(%)", True, "進捗率(%)", "True"),
    ("施策", "進捗率(%)", "NaN", "進捗率(%)", "NaN"),
    ("施策", "進捗率(%)", "٤٥", "進捗率(%)", "٤٥"),
    ("施策", "進捗率(%)", "1_0", "進捗率(%)", "1_0"),
    ("施策", "進捗率(%)", "#DIV/0!", "進捗率(%)", "#DIV/0!"),
    ("施策", "格付", "機密性3", "格付", "機密性3"),
    ("施策", "状態", "たぶん", "状態", "たぶん"),
    ("施策", "終了日", "R8.13", "終了日", "R8.13"),
    ("施策", "終了日", 46000, "終了日", "46000"),
    ("施策", "終了日", date(2020, 1, 1), "終了日", "2020-01-01"),
    ("施策", "施策名", None, "施策名", ""),
    ("施策", "施策名", "あ" * 201, "施策名", "あ" * 201),
    ("マイルストーン", "状態", "完了", "完了日", ""),
    ("マイルストーン", "完了日", date(2022, 9, 1), "状態", "予定"),
    ("マイルストーン", "予定日", "8.3末", "予定日", "8.3末"),
    ("KPI値", "実績値", 1e308, "実績値", "1e+308"),
    ("KPI値", "実績値", "多い", "実績値", "多い"),
    ("KPI値", "実績区分", "なし", "実績区分", "なし"),
    ("KPI値", "実績値", None, "実績値", ""),
    ("進捗報告", "四半期", 5, "四半期", "5"),
    ("進捗報告", "対象期間末", date(2022, 9, 29), "対象期間末", "2022-09-29"),
    ("進捗報告", "承認状態", "見た", "承認状態", "見た"),
    ("年度評価", "評価", "S", "評価", "S"),
    ("計画", "終了年度(西暦)", 2020, "終了年度(西暦)", "2020"),
]


@pytest.mark.parametrize(("sheet", "heading", "value", "column", "shown"), MISTAKES)
def test_a_mistake_is_one_line_that_names_the_cell(department, sheet, heading, value, column, shown):
    found = read(Book(department).change(sheet, heading, value).content)
    assert told(found) == [(sheet, 2, column, shown)]
    assert found.errors[0]["reason"]


def test_all_mistakes_in_one_pass_and_nothing_applied(department):
    book = (
        Book(department, pillars=2)
        .change("施策", "主管課コード", "X")
        .change("施策", "進捗率(%)", 200, row=1)
    )
    found = read(book.change("KPI値", "目標値", "?").content)
    assert [row[:2] for row in told(found)] == [("施策", 2), ("施策", 3), ("KPI値", 2)]
    with pytest.raises(imports.ImportRefused):
        imports.confirm(found, by=None, today=TODAY)
    assert not Plan.objects.exists()


def test_same_code_twice(department):
    book = Book(department)
    book.rows["柱"].append({**book.rows["柱"][0], "柱名": "もう一つ"})
    assert told(read(book.content)) == [("柱", 3, "柱コード", "P1")]


def test_two_reports_for_one_quarter(department):
    book = Book(department)
    book.rows["進捗報告"].append({**book.rows["進捗報告"][0], "報告コード": "R-2"})
    assert told(read(book.content)) == [("進捗報告", 3, "報告コード", "R-2")]


def test_missing_sheet_and_missing_heading(department):
    book = Book(department)
    del book.headings["KPI値"]
    book.headings["柱"].remove("柱名")
    assert told(read(book.content)) == [("KPI値", None, "", ""), ("柱", 1, "柱名", "")]


def test_heading_twice(department):
    book = Book(department)
    book.headings["柱"].append("説明")
    assert told(read(book.content)) == [("柱", 1, "説明", "")]


def test_reordered_padded_and_unknown_headings_are_taken(department):
    book = Book(department)
    book.headings["柱"] = ["メモ", *reversed(book.headings["柱"])]
    content = edited(book.content, "施策", "A1", " 施策コード ")
    assert (read(content).errors, take(content)["created"]) == ([], 11)


def test_full_width_codes_numbers_and_era_dates_are_read(department):
    book = Book(department).change("施策", "進捗率(%)", "８５％").change("施策", "終了日", "令和５年３月末")
    take(book.change("目標", "柱コード", "Ｐ１").change("施策", "状態", " 実施中").content)
    found = Initiative.objects.get()
    assert (found.percent, found.ends_on, found.objective.pillar.code) == (85, date(2023, 3, 31), "P1")


def test_two_plans_in_one_file(department):
    book = Book(department)
    book.rows["計画"].append({**book.rows["計画"][0], "計画コード": "B"})
    assert told(read(book.content)) == [("計画", None, "", "2")]


# --- other organisations' plans ----------------------------------------------------------------------


@pytest.mark.parametrize(("pillars", "years"), [(3, (2025, 2027)), (6, (2030, 2039))])
def test_another_plan_needs_no_code(department, pillars, years):
    words = ("基本目標", "取組分野", "取組事項")
    take(Book(department, code="CITY", pillars=pillars, years=years, words=words).content)
    plan = Plan.objects.get(code="CITY")
    assert (plan.pillars.count(), list(plan.fiscal_years)) == (pillars, list(range(years[0], years[1] + 1)))
    assert (plan.pillar_label, plan.objective_label, plan.initiative_label) == words


def test_another_grade_scale_with_its_own_rule(department):
    book = Book(department).change("年度評価", "評価", "◎")
    rows = (("◎", 1, "0.95"), ("○", 2, "0.5"), ("－", 3, None))
    steps = [{"区分": "評価", "値": code, "表示順": n, "達成割合の下限": share} for code, n, share in rows]
    book.rows["コード表"] = steps
    book.headings["コード表"].append("達成割合の下限")
    take(book.content)
    grades = Plan.objects.get().grade_scale.grades.values_list("code", "minimum_share")
    assert list(grades) == [("◎", Decimal("0.95")), ("○", Decimal("0.5")), ("－", None)]
    assert Evaluation.objects.get().grade.code == "◎"


def test_own_words_for_the_status(department):
    book = Book(department).change("進捗報告", "進捗状況", "予定どおり")
    book.rows["コード表"].append({"区分": "進捗状況", "値": "予定どおり", "識別子": "on_track", "表示順": 1})
    take(book.content)
    assert (ProgressReport.objects.get().status, Plan.objects.get().status_label("on_track")) == (
        "on_track",
        "予定どおり",
    )


def test_largely_on_track_is_a_synonym(department):
    take(Book(department).change("進捗報告", "進捗状況", "概ね順調").content)
    assert ProgressReport.objects.get().status == "on_track"


def test_plans_stand_side_by_side(department):
    take(Book(department, code="A").content)
    take(Book(department, code="B").content)
    assert [plan.initiatives.count() for plan in Plan.objects.all()] == [1, 1]


def test_restricted_pillar_weights_and_current_dates_come_with_optional_columns(department):
    book = Book(department).change("柱", "閲覧を限る", "はい").change("マイルストーン", "重み", 2.5)
    take(book.change("マイルストーン", "現在の期日", date(2022, 12, 1)).content)
    step = Milestone.objects.get()
    assert (step.weight, step.planned_on, step.due_on) == (
        Decimal("2.5"),
        date(2022, 9, 30),
        date(2022, 12, 1),
    )
    assert Pillar.objects.get().is_restricted


def test_a_corrected_original_date_takes_an_unmoved_due_date_along(department):
    take(Book(department).content)
    take(Book(department).change("マイルストーン", "予定日", date(2022, 10, 31)).content)
    assert Milestone.objects.get().due_on == date(2022, 10, 31)


# --- what is missing, what conflicts -----------------------------------------------------------------


def test_rows_not_in_the_file_are_named_and_kept(department):
    take(Book(department, pillars=2).content)
    found = read(Book(department, pillars=1).content)
    assert [(m["sheet"], m["code"]) for m in found.preview["missing"]][:3] == [
        ("柱", "P2"),
        ("目標", "P2-O1"),
        ("施策", "P2-O1-I01"),
    ]
    assert imports.confirm(found, by=None, today=TODAY)["changed"] == 0
    assert Pillar.objects.count() == 2


def test_row_changed_after_the_preview_is_shown_again(department):
    take(Book(department).content)
    found = read(Book(department).change("施策", "進捗率(%)", 50).content)
    Initiative.objects.get().change("initiative.edited", by=None, percent=45)
    with pytest.raises(imports.PreviewOutdated):
        imports.confirm(found, by=None, today=TODAY)
    found.refresh_from_db()
    (row,) = found.preview["rows"]
    assert (row["changes"], row["moved"], Initiative.objects.get().percent) == (
        {"進捗率(%)": ["45", "50"]},
        True,
        45,
    )
    assert imports.confirm(found, by=None, today=TODAY)["changed"] == 1


def test_second_confirmation_is_refused(department):
    found = read(Book(department).content)
    imports.confirm(found, by=None, today=TODAY)
    with pytest.raises(imports.ImportRefused):
        imports.confirm(found, by=None, today=TODAY)


@pytest.mark.django_db(transaction=True)
def test_second_import_meanwhile_is_told_to_wait(department):
    found = read(Book(department).content)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [imports.LOCK])
        with pytest.raises(imports.ImportBusy):
            imports.confirm(found, by=None, today=TODAY)
    finally:
        other.close()
    assert (Plan.objects.count(), len(connections.all())) == (0, 1)


def test_published_report_is_not_taken_back(department):
    take(Book(department).content)
    ProgressReport.objects.update(workflow_state="published")
    assert read(Book(department).content).preview["counts"]["changed"] == 0
    found = read(Book(department).change("進捗報告", "承認状態", "下書き").content)
    assert told(found) == [("進捗報告", 2, "承認状態", "draft")]


VIEWS = {
    "支援要否": "要",
    "支援の種類 DXサポートチーム": "はい",
    "支援の種類 予算": "いいえ",
    "支援の種類 他課室との調整": "はい",
    "負担(担当の見立て)": "４",
    "効果(担当の見立て)": 2,
}


def with_views(department, **changed):
    book = Book(department)
    for heading, value in {**VIEWS, **changed}.items():
        book.change("進捗報告", heading, value)
    return book.content


def test_kinds_of_help_burden_and_effect_of_a_report_are_taken(department):
    take(with_views(department))
    report = ProgressReport.objects.get()
    kinds = (report.support_team, report.support_budget, report.support_coordination)
    assert (report.needs_support, kinds) == (True, (True, False, True))
    assert (report.burden, report.effect) == (4, 2)
    assert read(with_views(department)).preview["counts"]["changed"] == 0


@pytest.mark.parametrize("value", (0, 6, "多い", 2.5))
def test_burden_beyond_the_scale_is_refused_at_its_cell(department, value):
    found = read(with_views(department, **{"負担(担当の見立て)": value}))
    assert [(error["sheet"], error["column"]) for error in found.errors] == [
        ("進捗報告", "負担(担当の見立て)")
    ]


def test_only_the_secretariat_confirms(department):
    found = read(Book(department).content)
    with pytest.raises(PermissionDenied):
        imports.confirm(found, by=UserFactory(roles=["progress_reporter"]), today=TODAY)


def test_an_error_in_the_middle_leaves_nothing(department, monkeypatch):
    found = read(Book(department).content)
    monkeypatch.setattr(Activity.objects, "bulk_create", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        imports.confirm(found, by=None, today=TODAY)
    assert (Plan.objects.count(), PlanImport.objects.get().state) == (0, "previewed")


def test_number_of_queries_does_not_grow_with_rows(department, django_assert_num_queries):
    take(Book(department, pillars=1, code="ONE").content)
    take(Book(department, pillars=3, code="THREE").content)
    tables = [
        read_tables(Book(department, pillars=n, code=c).content, "a.xlsx")
        for n, c in ((1, "ONE"), (3, "THREE"))
    ]
    for table in tables:
        with django_assert_num_queries(14):
            assert compare(table, today=TODAY).changed == []


# --- one sheet as CSV ---------------------------------------------------------------------------------


def sheet_csv(book, sheet, encoding) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(book.headings[sheet])
    writer.writerows([[row.get(heading) for heading in book.headings[sheet]] for row in book.rows[sheet]])
    return stream.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp"])
@pytest.mark.parametrize("sheet", ["進捗報告", "KPI値"])
def test_one_sheet_as_csv_in_every_encoding(department, sheet, encoding):
    take(Book(department).content)
    book = (
        Book(department)
        .change("進捗報告", "実績", "公館へ広げた")
        .change("KPI値", "備考", "速報から差し替え")
    )
    found = read(sheet_csv(book, sheet, encoding), "一部.csv")
    (row,) = found.preview["rows"]
    assert (found.errors, row["sheet"], found.preview["missing"]) == ([], sheet, [])
    assert list(row["changes"]) == ["実績" if sheet == "進捗報告" else "備考"]


def test_single_sheet_needs_a_plan(department):
    found = read(sheet_csv(Book(department), "進捗報告", "utf-8"), "a.csv")
    assert told(found) == [("", None, "", "")]


def test_single_sheet_goes_to_the_chosen_plan(department):
    take(Book(department, code="A").content)
    take(Book(department, code="B").content)
    book = Book(department).change("施策", "進捗率(%)", 77)
    chosen = Plan.objects.get(code="A")
    take(sheet_csv(book, "施策", "cp932"), "a.csv", plan=chosen)
    assert sorted(Initiative.objects.values_list("plan__code", "percent")) == [("A", 77), ("B", 40)]
