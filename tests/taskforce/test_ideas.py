from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import Activity, EmploymentKind, Follow, Role
from dxportal.forms import StaleVersion
from taskforce.models import Comment, Idea, IdeaStatus, Support
from tests.factories.accounts import DepartmentFactory, DutyFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory, group_lead, group_member
from tests.factories.taskforce_ideas import DAY, NOON, draft_idea, published_idea, secretary

pytestmark = pytest.mark.django_db


def test_estimate_is_minutes_times_departments_in_hours():
    idea = Idea(minutes_each=180, times_a_year=12, departments_count=60)
    assert idea.hours_a_year == Decimal(2160)
    assert Idea(minutes_each=180, times_a_year=12).hours_a_year is None


def test_numbers_run_on():
    first, second = draft_idea(title="い"), draft_idea(title="ろ")
    assert second.number == first.number + 1


def test_same_texts_posted_twice_are_one_draft():
    author = UserFactory()
    assert draft_idea(author).pk == draft_idea(author).pk
    assert draft_idea(UserFactory()).pk != draft_idea(author).pk


def test_publishing_promises_an_answer_in_five_office_days():
    idea = published_idea(at=NOON)
    assert idea.answer_due_on == date(2026, 12, 1)
    before_new_year = published_idea(at=NOON.replace(month=12, day=25))
    assert before_new_year.answer_due_on == date(2027, 1, 7)


def test_publishing_twice_is_refused():
    idea = published_idea()
    with pytest.raises(ValidationError):
        idea.publish(by=idea.author)


def test_draft_is_seen_by_its_author_alone():
    idea = draft_idea()
    seen = [set(Idea.objects.visible_to(user)) for user in (idea.author, UserFactory(), secretary())]
    assert seen == [{idea}, set(), set()]


def test_expert_sees_only_ideas_he_is_invited_to():
    invited, _other = published_idea(), published_idea()
    grouped = published_idea()
    grouped.assign(group=WorkingGroupFactory(slug="z"), by=secretary())
    expert = UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    for scope in (f"idea:{invited.number}", "group:z"):
        DutyFactory(user=expert, role=Role.SUPPORT_EXPERT, scope=scope)
    assert set(Idea.objects.visible_to(expert)) == {invited, grouped}


def test_support_counts_once_with_the_department_of_the_day():
    idea, supporter = published_idea(), UserFactory()
    assert [idea.support(by=supporter), idea.support(by=supporter)] == [True, False]
    assert idea.supports.get().department == supporter.department


def test_author_cannot_support_the_own_idea():
    idea = published_idea()
    with pytest.raises(ValidationError):
        idea.support(by=idea.author)


def test_withdrawn_support_can_be_given_again():
    idea, supporter = published_idea(), UserFactory()
    idea.support(by=supporter)
    assert idea.withdraw_support(by=supporter)
    assert not idea.withdraw_support(by=supporter)
    assert idea.support(by=supporter)


@pytest.mark.django_db(transaction=True)
def test_five_parallel_supports_count_once():
    idea, supporter = published_idea(), UserFactory()
    start, found = Barrier(5), []

    def click():
        start.wait()
        found.append(Idea.objects.get(pk=idea.pk).support(by=supporter))
        connection.close()

    clicks = [Thread(target=click) for _count in range(5)]
    [thread.start() for thread in clicks]
    [thread.join() for thread in clicks]
    assert (sorted(found), Support.objects.count()) == ([False] * 4 + [True], 1)


@pytest.mark.django_db(transaction=True)
def test_parallel_drafts_get_different_numbers():
    authors, numbers = [UserFactory() for _count in range(4)], []
    start = Barrier(4)

    def write(author):
        start.wait()
        numbers.append(Idea.draft(by=author, title="い", problem="ろ", wish="は").number)
        connection.close()

    threads = [Thread(target=write, args=[author]) for author in authors]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(numbers)) == 4


def test_supports_are_counted_by_department_and_post():
    idea = published_idea()
    post = DepartmentFactory(kind="embassy", name="在タイ大使館")
    for department in (post, post, DepartmentFactory(name="旅券課")):
        idea.support(by=UserFactory(department=department))
    rows = [(row["name"], row["is_post"], row["n"]) for row in idea.supports.by_department()]
    assert rows == [("在タイ大使館", True, 2), ("旅券課", False, 1)]


def test_answer_changes_the_state_and_stops_the_clock():
    idea, clerk = published_idea(), secretary()
    idea.answer(IdeaStatus.UNDER_REVIEW, "検討する", by=clerk, at=NOON)
    idea.refresh_from_db()
    assert (idea.status, idea.first_answered_at) == ("under_review", NOON)
    activity = Activity.objects.of(idea).with_verbs("idea.answered").get()
    assert activity.changes == {"状態": ["受付", "検討中"]}
    assert (activity.actor_id, activity.reason) == (clerk.pk, "検討する")


@pytest.mark.parametrize("reason", ["", "   "])
def test_declining_needs_a_reason(reason):
    idea = published_idea()
    with pytest.raises(ValidationError):
        idea.answer(IdeaStatus.DECLINED, reason, by=secretary())
    assert Idea.objects.get().status == "received"


def test_database_refuses_declining_without_reason():
    idea = published_idea()
    with pytest.raises(IntegrityError), transaction.atomic():
        idea.answers.create(status_before="received", status="declined", text="", by=secretary())


def test_undoing_brings_the_state_before_back():
    idea, clerk = published_idea(), secretary()
    idea.answer(IdeaStatus.ADOPTED, "やる", by=clerk, at=NOON)
    idea.answer(IdeaStatus.DECLINED, "まちがい", by=clerk, at=NOON + timedelta(hours=1))
    idea.undo_answer(by=clerk, reason="別の案件だった")
    idea.refresh_from_db()
    assert (idea.status, idea.first_answered_at) == ("adopted", NOON)
    assert idea.answers.get(status="declined").undone_reason == "別の案件だった"


def test_undoing_the_only_answer_starts_the_promise_again():
    idea, clerk = published_idea(), secretary()
    idea.answer(IdeaStatus.ADOPTED, "やる", by=clerk)
    idea.undo_answer(by=clerk, reason="早すぎた")
    assert Idea.objects.get().first_answered_at is None


def test_undoing_needs_a_reason_and_an_answer():
    idea, clerk = published_idea(), secretary()
    with pytest.raises(ValidationError):
        idea.undo_answer(by=clerk, reason="x")
    idea.answer(IdeaStatus.ADOPTED, "やる", by=clerk)
    with pytest.raises(ValidationError):
        idea.undo_answer(by=clerk, reason=" ")


def test_merging_moves_supports_without_doubles_and_comments():
    source, target = published_idea(supports=2), published_idea(supports=1)
    both = UserFactory()
    source.support(by=both)
    target.support(by=both)
    source.comment("うちも", by=both)
    source.merge_into(target, by=secretary())
    assert (source.supports.get().person, target.supports.count()) == (both, 4)  # the second vote waits
    assert target.comments.get().text == "うちも"


def test_merging_does_not_make_an_author_support_himself():
    target = published_idea()
    source = published_idea()
    source.support(by=target.author)
    source.merge_into(target, by=secretary())
    assert target.supports.count() == 0


def test_merged_idea_is_closed_and_chains_are_shortened():
    first, second, third = published_idea(), published_idea(), published_idea()
    first.merge_into(second, by=secretary())
    Idea.objects.get(pk=second.pk).merge_into(Idea.objects.get(pk=third.pk), by=secretary())
    assert Idea.objects.get(pk=first.pk).merged_into == third
    with pytest.raises(ValidationError):
        Idea.objects.get(pk=first.pk).support(by=UserFactory())
    assert set(Idea.objects.listed()) == {third}


def test_idea_cannot_be_merged_into_itself():
    idea = published_idea()
    with pytest.raises(ValidationError):
        idea.merge_into(Idea.objects.get(), by=secretary())


def test_hidden_comment_keeps_reason_and_who():
    idea, clerk = published_idea(), secretary()
    comment = idea.comment("名指し", by=UserFactory())
    comment.hide(reason="個人を責めている", by=clerk)
    comment.refresh_from_db()
    assert (comment.hidden_reason, comment.hidden_by) == ("個人を責めている", clerk)
    assert "名指し" not in str(list(Activity.objects.of(idea).values()))


def test_hiding_needs_a_reason():
    idea = published_idea()
    comment = idea.comment("x", by=UserFactory())
    with pytest.raises(ValidationError):
        comment.hide(reason="", by=secretary())
    assert Comment.objects.get().hidden_at is None


def test_withdrawn_idea_comes_back_within_thirty_days():
    idea = published_idea()
    idea.withdraw(by=idea.author, at=NOON)
    assert not Idea.objects.listed().exists()
    young, old = NOON + timedelta(days=29), NOON + timedelta(days=31)
    assert [idea.can_restore(idea.author, at) for at in (young, old)] == [True, False]
    idea.restore(by=idea.author)
    assert Idea.objects.listed().get() == idea


def test_withdrawn_draft_is_gone():
    idea = draft_idea()
    idea.withdraw(by=idea.author)
    assert not Idea.objects.exists()


def test_edit_with_an_old_version_saves_nothing():
    idea = published_idea()
    idea.edit(by=idea.author, version=1, problem="新しい")
    with pytest.raises(StaleVersion):
        idea.edit(by=idea.author, version=1, problem="古い画面から")
    assert Idea.objects.get().problem == "新しい"


def test_edit_of_a_published_idea_keeps_before_and_after():
    idea = published_idea(problem="前")
    idea.edit(by=idea.author, problem="後")
    assert Activity.objects.with_verbs("idea.edited").get().changes == {"困っていること": ["前", "後"]}


def test_search_finds_variant_kanji_and_similar_finds_the_like():
    idea = published_idea(title="髙橋方式の電話当番表", problem="当番を決めるのに時間がかかる")
    published_idea(title="旅券の写真", problem="写真の大きさ")
    assert list(Idea.objects.search("高橋 当番")) == [idea]
    assert list(Idea.objects.similar("代理の電話当番を決めたい")) == [idea]


def test_needing_lists_drafts_promises_and_assignments():
    clerk, lead, author = secretary(), group_lead(WorkingGroupFactory()), UserFactory()
    late, fresh = published_idea(at=NOON - timedelta(days=20)), published_idea(at=NOON)
    draft = draft_idea(author)
    fresh.assign(triage_owner=lead, by=clerk)
    needed = [set(Idea.objects.needing(user, DAY)) for user in (clerk, lead, author, UserFactory())]
    assert needed == [{late}, {fresh}, {draft}, set()]


def test_answered_idea_needs_nobody():
    idea, clerk = published_idea(at=NOON - timedelta(days=20)), secretary()
    idea.answer(IdeaStatus.UNDER_REVIEW, "見る", by=clerk)
    assert not Idea.objects.needing(clerk, DAY).exists()


def test_group_triages_its_own_ideas():
    group = WorkingGroupFactory()
    own, other = published_idea(), published_idea()
    own.assign(group=group, by=secretary())
    for user in (group_lead(group), group_member(group)):
        assert set(Idea.objects.triaged_by(user)) == {own}
        assert (own.can_triage(user), other.can_triage(user)) == (True, False)
    assert not Idea.objects.triaged_by(UserFactory()).exists()


def test_median_is_not_pulled_by_one_forgotten_idea():
    for days in (1, 2, 60):
        idea = published_idea(at=NOON - timedelta(days=100))
        idea.answer(IdeaStatus.ADOPTED, "やる", by=secretary(), at=NOON - timedelta(days=100 - days))
    assert Idea.objects.median_first_answer() == timedelta(days=2)


def test_people_to_tell_are_author_and_followers_but_not_who_acted():
    idea, clerk, follower = published_idea(), secretary(), UserFactory()
    for person in (follower, clerk):
        Follow.objects.create(
            user=person, target_type="idea", target_id=str(idea.number), target_label="", target_url=""
        )
    idea.answer(IdeaStatus.ADOPTED, "やる", by=clerk)
    activity = Activity.objects.with_verbs("idea.answered").get()
    assert set(idea.people_to_tell(activity)) == {idea.author, follower}
