"""Taking a whole import back: every cell as it was, what was made is gone, what came later is kept and named."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Activity
from pillars import exports, imports
from pillars.imports import queue
from pillars.models import GradeScale, Initiative, Milestone, Plan, PlanImport
from tests.factories import Book, DepartmentFactory, MilestoneFactory, UserFactory
from tests.pillars.test_import_choice import TODAY, read, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def department():
    return DepartmentFactory(code="HQ-A")


@pytest.fixture
def lead():
    return UserFactory(roles=["secretariat"])


def applied(content, by):
    found = read(content)
    imports.confirm(found, by=by, today=TODAY)
    return found


def undo(found, by, chosen=frozenset()):
    return imports.Undo.carry_out(found, by=by, at=timezone.now(), chosen=chosen)


def cells(plan) -> dict:
    at = timezone.now()
    datasets = exports.plan_datasets(plan, today=TODAY, at=at)[1:]
    return {dataset.title: [list(row) for row in dataset] for dataset in datasets}


def changed(department) -> bytes:
    other = DepartmentFactory(code="HQ-B")
    book = Book(department).change("施策", "進捗率(%)", 55).change("施策", "関係課コード", other.code)
    book.change("施策", "主管課コード", other.code).change("KPI値", "実績値", None).change(
        "KPI値", "実績区分", None
    )
    book.change("マイルストーン", "予定日", date(2022, 12, 1)).change("計画", "計画名", "別の名")
    book.rows["コード表"].append({"区分": "進捗状況", "値": "予定どおり", "識別子": "on_track", "表示順": 1})
    return book.content


def test_every_cell_is_as_it_was(department, lead):
    take(Book(department).content)
    plan = Plan.objects.get()
    was = cells(plan)
    found = applied(changed(department), lead)
    assert cells(Plan.objects.get()) != was
    done = undo(found, lead)
    assert cells(Plan.objects.get()) == was
    assert (done["removed"], done["kept"], PlanImport.objects.get(pk=found.pk).state) == (0, 0, "undone")


def test_it_leaves_history(department, lead):
    take(Book(department).content)
    found = applied(Book(department).change("施策", "進捗率(%)", 55).content, lead)
    undo(found, lead)
    act = Activity.objects.of(Initiative.objects.get()).first()
    assert (act.verb, act.changes, act.source, act.actor_id) == (
        "initiative.restored",
        {"進捗率(%)": ["55", "40"]},
        f"undo:{found.pk}",
        lead.pk,
    )
    assert Activity.objects.with_verbs("import.undone").count() == 1


def test_a_whole_new_plan_is_gone_again(department, lead):
    found = applied(Book(department, pillars=2).content, lead)
    assert undo(found, lead) == {"restored": 0, "removed": 19, "kept": 0}
    assert (Plan.objects.count(), Initiative.objects.count(), GradeScale.objects.count()) == (0, 0, 0)


def test_what_something_hangs_on_is_kept_with_its_parents_and_named(department, lead):
    take(Book(department).content)
    found = applied(Book(department, pillars=2).content, lead)
    MilestoneFactory(initiative=Initiative.objects.get(code="P2-O1-I01"))
    kept = {(sheet.sheet, obj.code): why for sheet, obj, why in imports.Undo(found).kept}
    assert kept[("施策", "P2-O1-I01")] == "あとから付いたものがある: マイルストーン"
    assert set(kept) == {("柱", "P2"), ("目標", "P2-O1"), ("施策", "P2-O1-I01")}
    undo(found, lead)
    assert [step.initiative.code for step in Milestone.objects.order_by("pk")] == ["P1-O1-I01", "P2-O1-I01"]


def test_a_new_row_that_was_changed_since_is_kept(department, lead):
    take(Book(department).content)
    found = applied(Book(department, pillars=2).content, lead)
    Initiative.objects.get(code="P2-O1-I01").change("initiative.edited", by=None, name="直した名")
    undo(found, lead)
    assert Initiative.objects.get(code="P2-O1-I01").name == "直した名"


@pytest.mark.parametrize(("chosen", "percent"), [(False, 60), (True, 40)])
def test_a_cell_changed_since_is_restored_only_when_chosen(department, lead, chosen, percent):
    take(Book(department).content)
    book = Book(department).change("施策", "進捗率(%)", 55).change("施策", "概要", "新しい概要")
    found = applied(book.content, lead)
    Initiative.objects.get().change("initiative.edited", by=None, percent=60)
    (conflict,) = imports.Undo(found).conflicts
    assert conflict.words() == ("40", "55", "60")
    undo(found, lead, {conflict.key} if chosen else frozenset())
    assert (Initiative.objects.get().percent, Initiative.objects.get().summary) == (percent, "")


def test_it_is_done_once_and_by_the_secretariat(department, lead):
    found = applied(Book(department).content, lead)
    with pytest.raises(PermissionDenied):
        undo(found, UserFactory())
    undo(found, lead)
    with pytest.raises(imports.ImportRefused):
        undo(found, lead)


def test_page_says_what_would_happen_and_does_it(client_for, department, lead):
    take(Book(department).content)
    found = applied(Book(department).change("施策", "進捗率(%)", 55).content, lead)
    client, address = client_for(lead), found.get_absolute_url() + "undo/"
    assert "値<b>1</b>が取込前に戻り" in client.get(address).content.decode()
    assert "元に戻している" in client.post(address, follow=True).content.decode()
    assert (Initiative.objects.get().percent, imports.work()) == (55, 1)
    assert "元に戻した: 値1" in client.get(found.get_absolute_url()).content.decode()
    assert (Initiative.objects.get().percent, imports.work()) == (40, 0)


def ordered(department, lead, chosen=frozenset()):
    take(Book(department).content)
    found = applied(Book(department).change("施策", "進捗率(%)", 55).content, lead)
    imports.take_back(found, by=lead, at=timezone.now(), chosen=chosen)
    return found


def test_it_is_ordered_once(department, lead):
    found = ordered(department, lead)
    with pytest.raises(imports.ImportRefused):
        imports.take_back(found, by=lead, at=timezone.now())
    assert (imports.work(), imports.work()) == (1, 0)


def test_a_choice_made_on_the_page_reaches_the_worker(department, lead):
    take(Book(department).content)
    found = applied(Book(department).change("施策", "進捗率(%)", 55).content, lead)
    Initiative.objects.get().change("initiative.edited", by=None, percent=60)
    (conflict,) = imports.Undo(found).conflicts
    imports.take_back(found, by=lead, at=timezone.now(), chosen={conflict.key})
    assert (imports.work(), Initiative.objects.get().percent) == (1, 40)


def test_a_worker_that_ends_again_and_again_leaves_the_import_as_it_was(department, lead):
    found = ordered(department, lead)
    PlanImport.objects.filter(pk=found.pk).update(tries=3)
    imports.work()
    found.refresh_from_db()
    assert (found.state, found.undone_by, Initiative.objects.get().percent) == ("applied", None, 55)
    assert found.refusal == "3回試しましたが元に戻せませんでした。何も変えていません。"


def test_who_left_the_secretariat_meanwhile_undoes_nothing(department, lead):
    found = ordered(department, lead)
    lead.duties.all().delete()
    imports.work()
    found.refresh_from_db()
    assert (found.state, Initiative.objects.get().percent) == ("applied", 55)


def test_the_page_tells_how_far_it_has_come(client_for, department, lead):
    found = ordered(department, lead)
    queue.tell(found.pk, 3, 9)
    page = client_for(lead).get(found.get_absolute_url()).content.decode()
    assert "元に戻している" in page and "<b>9</b>行のうち<b>3</b>行まで" in page and "すべて戻るか" in page
