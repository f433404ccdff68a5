from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Activity, EmploymentKind, Role
from taskforce import trees
from taskforce.models import GoodPractice, Idea, PilotMeasure, Replication
from tests.factories.accounts import DepartmentFactory, DutyFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory, group_lead
from tests.factories.taskforce_ideas import (
    DAY,
    NOON,
    pilot_of,
    published_idea,
    published_practice,
    secretary,
    spread_of,
)

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def told(practice):
    return GoodPractice.objects.with_spread().get(pk=practice.pk)


# --- pilots --------------------------------------------------------------------------------------


def test_pilot_makes_the_idea_piloting_by_an_answer():
    idea = published_idea()
    pilot_of(idea, departments=2)
    idea.refresh_from_db()
    assert (idea.status, idea.answers.get().text) == ("piloting", "時間は減るか。")
    assert Activity.objects.with_verbs("pilot.started").get().summary.startswith("2部署で")


def test_second_pilot_needs_no_second_answer():
    idea = published_idea()
    pilot_of(idea)
    pilot_of(Idea.objects.get())
    assert idea.answers.count() == 1


def test_pilot_ends_once():
    pilot = pilot_of(published_idea())
    pilot.end(decision="stop", decision_text="減らない", by=secretary())
    with pytest.raises(ValidationError):
        pilot.end(decision="spread", decision_text="広げる", by=secretary())


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [("95", "38", -60), ("10", "12", 20), ("0", "5", None), (None, "5", None), ("5", None, None)],
)
def test_measure_changes_in_percent_of_before(before, after, percent):
    measure = PilotMeasure(before=before and Decimal(before), after=after and Decimal(after))
    assert measure.change_percent == percent


# --- practices -----------------------------------------------------------------------------------


def test_practice_of_a_reporter_waits_for_the_secretariat():
    department = DepartmentFactory()
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=department).user
    practice = published_practice(by=reporter, department=department)
    seen = [
        practice in GoodPractice.objects.visible_to(user) for user in (reporter, UserFactory(), secretary())
    ]
    assert (practice.is_published, seen) == (False, [True, False, True])
    assert list(GoodPractice.objects.needing(secretary(), DAY)) == [practice]
    practice.publish(by=secretary())
    assert practice in GoodPractice.objects.visible_to(UserFactory())


def test_expert_sees_invited_practices_only():
    practice, _other = published_practice(), published_practice()
    expert = UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    DutyFactory(user=expert, role=Role.SUPPORT_EXPERT, scope=f"practice:{practice.pk}")
    assert list(GoodPractice.objects.visible_to(expert)) == [practice]


def test_editing_rights_of_a_practice():
    group = WorkingGroupFactory()
    idea = published_idea()
    idea.assign(group=group, by=secretary())
    practice = published_practice(idea=idea)
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=practice.department).user
    stranger = DutyFactory(role=Role.PROGRESS_REPORTER, department=DepartmentFactory()).user
    people = (secretary(), reporter, group_lead(group), stranger, UserFactory())
    assert [practice.can_edit(user) for user in people] == [True, True, True, False, False]


def test_confirming_keeps_the_day():
    practice = published_practice()
    practice.confirm(by=secretary(), today=date(2027, 1, 8))
    assert GoodPractice.objects.get().confirmed_on == date(2027, 1, 8)


# --- replications --------------------------------------------------------------------------------


def test_replication_walks_from_plan_to_stop():
    practice, user = published_practice(), UserFactory()
    for status in ("planned", "started", "in_use", "stopped"):
        practice.replicate(user.department, status=status, by=user, at=NOON, today=DAY)
    row = Replication.objects.get()
    assert (row.status, row.started_on, row.stopped_on) == ("stopped", DAY, DAY)
    verbs = Activity.objects.of(practice).order_by("pk").values_list("verb", flat=True)
    assert [v for v in verbs if v.startswith("replication.")] == [
        "replication.planned",
        "replication.started",
        "replication.in_use",
        "replication.stopped",
    ]


def test_department_of_origin_cannot_replicate():
    practice = published_practice()
    with pytest.raises(ValidationError):
        practice.replicate(practice.department, status="started", by=secretary())


def test_database_keeps_one_row_a_department():
    practice, user = published_practice(), UserFactory()
    row = practice.replicate(user.department, status="started", by=user)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_hours_are_added_over_departments_in_use():
    practice = published_practice(hours_saved=Decimal("100"))
    spread = spread_of(practice, 2)
    leaver = UserFactory()
    practice.replicate(leaver.department, status="stopped", by=leaver, hours_saved=99)
    assert told(practice).hours_saved_everywhere == Decimal(120)
    assert (spread.department_count, Replication.objects.hours()) == (3, Decimal(20))


def test_staff_replicate_for_their_own_department_only():
    practice, staff = published_practice(), UserFactory()
    other = DepartmentFactory()
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=other).user
    rights = [practice.can_replicate(user, other) for user in (staff, reporter, secretary())]
    assert (rights, practice.can_replicate(staff, staff.department)) == ([False, True, True], True)


# --- the tree ------------------------------------------------------------------------------------


def shape(branch):
    return (
        {branch.department.name: [shape(other) for other in branch.taught]}
        if branch.taught
        else branch.department.name
    )


def replicate(practice, name, teacher=None, days=0):
    department = DepartmentFactory(name=name)
    user = UserFactory(department=department)
    fields = {"learnt_from": teacher, "started_on": practice.started_on + timedelta(days=days)}
    practice.replicate(department, status="in_use", by=user, at=NOON, **fields)
    return department


def test_tree_follows_the_teachers():
    practice = published_practice(department=DepartmentFactory(name="元"))
    first = replicate(practice, "一", practice.department, 30)
    replicate(practice, "二", first, 60)
    replicate(practice, "独り", None, 40)
    assert shape(trees.tree_of(told(practice)).root) == {"元": [{"一": ["二"]}, "独り"]}


def test_circle_of_teachers_hangs_on_the_origin():
    practice = published_practice(department=DepartmentFactory(name="元"))
    first = replicate(practice, "一", practice.department, 10)
    second = replicate(practice, "二", first, 20)
    Replication.objects.filter(department=first).update(learnt_from=second)
    tree = trees.tree_of(told(practice))
    assert sorted(branch.department.name for branch in tree.branches) == ["一", "二", "元"]


def test_teacher_who_stopped_stays_on_the_tree():
    practice = published_practice(department=DepartmentFactory(name="元"))
    first = replicate(practice, "一", practice.department, 10)
    replicate(practice, "二", first, 20)
    practice.replicate(first, status="stopped", by=secretary(), at=NOON)
    tree = trees.tree_of(told(practice))
    assert shape(tree.root) == {"元": [{"一": ["二"]}]}
    assert [branch.mark for branch in tree.branches] == ["", "stop", "new"]


def test_no_tree_before_anybody_learnt_it():
    assert trees.tree_of(told(published_practice())) is None


# --- pages ---------------------------------------------------------------------------------------


def test_staff_says_we_do_it_too(client_for):
    practice, staff = published_practice(), UserFactory()
    page = at("practice_replicate", practice.pk)
    data = {"department": staff.department_id, "status": "started", "started_on": "R8.11.2"}
    answer = client_for(staff).post(page, {**data, "learnt_from": practice.department_id})
    row = Replication.objects.get()
    assert (answer.status_code, row.department, row.started_on) == (302, staff.department, date(2026, 11, 2))
    assert row.learnt_from == practice.department


def test_staff_cannot_speak_for_another_department(client_for):
    practice, other = published_practice(), DepartmentFactory()
    page = at("practice_replicate", practice.pk)
    client_for(UserFactory()).post(page, {"department": other.pk, "status": "started"})
    assert not Replication.objects.exists()


def test_learner_cannot_teach_its_teacher(client_for):
    practice = published_practice()
    teacher = UserFactory()
    practice.replicate(teacher.department, status="in_use", by=teacher)
    learner = UserFactory()
    practice.replicate(learner.department, status="in_use", by=learner, learnt_from=teacher.department)
    data = {"department": teacher.department_id, "status": "in_use", "learnt_from": learner.department_id}
    shown = client_for(teacher).post(at("practice_replicate", practice.pk), data)
    assert shown.status_code == 200
    assert Replication.objects.get(department=teacher.department).learnt_from is None


def test_reporter_proposes_and_secretariat_publishes(client_for):
    department = DepartmentFactory()
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=department).user
    data = {
        "title": "一つの表で数える",
        "summary": "半日で済む",
        "steps": "数える",
        "department": department.pk,
        "started_on": "R8.4",
        "confidentiality": "1",
        "version": "1",
        "hours_saved": "12.5",
    }
    client_for(reporter).post(at("practice_new"), data)
    practice = GoodPractice.objects.get()
    assert (practice.is_published, practice.hours_saved) == (False, Decimal("12.5"))
    assert client_for(reporter).post(at("practice_publish", practice.pk)).status_code == 403
    client_for(secretary()).post(at("practice_publish", practice.pk))
    assert GoodPractice.objects.get().is_published


def test_staff_cannot_propose(client_for):
    assert client_for(UserFactory()).get(at("practice_new")).status_code == 403


def test_idea_page_names_the_practice_and_who_teaches(client_for):
    idea = published_idea()
    idea.answer("realised", "使える", by=secretary())
    practice = spread_of(published_practice(idea=idea), 2)
    shown = client_for(UserFactory()).get(idea.get_absolute_url()).content.decode()
    assert practice.get_absolute_url() in shown
    assert all(row.department.name in shown for row in practice.spread)


def test_practices_export_one_row_a_department(client_for):
    practice = spread_of(published_practice(), 2)
    content = client_for(UserFactory()).get(at("practices"), {"spread": "xlsx"}).content
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert [row[3].value for row in sheet][1:] == [
        practice.department.name,
        *(row.department.name for row in practice.spread),
    ]
