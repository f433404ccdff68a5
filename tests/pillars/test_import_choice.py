"""Choosing rows of a preview, what becomes of each, the second person, and a department's own progress."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Role
from pillars import exports, imports
from pillars.imports.choice import choose, choose_sheet, summary
from pillars.imports.result import FATE, result_datasets
from pillars.models import (
    IndicatorValue,
    Initiative,
    Milestone,
    Objective,
    Pillar,
    Plan,
    PlanImport,
    ProgressReport,
    Proposal,
)
from tests.factories import Book, DepartmentFactory, DutyFactory, UserFactory

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return DepartmentFactory(code="HQ-A")


@pytest.fixture
def lead():
    return UserFactory(roles=["secretariat"])


@pytest.fixture
def reporter(department):
    user = UserFactory(department=department)
    return DutyFactory(user=user, role=Role.PROGRESS_REPORTER, department=department).user


def read(content, by=None, name="plan.xlsx", **kwargs):
    return imports.upload(content, name, by=by, today=TODAY, **kwargs)


def take(content, **kwargs):
    return imports.confirm(read(content), by=None, today=TODAY, **kwargs)


def places(found, **wanted) -> set:
    rows = enumerate(found.preview["rows"])
    return {place for place, row in rows if all(row[name] == value for name, value in wanted.items())}


def leave(found, **wanted):
    everything = set(range(len(found.preview["rows"])))
    choose(found, shown=everything, taken=everything - places(found, **wanted), over=set())


def fates(found) -> dict:
    """{sheet: [fate of each row]} of the result file."""
    found.refresh_from_db()
    datasets = {d.title: d for d in result_datasets(found)[1:]}
    return {title: d[FATE] for title, d in datasets.items()}


# --- choosing ------------------------------------------------------------------------------------------


def test_only_chosen_rows_are_written(department):
    take(Book(department, pillars=2).content)
    book = Book(department, pillars=2).change("施策", "進捗率(%)", 55).change("施策", "進捗率(%)", 66, row=1)
    found = read(book.content)
    leave(found, code="P1-O1-I01")
    result = imports.confirm(found, by=None, today=TODAY)
    assert dict(Initiative.objects.values_list("code", "percent")) == {"P1-O1-I01": 40, "P2-O1-I01": 66}
    assert (result["changed"], result["kept"]) == (1, 1)
    assert fates(found)["施策"] == ["見送り", "取込"]


def test_rows_under_a_new_parent_that_is_left_out_are_named_and_stay_out(department):
    take(Book(department).content)
    found = read(Book(department, pillars=2).content)
    leave(found, sheet="柱")
    blocked = [key for key, _decision in summary(found)["blocked"]]
    assert blocked[:3] == [("目標", "P2-O1"), ("施策", "P2-O1-I01"), ("マイルストーン", "P2-O1-I01-M1")]
    imports.confirm(found, by=None, today=TODAY)
    assert (Pillar.objects.count(), Objective.objects.count(), Initiative.objects.count()) == (1, 1, 1)
    assert fates(found)["目標"] == ["変更なし", "見送り"]


def test_rows_under_a_new_parent_with_an_error_stay_out(department):
    take(Book(department).content)
    found = read(Book(department, pillars=2).change("施策", "進捗率(%)", 200, row=1).content)
    imports.confirm(found, by=None, today=TODAY, skip_errors=True)
    assert (Objective.objects.count(), Initiative.objects.count(), Milestone.objects.count()) == (2, 1, 1)
    assert fates(found)["施策"] == ["変更なし", "エラー"]
    assert fates(found)["マイルストーン"] == ["変更なし", "見送り"]


def test_choice_of_one_page_leaves_the_others_alone(department):
    found = read(Book(department, pillars=2).content)
    leave(found, sheet="柱")
    choose(found, shown={0}, taken={0}, over=set())
    assert len(found.left) == 2
    choose_sheet(found, "柱", take=True)
    assert found.left == []
    choose_sheet(found, "", take=False)
    assert summary(found)["taken"] == 0


def test_number_in_error_is_taken_out_of_the_counts(department):
    found = read(Book(department).change("マイルストーン", "完了日", date(2022, 9, 1)).content)
    assert (found.preview["counts"]["errors"], found.preview["counts"]["new"]) == (1, 10)


# --- changed in the portal since the export -----------------------------------------------------------


def exported(plan, at, **cells) -> bytes:
    """The workbook as exported at the moment, with cells of 施策 changed: P1_O1_I01={heading: value}."""
    book = openpyxl.load_workbook(io.BytesIO(exports.xlsx(exports.plan_datasets(plan, today=TODAY, at=at))))
    sheet = book["施策"]
    headings = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for heading, value in cells.get(row[0].value.replace("-", "_"), {}).items():
            row[headings.index(heading)].value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.django_db(transaction=True)
def test_conflicts_are_told_cell_by_cell(department):
    take(Book(department).content)
    plan, at = Plan.objects.get(), timezone.now()
    content = exported(plan, at, P1_O1_I01={"施策名": "ファイルの名前", "概要": "ファイルの概要"})
    Initiative.objects.get().change("initiative.edited", by=None, name="ポータルの名前", percent=77)
    found = read(content)
    (row,) = found.preview["rows"]
    assert set(row["changes"]) == {"施策名", "概要", "進捗率(%)"}
    assert row["conflicts"] == {"施策名": True, "進捗率(%)": False}
    imports.confirm(found, by=None, today=TODAY)
    now = Initiative.objects.get()
    assert (now.name, now.summary, now.percent) == ("ポータルの名前", "ファイルの概要", 77)
    assert fates(found)["施策"] == ["取込"]


@pytest.mark.django_db(transaction=True)
def test_a_chosen_conflict_takes_the_value_of_the_file(department):
    take(Book(department).content)
    content = exported(Plan.objects.get(), timezone.now(), P1_O1_I01={"施策名": "ファイルの名前"})
    Initiative.objects.get().change("initiative.edited", by=None, name="ポータルの名前")
    found = read(content)
    choose(found, shown={0}, taken={0}, over={0})
    imports.confirm(found, by=None, today=TODAY)
    assert Initiative.objects.get().name == "ファイルの名前"


def test_without_a_time_the_last_change_of_each_row_is_told(department):
    take(Book(department).content)
    found = read(Book(department).change("施策", "進捗率(%)", 41).content)
    (row,) = found.preview["rows"]
    assert (row["conflicts"], bool(row["changed_at"]), found.preview["exported_at"]) == ({}, True, None)


# --- the second person ----------------------------------------------------------------------------------


def test_small_import_needs_nobody_else(department, lead):
    take(Book(department, pillars=3).content)
    found = read(Book(department, pillars=3).change("施策", "進捗率(%)", 41).content, by=lead)
    assert imports.order(found, by=lead) is None
    imports.work()
    assert (Initiative.objects.get(code="P1-O1-I01").percent, Proposal.objects.count()) == (41, 0)


def test_more_than_five_percent_waits_for_a_second_person(department, lead):
    take(Book(department).content)
    found = read(Book(department).change("施策", "進捗率(%)", 41).content, by=lead)
    proposal = imports.order(found, by=lead)
    imports.work()
    assert (proposal.changes["取り込む行"], Initiative.objects.get().percent) == ([None, 1], 40)
    with pytest.raises(PermissionDenied):
        proposal.accept(by=lead)
    proposal.accept(by=UserFactory(roles=["secretariat"]))
    imports.work()
    assert Initiative.objects.get().percent == 41


def test_what_waits_for_a_second_person_cannot_be_put_away_or_asked_twice(department, lead):
    found = read(Book(department).content, by=lead)
    imports.order(found, by=lead)
    for act in (imports.order, imports.discard):
        with pytest.raises(imports.ImportRefused):
            act(found, by=lead)
    assert PlanImport.objects.get().state == "previewed"


def test_agreement_to_a_preview_that_became_another_is_refused(department, lead):
    take(Book(department).content)
    found = read(Book(department).change("施策", "進捗率(%)", 41).content, by=lead)
    proposal = imports.order(found, by=lead)
    PlanImport.objects.filter(pk=found.pk).update(version=found.version + 1)
    with pytest.raises(ValidationError):
        proposal.accept(by=UserFactory(roles=["secretariat"]))


def test_nothing_chosen_cannot_be_ordered(department, lead):
    found = read(Book(department).content, by=lead)
    choose_sheet(found, "", take=False)
    with pytest.raises(imports.ImportRefused):
        imports.order(found, by=lead)


# --- a department's own progress --------------------------------------------------------------------------


def told(found) -> list:
    return [(p["sheet"], p["row"], p["column"]) for p in found.errors]


def own(department, **changes):
    """A plan in the portal, and a workbook of it in which the department entered its progress."""
    take(Book(department).content)
    return Book(department)


def test_a_reporter_brings_in_own_progress(department, reporter):
    book = own(department).change("KPI値", "実績値", 40.5)
    book.change("マイルストーン", "完了日", date(2022, 9, 20)).change("マイルストーン", "状態", "完了")
    new = {**book.rows["進捗報告"][0], "報告コード": "R-NEW", "四半期": 3, "承認状態": "確認中"}
    book.rows["進捗報告"].append(new)
    found = read(book.content, by=reporter)
    assert found.errors == []
    assert imports.order(found, by=reporter) is None
    imports.work()
    report = ProgressReport.objects.get(code="R-NEW")
    assert (report.workflow_state, report.submitted_by) == ("submitted", reporter)
    assert (float(IndicatorValue.objects.get().actual_value), Milestone.objects.get().completed_on) == (
        40.5,
        date(2022, 9, 20),
    )


NOT_THEIRS = [
    ("施策", "進捗率(%)", 99, ("施策", 2, "施策コード")),
    ("KPI値", "目標値", 10, ("KPI値", 2, "目標値")),
    ("マイルストーン", "予定日", date(2022, 12, 1), ("マイルストーン", 2, "予定日")),
    ("進捗報告", "実績", "書き足した", ("進捗報告", 2, "承認状態")),
]


@pytest.mark.parametrize(("sheet", "heading", "value", "place"), NOT_THEIRS)
def test_everything_else_is_an_error_row(department, reporter, sheet, heading, value, place):
    found = read(own(department).change(sheet, heading, value).content, by=reporter)
    assert told(found) == [place]


def test_rows_of_another_department_are_error_rows(department):
    take(Book(department).content)
    other = DutyFactory(role=Role.PROGRESS_REPORTER, department=DepartmentFactory()).user
    found = read(Book(department).change("KPI値", "実績値", 1).content, by=other)
    assert told(found) == [("KPI値", 2, "KPIコード"), ("進捗報告", 2, "報告コード")]


def test_a_preview_tells_a_reporter_nothing_of_a_restricted_pillar(department):
    take(Book(department).change("柱", "閲覧を限る", "はい").content)
    other = DutyFactory(role=Role.PROGRESS_REPORTER, department=DepartmentFactory()).user
    found = read(Book(department).change("KPI値", "実績値", 1).content, by=other)
    assert found.preview["counts"]["unchanged"] == 3  # the plan itself and its grades
    assert "38.2" not in str(found.preview["rows"]) and found.preview["missing"] == []


def test_others_do_not_find_the_import_of_a_reporter(client_for, department, reporter):
    found = read(own(department).content, by=reporter)
    other = DutyFactory(role=Role.PROGRESS_REPORTER, department=department).user
    statuses = [
        client_for(u).get(found.get_absolute_url()).status_code for u in (reporter, other, UserFactory())
    ]
    assert statuses == [200, 404, 403]


# --- when it is too late --------------------------------------------------------------------------------


def test_undo_ends_after_thirty_days(department, lead):
    found = read(Book(department).content)
    imports.confirm(found, by=lead, today=TODAY)
    at = found.applied_at + timedelta(days=30)
    assert found.can_undo(lead, at)
    assert not found.can_undo(lead, at + timedelta(seconds=1))
    assert not found.can_undo(UserFactory(roles=["progress_reporter"]), at)
