"""The lists of a plan: what the filters leave, in which order, at what cost, and what is taken along as a file."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest

from accounts.models import Role
from dxportal import dates
from pillars.figures import Figure
from pillars.models import Indicator
from tests.factories import (
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
LISTS = ("initiatives", "milestones", "indicators", "reports")


@pytest.fixture
def pillar():
    return PillarFactory(plan=PlanFactory(code="NOW"), code="P1", position=1)


@pytest.fixture
def get(client_for):
    """get("milestones/?show=done"): the text of a list of the plan, as somebody of the ministry sees it."""

    def asked(address, user=None):
        response = client_for(user or UserFactory()).get(f"/plans/NOW/{address}")
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return asked


def initiative(pillar, **fields):
    return InitiativeFactory(objective=ObjectiveFactory(pillar=pillar), **fields)


def in_days(days):
    return dates.today() + timedelta(days=days)


def furnish(pillar, rows):
    for _n in range(rows):
        made = initiative(pillar)
        MilestoneFactory(initiative=made)
        ProgressReportFactory(initiative=made)
        figure = IndicatorFactory(objective=made.objective, initiative=made)
        IndicatorValueFactory(indicator=figure, target_value=10, actual_value=5)


@pytest.mark.parametrize("rows", (1, 3))
@pytest.mark.parametrize(("name", "queries"), list(zip(LISTS, (12, 10, 10, 11), strict=True)))
def test_list_costs_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, pillar, name, queries, rows
):
    furnish(pillar, rows)
    client = client_for(UserFactory())
    with django_assert_num_queries(queries):
        assert client.get(f"/plans/NOW/{name}/").status_code == 200


VALUES = {  # fiscal year: (target, actual); the day is in fiscal year 2026
    "reached": {2025: (10, 10), 2026: (20, None)},
    "below": {2024: (5, 9), 2025: (10, 9)},
    "still growing": {2025: (10, 12), 2026: (20, 3)},
    "only growing": {2026: (20, 3)},
    "no target": {2025: (None, 3)},
    "nothing": {2025: (10, None)},
}


@pytest.mark.parametrize("unit", ("件", "%"))
@pytest.mark.parametrize("aggregation", Indicator.Aggregation.values)
@pytest.mark.parametrize("direction", Indicator.Direction.values)
def test_database_and_arithmetic_agree_on_targets_reached(pillar, direction, aggregation, unit):
    today = date(2026, 11, 28)
    kind = {"direction": direction, "aggregation": aggregation, "unit": unit}
    for years in VALUES.values():
        made = IndicatorFactory(objective=ObjectiveFactory(pillar=pillar), **kind)
        for year, (target, actual) in years.items():
            IndicatorValueFactory(indicator=made, fiscal_year=year, target_value=target, actual_value=actual)
    for row in Indicator.objects.with_standing(today):
        figure = Figure(row, range(2024, 2027), today)
        settled = figure.settled.fiscal_year if figure.settled else None
        assert (row.standing, row.settled_year) == (figure.standing, settled)


@pytest.mark.parametrize("name", LISTS)
def test_empty_list_says_what_will_be_there(get, pillar, name):
    assert "ここに並びます。" in get(f"{name}/")


@pytest.mark.parametrize("name", LISTS)
def test_list_filtered_to_nothing_offers_the_way_out(get, pillar, name):
    furnish(pillar, 1)
    assert "条件を外す" in get(f"{name}/?q=ないことば")


@pytest.mark.parametrize("name", LISTS)
def test_unknown_choices_filter_nothing(get, pillar, name):
    furnish(pillar, 1)
    assert "1件中 1〜1" in get(f"{name}/?pillar=X&department=X&status=X&show=X&sort=X&page=X&quarter=X")


@pytest.mark.parametrize("name", LISTS)
def test_restricted_pillar_is_not_listed_but_counted(get, pillar, name):
    furnish(PillarFactory(plan=pillar.plan, is_restricted=True), 1)
    assert "閲覧を限っている施策が1件あります" in get(f"{name}/")


@pytest.mark.parametrize("name", LISTS)
def test_file_holds_what_the_filter_left(client_for, pillar, name):
    furnish(pillar, 2)
    wanted = pillar.plan.initiatives.first()
    response = client_for(UserFactory()).get(
        f"/plans/NOW/{name}/?department={wanted.lead_department.code}&export=csv"
    )
    text = b"".join(response).decode()
    assert [made.code in text for made in pillar.plan.initiatives.order_by("pk")] == [True, False]


def test_administrator_takes_no_figures_out(client_for, pillar):
    admin = UserFactory(roles=[Role.ADMIN])
    assert client_for(admin).get("/plans/NOW/initiatives/?export=csv").status_code == 403


def test_initiatives_are_filtered_by_computed_status(get, pillar):
    late = initiative(pillar, name="遅い施策")
    MilestoneFactory(initiative=late, planned_on=in_days(-400))
    initiative(pillar, name="早い施策")
    shown = get("initiatives/?status=delayed")
    assert (">遅い施策<" in shown, ">早い施策<" in shown) == (True, False)


def test_initiatives_are_sorted_by_the_largest_gap(get, pillar):
    for name, done in (("半分", 1), ("何も", 0)):
        made = initiative(pillar, name=name)
        MilestoneFactory(initiative=made, planned_on=in_days(-9), completed_on=in_days(-9) if done else None)
        MilestoneFactory(initiative=made, planned_on=in_days(-9))
    shown = get("initiatives/?sort=gap")
    assert shown.index(">何も<") < shown.index(">半分<")


@pytest.mark.parametrize(
    ("show", "left"), [("overdue", "過ぎた"), ("soon", "近い"), ("moved", "延びた"), ("done", "終えた節目")]
)
def test_milestones_of_each_kind(get, pillar, show, left):
    made = initiative(pillar)
    MilestoneFactory(initiative=made, name="過ぎた", planned_on=in_days(-1), due_on=in_days(-1))
    MilestoneFactory(initiative=made, name="近い", planned_on=in_days(90), due_on=in_days(90))
    MilestoneFactory(initiative=made, name="延びた", planned_on=in_days(100), due_on=in_days(101))
    MilestoneFactory(initiative=made, name="終えた節目", planned_on=in_days(-5), completed_on=in_days(-6))
    shown = get(f"milestones/?show={show}")
    names = ("過ぎた", "近い", "延びた", "終えた節目")
    assert [name for name in names if f'<th scope="row">{name}<' in shown] == [left]


def test_milestones_answer_with_their_numbers(get, pillar):
    made = initiative(pillar)
    MilestoneFactory(initiative=made, planned_on=in_days(-1), due_on=in_days(-1))
    MilestoneFactory(initiative=made, planned_on=in_days(-1), completed_on=in_days(-1))
    answer = "節目<b>2</b>のうち<b>1</b>を終えた。期日を過ぎたものは<b>1</b>"
    assert answer in get("milestones/")


@pytest.mark.parametrize(
    ("values", "show"),
    [((10, 12), "met"), ((10, 5), "missed"), ((None, 5), "unknown"), ((10, None), "unknown")],
)
def test_indicators_by_whether_they_reach_their_target(get, pillar, values, show):
    figure = IndicatorFactory(objective=ObjectiveFactory(pillar=pillar), name="ある指標")
    IndicatorValueFactory(indicator=figure, target_value=values[0], actual_value=values[1])
    shown = {kind for kind in ("met", "missed", "unknown") if ">ある指標<" in get(f"indicators/?show={kind}")}
    assert shown == {show}


def test_indicator_that_cannot_be_computed_says_why(get, pillar):
    figure = IndicatorFactory(objective=ObjectiveFactory(pillar=pillar))
    IndicatorValueFactory(indicator=figure, target_value=0, actual_value=5)
    assert "算定不可<small>目標が0</small>" in get("indicators/")


def test_file_of_indicators_tells_the_rates_and_how_they_come_about(client_for, pillar):
    objective = ObjectiveFactory(pillar=pillar)
    for code, target in (("K1", 8), ("K2", 0)):
        figure = IndicatorFactory(objective=objective, code=code, baseline_value=2)
        IndicatorValueFactory(indicator=figure, fiscal_year=2025, target_value=target, actual_value=5)
    response = client_for(UserFactory()).get("/plans/NOW/indicators/?export=csv")
    rows = {row["KPIコード"]: row for row in csv.DictReader(StringIO(b"".join(response).decode()[1:]))}
    told = ("計算した年(西暦)", "達成率(%)", "達成率の計算", "進捗度(基準値比)(%)", "進捗度の計算")
    from_baseline = "(実績値 − 基準値) ÷ (目標値 − 基準値)"
    assert [[row[heading] for heading in told] for row in rows.values()] == [
        ["2025", "62.5", "実績値 ÷ 目標値", "50.0", from_baseline],
        ["2025", "", "算定不可。目標が0", "-150.0", from_baseline],
    ]


def test_reports_show_the_newest_quarter_first_and_others_when_asked(get, pillar):
    made = initiative(pillar)
    ProgressReportFactory(initiative=made, quarter=1, results="前の四半期の実績")
    ProgressReportFactory(initiative=made, quarter=2, results="今の四半期の実績")
    assert ["今の四半期の実績" in get(f"reports/{query}") for query in ("", "?quarter=2026Q1")] == [
        True,
        False,
    ]


def test_reports_not_yet_published_are_not_listed(get, pillar):
    ProgressReportFactory(initiative=initiative(pillar), workflow_state="approved", results="まだ")
    assert "公開された報告はまだない。" in get("reports/", UserFactory(roles=[Role.SECRETARIAT]))


def test_lists_speak_the_words_of_the_plan(get, pillar):
    pillar.plan.initiative_label, pillar.plan.pillar_label = "取組事項", "基本目標"
    pillar.plan.save()
    initiative(pillar, starts_on=date(2024, 4, 1))
    shown = get("initiatives/")
    assert ("取組事項の一覧" in shown, "基本目標1" in shown) == (True, True)
