"""What needs whom: each source asks the right person, and nobody else."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Role
from dxportal import attention, dates
from newsletter.models import Issue
from pillars.models import ProgressReport, Proposal
from taskforce.models import ActionItem, Consultation
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    IssueFactory,
    MilestoneFactory,
    ProgressReportFactory,
    UserFactory,
    visibility_proposal,
)
from tests.factories.taskforce import (
    ThemeFactory,
    WorkingGroupFactory,
    WorkshopFactory,
    group_lead,
    group_member,
)
from tests.factories.taskforce_ideas import NOON, draft_idea, published_idea, published_practice, secretary

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)  # a Tuesday
DAY = timedelta(days=1)
State = ProgressReport.State


@pytest.fixture
def everybody():
    """One person of each role, without any scope in what the tests make; {} means nothing is asked of them."""
    people = {
        "staff": UserFactory(),
        "secretariat": secretary(),
        "editor": UserFactory(roles=[Role.EDITOR]),
        "executive": UserFactory(roles=[Role.EXECUTIVE]),
    }
    for role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER):
        people[role.value] = UserFactory()
        DutyFactory(user=people[role.value], role=role, department=people[role.value].department)
    return people


def officer(role, initiative):
    """The reporter or approver of the initiative's department."""
    user = UserFactory(department=initiative.lead_department)
    DutyFactory(user=user, role=role, department=initiative.lead_department)
    return user


def asked(user):
    """[(kind, about, due)] of what the person owes."""
    return [(item.kind, item.about, item.due_on) for item in attention.needing(user, TODAY)]


def asked_of(people):
    return {name: asked(user) for name, user in people.items() if asked(user)}


def led_initiative(**fields):
    return InitiativeFactory(lead_department=UserFactory().department, **fields)


# --- plan -----------------------------------------------------------------------------------------


def test_a_quarter_without_report_is_asked_of_the_reporter(everybody):
    initiative = led_initiative(name="決裁の電子化")
    reporter = officer(Role.PROGRESS_REPORTER, initiative)
    # The second quarter ended on 30 September; ten office days after 1 October, with one holiday: 16 October.
    assert asked(reporter) == [("report", "決裁の電子化", date(2026, 10, 16))]
    assert asked_of(everybody) == {}


@pytest.mark.parametrize(
    ("state", "role"),
    [
        (State.DRAFT, Role.PROGRESS_REPORTER),
        (State.RETURNED, Role.PROGRESS_REPORTER),
        (State.SUBMITTED, Role.PROGRESS_APPROVER),
    ],
)
def test_a_report_waits_for_one_role_of_its_department(everybody, state, role):
    initiative = led_initiative(name="決裁の電子化")
    ProgressReportFactory(initiative=initiative, workflow_state=state)
    here = {f"{r} here": officer(r, initiative) for r in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)}
    assert asked_of(everybody | here) == {f"{role} here": [("report", "決裁の電子化", date(2026, 10, 16))]}


def test_an_approved_report_waits_for_the_secretariat(everybody):
    initiative = led_initiative(name="決裁の電子化")
    ProgressReportFactory(initiative=initiative, workflow_state=State.APPROVED)
    assert asked_of(everybody) == {"secretariat": [("report", "決裁の電子化", date(2026, 10, 16))]}


def test_nobody_approves_what_they_submitted():
    initiative = led_initiative()
    both = officer(Role.PROGRESS_APPROVER, initiative)
    ProgressReportFactory(initiative=initiative, workflow_state=State.SUBMITTED, submitted_by=both)
    assert asked(both) == []


def test_milestones_within_thirty_days_are_asked_of_the_reporter(everybody):
    initiative = led_initiative(name="決裁の電子化")
    ProgressReportFactory(initiative=initiative)
    for name, days in (("遅れた", -1), ("近い", 30), ("遠い", 31)):
        MilestoneFactory(
            initiative=initiative, name=name, planned_on=TODAY + days * DAY, due_on=TODAY + days * DAY
        )
    reporter = officer(Role.PROGRESS_REPORTER, initiative)
    assert asked(reporter) == [
        ("milestone", "遅れた(決裁の電子化)", TODAY - DAY),
        ("milestone", "近い(決裁の電子化)", TODAY + 30 * DAY),
    ]
    assert asked_of(everybody) == {}


# --- taskforce ------------------------------------------------------------------------------------


def test_a_draft_is_asked_of_its_author_without_a_day(everybody):
    author = UserFactory()
    draft_idea(author, title="当番表")
    assert asked(author) == [("idea", "当番表", None)]
    assert asked_of(everybody) == {}


def test_an_idea_past_its_promise_is_asked_of_the_secretariat(everybody):
    idea = published_idea(at=NOON - 30 * DAY, title="当番表")
    assert asked_of(everybody) == {"secretariat": [("idea", "当番表", idea.answer_due_on)]}
    assert asked(idea.author) == []


def test_an_idea_within_its_promise_is_asked_of_nobody_yet(everybody):
    published_idea(at=NOON)
    assert asked_of(everybody) == {}


def test_a_theme_near_its_review_is_asked_of_its_lead(everybody):
    group = WorkingGroupFactory(name="グループB")
    ThemeFactory(group=group, title="引継ぎ", review_on=TODAY + 14 * DAY)
    ThemeFactory(title="よその引継ぎ", review_on=TODAY + 15 * DAY)
    lead, member, other = group_lead(group), group_member(group), group_lead(WorkingGroupFactory())
    assert asked(lead) == [("theme", "グループB 引継ぎ", TODAY + 14 * DAY)]
    assert asked_of({"member": member, "other": other, **everybody}) == {}


def test_homework_is_asked_of_who_took_it(everybody):
    group = WorkingGroupFactory(name="グループB")
    owner, other = group_member(group), group_member(group)
    ActionItem.objects.create(group=group, text="聞き取り", owner=owner, due_on=TODAY + DAY)
    ActionItem.objects.create(group=group, text="済み", owner=owner, due_on=TODAY, done_on=TODAY)
    assert asked(owner) == [("action_item", "グループB", TODAY + DAY)]
    assert asked_of({"other": other, **everybody}) == {}


def test_a_workshop_is_told_to_who_registered(everybody):
    start = datetime(2026, 11, 25, 0, 30, tzinfo=dates.TOKYO)
    workshop = WorkshopFactory(title="RPA相談会", starts_at=start)
    guest = UserFactory()
    workshop.register(guest, at=start - DAY)
    (item,) = attention.needing(guest, TODAY)
    assert (item.kind, item.about, item.due_on, item.at) == ("workshop", "RPA相談会", TODAY + DAY, start)
    assert asked_of(everybody) == {}


# --- newsletter -----------------------------------------------------------------------------------


def test_an_issue_to_check_is_asked_of_another_than_its_editor(everybody):
    both = UserFactory(roles=[Role.EDITOR, Role.SECRETARIAT])
    issue = IssueFactory(state=Issue.State.CHECKING, created_by=both)
    assert asked_of({"both": both, **everybody}) == {"secretariat": [("issue", str(issue), issue.issued_on)]}


@pytest.mark.parametrize(("days", "found"), [(2, ["editor"]), (3, [])])
def test_a_draft_issue_is_asked_of_editors_two_days_before(everybody, days, found):
    IssueFactory(issued_on=TODAY + days * DAY)
    assert list(asked_of(everybody)) == found


# --- together -------------------------------------------------------------------------------------


def test_the_earliest_comes_first_and_what_has_no_day_last():
    group = WorkingGroupFactory()
    person = group_member(group)
    draft_idea(person, title="いつか")
    for text, days in (("あさって", 2), ("きのう", -1)):
        ActionItem.objects.create(group=group, text=text, owner=person, due_on=TODAY + days * DAY)
    items = attention.needing(person, TODAY)
    assert [item.title for item in items] == ["きのう", "あさって", "下書きのままです"]


@pytest.mark.parametrize("rows", [1, 3])
def test_asking_costs_the_same_for_any_number(django_assert_num_queries, rows):
    department = UserFactory().department
    reporter = UserFactory(department=department)
    DutyFactory(user=reporter, role=Role.PROGRESS_REPORTER, department=department)
    for row in range(rows):
        MilestoneFactory(
            initiative=InitiativeFactory(lead_department=department), planned_on=TODAY, due_on=TODAY
        )
        draft_idea(reporter, title=f"下書き{row}")
    reporter = type(reporter).objects.get(pk=reporter.pk)
    with django_assert_num_queries(8):
        assert len(attention.needing(reporter, TODAY)) == 3 * rows


def test_plain_rows_come_with_the_answer_who_has_any(django_assert_num_queries):
    chief, other = secretary(), UserFactory(roles=[Role.SECRETARIAT])
    chief = type(chief).objects.get(pk=chief.pk)
    visibility_proposal(by=other)
    consultation = Consultation.ask(by=UserFactory(), title="公電の検索", text="古い公電が見つかりません。")
    practice = published_practice(by=UserFactory(), title="訳語集")
    with django_assert_num_queries(5):
        told = [(item.kind, item.about, item.url) for item in attention.needing(chief, TODAY)]
    proposal = Proposal.objects.get()
    assert sorted(told) == [
        ("consultation", "公電の検索", consultation.get_absolute_url()),
        ("practice", "訳語集", practice.get_absolute_url()),
        ("proposal", f"{proposal.title}: {proposal.target_label}", proposal.get_absolute_url()),
    ]
