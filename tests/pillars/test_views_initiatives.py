"""The page of one initiative, its edit page and its history."""

from datetime import date

import html5lib
import pytest
from django.urls import reverse

from accounts.models import Activity, Follow, Role
from dxportal import dates
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ProgressReportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative():
    return InitiativeFactory(
        name="電子決裁の在外公館展開", name_en="E-approval abroad", summary="全公館で使う。"
    )


@pytest.fixture
def reporter(initiative):
    return DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user


@pytest.fixture
def milestone(initiative):
    return MilestoneFactory(initiative=initiative, name="軽量画面の提供", planned_on=date(2099, 9, 30))


def body(response) -> str:
    return " ".join(response.content.decode().split())


def address(initiative, name="initiative_edit"):
    return reverse(f"pillars:{name}", args=[initiative.plan.code, initiative.code])


def posted(initiative, *milestones, **changes) -> dict:
    """What the edit page sends when nothing but `changes` was touched."""
    data = {
        name: getattr(initiative, name)
        for name in ("name", "name_en", "summary", "summary_en", "confidentiality")
    }
    data |= {"version": initiative.version, "reason": ""}
    for m in milestones:
        done = dates.format_day(m.completed_on, language="ja") if m.completed_on else ""
        data |= {
            f"ms{m.pk}-version": m.version,
            f"ms{m.pk}-due_on": dates.format_day(m.due_on, language="ja"),
            f"ms{m.pk}-completed_on": done,
            f"ms{m.pk}-reason": "",
        }
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def test_page_answers_with_the_status_and_the_next_milestone(client_for, initiative, milestone):
    ProgressReportFactory(initiative=initiative, status="slightly_delayed")
    answer = body(client_for(UserFactory()).get(initiative.get_absolute_url())).split('class="answer">')[1]
    assert answer.startswith("<b>やや遅れ</b>。") and "次の節目は「軽量画面の提供」" in answer


def test_page_says_by_how_much_a_milestone_is_overdue(client_for, initiative):
    MilestoneFactory(
        initiative=initiative, name="第2期", planned_on=dates.today().replace(year=dates.today().year - 1)
    )
    assert "節目「第2期」が期日を<b>365日</b>過ぎている。" in body(
        client_for(UserFactory()).get(initiative.get_absolute_url())
    )


def test_page_shows_cause_and_next_step_of_the_newest_published_report(client_for, initiative):
    ProgressReportFactory(initiative=initiative, quarter=1, issues="前のわけ")
    ProgressReportFactory(initiative=initiative, quarter=2, issues="今のわけ", workflow_state="approved")
    aside = body(client_for(UserFactory()).get(initiative.get_absolute_url())).split("<aside")[1]
    assert ("前のわけ" in aside, "今のわけ" in aside) == (True, False)


def test_page_counts_followers_and_knows_whether_i_am_one(client_for, initiative):
    me, other = UserFactory(), UserFactory()
    for user in (me, other):
        target_type, target_id = initiative.history_key
        Follow.objects.create(
            user=user, target_type=target_type, target_id=target_id, target_label="x", target_url="/"
        )
    pages = [body(client_for(user).get(initiative.get_absolute_url())) for user in (me, UserFactory())]
    assert ["フォロー中" in page for page in pages] == [True, False]
    assert ["2人" in page for page in pages] == [True, True]


def test_unpublished_reports_are_read_by_the_department_only(client_for, initiative, reporter):
    ProgressReportFactory(initiative=initiative, results="下書きの文", workflow_state="draft")
    pages = [body(client_for(p).get(initiative.get_absolute_url())) for p in (UserFactory(), reporter)]
    assert ["下書きの文" in page for page in pages] == [False, True]


def test_page_tells_both_statuses_when_the_reporter_differs(client_for, initiative, milestone):
    ProgressReportFactory(
        initiative=initiative, status="delayed", suggested_status="on_track", override_reason="契約が遅れる"
    )
    shown = body(client_for(UserFactory()).get(initiative.get_absolute_url()))
    assert "数字から見た状態は「順調」" in shown and "契約が遅れる" in shown


@pytest.mark.parametrize("rows", (1, 3))
def test_page_costs_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, initiative, rows):
    for number in range(rows):
        MilestoneFactory(initiative=initiative).move(date(2027, 1, 1), reason="延期", by=UserFactory())
        ProgressReportFactory(initiative=initiative, quarter=number + 1, submitted_by=UserFactory())
        figure = IndicatorFactory(initiative=initiative, objective=initiative.objective)
        IndicatorValueFactory(indicator=figure, actual_value=4)
    client = client_for(UserFactory())
    with django_assert_num_queries(14):
        client.get(initiative.get_absolute_url())


@pytest.mark.parametrize("name", ("initiative", "initiative_edit", "initiative_history"))
def test_pages_are_valid_and_have_one_heading(client_for, initiative, milestone, reporter, name):
    milestone.move(date(2027, 1, 1), reason="延期", by=reporter)
    ProgressReportFactory(initiative=initiative, submitted_by=reporter)
    response = client_for(reporter).get(address(initiative, name))
    document = html5lib.HTMLParser(strict=True).parse(response.content.decode())
    ids = [node.get("id") for node in document.iter() if node.get("id")]
    assert (response.content.count(b"<h1"), len(ids)) == (1, len(set(ids)))


def test_edit_changes_the_text_and_leaves_a_trace(client_for, initiative, reporter):
    client_for(reporter).post(
        address(initiative), posted(initiative, name="新しい名前", reason="分かりやすく")
    )
    initiative.refresh_from_db()
    act = Activity.objects.of(initiative).get(verb="initiative.edited")
    assert (initiative.name, act.changes, act.reason) == (
        "新しい名前",
        {"施策名": ["電子決裁の在外公館展開", "新しい名前"]},
        "分かりやすく",
    )


def test_edit_moves_a_milestone_with_its_reason(client_for, initiative, milestone, reporter):
    changes = {f"ms{milestone.pk}__due_on": "2099-12-25", f"ms{milestone.pk}__reason": "試験が延びた"}
    client_for(reporter).post(address(initiative), posted(initiative, milestone, **changes))
    milestone.refresh_from_db()
    assert (milestone.planned_on, milestone.due_on) == (date(2099, 9, 30), date(2099, 12, 25))
    assert milestone.moves.get().reason == "試験が延びた"


def test_edit_refuses_a_move_without_a_reason(client_for, initiative, milestone, reporter):
    changes = {f"ms{milestone.pk}__due_on": "2099-12-25", "name": "新しい名前"}
    response = client_for(reporter).post(address(initiative), posted(initiative, milestone, **changes))
    milestone.refresh_from_db()
    initiative.refresh_from_db()
    assert (response.status_code, milestone.due_on, initiative.version) == (422, date(2099, 9, 30), 1)
    assert "期日を変えるわけを書いてください" in body(response) and 'value="新しい名前"' in body(response)


def test_edit_completes_a_milestone(client_for, initiative, milestone, reporter):
    changes = {f"ms{milestone.pk}__completed_on": "R8.3.31"}
    client_for(reporter).post(address(initiative), posted(initiative, milestone, **changes))
    milestone.refresh_from_db()
    assert milestone.completed_on == date(2026, 3, 31)


def test_edit_refuses_a_completion_in_the_future(client_for, initiative, milestone, reporter):
    changes = {f"ms{milestone.pk}__completed_on": "2099-03-31"}
    response = client_for(reporter).post(address(initiative), posted(initiative, milestone, **changes))
    assert "きょうまでの日付" in body(response)


def test_edit_of_an_old_version_shows_both_texts_and_saves_nothing(client_for, initiative, reporter):
    old = posted(initiative, name="あとの名前")
    initiative.change("initiative.edited", by=reporter, name="先の名前")
    response = client_for(reporter).post(address(initiative), old)
    initiative.refresh_from_db()
    assert ("先の名前" in body(response), "あとの名前" in body(response)) == (True, True)
    assert (response.status_code, initiative.name) == (422, "先の名前")


def test_edit_of_another_department_is_refused(client_for, initiative):
    stranger = DutyFactory(role=Role.PROGRESS_REPORTER, department=InitiativeFactory().lead_department).user
    response = client_for(stranger).post(address(initiative), posted(initiative, name="よその名前"))
    initiative.refresh_from_db()
    assert (response.status_code, initiative.name) == (403, "電子決裁の在外公館展開")


def test_history_hides_unpublished_reports_from_others(client_for, initiative, reporter):
    report = ProgressReportFactory(initiative=initiative, workflow_state="draft")
    report.save_draft(by=reporter, results="まだ内緒の文")
    pages = [
        body(client_for(p).get(address(initiative, "initiative_history"))) for p in (UserFactory(), reporter)
    ]
    assert ["まだ内緒の文" in page for page in pages] == [False, True]


def test_history_is_told_in_the_viewers_time_zone(client_for, initiative, reporter):
    initiative.change("initiative.edited", by=reporter, name="新しい名前")
    abroad = UserFactory(timezone="Europe/Paris")
    assert "パリ" in body(client_for(abroad).get(address(initiative, "initiative_history")))


@pytest.mark.parametrize("rows", (1, 3))
def test_history_costs_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, initiative, reporter, rows
):
    for number in range(rows):
        initiative.change("initiative.edited", by=reporter, name=f"名前{number}")
    client = client_for(UserFactory())
    with django_assert_num_queries(7):
        client.get(address(initiative, "initiative_history"))
