"""What the portal offers an issue (N2), and what must never be offered to every reader."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.models import Role
from dxportal import dates
from newsletter import blocks, checks, linkchecks
from newsletter.references import Portal
from taskforce.models import GoodPractice, Idea, Replication, Workshop
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.newsletter import IssueFactory
from tests.factories.pillars import (
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
NOON = datetime.combine(TODAY, time(3), UTC)


@pytest.fixture
def plan():
    return PlanFactory(code="DX")


def initiative(plan, *, restricted=False, **fields):
    pillar = PillarFactory(plan=plan, is_restricted=restricted)
    return InitiativeFactory(objective=ObjectiveFactory(pillar=pillar), **fields)


def idea(**fields):
    found = Idea.draft(by=UserFactory(), title="印刷をやめる", problem="紙が多い", wish="画面で済ませたい")
    found.publish(by=found.author, at=NOON)
    Idea.objects.filter(pk=found.pk).update(**fields)
    return Idea.objects.get(pk=found.pk)


def test_figures_of_the_running_plan(plan):
    first, second = initiative(plan), initiative(plan)
    MilestoneFactory(initiative=first, planned_on=date(2026, 4, 1), completed_on=date(2026, 5, 1))
    MilestoneFactory(initiative=first, planned_on=date(2027, 3, 1))
    MilestoneFactory(initiative=second, planned_on=date(2026, 4, 1))
    assert [
        (figure["name"], figure["actual"], figure["planned"]) for figure in blocks.pillar_figures(TODAY)
    ] == [
        ("柱1", 50, 50),
        ("柱2", 0, 100),
    ]


def test_restricted_pillars_are_not_drawn(plan):
    MilestoneFactory(initiative=initiative(plan, restricted=True))
    MilestoneFactory(initiative=initiative(plan))
    assert [figure["name"] for figure in blocks.pillar_figures(TODAY)] == ["柱1"]


def test_no_plan_no_drawing():
    assert blocks.pillar_figures(TODAY) == []


def test_milestones_of_the_week_before_and_after(plan):
    owner = initiative(plan, code="I1", name="電子決裁")
    week = timedelta(days=7)
    MilestoneFactory(initiative=owner, name="終えた", code="M1", planned_on=TODAY, completed_on=TODAY - week)
    MilestoneFactory(initiative=owner, name="古い", planned_on=TODAY, completed_on=TODAY - week - dates.DAY)
    MilestoneFactory(initiative=owner, name="次の", code="M3", planned_on=TODAY + week)
    MilestoneFactory(initiative=owner, name="遠い", planned_on=TODAY + week + dates.DAY)
    MilestoneFactory(initiative=initiative(plan, restricted=True), name="限る", planned_on=TODAY)
    found = blocks.milestones(Portal(TODAY))
    assert [(block.title, block.shape, block.word, block.note) for block in found] == [
        ("終えた", "done", "完了", "11月17日(火)"),
        ("次の", "none", "予定", "12月1日(火)"),
    ]
    assert [block.markdown for block in found] == ["- [[節目 M1 終えた]]", "- [[節目 M3 次の]]"]


def test_reports_that_were_published(plan):
    shown = initiative(plan, name="電子決裁")
    ProgressReportFactory(initiative=shown)
    ProgressReportFactory(initiative=initiative(plan), workflow_state="draft")
    ProgressReportFactory(initiative=initiative(plan, restricted=True))
    MilestoneFactory(initiative=shown, planned_on=TODAY - timedelta(days=9), completed_on=TODAY)
    assert [(block.title, block.word, block.note) for block in blocks.reports(Portal(TODAY))] == [
        ("電子決裁", "順調", "実績100% 計画100%")
    ]


def test_answered_ideas_say_the_answer_once(plan):
    found = idea()
    found.answer(
        "adopted", "来月から始めます。\n詳しくは…", by=UserFactory(roles=[Role.SECRETARIAT]), at=NOON
    )
    assert [block.markdown for block in blocks.answered_ideas(Portal(TODAY))] == [
        f"[[アイデア {found.number} 印刷をやめる]]\n\n来月から始めます。"
    ]


def test_class_two_ideas_come_with_title_and_state_only(plan):
    found = idea(confidentiality=2)
    found.answer("adopted", "中身の話", by=UserFactory(roles=[Role.SECRETARIAT]), at=NOON)
    [block] = blocks.answered_ideas(Portal(TODAY))
    assert (block.markdown, block.note) == (f"[[アイデア {found.number} 印刷をやめる]]", "")


def test_practices_that_spread_name_departments():
    practice = GoodPractice.objects.create(
        title="表を渡す",
        summary="短くなった",
        steps="渡す",
        department=DepartmentFactory(),
        started_on=TODAY,
        contact=UserFactory(),
        proposed_by=UserFactory(),
        state="published",
        published_at=NOON,
    )
    for number in range(4):
        Replication.objects.create(
            practice=practice,
            department=DepartmentFactory(short_name=f"第{number}"),
            status="in_use",
            started_on=TODAY - timedelta(days=number),
            by=UserFactory(),
        )
    assert [block.note for block in blocks.replications(Portal(TODAY))] == [
        "使い始めた 第0、第1、第2など4部署 ほかに4部署が使っている"
    ]


def test_workshops_of_two_weeks_with_tokyo_time():
    today = dates.today()
    soon = dates.local_instant(today + timedelta(days=3), time(18), dates.TOKYO)
    Workshop.objects.create(title="初級", starts_at=soon, ends_at=soon + timedelta(hours=1))
    late = soon + timedelta(days=30)
    Workshop.objects.create(title="先の話", starts_at=late, ends_at=late + timedelta(hours=1))
    day = dates.format_day(soon.date(), "weekday", language="ja")
    assert [block.note for block in blocks.workshops(Portal(today))] == [f"{day} 18:00(東京)"]


def test_brackets_in_a_title_do_not_break_the_reference():
    assert blocks.refer("施策", "2-3-1", "[試行] 紙|電子") == "[[施策 2-3-1 (試行) 紙/電子]]"


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/newsletter/", True),
        ("/newsletter/?q=a#b", True),
        ("http://localhost:8000/me/delivery/", True),
        ("/no-such-page/", False),
        ("http://localhost:8000/no-such-page/", False),
        ("https://www.example.jp/anything", True),
        ("mailto:a@example.jp", True),
        ("#a1", True),
        ("", False),
    ],
)
def test_addresses_of_the_portal_must_exist(address, there):
    assert linkchecks.address_exists(address) == there


def test_problems_name_their_place():
    issue = IssueFactory(
        title="あ" * 31,
        title_en="",
        lead="特定秘密の話",
        articles=[("小技", ""), ("お知らせ", "<b>太字</b>")],
        confidentiality=2,
    )
    assert [problem.message for problem in checks.problems(issue)] == [
        "英語の題名か要約がない。英語の読者にも日本語の題名で届く",
        "「リード」に機密性3や特定秘密という言葉がある。中身を確かめる",
        "機密性2の号。メールには題名とリンクだけが載る。題名に中身を書かない",
        "「小技」の節が空。このままだと節ごと出ない",
        "「お知らせ」のHTMLは使えない。文字のまま出る: </b> <b>",
        "題名が31字。30字を超えると携帯で切れる",
    ]
