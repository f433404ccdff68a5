"""The import and export pages, walked as people do: upload, look, confirm or put away, take out."""

import io
from datetime import date
from pathlib import Path

import html5lib
import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.imports import DepartmentImport
from accounts.models import Activity
from pillars import imports
from pillars.imports.page import ROWS
from pillars.models import Initiative, Plan, PlanImport, Proposal
from tests.factories import Book, DepartmentFactory, InitiativeFactory, UserFactory

TODAY = date(2026, 11, 23)
UPLOAD = "/plans/import/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return DepartmentFactory(code="HQ-A")


@pytest.fixture
def office(client_for):
    """A signed-in person of the secretariat."""
    return client_for(UserFactory(roles=["secretariat"]))


def upload(client, content, name="計画.xlsx", **fields):
    """The answer to an upload, after the worker has read the file."""
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), **fields})
    imports.work()
    return answer


def choose(client, page, go="apply", left=(), over=()):
    """Press a button of the preview with the rows of these positions left out."""
    found = PlanImport.objects.get(pk=page.rstrip("/").rpartition("/")[2])
    shown = range(min(ROWS, len(found.preview["rows"])))
    ticks = {"shown": list(shown), "take": [n for n in shown if n not in left], "over": list(over)}
    return client.post(page + "choose/", {"version": found.version, "go": go, **ticks}, follow=True)


def agree():
    """The second person of the secretariat agrees to what waits."""
    Proposal.objects.get(state="waiting").accept(by=UserFactory(roles=["secretariat"]))


def applied(client, page, **choice):
    """The page after taking the rows; a second person agrees where it has to be, and the worker works."""
    answer = choose(client, page, **choice)
    if Proposal.objects.waiting():
        agree()
    imports.work()
    return client.get(page) if PlanImport.objects.filter(state="applied").exists() else answer


def taken(book):
    return imports.confirm(imports.upload(book.content, "a.xlsx", by=None, today=TODAY), by=None, today=TODAY)


def text_of(response) -> str:
    """The page as text, after checking that it is valid HTML with one heading and no id twice."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert (len(tree.findall(".//h1")), len(ids) - len(set(ids))) == (1, 0)
    return " ".join("".join(tree.itertext()).split())


def test_upload_shows_counts_and_writes_nothing(office, department):
    found = office.get(upload(office, Book(department).content).url)
    assert "新規11、変更0、変更なし0、エラー0。まだ何も書き換えていない。" in text_of(found)
    assert not Plan.objects.exists()


def test_confirming_applies_and_says_what_was_done(office, department):
    page = upload(office, Book(department).content).url
    done = applied(office, page)
    assert "新規11、変更0を取り込んだ。見送りと保留0、エラー0" in text_of(done)
    assert (Plan.objects.count(), PlanImport.objects.get().state) == (1, "applied")
    assert Activity.objects.get(verb="import.applied").actor_name == PlanImport.objects.get().applied_by.name


def test_one_changed_cell_is_shown_with_old_and_new(office, department):
    taken(Book(department))
    page = upload(office, Book(department).change("施策", "進捗率(%)", 55).content).url
    text = text_of(office.get(page))
    assert "進捗率(%)前 40後 55" in text
    assert "1行を取り込む" in text


def test_errors_stand_first_and_the_rest_can_be_taken(office, department):
    taken(Book(department, pillars=3))
    book = (
        Book(department, pillars=3).change("施策", "主管課コード", "NONE").change("KPI", "単位", "件", row=2)
    )
    page = upload(office, book.content).url
    text = text_of(office.get(page))
    assert "1行は取り込めません" in text
    assert "この組織コードは組織の一覧にありません。 (G2)" in text
    assert text.index("NONE") < text.index("前 %後 件")
    assert "エラーの1行を除いて1行を取り込む" in text
    assert "新規0、変更1を取り込んだ。見送りと保留0、エラー1" in text_of(applied(office, page))


def test_a_file_without_a_sheet_cannot_be_taken(office, department):
    book = Book(department)
    del book.headings["KPI値"]
    page = upload(office, book.content).url
    assert "このファイルは取り込めません" in text_of(office.get(page))
    assert "直すところがあるので取り込めません" in text_of(choose(office, page))


def test_row_changed_meanwhile_is_shown_again(office, department):
    taken(Book(department, pillars=3))
    page = upload(office, Book(department, pillars=3).change("施策", "進捗率(%)", 55).content).url
    Initiative.objects.get(code="P1-O1-I01").change("initiative.edited", by=None, percent=45)
    applied(office, page)
    text = text_of(office.get(page))
    assert "確認のあいだに変わった。もう一度見る" in text
    assert "確認のあいだにポータルで変わった行があります(1件)。もう一度見てください。" in text
    assert Initiative.objects.get(code="P1-O1-I01").percent == 45


def test_same_file_has_nothing_to_take(office, department):
    taken(Book(department))
    text = text_of(office.get(upload(office, Book(department).content).url))
    assert "違いはありません" in text
    assert "変更なし11" in text.replace(" ", "")


def test_rows_missing_in_the_file_are_named(office, department):
    taken(Book(department, pillars=2))
    assert "柱 P2 柱その2" in text_of(office.get(upload(office, Book(department).content).url))


def test_putting_away(office, department):
    page = upload(office, Book(department).content).url
    assert office.post(page + "discard/").url == UPLOAD
    assert (PlanImport.objects.get().state, PlanImport.objects.get().content) == ("discarded", {})
    assert "取り込まずに片づけた。" in text_of(office.get(page))


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.xlsx", "ファイルが空です"),
        (b"\xd0\xcf\x11\xe0", "a.xls", "古い形式(.xls)"),
        (b"<html>", "a.xlsx", "中身がHTML"),
        (b"PK\x03\x04broken", "a.xlsx", "壊れています"),
    ],
)
def test_hostile_file_is_refused_on_the_form(office, content, name, sentence):
    response = upload(office, content, name)
    assert (response.status_code, PlanImport.objects.count()) == (200, 0)
    assert sentence in text_of(response)


def test_difference_as_a_workbook(office, department):
    taken(Book(department))
    page = upload(office, Book(department).change("施策", "進捗率(%)", 55).content).url
    sheet = openpyxl.load_workbook(io.BytesIO(office.get(page + "differences.xlsx").content))["差分"]
    assert [cell.value for cell in sheet[2]][:8] == [
        "変更",
        "施策",
        2,
        "P1-O1-I01",
        "最初の施策",
        "進捗率(%)",
        "40",
        "55",
    ]


def test_page_for_one_sheet_of_a_chosen_plan(office, department):
    taken(Book(department))
    plan = Plan.objects.get()
    rows = "KPIコード,年度(西暦),目標値,実績値,実績区分,測定日,出典区分,備考\nP1-O1-K01,2022,50,39,確定,,,\n"
    page = upload(office, rows.encode("cp932"), "KPI値.csv", plan=plan.pk).url
    assert "実績値前 38.2後 39" in text_of(office.get(page))


@pytest.mark.parametrize("role", ["progress_approver", "editor", "executive", "admin"])
def test_import_is_for_secretariat_and_reporters(client_for, role):
    client = client_for(UserFactory(roles=[role]))
    assert (client.get(UPLOAD).status_code, upload(client, b"x").status_code) == (403, 403)


def test_export_is_the_workbook_and_obeys_what_one_may_read(client_for):
    shown = InitiativeFactory()
    hidden = InitiativeFactory(objective__pillar__plan=shown.plan, objective__pillar__is_restricted=True)
    response = client_for(UserFactory()).get(reverse("pillars:export", args=[shown.plan.code]))
    rows = openpyxl.load_workbook(io.BytesIO(response.content))["施策"]
    assert [row[0].value for row in rows.iter_rows(min_row=2)] == [shown.code]
    assert (response["X-Content-Type-Options"], hidden.code == shown.code) == ("nosniff", False)


def test_export_of_a_draft_plan_is_not_found_for_staff(client_for):
    plan = InitiativeFactory(objective__pillar__plan__status="draft").plan
    assert client_for(UserFactory()).get(reverse("pillars:export", args=[plan.code])).status_code == 404


def test_mere_administrator_takes_no_figures_out(client_for):
    plan = InitiativeFactory().plan
    client = client_for(UserFactory(roles=["admin"]))
    assert client.get(reverse("pillars:export", args=[plan.code])).status_code == 403


@pytest.mark.parametrize(
    ("name", "kind", "status"), [("initiatives", "csv", 200), ("x", "csv", 404), ("reports", "pdf", 404)]
)
def test_lists_as_files(client_for, name, kind, status):
    plan = InitiativeFactory().plan
    address = reverse("pillars:export_list", args=[plan.code, name, kind])
    assert client_for(UserFactory()).get(address).status_code == status


@pytest.mark.parametrize("pillars", [1, 3])
def test_queries_of_the_preview_are_constant(office, department, pillars, django_assert_num_queries):
    page = upload(office, Book(department, pillars=pillars).content).url
    with django_assert_num_queries(5):
        office.get(page)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_upload_page_are_constant(office, department, number, django_assert_num_queries):
    for _n in range(number):
        upload(office, Book(department).content)
    with django_assert_num_queries(5):
        office.get(UPLOAD)


def test_real_plan_through_the_pages(office):
    data = Path(settings.BASE_DIR) / "dxportal/demo/data"
    DepartmentImport((data / "departments.csv").read_bytes(), today=TODAY).run()
    page = upload(office, (data / "plan_reiwa4_8.xlsx").read_bytes()).url
    applied(office, page)
    out = office.get("/plans/MOFA-DX-R4-8/export.xlsx").content
    assert "変更なし841" in text_of(office.get(upload(office, out).url))


def test_every_fixed_word_of_the_preview_is_english_for_those_who_read_english(client_for, department):
    taken(Book(department))
    client = client_for(UserFactory(roles=["secretariat"], language="en"))
    book = Book(department).change("施策", "進捗率(%)", 55).change("マイルストーン", "予定日", "R8.13")
    text = text_of(client.get(upload(client, book.content).url))
    assert "0 new, 1 changed, 9 unchanged, 1 with errors. Nothing has been written yet." in text
    assert "1 row cannot be imported" in text


def test_a_near_code_is_proposed(office, department):
    page = upload(office, Book(department).change("施策", "主管課コード", "HQ-B").content).url
    assert "この組織コードは組織の一覧にありません。近いコードは HQ-A です。" in text_of(office.get(page))


# --- there and back (issue 3, "Done when 2") -------------------------------------------------------------

EDITS = [
    ("施策", "L3", 95, "進捗率(%)"),
    ("施策", "D5", "直した施策名", "施策名"),
    ("マイルストーン", "E4", date(2023, 12, 1), "予定日"),
    ("KPI値", "E2", 39.5, "実績値"),
    ("年度評価", "G2", "直した講評", "講評"),
]


def edited(content) -> bytes:
    """The workbook as somebody left it who changed five cells offline."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, cell, value, _heading in EDITS:
        book[sheet][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells(content) -> dict:
    """{sheet: rows} without the notes, which say when the workbook was written."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.values] for sheet in book.worksheets[1:]}


@pytest.mark.django_db(transaction=True)
def test_five_cells_edited_offline_come_back_and_go_out_again(office):
    data = Path(settings.BASE_DIR) / "dxportal/demo/data"
    DepartmentImport((data / "departments.csv").read_bytes(), today=TODAY).run()
    content = (data / "plan_reiwa4_8.xlsx").read_bytes()
    imports.confirm(imports.upload(content, "a.xlsx", by=None, today=TODAY), by=None, today=TODAY)
    mine = edited(office.get("/plans/MOFA-DX-R4-8/export.xlsx").content)
    page = upload(office, mine).url
    found = PlanImport.objects.latest("pk")
    seen = [(row["sheet"], heading) for row in found.preview["rows"] for heading in row["changes"]]
    assert sorted(seen) == sorted((sheet, heading) for sheet, _cell, _value, heading in EDITS)
    assert "エラー0" in text_of(office.get(page))
    applied(office, page)
    assert cells(office.get("/plans/MOFA-DX-R4-8/export.xlsx").content) == cells(mine)
