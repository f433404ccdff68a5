"""The pages of a plan from above: what they show, to whom, and at what cost."""

from datetime import date

import html5lib
import pytest
from django.urls import reverse

from accounts.models import Role
from pillars.models import Plan
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    EvaluationFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory(code="NOW")


@pytest.fixture
def pillar(plan):
    return PillarFactory(plan=plan, code="P1", position=1)


def initiative(pillar, *, done=1, late=0, **fields):
    """An initiative of the pillar with `done` finished and `late` overdue milestones."""
    made = InitiativeFactory(objective=ObjectiveFactory(pillar=pillar), **fields)
    for _n in range(done):
        MilestoneFactory(initiative=made, planned_on=date(2025, 3, 31), completed_on=date(2025, 3, 1))
    for _n in range(late):
        MilestoneFactory(initiative=made, planned_on=date(2025, 3, 31))
    MilestoneFactory(initiative=made, planned_on=date(2099, 3, 31))
    return made


def furnish(pillar, rows):
    """`rows` of everything the pages of a plan list."""
    for _n in range(rows):
        made = initiative(pillar, late=1)
        ProgressReportFactory(initiative=made, status="delayed")
        figure = IndicatorFactory(objective=made.objective, initiative=made)
        IndicatorValueFactory(indicator=figure, target_value=10, actual_value=5)
        EvaluationFactory(objective=made.objective)
    return made


def body(response) -> str:
    return " ".join(response.content.decode().split())


def test_running_leads_to_the_running_plan(client_for, plan):
    PlanFactory(code="OLD", status=Plan.Status.CLOSED, first_fiscal_year=2030, last_fiscal_year=2034)
    response = client_for(UserFactory()).get("/plan/")
    assert response.headers["Location"] == "/plans/NOW/"


def test_overview_answers_with_counts_by_status(client_for, plan, pillar):
    ProgressReportFactory(initiative=initiative(pillar), status="delayed")
    ProgressReportFactory(initiative=initiative(pillar), status="slightly_delayed")
    ProgressReportFactory(initiative=initiative(pillar), status="on_track")
    shown = body(client_for(UserFactory()).get("/plans/NOW/"))
    assert "3施策のうち<b>1</b>が遅れ、<b>1</b>がやや遅れ。" in shown


def test_overview_shows_cause_and_next_step_of_what_is_late(client_for, plan, pillar):
    made = initiative(pillar, late=2)
    ProgressReportFactory(initiative=made, status="delayed", issues="調達が不調", next_steps="再公告する")
    shown = body(client_for(UserFactory()).get("/plans/NOW/"))
    assert ("調達が不調" in shown, "再公告する" in shown) == (True, True)


def test_overview_keeps_the_text_of_unpublished_reports_inside(client_for, plan, pillar):
    made = initiative(pillar, late=3)
    ProgressReportFactory(initiative=made, status="delayed", issues="まだ言えない", workflow_state="approved")
    assert "まだ言えない" not in body(client_for(UserFactory()).get("/plans/NOW/"))


def test_overview_filter_leaves_only_that_status(client_for, plan, pillar):
    ProgressReportFactory(initiative=initiative(pillar, name="順調な施策"), status="on_track")
    ProgressReportFactory(initiative=initiative(pillar, name="中止した施策"), status="cancelled")
    shown = body(client_for(UserFactory()).get("/plans/NOW/?status=cancelled"))
    assert ("中止した施策" in shown, "順調な施策</span>" in shown) == (True, False)


def test_overview_filtered_to_nothing_offers_the_way_out(client_for, plan, pillar):
    initiative(pillar)
    assert "条件を外す" in body(client_for(UserFactory()).get("/plans/NOW/?status=delayed"))


def test_overview_uses_the_words_of_the_plan(client_for, pillar):
    Plan.objects.update(
        pillar_label="基本目標", status_words={"on_track": {"ja": "概ね順調", "en": "Largely on track"}}
    )
    ProgressReportFactory(initiative=initiative(pillar), status="on_track")
    shown = body(client_for(UserFactory()).get("/plans/NOW/"))
    assert ("基本目標1" in shown, "概ね順調" in shown) == (True, True)


@pytest.mark.parametrize("number", (3, 6))
def test_overview_has_as_many_columns_as_the_plan_has_pillars(client_for, plan, number):
    for position in range(number):
        initiative(PillarFactory(plan=plan, position=position))
    assert body(client_for(UserFactory()).get("/plans/NOW/")).count('class="pcol"') == number


def test_restricted_pillar_is_hidden_with_a_count(client_for, plan, pillar):
    initiative(pillar)
    secret = PillarFactory(plan=plan, position=2, name="見せない柱", is_restricted=True)
    initiative(secret)
    shown = body(client_for(UserFactory()).get("/plans/NOW/"))
    assert ("見せない柱" in shown, "閲覧を限っている施策が1件" in shown) == (False, True)


def test_restricted_pillar_opens_for_the_department_and_the_secretariat(client_for, plan):
    secret = PillarFactory(plan=plan, is_restricted=True)
    made = initiative(secret, lead_department=DepartmentFactory())
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=made.lead_department).user
    secretariat = UserFactory(roles=[Role.SECRETARIAT])
    people = (UserFactory(), reporter, secretariat)
    assert [client_for(p).get(secret.get_absolute_url()).status_code for p in people] == [404, 200, 200]


def test_numbers_stay_when_a_pillar_is_hidden(client_for, plan):
    initiative(PillarFactory(plan=plan, position=1, is_restricted=True))
    initiative(PillarFactory(plan=plan, position=2))
    shown = body(client_for(UserFactory()).get("/plans/NOW/"))
    assert ("<p>柱2</p>" in shown, "<p>柱1</p>" in shown) == (True, False)


def test_a_draft_plan_is_hidden_from_staff(client_for):
    draft = PlanFactory(status=Plan.Status.DRAFT)
    people = (UserFactory(), UserFactory(roles=[Role.SECRETARIAT]))
    assert [client_for(p).get(draft.get_absolute_url()).status_code for p in people] == [404, 200]


def test_pillar_names_the_worst_two(client_for, pillar):
    for late in (1, 2, 5):
        ProgressReportFactory(initiative=initiative(pillar, late=late, name=f"遅れ{late}"), status="delayed")
    answer = (
        body(client_for(UserFactory()).get(pillar.get_absolute_url()))
        .split('class="answer">')[1]
        .split("</p>")[0]
    )
    assert ("遅れ5が<b>71ポイント</b>下回る。" in answer, "遅れ1" in answer) == (True, False)


def test_pillar_shows_a_figure_with_its_table(client_for, pillar):
    figure = IndicatorFactory(
        objective=ObjectiveFactory(pillar=pillar), name="電子決裁率", unit="%", decimals=1
    )
    IndicatorValueFactory(indicator=figure, fiscal_year=2025, target_value=60, actual_value=46)
    shown = body(client_for(UserFactory()).get(pillar.get_absolute_url()))
    assert "46.0%<small>60.0%</small>" in shown
    assert '<b class="num">77%</b> <small>R7</small>' in shown


def test_a_figure_that_cannot_be_computed_says_why(client_for, pillar):
    figure = IndicatorFactory(objective=ObjectiveFactory(pillar=pillar))
    IndicatorValueFactory(indicator=figure, target_value=0, actual_value=3)
    assert "算定不可<small>目標が0</small>" in body(client_for(UserFactory()).get(pillar.get_absolute_url()))


def test_objective_shows_its_grades(client_for, pillar):
    found = EvaluationFactory(objective=ObjectiveFactory(pillar=pillar), comment="よく進んだ").objective
    assert "よく進んだ" in body(client_for(UserFactory()).get(found.get_absolute_url()))


def test_plans_lists_closed_plans_too(client_for, plan):
    PlanFactory(name="前の計画", status=Plan.Status.CLOSED)
    shown = body(client_for(UserFactory()).get("/plans/"))
    assert ("前の計画" in shown, "計画は<b>2</b>件" in shown) == (True, True)


def test_roadmap_counts_what_was_moved(client_for, plan, pillar):
    made = initiative(pillar)
    MilestoneFactory(initiative=made, planned_on=date(2027, 1, 1), due_on=date(2027, 3, 1))
    initiative(pillar, name="動かない施策")
    shown = body(client_for(UserFactory()).get("/plans/NOW/roadmap/?moved=on"))
    assert ("2施策のうち<b>1</b>が節目の期日を後ろにずらした" in shown, ">動かない施策<" in shown) == (
        True,
        False,
    )


@pytest.mark.parametrize("name", ("pillar", "status", "department"))
def test_roadmap_filters(client_for, plan, pillar, name):
    wanted = initiative(pillar, name="見たい施策")
    ProgressReportFactory(initiative=wanted, status="delayed")
    initiative(PillarFactory(plan=plan), name="ほかの施策")
    values = {"pillar": "P1", "status": "delayed", "department": wanted.lead_department.code}
    shown = body(client_for(UserFactory()).get(f"/plans/NOW/roadmap/?{name}={values[name]}"))
    assert (">見たい施策<" in shown, ">ほかの施策<" in shown) == (True, False)


def test_roadmap_ignores_an_unknown_choice(client_for, plan, pillar):
    initiative(pillar, name="見たい施策")
    assert ">見たい施策<" in body(client_for(UserFactory()).get("/plans/NOW/roadmap/?status=nonsense"))


PAGES = {
    "/plans/NOW/": 9,
    "/plans/NOW/roadmap/": 9,
    "/plans/NOW/pillars/P1/": 13,
    "objective": 12,
    "/plans/": 4,
}


@pytest.mark.parametrize("rows", (1, 3))
@pytest.mark.parametrize("page", PAGES)
def test_pages_cost_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, pillar, page, rows
):
    last = furnish(pillar, rows)
    client = client_for(UserFactory())
    address = last.objective.get_absolute_url() if page == "objective" else page
    with django_assert_num_queries(PAGES[page]):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("page", [page for page in PAGES if page != "objective"])
def test_pages_are_valid_and_have_one_heading(client_for, pillar, page, language):
    furnish(pillar, 2)
    response = client_for(UserFactory(language=language)).get(page)
    document = html5lib.HTMLParser(strict=True).parse(response.content.decode())
    ids = [node.get("id") for node in document.iter() if node.get("id")]
    assert (response.content.count(b"<h1"), len(ids)) == (1, len(set(ids)))


def test_a_line_of_the_plan_escapes_names_also_when_it_is_kept(client_for, pillar):
    initiative(pillar, name="<b>太字</b>", name_en="")
    client, english = client_for(UserFactory()), client_for(UserFactory(language="en"))
    pages = [body(user.get("/plans/NOW/")) for user in (client, client, english)]
    assert ["&lt;b&gt;太字&lt;/b&gt;" in page for page in pages] == [True, True, True]
    assert ["<b>太字</b>" in page for page in pages] == [False, False, False]


def test_english_page_marks_what_is_only_japanese(client_for, pillar):
    initiative(pillar, name="名前だけ日本語", name_en="")
    shown = body(client_for(UserFactory(language="en")).get("/plans/NOW/"))
    assert '<span lang="ja">名前だけ日本語</span>' in shown


def test_history_of_the_plan_tells_who_and_what(client_for, plan, pillar):
    secretariat = UserFactory(roles=[Role.SECRETARIAT], name="事務 局子")
    initiative(pillar, name="前の名前").change(
        "initiative.edited", by=secretariat, reason="統一のため", name="新しい名前"
    )
    shown = body(client_for(UserFactory()).get(reverse("pillars:plan_history", args=["NOW"])))
    assert [word in shown for word in ("事務 局子", "前の名前", "新しい名前", "統一のため")] == [True] * 4
