"""The history of a part of the plan: acts of people, what only the record knows, and who may read of it."""

from datetime import date

import pytest
from django.db import connection

from accounts.models import Activity, Role
from pillars.models import Initiative, Pillar
from pillars.story import Story, only_recorded
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    UserFactory,
    moment,
)

pytestmark = pytest.mark.django_db

PAGE = "/plans/NOW/history/"


@pytest.fixture
def initiative():
    pillar = PillarFactory(plan=PlanFactory(code="NOW"), code="P1")
    made = InitiativeFactory(
        objective=ObjectiveFactory(pillar=pillar, code="O1"), code="I1", name="施策の名前"
    )
    for part in (pillar.plan, pillar, made.objective, made):
        Activity.record(f"{part.history_key[0]}.created", part, by=None)
    return made


def body(response) -> str:
    return " ".join(response.content.decode().split())


def by_sql(statement, *values):
    """Make everything so far an hour old, then change something past the portal."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_activity DISABLE TRIGGER USER")
        cursor.execute("UPDATE accounts_activity SET at = at - interval '1 hour'")
        cursor.execute("ALTER TABLE accounts_activity ENABLE TRIGGER USER")
        cursor.execute(statement, values)


def told(initiative) -> list[tuple]:
    found = only_recorded({"initiative": [initiative.pk]})
    return [(act.verb, act.actor_name, act.target_label, act.changes) for act in found if act.changes]


def test_acts_cover_the_rows_they_wrote(initiative):
    MilestoneFactory(initiative=initiative)
    assert only_recorded({"initiative": [initiative.pk], "plan": [initiative.plan_id]}) == []


def test_a_change_by_sql_is_told_with_what_is_known(initiative):
    by_sql("UPDATE pillars_initiative SET name = 'SQLの名前', percent = 40")
    changes = {"施策名": ["施策の名前", "SQLの名前"], "進捗率(%)": [None, "40"]}
    assert told(initiative) == [("initiative.changed", "ポータルの外", "SQLの名前", changes)]


def test_a_deleted_row_is_told(initiative):
    milestone = MilestoneFactory(initiative=initiative, name="消えた節目")
    by_sql("DELETE FROM pillars_milestone WHERE id = %s", milestone.pk)
    found = [(act.verb, act.target_label) for act in only_recorded({"initiative": [initiative.pk]})]
    assert ("milestone.removed", "消えた節目") in found


def test_a_figure_without_initiative_is_told_with_its_objective(initiative):
    value = IndicatorValueFactory(indicator=IndicatorFactory(objective=initiative.objective), actual_value=30)
    by_sql("UPDATE pillars_indicatorvalue SET actual_value = 35 WHERE id = %s", value.pk)
    found = only_recorded({"objective": [initiative.objective_id]})
    assert {"実績値": ["30.0000", "35.0000"]} in [act.changes for act in found]


def test_page_marks_what_is_only_recorded(client_for, initiative):
    by_sql("UPDATE pillars_initiative SET name = 'SQLの名前'")
    shown = body(client_for(UserFactory()).get("/plans/NOW/initiatives/I1/history/"))
    assert ("記録だけの変更</span>" in shown, "SQLの名前" in shown) == (True, True)


def test_a_restricted_pillar_leaks_neither_rows_nor_counts(client_for, initiative):
    Pillar.objects.update(is_restricted=True)
    by_sql("UPDATE pillars_initiative SET name = '見えない名前'")
    viewer = client_for(UserFactory())
    response = viewer.get(PAGE)
    assert ("見えない名前" in body(response), response.context["page"].paginator.count) == (False, 2)
    assert viewer.get("/plans/NOW/initiatives/I1/history/").status_code == 404


def test_words_for_the_executives_stay_with_the_secretariat(client_for, initiative):
    changes = {"一言": ["", "次官の判断が要る"]}
    Activity.record("note.changed", initiative.plan, by=None, changes=changes)
    shown = [body(client_for(u).get(PAGE)) for u in (DutyFactory(role=Role.SECRETARIAT).user, UserFactory())]
    assert ["次官の判断が要る" in page for page in shown] == [True, False]


def test_what_is_gone_stays_in_the_history_of_the_secretariat(client_for, initiative):
    Initiative.objects.filter(pk=initiative.pk).delete()
    shown = [body(client_for(u).get(PAGE)) for u in (DutyFactory(role=Role.SECRETARIAT).user, UserFactory())]
    assert ["施策の名前" in page for page in shown] == [True, False]


@pytest.mark.parametrize(
    "query, number", [("kind=milestone", 1), ("who=花子", 1), ("kind=report", 0), ("", 2)]
)
def test_filters_by_kind_and_person(client_for, initiative, query, number):
    milestone = MilestoneFactory(initiative=initiative)
    Activity.record("milestone.moved", milestone, by=UserFactory(name="外務 花子"))
    response = client_for(UserFactory()).get(f"/plans/NOW/initiatives/I1/history/?{query}")
    assert response.context["page"].paginator.count == number


def test_export_has_a_line_for_each_value(client_for, initiative):
    by = UserFactory(name="外務 花子")
    Activity.record("initiative.edited", initiative, by=by, changes={"施策名": ["前", "=後"]}, reason="改定")
    response = client_for(UserFactory()).get("/plans/NOW/initiatives/I1/history/?export=csv")
    text = b"".join(response.streaming_content).decode()
    assert "外務 花子,,名前か概要を直した,施策の名前,施策名,前,'=後,改定,web" in text


def test_recorded_changes_keep_their_place_among_the_acts_of_any_page(initiative):
    for hour in range(6):
        Activity.record("initiative.edited", initiative, by=None, at=moment(date(2026, 5, 1), hour))
    between = [Activity(at=moment(date(2026, 5, 1), hour, 30), verb="x") for hour in (1, 4)]
    story = Story(Activity.objects.filter(verb="initiative.edited"), between)
    hours = [act.at for start in range(0, len(story), 3) for act in story[start : start + 3]]
    assert (len(hours), hours) == (8, sorted(hours, reverse=True))


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, initiative, rows):
    for _n in range(rows):
        made = MilestoneFactory(initiative=InitiativeFactory(objective=initiative.objective))
        Activity.record("milestone.moved", made, by=UserFactory())
    by_sql("UPDATE pillars_milestone SET name = name || '!'")
    viewer = client_for(UserFactory())
    viewer.get(PAGE)
    with django_assert_num_queries(10):
        viewer.get(PAGE)
