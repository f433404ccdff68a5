"""The pages of a plan as of a day: what they show, to whom, and at what cost."""

from datetime import date

import pytest

from accounts.models import Role
from dxportal import dates
from pillars.calendar import last_quarter_end
from pillars.models import Initiative, Pillar
from tests.factories import (
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
    was,
)

pytestmark = pytest.mark.django_db

BEGAN = date(2025, 4, 1)
PAGES = {
    "/plans/NOW/": 8,
    "/plans/NOW/pillars/P1/": 8,
    "/plans/NOW/objectives/O1/": 9,
    "/plans/NOW/initiatives/I1/": 9,
}


@pytest.fixture
def plan():
    return was(PlanFactory(code="NOW"), BEGAN, label="insert")


@pytest.fixture
def pillar(plan):
    return was(PillarFactory(plan=plan, code="P1"), BEGAN, label="insert")


@pytest.fixture
def initiative(pillar):
    objective = was(ObjectiveFactory(pillar=pillar, code="O1"), BEGAN, label="insert")
    made = InitiativeFactory(objective=objective, code="I1", name="いまの名前")
    return was(made, BEGAN, label="insert", name="もとの名前")


def body(response) -> str:
    return " ".join(response.content.decode().split())


def secretary():
    return DutyFactory(role=Role.SECRETARIAT).user


@pytest.mark.parametrize("page", PAGES)
def test_page_shows_the_name_of_the_day(client_for, initiative, page):
    viewer = client_for(UserFactory())
    shown = body(viewer.get(f"{page}?as_of=R7.10.1"))
    assert ("もとの名前" in shown, "いまの名前" in shown) == (True, False)
    assert "令和7年10月1日(水)</time>の状態" in shown
    assert "いまの名前" in body(viewer.get(page))


@pytest.mark.parametrize("page", PAGES)
def test_nothing_can_be_written_on_a_page_of_the_past(client_for, initiative, page):
    shown = body(client_for(secretary()).get(f"{page}?as_of=2025-10-01")).partition("<main")[2]
    assert [word for word in ('method="post"', "/edit/", "/reports/new/") if word in shown] == []


def test_the_plan_offers_the_end_of_the_last_quarter(client_for, initiative):
    day = dates.format_day(last_quarter_end(dates.today()))
    assert f'name="as_of" autocomplete="off" required value="{day}"' in body(
        client_for(UserFactory()).get("/plans/NOW/")
    )


def test_links_of_the_past_stay_in_the_past(client_for, initiative):
    shown = body(client_for(UserFactory()).get("/plans/NOW/?as_of=2025-10-01"))
    assert 'href="/plans/NOW/initiatives/I1/?as_of=2025-10-01"' in shown


def test_a_change_late_in_the_evening_belongs_to_the_day_in_tokyo(client_for, initiative):
    was(initiative, date(2025, 9, 30), hour=23, minute=30, name="夜に直した名前")
    viewer = client_for(UserFactory(timezone="America/New_York"))
    shown = [body(viewer.get(f"/plans/NOW/?as_of=2025-09-{day}")) for day in (29, 30)]
    assert ["夜に直した名前" in page for page in shown] == [False, True]


def test_the_first_minute_of_a_fiscal_year_belongs_to_it(client_for, initiative):
    was(initiative, date(2026, 4, 1), hour=0, minute=0, name="新年度の名前")
    shown = [
        body(client_for(UserFactory()).get(f"/plans/NOW/?as_of={day}")) for day in ("R7年度末", "R8.4.1")
    ]
    assert ["新年度の名前" in page for page in shown] == [False, True]


def test_figures_are_those_of_the_day(client_for, initiative):
    """Half of the milestones were done on 31 March 2026, with the dates as they stood; today all are."""
    for code, done in (("M1", date(2026, 1, 20)), ("M2", date(2026, 5, 20))):
        step = MilestoneFactory(
            initiative=initiative, code=code, planned_on=date(2026, 3, 1), completed_on=done
        )
        was(step, BEGAN, label="insert", completed_on=None)
        was(step, done)
    viewer = client_for(UserFactory())
    shown = [
        body(viewer.get(f"/plans/NOW/?as_of={day}")) for day in ("2025-12-31", "2026-03-31", "2026-06-30")
    ]
    answers = [page.partition("実績は全体で<b>")[2].partition("</b>")[0] for page in shown]
    assert answers == ["0%", "50%", "100%"]


def test_a_report_counts_from_the_day_it_was_published(client_for, initiative):
    report = ProgressReportFactory(initiative=initiative, fiscal_year=2025, quarter=1, status="delayed")
    was(report, date(2025, 7, 20), label="insert", workflow_state="draft")
    was(report, date(2025, 8, 1))
    shown = [
        body(client_for(UserFactory()).get(f"/plans/NOW/?as_of=2025-{day}")) for day in ("07-31", "08-01")
    ]
    assert ["<b>1</b>が遅れ" in page for page in shown] == [False, True]


def test_what_was_deleted_since_shows_to_the_secretariat(client_for, initiative):
    Initiative.objects.filter(pk=initiative.pk).delete()
    shown = [
        body(client_for(user).get("/plans/NOW/?as_of=2025-10-01")) for user in (secretary(), UserFactory())
    ]
    assert ["もとの名前" in page for page in shown] == [True, True]
    PillarFactory(plan=initiative.plan, code="P9", is_restricted=True)
    assert "もとの名前" not in body(client_for(UserFactory()).get("/plans/NOW/?as_of=2025-10-01"))


def test_a_pillar_restricted_today_hides_its_past(client_for, initiative):
    Pillar.objects.update(is_restricted=True)
    viewer = client_for(UserFactory())
    shown = body(viewer.get("/plans/NOW/?as_of=2025-10-01"))
    assert ("もとの名前" in shown, "閲覧を限っている施策が1件" in shown) == (False, True)
    assert viewer.get("/plans/NOW/initiatives/I1/?as_of=2025-10-01").status_code == 404
    assert viewer.get("/plans/NOW/pillars/P1/?as_of=2025-10-01").status_code == 404


def test_before_the_record_its_first_day_is_shown_and_said(client_for, initiative):
    shown = body(client_for(UserFactory()).get("/plans/NOW/?as_of=2020-01-01"))
    assert ("もとの名前" in shown, "の記録はない。この計画の記録は" in shown) == (True, True)


@pytest.mark.parametrize(
    "typed, sentence", [("9999-01-01", "先の日の状態は"), ("きのう", "日付として読めません")]
)
def test_a_day_that_cannot_be_shown_is_answered_by_a_sentence(client_for, initiative, typed, sentence):
    shown = body(client_for(UserFactory()).get("/plans/NOW/", {"as_of": typed}, follow=True))
    assert (sentence in shown, "いまの名前" in shown) == (True, True)


def test_something_newer_than_the_day_leads_to_its_present_page(client_for, initiative):
    InitiativeFactory(objective=initiative.objective, code="NEW", name="あとからの施策")
    response = client_for(UserFactory()).get("/plans/NOW/initiatives/NEW/?as_of=2025-10-01", follow=True)
    assert response.redirect_chain == [("/plans/NOW/initiatives/NEW/", 302)]
    assert "「あとからの施策」は、R7.10.1にはまだありませんでした。" in body(response)


def test_the_value_of_a_figure_is_the_one_of_the_day(client_for, initiative):
    figure = IndicatorFactory(objective=initiative.objective, initiative=initiative, decimals=1)
    value = IndicatorValueFactory(indicator=figure, fiscal_year=2024, actual_value=63)
    was(figure, BEGAN, label="insert")
    was(value, BEGAN, label="insert", actual_value=62)
    shown = body(client_for(UserFactory()).get("/plans/NOW/objectives/O1/?as_of=2025-10-01"))
    assert ("62.0件" in shown, "63.0件" in shown) == (True, False)


def furnish(initiative, rows):
    """`rows` of everything the pages list, long there."""
    for _n in range(rows):
        made = was(
            InitiativeFactory(objective=initiative.objective, code=f"MORE-{_n}"), BEGAN, label="insert"
        )
        for owner in (made, initiative):
            was(MilestoneFactory(initiative=owner, planned_on=date(2025, 6, 1)), BEGAN, label="insert")
        report = ProgressReportFactory(initiative=made, fiscal_year=2025, submitted_by=UserFactory())
        was(report, BEGAN, label="insert")
        figure = was(IndicatorFactory(objective=made.objective, initiative=initiative), BEGAN, label="insert")
        was(IndicatorValueFactory(indicator=figure, actual_value=5), BEGAN, label="insert")
        was(EvaluationFactory(objective=made.objective, fiscal_year=2020 + _n), BEGAN, label="insert")
    was(ProgressReportFactory(initiative=initiative, fiscal_year=2025, submitted_by=UserFactory()), BEGAN)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", PAGES)
def test_page_costs_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, initiative, page, rows
):
    furnish(initiative, rows)
    viewer = client_for(UserFactory())
    viewer.get(page)
    with django_assert_num_queries(PAGES[page]):
        viewer.get(f"{page}?as_of=2025-10-01")
