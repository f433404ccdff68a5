"""What may happen to an issue, by whom and in which order (N1, N5, N6, AZ18)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Activity, EmploymentKind, Role
from dxportal.forms import StaleVersion
from newsletter import audience
from newsletter.models import Delivery, Issue, Preference, Topic, Way
from newsletter.models.issue_queries import weekly_slot
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 12, 2)


@pytest.fixture
def editor():
    return UserFactory(roles=[Role.EDITOR], name="編集")


@pytest.fixture
def chief():
    return UserFactory(roles=[Role.SECRETARIAT], name="室長")


@pytest.fixture
def checked(editor):
    return IssueFactory(number=3, created_by=editor, state=Issue.State.CHECKING)


def receive_test(issue, person):
    """The test mail as if the relay had taken it."""
    row = issue.send_test(by=person)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.SENT)


# --- writing ------------------------------------------------------------------------------------------------


def test_weekly_slot_is_the_next_wednesday_and_moves_off_holidays():
    assert weekly_slot(date(2026, 11, 24)) == date(2026, 11, 25)
    assert weekly_slot(date(2026, 11, 25)) == date(2026, 12, 2)
    assert weekly_slot(date(2026, 12, 24)) == date(2027, 1, 4)  # 30 December to 3 January are closed
    assert weekly_slot(date(2026, 4, 23)) == date(2026, 4, 30)  # 29 April is a holiday


def test_next_issue_takes_number_day_and_sections_from_the_last(editor):
    IssueFactory(number=3, issued_on=date(2026, 11, 25), articles=[("取組紹介", "本文"), ("小技", "本文")])
    issue = Issue.objects.start_next(by=editor, today=date(2026, 11, 24))
    assert (issue.number, issue.issued_on) == (4, WEDNESDAY)
    assert [(part.label, part.body) for part in issue.sections] == [("取組紹介", ""), ("小技", "")]


def test_first_issue_begins_with_our_sections(editor):
    issue = Issue.objects.start_next(by=editor, today=date(2026, 11, 24))
    assert (issue.number, len(issue.sections)) == (1, 7)


@pytest.mark.django_db(transaction=True)
def test_five_presses_at_once_start_one_issue(editor):
    def press(_n):
        Issue.objects.start_next(by=editor, today=WEDNESDAY)
        connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(press, range(5)))
    assert Issue.objects.get().number == 1


def test_the_next_one_is_started_when_something_stands_in_the_last(editor):
    first = Issue.objects.start_next(by=editor, today=WEDNESDAY)
    first.sections[0].edit(by=editor, version=1, body="書いた")
    assert Issue.objects.start_next(by=editor, today=WEDNESDAY).number == 2


def test_staff_start_no_issue():
    with pytest.raises(PermissionDenied):
        Issue.objects.start_next(by=UserFactory(), today=WEDNESDAY)


def test_edit_leaves_who_and_what(editor):
    issue = IssueFactory()
    issue.edit(by=editor, version=1, title="新しい題名")
    issue.refresh_from_db()
    assert (issue.title, issue.version, issue.last_edited_by) == ("新しい題名", 2, editor)
    act = Activity.objects.of(issue).with_verbs("issue.edited").get()
    assert act.changes == {"title": ["着任から2週間で、引継ぎを終える", "新しい題名"]}


def test_old_version_saves_nothing(editor):
    issue = IssueFactory()
    issue.edit(by=editor, version=1, title="先に")
    with pytest.raises(StaleVersion):
        Issue.objects.get(pk=issue.pk).edit(by=editor, version=1, title="後から")
    assert Issue.objects.get(pk=issue.pk).title == "先に"


def test_sections_move_and_stay_in_one_row(editor):
    issue = IssueFactory(articles=[("一", "a"), ("二", "b"), ("三", "c")])
    first, _second, third = issue.sections
    third.move(-1, by=editor)
    first.move(-1, by=editor)
    first.move(+1, by=editor)
    assert [(part.position, part.label) for part in Issue.objects.get().sections] == [
        (1, "三"),
        (2, "一"),
        (3, "二"),
    ]


def test_removed_section_comes_back_where_it_was(editor):
    issue = IssueFactory(articles=[("一", "a"), ("二", "b")])
    part = issue.sections[0]
    part.remove(by=editor)
    assert [kept.label for kept in Issue.objects.get().sections] == ["二"]
    part.restore(by=editor)
    assert [kept.label for kept in Issue.objects.get().sections] == ["一", "二"]


def test_search_finds_words_of_articles(editor):
    issue = IssueFactory(articles=[("小技", "髙橋さんの表")])
    issue.articles.get().edit(by=editor, version=1, title="", body="髙橋さんの工夫", label="小技")
    assert list(Issue.objects.search("高橋 工夫")) == [issue]


# --- check and approval ---------------------------------------------------------------------------------------


def test_incomplete_issue_cannot_be_checked(editor):
    issue = IssueFactory(title="", lead="", articles=[("小技", "[x](/no-such-page/)")])
    with pytest.raises(ValidationError) as refused:
        issue.ask_for_check(by=editor)
    assert refused.value.messages == [
        "題名がない。件名になる",
        "リードがない。題名のすぐ下に出る",
        "「小技」のリンク切れ: /no-such-page/",
    ]


def test_later_edit_voids_the_check(editor, checked):
    checked.articles.get().edit(by=editor, version=1, body="直した")
    assert Issue.objects.get().state == Issue.State.DRAFT


def test_approval_by_another_person_who_has_the_test(checked, chief):
    receive_test(checked, chief)
    issue = checked.approve(by=chief, on=WEDNESDAY)
    readers = audience.readers(WEDNESDAY).count()
    assert (issue.state, issue.approved_by, issue.scheduled_for) == (Issue.State.SCHEDULED, chief, WEDNESDAY)
    assert issue.audience_count == Delivery.objects.for_issue(issue).count() == readers
    assert issue.starts_at == Delivery.objects.for_issue(issue).order_by("due_at").first().due_at
    assert "引継書を3枚にした課の話です。" in issue.frozen_text


def test_approver_without_a_test_is_refused(checked, chief):
    with pytest.raises(ValidationError) as refused:
        checked.approve(by=chief, on=WEDNESDAY)
    assert refused.value.code == "not_tested"
    assert Issue.objects.get().state == Issue.State.CHECKING


def test_test_of_older_words_does_not_count(checked, chief, editor):
    receive_test(checked, chief)
    checked.articles.get().edit(by=editor, version=1, body="あとから直した")
    issue = Issue.objects.get()
    issue.ask_for_check(by=editor)
    with pytest.raises(ValidationError):
        issue.approve(by=chief, on=WEDNESDAY)


def test_approver_who_edited_last_is_refused(checked, chief, editor):
    """AZ18: the secretariat may edit, but then somebody else approves."""
    checked.articles.get().edit(by=chief, version=1, body="室長が直した")
    issue = Issue.objects.get()
    issue.ask_for_check(by=editor)
    receive_test(issue, chief)
    with pytest.raises(PermissionDenied):
        issue.approve(by=chief, on=WEDNESDAY)


def test_editor_cannot_approve(checked):
    other = UserFactory(roles=[Role.EDITOR])
    receive_test(checked, other)
    with pytest.raises(PermissionDenied):
        checked.approve(by=other, on=WEDNESDAY)


@pytest.mark.parametrize("role", ["created_by", "last_edited_by"])
def test_database_refuses_one_person_for_both(checked, role, chief):
    setattr(checked, role, chief)
    checked.approved_by = chief
    with pytest.raises(IntegrityError), transaction.atomic():
        checked.save()


def test_second_press_finds_it_approved(checked, chief):
    receive_test(checked, chief)
    stale = Issue.objects.get()
    issue = checked.approve(by=chief, on=WEDNESDAY)
    with pytest.raises(PermissionDenied):
        stale.approve(by=chief, on=WEDNESDAY)
    assert Delivery.objects.for_issue(issue).count() == issue.audience_count


def test_an_edit_that_began_before_the_approval_undoes_nothing(checked, chief, editor):
    receive_test(checked, chief)
    early = Issue.objects.get()
    checked.approve(by=chief, on=WEDNESDAY)
    for act in (
        lambda: early.edit(by=editor, version=1, title="あとから"),
        lambda: early.articles.get().edit(by=editor, version=1, body="あとから"),
    ):
        early.state = Issue.State.CHECKING
        with pytest.raises(PermissionDenied):
            act()
    assert Issue.objects.get().state == Issue.State.SCHEDULED


def test_unscheduling_takes_the_rows_back_and_allows_editing(checked, chief, editor):
    receive_test(checked, chief)
    issue = checked.approve(by=chief, on=WEDNESDAY)
    issue.unschedule(by=editor)
    assert Delivery.objects.for_issue(issue).count() == 0
    issue.edit(by=editor, version=1, title="直した題名")
    assert Issue.objects.get().approved_by is None


def test_sent_back_with_a_reason(checked, chief):
    checked.send_back(by=chief, reason="題名が長い")
    assert Activity.objects.of(checked).with_verbs("issue.sent_back").get().reason == "題名が長い"
    assert Issue.objects.get().state == Issue.State.DRAFT


# --- on its way -----------------------------------------------------------------------------------------------


def test_pause_and_resume(editor, chief):
    issue = sent_issue(state=Issue.State.SENDING)
    issue.pause(by=editor)
    with pytest.raises(PermissionDenied):
        issue.resume(by=editor)
    issue.resume(by=chief)
    assert Issue.objects.get().state == Issue.State.SENDING


def test_second_pause_is_harmless(editor):
    issue = sent_issue(state=Issue.State.SENDING)
    Issue.objects.get().pause(by=editor)
    with pytest.raises(ValidationError):
        issue.pause(by=editor)
    assert Issue.objects.get().state == Issue.State.PAUSED


def test_resuming_before_the_day_goes_back_to_waiting(chief):
    issue = sent_issue(state=Issue.State.SCHEDULED, published_at=None)
    issue.pause(by=chief)
    issue.resume(by=chief)
    assert Issue.objects.get().state == Issue.State.SCHEDULED


def test_cancelled_issue_leaves_nobody_waiting(checked, chief):
    receive_test(checked, chief)
    issue = checked.approve(by=chief, on=WEDNESDAY)
    issue.cancel(by=chief, reason="中身が違った")
    assert not Delivery.objects.for_issue(issue).queued().exists()
    assert Issue.objects.get().state == Issue.State.CANCELLED


# --- who gets it ------------------------------------------------------------------------------------------------


def test_audience_is_counted_as_it_will_be_queued(checked, chief):
    paris = DepartmentFactory(kind="embassy", timezone="Europe/Paris", country_code="FR")
    people = [UserFactory(department=paris) for _n in range(3)]
    UserFactory(timezone="America/New_York")
    Preference.objects.of(people[0]).choose({Topic.NEWSLETTER: Way.OFF})
    Preference.objects.of(people[1]).choose({}, paused_until=WEDNESDAY)
    Preference.objects.of(people[2]).choose({}, paused_until=WEDNESDAY - timedelta(days=1))
    UserFactory(is_active=False)
    UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    waves = audience.waves(WEDNESDAY, at=timezone.now())
    receive_test(checked, chief)
    rows = Delivery.objects.for_issue(checked.approve(by=chief, on=WEDNESDAY))
    assert waves.people == rows.count()
    assert waves.moments == sorted(set(rows.values_list("due_at", flat=True)))


# --- who sees it --------------------------------------------------------------------------------------------------


def test_drafts_are_for_those_who_make_them(editor, chief):
    draft, issue = IssueFactory(number=7), sent_issue(number=6)
    expert = UserFactory(employment_kind="external_expert")
    assert set(Issue.objects.visible_to(editor)) == set(Issue.objects.visible_to(chief)) == {draft, issue}
    assert list(Issue.objects.visible_to(UserFactory())) == [issue]
    assert list(Issue.objects.visible_to(expert)) == []


def test_needing_asks_the_other_secretary_and_the_editor_in_time(checked, chief, editor):
    draft = IssueFactory(number=9, issued_on=WEDNESDAY)
    assert list(Issue.objects.needing(chief, WEDNESDAY)) == [checked]
    assert list(Issue.objects.needing(editor, WEDNESDAY - timedelta(days=2))) == [draft]
    assert list(Issue.objects.needing(editor, WEDNESDAY - timedelta(days=3))) == []
    assert list(Issue.objects.needing(UserFactory(), WEDNESDAY)) == []
