"""import_plan and export_plan as an administrator types them, and the demonstration's plan."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Activity
from dxportal.demo import people
from dxportal.demo import pillars as demo
from pillars.models import Initiative, Milestone, Plan, PlanImport, ProgressReport
from pillars.progress import SHOWN_STATUSES, roll_up
from tests.factories import Book, DepartmentFactory

TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.django_db


@pytest.fixture
def book(tmp_path):
    """Writes a Book to a file: book(changes…) gives the path."""
    department = DepartmentFactory(code="HQ-A")

    def write(*change):
        made = Book(department)
        path = tmp_path / "plan.xlsx"
        path.write_bytes((made.change(*change) if change else made).content)
        return path

    return write


def run(*args, **options) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_import_says_what_it_did_and_twice_changes_nothing(book):
    assert "11 created, 0 changed, 0 unchanged" in run("import_plan", book())
    assert "0 created, 0 changed, 11 unchanged" in run("import_plan", book())


def test_dry_run_shows_the_cell_and_writes_nothing(book):
    run("import_plan", book())
    said = run("import_plan", book("施策", "進捗率(%)", 41), dry_run=True)
    assert "~ 施策 2: P1-O1-I01 最初の施策\n    進捗率(%): 40 → 41\n" in said
    assert (Initiative.objects.get().percent, PlanImport.objects.count()) == (40, 1)


def test_problems_are_told_by_place_and_nothing_is_kept(book):
    out = StringIO()
    with pytest.raises(CommandError, match="1 problems, nothing imported"):
        call_command("import_plan", book("施策", "進捗率(%)", 400), stdout=out, stderr=out)
    assert "シート「施策」 2行目 列「進捗率(%)」 値「400」: 0 から 100 までの数です。" in out.getvalue()
    assert (Plan.objects.count(), PlanImport.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content"), [("none.xlsx", None), ("empty.xlsx", b""), ("old.xls", b"\xd0\xcf\x11\xe0")]
)
def test_unreadable_file_is_one_sentence(tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError):
        run("import_plan", path)


def test_unknown_plan_is_refused(book):
    with pytest.raises(CommandError, match="no plan with the code X"):
        run("import_plan", book(), plan="X")


def test_export_writes_a_file_the_import_finds_unchanged(book, tmp_path):
    run("import_plan", book())
    path = tmp_path / "out.xlsx"
    run("export_plan", "NEXT", path)
    assert "0 created, 0 changed, 11 unchanged" in run("import_plan", path)
    with pytest.raises(CommandError, match="known: NEXT"):
        run("export_plan", "OTHER", path)


def test_demonstration_is_alive_and_loads_once():
    people.load(TODAY)
    demo.load(TODAY)
    acts = Activity.objects.count()
    demo.load(TODAY)
    assert (Activity.objects.count(), Plan.objects.count()) == (acts, 1)
    assert ProgressReport.objects.published().count() == 245 - demo.STILL_TO_PUBLISH
    assert Milestone.objects.overdue(TODAY).count() == 5
    seen = roll_up([one.progress(TODAY) for one in Initiative.objects.with_progress(TODAY)])
    assert (seen.total, sum(seen.by_status.values()), set(seen.by_status) <= set(SHOWN_STATUSES)) == (
        53,
        53,
        True,
    )
    assert Activity.objects.filter(verb="report.published", at__date__gte=date(2026, 11, 17)).count() == 5
