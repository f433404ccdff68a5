"""What stands in the weekly digest, and what composing one costs: 10,000 are made in a morning (N14)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Activity, Follow, Role
from dxportal import dates
from newsletter import digest
from newsletter.composing import NotNeeded
from newsletter.models import Delivery, Preference, Topic, Way
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PillarFactory,
    UserFactory,
    sent_issue,
)
from tests.factories.taskforce import WorkingGroupFactory, WorkshopFactory, group_lead
from tests.factories.taskforce_ideas import published_idea, published_practice

pytestmark = pytest.mark.django_db


def composed(person):
    """The person's digest of this minute."""
    now = timezone.now() + timedelta(minutes=1)
    row = Delivery(kind=Delivery.Kind.DIGEST, person=person, due_at=now, started_at=now)
    with translation.override(person.language):
        return digest.compose(row, type(person).objects.get(pk=person.pk))


def follow(person, thing):
    target_type, target_id = thing.history_key
    words = {"target_type": target_type, "target_id": target_id, "target_label": "x", "target_url": "/"}
    Follow.objects.create(user=person, **words)


def happen(thing, summary="何かが起きた", verb="report.published"):
    Activity.record(verb, thing, by=UserFactory(), summary=summary, summary_en=f"{summary} (en)")


# --- status lines -----------------------------------------------------------------------------------


def test_a_followed_initiative_shows_its_state_in_the_plans_words():
    person, milestone = UserFactory(), MilestoneFactory(planned_on=date(2026, 4, 1), due_on=date(2026, 4, 1))
    follow(person, milestone.initiative)
    happen(milestone.initiative, "試行が始まった")
    lines = composed(person).text.splitlines()
    at = lines.index(f"・{milestone.initiative.name}")
    assert lines[at + 1].strip() == "◆ 遅れ 実績0% 計画100%"
    assert lines[at + 2].strip() == "試行が始まった"


def test_an_english_reader_gets_it_in_english():
    person, initiative = UserFactory(language="en"), InitiativeFactory(name_en="Electronic approval")
    follow(person, initiative)
    happen(initiative, "started")
    text = composed(person).text
    assert ("Electronic approval" in text, "started (en)" in text) == (True, True)


def test_a_class_2_thing_has_its_title_link_and_mark_only():
    person, idea = UserFactory(), published_idea(confidentiality=2)
    follow(person, idea)
    happen(idea, "中身のあること", "idea.answered")
    mail = composed(person)
    assert mail.subject.startswith("[機密性2] ")
    assert f"・{idea.title} [機密性2]" in mail.text
    assert "中身のあること" not in mail.text + mail.html


def test_steps_of_a_report_that_is_not_published_are_not_told():
    person, initiative = UserFactory(), InitiativeFactory()
    follow(person, initiative)
    for verb in ("report.begun", "report.submitted", "report.returned", "report.approved"):
        happen(initiative, "", verb)
    with pytest.raises(NotNeeded):
        composed(person)
    happen(initiative, "", "report.published")
    assert "報告を公開した" in composed(person).text


def test_what_is_hidden_from_the_person_is_not_told():
    person = UserFactory()
    hidden = InitiativeFactory(objective__pillar=PillarFactory(is_restricted=True))
    follow(person, hidden)
    happen(hidden)
    with pytest.raises(NotNeeded):
        composed(person)


# --- neighbours, workshops, the latest issue --------------------------------------------------------


@pytest.fixture
def region():
    return DepartmentFactory(name="欧州")


def begin(practice, department, days_ago=1):
    by = UserFactory(department=department, roles=[Role.SECRETARIAT])
    on = dates.today() - timedelta(days=days_ago)
    practice.replicate(department, status="started", by=by, started_on=on)


def neighbours(person):
    today = dates.today()
    return digest.neighbours(person, today - timedelta(days=7), today)


def test_neighbours_are_departments_under_the_same_roof(region):
    here, beside = (
        DepartmentFactory(parent=region, name=name) for name in ("在フランス大使館", "在ベルギー大使館")
    )
    practice = published_practice(title="訪問日程表")
    begin(practice, beside)
    begin(published_practice(title="遠くの話"), DepartmentFactory())
    begin(published_practice(title="むかしの話"), beside, days_ago=30)
    (found,) = neighbours(UserFactory(department=here))
    assert (found["title"], found["names"], found["more"]) == ("訪問日程表", ["在ベルギー大使館"], 0)


def test_what_the_own_department_uses_is_no_news(region):
    here, beside = DepartmentFactory(parent=region), DepartmentFactory(parent=region)
    practice = published_practice()
    begin(practice, beside)
    begin(practice, here)
    assert neighbours(UserFactory(department=here)) == []


def test_neighbours_alone_are_no_reason_to_write(region):
    begin(published_practice(), DepartmentFactory(parent=region))
    with pytest.raises(NotNeeded):
        composed(UserFactory(department=DepartmentFactory(parent=region)))


def test_a_workshop_ahead_stands_on_the_readers_clock_first():
    person = UserFactory(department=DepartmentFactory(timezone="Europe/Paris", country_code="FR"))
    start = (timezone.now() + timedelta(days=2)).replace(hour=9, minute=0)
    WorkshopFactory(title="日程表を組む", starts_at=start, ends_at=start + timedelta(hours=1)).register(
        person
    )
    line = next(line for line in composed(person).text.splitlines() if "パリ" in line and "東京" in line)
    assert line.index("パリ") < line.index("東京")


def test_the_latest_issue_comes_only_to_those_who_chose_it_here():
    issue = sent_issue(number=4, published_at=timezone.now() - timedelta(days=1))
    person = UserFactory()
    with pytest.raises(NotNeeded):
        composed(person)
    Preference.objects.of(person).choose({Topic.NEWSLETTER: Way.DIGEST})
    mail = composed(person)
    assert "第4号 " + issue.title in mail.text and issue.get_absolute_url() in mail.html


def test_an_issue_that_the_last_digest_told_of_is_not_told_again():
    sent_issue(number=4, published_at=timezone.now() - timedelta(days=8))
    person = UserFactory()
    Preference.objects.of(person).choose({Topic.NEWSLETTER: Way.DIGEST})
    with pytest.raises(NotNeeded):
        composed(person)


# --- cost -------------------------------------------------------------------------------------------


def busy_person(rows):
    """Somebody whom so many rows of everything the digest tells concern."""
    region = DepartmentFactory()
    here = DepartmentFactory(parent=region)
    person = group_lead(WorkingGroupFactory(), department=here)
    DutyFactory(user=person, role=Role.PROGRESS_REPORTER, department=here)
    for _n in range(rows):
        initiative = InitiativeFactory(lead_department=here)
        MilestoneFactory(initiative=initiative)
        idea, group = published_idea(author=person), WorkingGroupFactory()
        for thing in (initiative, idea, group):
            follow(person, thing)
            happen(thing)
        begin(published_practice(), DepartmentFactory(parent=region))
    return person


@pytest.mark.parametrize("rows", [1, 3])
def test_a_digest_costs_the_same_for_any_number_of_rows(django_assert_num_queries, rows):
    person = busy_person(rows)
    composed(person)  # the figures of the pillars are read once for a whole wave
    with django_assert_num_queries(25):
        composed(person)
