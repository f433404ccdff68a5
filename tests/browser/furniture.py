"""A world with something on every page: the things of the permission sweep, and what makes them full."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Activity
from dxportal import dates
from newsletter.models import Issue, Letter, Readership
from pillars import imports
from pillars.models import ExecutiveNote, MilestoneMove
from taskforce.models import IdeaStatus, SeatTerm, WorkshopSeries
from tests.factories import (
    Book,
    EvaluationFactory,
    GradeScaleFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MilestoneFactory,
    ProgressReportFactory,
    sealed_round,
)
from tests.factories.accounts import UserFactory
from tests.factories.newsletter import LetterFactory, sent_issue
from tests.factories.taskforce import BodyFactory, SeatFactory, WorkshopFactory
from tests.factories.taskforce_ideas import draft_idea, published_idea, secretary, spread_of
from tests.newsletter import sweep as newsletter
from tests.pillars import sweep as pillars
from tests.taskforce import sweep as taskforce
from tests.taskforce import sweep_desk as desk
from tests.taskforce import sweep_groups as groups
from tests.world import World


def furnished(language: str) -> World:
    """The world of the sweep with full pages; its people read in the language."""
    world = World()
    furnish_plan(world)
    furnish_taskforce(world)
    furnish_ideas(world)
    furnish_newsletter(world)
    for person in filter(None, world.people.values()):
        person.language = language
        person.save(update_fields=["language"])
    return world


def furnish_plan(world):
    today = dates.today()
    initiative, objective = pillars.initiative(world), pillars.objective(world)
    plan = initiative.plan
    late = MilestoneFactory(initiative=initiative, planned_on=today - timedelta(days=20), weight=2)
    MilestoneMove.objects.create(
        milestone=late, moved_from=today - timedelta(days=50), moved_to=late.planned_on, reason="機器の遅れ"
    )
    MilestoneFactory(initiative=initiative, planned_on=today + timedelta(days=20))
    done = today - timedelta(days=100)
    MilestoneFactory(initiative=initiative, planned_on=done, completed_on=done)
    ProgressReportFactory(initiative=initiative, quarter=1)
    for quarter, state in {1: "submitted", 3: "returned", 4: "approved"}.items():
        fields = {"fiscal_year": 2025, "quarter": quarter, "workflow_state": state}
        who = {"initiative": initiative, "submitted_by": pillars.reporter(world)}
        world.things[f"report {state}"] = ProgressReportFactory(**who, **fields)
    for indicator in (
        IndicatorFactory(objective=objective),
        IndicatorFactory(objective=objective, initiative=initiative),
    ):
        for year in plan.fiscal_years:
            value = None if year >= dates.fiscal_year(today) else Decimal(year - 2000)
            IndicatorValueFactory(indicator=indicator, fiscal_year=year, target_value=30, actual_value=value)
    plan.grade_scale = plan.grade_scale or GradeScaleFactory()
    plan.save(update_fields=["grade_scale"])
    if not objective.evaluations.exists():
        EvaluationFactory(objective=objective, grade=plan.grade_scale.grades.get(minimum_share=0))
    note = ExecutiveNote(plan=plan, fiscal_year=dates.fiscal_year(today), quarter=dates.quarter(today))
    words = {"first": "本番移行の日を官房会議で決めたい。", "second": "採用枠8人の判断がほしい。"}
    note.write(by=world.people["X"], indicators=list(objective.indicators.all()), **words)
    note.hand_over(by=world.people["X"])
    sealed_round(
        initiative, [(4, 2), (5, 2), (4, 1), (3, 2), (4, 3)], quarter=1, hours_taken=3, hours_given=1
    )
    pillars.asked(world)
    pillars.proved("returned")(world)
    Activity.record("initiative.changed", initiative, by=world.people["X"], changes={"percent": ["40", "50"]})
    book = Book(world.department).content
    world.once("import", lambda: imports.upload(book, "plan.xlsx", by=world.people["X"], today=today))


def furnish_newsletter(world):
    """An issue that was read, answered and put right, and an inbox with something in every state."""
    issue, editor = newsletter.sent(world), world.people["E"]
    issue.articles.get().correct(
        by=editor, version=1, body="**人**、期限、置き場所の2枚。", note="枚数の誤り"
    )
    sent_issue(number=3, articles=[("小技", "添付を軽くする。")])
    Issue.objects.update(useful_count=41, useless_count=7)
    for place, readers in {"headquarters": 62, "posts": 0, "local": 28}.items():
        Readership.objects.create(issue=issue, place=place, readers=readers, audience=30 + 2 * readers)
    newsletter.own_letter(world)
    LetterFactory(
        kind=Letter.Kind.PROPOSAL, about_label="引継書のひな形", about_url="/practices/1/", unnamed=True
    )
    for state, answer in ((Letter.State.USED, "次の号に載せます"), (Letter.State.DECLINED, "")):
        LetterFactory(author=world.people["X"]).settle(state, by=editor, version=1, answer=answer)


def furnish_taskforce(world):
    group = taskforce.group(world)
    running = groups.with_theme(world) and group.themes.get()
    running.measures.create(name="時間", start_value=95, current_value=60, target_value=40, unit="分")
    groups.past_theme(world)
    linked = world.things["past theme"]
    linked.ideas.add(taskforce.idea_of_group(world))
    linked.initiatives.add(pillars.initiative(world))
    groups.proposal_of(world)
    groups.application(world)
    groups.model_measure(world)
    groups.term(world)
    group.memberships.create(person=world.people["L"], is_lead=True, joined_on=date(2026, 4, 1))
    groups.meeting_of(world)
    group.meetings.create(title="次回", starts_at=timezone.now() + timedelta(days=5))
    groups.item_of(world)
    groups.member_of(world)
    council = BodyFactory(kind="council", code="council")
    team = BodyFactory(kind="team", parent=council, code="team")
    BodyFactory(kind="taskforce", parent=team, code="tf", relation="cooperates")
    model = SeatFactory(body=BodyFactory(kind="model", parent=team), department=world.department)
    BodyFactory(kind="subcommittee", parent=team)
    for seat in (SeatFactory(body=council), SeatFactory(body=team), model):
        SeatTerm.objects.create(seat=seat, person=world.people["D"], starts_on=date(2022, 7, 1))
    furnish_workshops(world)


def furnish_workshops(world):
    desk.material(world)
    desk.over_workshop(world)
    shown = desk.coming(world)
    shown.series = WorkshopSeries.objects.create(name="月例の会", name_en="Monthly")
    shown.save(update_fields=["series"])
    shown.edit(by=world.people["X"], version=shown.version, place="7階", description="手順を試す。")
    coming = WorkshopFactory(starts_at=timezone.now() + timedelta(days=2), capacity=10, series=shown.series)
    coming.register(world.people["X"])
    called_off = WorkshopFactory(starts_at=timezone.now() + timedelta(days=9), series=shown.series)
    called_off.cancel(by=world.people["X"], reason="講師の都合")
    WorkshopFactory(starts_at=timezone.now() - timedelta(days=9), recording_url="https://example.jp/rec")


def furnish_ideas(world):
    desk.question_file(world)
    desk.guidance(world)
    idea, chief = taskforce.idea_of_group(world), secretary()
    taskforce.comment(world)
    for person in ("S", "X", "E"):
        idea.support(by=world.people[person])
    taskforce.own_comment(world)
    taskforce.thanks_note(world)
    taskforce.pilot(world)
    measures = idea.pilots.get().measures
    measures.create(label="時間", unit="分", before=95, after=38, people=12)
    taskforce.file_of(world)
    spread_of(world.things["practice"], 3)
    planner, leaver = UserFactory(), UserFactory()
    origin, practice = world.department, world.things["practice"]
    practice.replicate(planner.department, status="planned", by=planner, learnt_from=origin, hours_saved=9)
    practice.replicate(leaver.department, status="stopped", by=leaver, learnt_from=origin, note="使わない")
    practice.confirm(by=chief, today=date(2026, 1, 8))
    published_idea(world.people["X"], supports=2).answer(IdeaStatus.DECLINED, "別の方法がある。", by=chief)
    published_idea(world.people["T"], is_anonymous=True, language="en", title="One form for visas")
    draft_idea(world.people["X"])
