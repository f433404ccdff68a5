"""The page of a comparison: its days, its filters, its file, its cost."""

from datetime import date

import pytest

from accounts.models import Role
from dxportal import dates
from tests.factories import (
    DutyFactory,
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

BEGAN, BETWEEN = date(2025, 4, 1), date(2026, 5, 12)
PAGE, SPAN = "/plans/NOW/changes/", "?from=R8.3.31&to=R8.6.30"


@pytest.fixture
def initiative():
    plan = was(PlanFactory(code="NOW"), BEGAN, label="insert")
    pillar = was(PillarFactory(plan=plan, code="P1"), BEGAN, label="insert")
    objective = was(ObjectiveFactory(pillar=pillar, code="O1"), BEGAN, label="insert")
    return was(InitiativeFactory(objective=objective, code="I1", name="施策の名前"), BEGAN, label="insert")


def body(response) -> str:
    return " ".join(response.content.decode().split())


def renamed(initiative):
    return was(initiative, BETWEEN, name="新しい名前")


def test_the_answer_counts_the_changes(client_for, initiative):
    shown = body(client_for(UserFactory()).get(PAGE + SPAN))
    assert "変わったところはない。" in shown
    renamed(initiative)
    shown = body(client_for(UserFactory()).get(PAGE + SPAN))
    assert "<b>1</b>か所が変わり" in shown
    assert '<del><span class="vh">前: </span>施策の名前</del>' in shown


def test_without_days_it_runs_from_the_last_quarters_end_until_today(client_for, initiative):
    seen = client_for(UserFactory()).get(PAGE).context["seen"]
    today = dates.today()
    quarter = dates.quarter_start(dates.fiscal_year(today), dates.quarter(today))
    assert (seen.first, seen.last) == (quarter - dates.DAY, today)


@pytest.mark.parametrize(
    "query, sentence",
    [
        ("from=R8.6.30&to=R8.3.31", "「いつから」よりあとの日を書いてください。"),
        ("from=9999-01-01", "先の日の状態はまだありません。"),
        ("from=きのう", "「きのう」は日付として読めません。"),
    ],
)
def test_days_that_cannot_be_compared_are_said_at_the_field(client_for, initiative, query, sentence):
    response = client_for(UserFactory()).get(f"{PAGE}?{query}")
    assert (response.status_code, sentence in body(response)) == (422, True)


@pytest.mark.parametrize(
    "query, number", [("kind=text", 1), ("kind=moved", 0), ("pillar=P1", 1), ("pillar=P9", 1)]
)
def test_filters_stand_in_the_address(client_for, initiative, query, number):
    renamed(initiative)
    response = client_for(UserFactory()).get(f"{PAGE}{SPAN}&{query}")
    assert response.context["page"].paginator.count == number


def test_the_list_goes_out_as_csv(client_for, initiative):
    renamed(initiative)
    response = client_for(UserFactory()).get(f"{PAGE}{SPAN}&export=csv")
    text = b"".join(response.streaming_content).decode()
    assert (
        "P1,施策,I1,新しい名前,,名前・文言,施策名,施策の名前,新しい名前,,2026-05-12 12:00,ポータルの外"
        in text
    )


def test_a_mere_administrator_takes_no_figures_out(client_for, initiative):
    admin = DutyFactory(role=Role.ADMIN).user
    assert client_for(admin).get(f"{PAGE}{SPAN}&export=xlsx").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, initiative, rows):
    for _n in range(rows):
        made = was(
            InitiativeFactory(objective=initiative.objective, code=f"MORE-{_n}"),
            BEGAN,
            label="insert",
            name="もと",
        )
        was(made, BETWEEN)
        step = was(MilestoneFactory(initiative=made), BEGAN, label="insert")
        was(step, BETWEEN, due_on=date(2027, 1, 31))
        was(ProgressReportFactory(initiative=made, quarter=1, status="delayed"), BETWEEN, label="insert")
    viewer = client_for(UserFactory())
    viewer.get(PAGE)
    with django_assert_num_queries(10):
        viewer.get(PAGE + SPAN)


def test_a_pillar_that_is_new_has_no_figures_before(client_for, initiative):
    was(PillarFactory(plan=initiative.plan, code="P2", name="新しい柱"), BETWEEN, label="insert")
    response = client_for(UserFactory()).get(PAGE + SPAN)
    assert [then is None for then, _now in response.context["columns"]] == [False, True]
