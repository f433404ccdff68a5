"""What goes out: the same workbook again, only what one may read, for machines, nothing a spreadsheet would run."""

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.imports import DepartmentImport
from pillars import exports, imports
from pillars.models import Initiative, Milestone, Plan
from pillars.workbook.formulas import as_meant, inert
from tests.factories import (
    Book,
    DepartmentFactory,
    EvaluationFactory,
    GradeScaleFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    PlanFactory,
    ProgressReportFactory,
    UserFactory,
)

DATA = Path(settings.BASE_DIR) / "dxportal/demo/data"
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def workbook(plan, **kwargs) -> bytes:
    return exports.xlsx(exports.plan_datasets(plan, today=TODAY, **kwargs))


def sheets(content) -> dict:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def counts(content) -> dict:
    found = imports.upload(content, "out.xlsx", by=None, today=TODAY).preview["counts"]
    return {name: found[name] for name in ("new", "changed", "unchanged", "missing", "conflicts")}


@pytest.fixture
def real():
    DepartmentImport((DATA / "departments.csv").read_bytes(), today=TODAY).run()
    found = imports.upload((DATA / "plan_reiwa4_8.xlsx").read_bytes(), "plan.xlsx", by=None, today=TODAY)
    imports.confirm(found, by=None, today=TODAY)
    return Plan.objects.get()


def test_real_plan_goes_out_cell_for_cell_as_it_came(real):
    came, gone = sheets((DATA / "plan_reiwa4_8.xlsx").read_bytes()), sheets(workbook(real))
    assert list(gone) == list(came)
    sort_codes = lambda row: [";".join(sorted(c.split(";"))) if isinstance(c, str) else c for c in row]  # noqa: E731
    for title in list(came)[1:]:
        assert [sort_codes(row) for row in gone[title]] == [sort_codes(row) for row in came[title]]


def test_exported_then_imported_changes_nothing(real):
    assert counts(workbook(real)) == {"new": 0, "changed": 0, "unchanged": 841, "missing": 0, "conflicts": 0}


def test_what_only_the_portal_knows_survives_a_new_installation(real):
    step = Milestone.objects.open().order_by("code").first()
    step.move(date(2027, 3, 31), reason="入札が不調", by=None)
    Initiative.objects.filter(code="P1-O1-I01").update(is_priority=True, summary_en="Better answers")
    out = workbook(real)
    assert counts(out)["changed"] == 0
    titles = sheets(out)
    assert titles["マイルストーン"][0][-1:] == ["現在の期日"]
    assert titles["施策"][0][-2:] == ["概要(英語)", "重点施策"]


def test_a_row_changed_in_the_portal_since_the_export_is_kept(real):
    out = workbook(real, at=timezone.now() - timedelta(minutes=5))
    Initiative.objects.get(code="P1-O1-I01").change("initiative.edited", by=None, percent=93)
    found = imports.upload(out, "out.xlsx", by=None, today=TODAY)
    (row,) = found.preview["rows"]
    assert (row["conflict"], row["changes"]) == (True, {"進捗率(%)": ["93", "92"]})
    assert imports.confirm(found, by=None, today=TODAY)["kept"] == 1
    assert Initiative.objects.get(code="P1-O1-I01").percent == 93


def test_such_a_row_is_overwritten_only_on_request():
    department = DepartmentFactory()
    found = imports.upload(Book(department).content, "a.xlsx", by=None, today=TODAY)
    imports.confirm(found, by=None, today=TODAY)
    out = workbook(Plan.objects.get(), at=timezone.now() - timedelta(hours=1))
    Initiative.objects.get().change("initiative.edited", by=None, percent=93)
    found = imports.upload(out, "out.xlsx", by=None, today=TODAY)
    imports.confirm(found, by=None, today=TODAY, overwrite=True)
    assert Initiative.objects.get().percent == 40


def test_another_scale_and_other_words_go_out_and_come_back():
    scale = GradeScaleFactory(grades=[("◎", "0.95", False), ("○", None, False), ("－", None, True)])
    plan = PlanFactory(grade_scale=scale, status_words={"on_track": {"ja": "予定どおり"}})
    rows = sheets(workbook(plan))["コード表"]
    assert rows[0] == ["区分", "値", "識別子", "表示順", "達成割合の下限"]
    assert [row[1] for row in rows if row[0] == "評価"] == ["◎", "○", "－"]
    assert ["進捗状況", "予定どおり", "on_track", 2, None] in rows
    assert counts(workbook(plan))["changed"] == 0


def test_restricted_pillar_goes_out_only_to_those_who_may_read_it():
    shown, hidden = InitiativeFactory(), None
    hidden = InitiativeFactory(objective__pillar__plan=shown.plan, objective__pillar__is_restricted=True)
    ProgressReportFactory(initiative=hidden)
    MilestoneFactory(initiative=hidden)
    for user, codes in (
        (UserFactory(), [shown.code]),
        (UserFactory(roles=["secretariat"]), [shown.code, hidden.code]),
    ):
        out = sheets(workbook(shown.plan, user=user))
        assert [row[0] for row in out["施策"][1:]] == codes
        assert len(out["進捗報告"]) + len(out["マイルストーン"]) == len(codes) * 2


def test_cells_are_numbers_dates_and_texts():
    step = MilestoneFactory(planned_on=date(2026, 12, 31))
    book = openpyxl.load_workbook(io.BytesIO(workbook(step.plan)))
    row = book["マイルストーン"][2]
    assert (row[4].is_date, row[4].number_format, row[5].value) == (True, "yyyy-mm-dd", None)
    assert (book["計画"]["E2"].value, book["計画"]["E2"].data_type) == (2022, "n")
    assert [len(sheet.merged_cells.ranges) for sheet in book] == [0] * 11


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "|x",
        "\t=1",
        "\rx",
        "＝1+1",
        "＋1",
        "－1",
        " =1",
        "\u3000=1",
        "\u200b=1",
        "\u00ad \ufeff=1",
        "＠x",
    ]
    + [" " * 30 + "=1", "\u2060" * 21 + "＝1"],
)
def test_csv_texts_are_inert(text):
    assert inert(text) == "'" + text


@pytest.mark.parametrize("value", ["施策", "P1-O1", -5, 3.2, date(2026, 1, 1)])
def test_ordinary_values_stay_as_they_are(value):
    assert inert(value) == value


def test_formula_in_a_name_is_a_text_in_xlsx_and_comes_back_unchanged():
    InitiativeFactory(name='=HYPERLINK("http://x","y")', summary="=1+1")
    out = workbook(Plan.objects.get())
    cells = openpyxl.load_workbook(io.BytesIO(out))["施策"][2]
    assert (cells[3].data_type, cells[3].value) == ("s", '=HYPERLINK("http://x","y")')
    assert counts(out)["changed"] == 0


def test_list_as_csv_has_a_bom_and_is_inert():
    initiative = InitiativeFactory(name="=1+1")
    request = RequestFactory().get("/", {"export": "csv"})
    response = exports.list_response(
        request, "initiatives", Initiative.objects.all(), plan=initiative.plan, today=TODAY
    )
    text = response.getvalue().decode()
    assert (text[0], "'=1+1" in text, text.count("\r\n")) == ("\ufeff", True, 2)


def test_file_name_is_one_header_without_tricks():
    response = exports.download(b"", exports.XLSX, '計画"\r\nX: y\u202excod.xlsx')
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert (
        "\n" not in response["Content-Disposition"]
        and "%E8%A8%88%E7%94%BB" in response["Content-Disposition"]
    )
    assert "%E2%80%AE" not in response["Content-Disposition"]


def test_number_of_queries_does_not_grow_with_rows(django_assert_num_queries):
    department = DepartmentFactory()
    for code, pillars in (("ONE", 1), ("THREE", 3)):
        found = imports.upload(
            Book(department, code=code, pillars=pillars).content, "a.xlsx", by=None, today=TODAY
        )
        imports.confirm(found, by=None, today=TODAY)
    for plan in Plan.objects.all():
        with django_assert_num_queries(12):
            exports.plan_datasets(plan, today=TODAY)


# --- lists as files: filters, letters, restricted pillars ------------------------------------------------


def fetched(client, plan, name, kind="csv", **query):
    return client.get(reverse("pillars:export_list", args=[plan.code, name, kind]), query)


def codes(response) -> list:
    return [line.split(",")[0] for line in response.getvalue().decode().splitlines()[1:]]


def test_apostrophe_goes_and_comes_back():
    for text in ("=1+1", "\u200b＝1", "施策", "'quoted'"):
        assert as_meant(inert(text)) == text


def test_csv_with_formulas_changes_nothing_when_it_comes_back(client_for):
    initiative = InitiativeFactory(name="=1+1", summary="@x")
    out = fetched(client_for(UserFactory()), initiative.plan, "initiatives").getvalue()
    found = imports.upload(out, "施策.csv", by=None, today=TODAY, plan=initiative.plan)
    assert (found.errors, found.preview["counts"]["unchanged"]) == ([], 1)


def test_list_is_what_the_filter_of_the_page_lets_through(client_for):
    shown = InitiativeFactory()
    other = InitiativeFactory(objective__pillar__plan=shown.plan)
    client = client_for(UserFactory())
    assert codes(fetched(client, shown.plan, "initiatives", pillar=other.pillar.code)) == [other.code]
    assert codes(fetched(client, shown.plan, "initiatives", pillar="nonsense")) == [shown.code, other.code]
    assert codes(fetched(client, shown.plan, "objectives", pillar=shown.pillar.code)) == [
        shown.objective.code
    ]


def test_reports_of_one_quarter(client_for):
    report = ProgressReportFactory(fiscal_year=2026, quarter=2)
    ProgressReportFactory(initiative=report.initiative, fiscal_year=2026, quarter=1)
    plan = report.initiative.plan
    assert codes(fetched(client_for(UserFactory()), plan, "reports", quarter="2026Q2")) == [report.code]


@pytest.mark.parametrize("name", exports.LISTS)
def test_no_list_tells_of_a_restricted_pillar(client_for, name):
    hidden = MilestoneFactory(initiative__objective__pillar__is_restricted=True).initiative
    value = IndicatorValueFactory(indicator__objective=hidden.objective, indicator__initiative=hidden)
    ProgressReportFactory(initiative=hidden)
    EvaluationFactory(objective=value.indicator.objective)
    assert codes(fetched(client_for(UserFactory()), hidden.plan, name)) == []
    assert len(codes(fetched(client_for(UserFactory(roles=["secretariat"])), hidden.plan, name))) == 1


def test_cp932_holds_the_right_letters(client_for):
    initiative = InitiativeFactory(name="旅券の電子申請")
    response = fetched(client_for(UserFactory()), initiative.plan, "initiatives", export="cp932")
    assert "旅券の電子申請" in response.content.decode("cp932")


def test_letters_cp932_has_not_are_told_before_anything_is_lost(client_for):
    initiative = InitiativeFactory(name="𠮷田の🙂施策")
    client = client_for(UserFactory())
    told = fetched(client, initiative.plan, "initiatives", export="cp932")
    assert (told.status_code, "𠮷 🙂" in told.content.decode()) == (409, True)
    taken = fetched(client, initiative.plan, "initiatives", export="cp932", replace="1")
    assert "〓田の〓施策" in taken.content.decode("cp932")


def test_table_of_a_list_page():
    request = RequestFactory().get("/", {"export": "xlsx"})
    columns = [("コード", "code"), ("数", lambda row: row.position), ("日", lambda row: date(2026, 4, 1))]
    rows = [InitiativeFactory(code="P1", position=3)]
    response = exports.table_response(request, columns, rows, name="一覧")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    assert [cell.value for cell in sheet[2]][:2] == ["P1", 3]
    assert (sheet["C2"].number_format, "%E4%B8%80%E8%A6%A7.xlsx" in response["Content-Disposition"]) == (
        "yyyy-mm-dd",
        True,
    )
