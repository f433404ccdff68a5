"""Merging and taking it back: each idea ends with exactly what was given to it."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Activity, Follow
from taskforce.models import Idea, IdeaMerge
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import published_idea, secretary

pytestmark = pytest.mark.django_db


def fresh(idea):
    return Idea.objects.get(pk=idea.pk)


def merge(source, target):
    fresh(source).merge_into(fresh(target), by=secretary())


def unmerge(source, reason="別の話だった"):
    fresh(source).unmerge(by=secretary(), reason=reason)


def follow(idea, person=None):
    target_type, target_id = idea.history_key
    return Follow.objects.create(
        user=person or UserFactory(),
        target_type=target_type,
        target_id=target_id,
        target_label="",
        target_url="",
    )


def given(idea):
    """Everything an idea was given: who supports it, what is said, who follows it, where it stands."""
    return (
        set(idea.supports.values_list("person", "moved_from")),
        set(idea.comments.values_list("text", "moved_from")),
        set(Follow.objects.of(idea).values_list("user", flat=True)),
        fresh(idea).merged_into_id,
    )


@pytest.fixture
def ideas():
    """Three ideas with votes of their own, one of everybody's, comments and followers."""
    everybody, found = UserFactory(), [published_idea(supports=2) for _count in range(3)]
    for number, idea in enumerate(found):
        idea.support(by=everybody)
        idea.comment(f"意見{number}", by=UserFactory())
        follow(idea)
        follow(idea, everybody)
    found[0].support(by=found[1].author)
    return found


def test_merge_and_back_is_as_it_was(ideas):
    before = [given(idea) for idea in ideas]
    merge(ideas[0], ideas[1])
    assert (ideas[1].supports.count(), ideas[1].comments.count()) == (5, 2)
    assert Follow.objects.of(ideas[1]).count() == 3
    unmerge(ideas[0])
    assert [given(idea) for idea in ideas] == before


def test_a_chain_comes_apart_from_the_top(ideas):
    first, second, third = ideas
    before = [given(idea) for idea in ideas]
    merge(first, second)
    between = [given(idea) for idea in ideas]
    merge(second, third)
    assert fresh(first).merged_into == third
    unmerge(second)
    assert [given(idea) for idea in ideas] == between
    unmerge(first)
    assert [given(idea) for idea in ideas] == before


def test_a_chain_comes_apart_from_the_bottom(ideas):
    first, second, third = ideas
    before = [given(idea) for idea in ideas]
    merge(first, second)
    merge(second, third)
    unmerge(first)
    assert given(first) == before[0]
    assert fresh(second).merged_into == third
    unmerge(second)
    assert [given(idea) for idea in ideas] == before


def test_what_was_given_meanwhile_stays_where_it_was_given(ideas):
    source, target, _other = ideas
    merge(source, target)
    newcomer = UserFactory()
    fresh(target).support(by=newcomer)
    fresh(target).comment("まとめたあと", by=newcomer)
    unmerge(source)
    assert target.supports.filter(person=newcomer).exists()
    assert target.comments.filter(text="まとめたあと").exists()


def test_a_vote_taken_back_meanwhile_is_gone_from_both(ideas):
    source, target, _other = ideas
    both = source.supports.filter(person__in=target.supports.values("person")).get().person
    merge(source, target)
    fresh(target).withdraw_support(by=both)
    unmerge(source)
    assert [idea.supports.filter(person=both).exists() for idea in (source, target)] == [False, False]


def test_a_follow_ended_meanwhile_stays_ended(ideas):
    source, target, _other = ideas
    own = Follow.objects.of(source).exclude(user__in=Follow.objects.of(target).values("user")).get()
    merge(source, target)
    Follow.objects.of(target).filter(user=own.user).delete()
    unmerge(source)
    assert not Follow.objects.filter(user=own.user).exists()


def test_both_histories_tell_of_it(ideas):
    source, target, _other = ideas
    merge(source, target)
    unmerge(source, reason="別の仕組みの話")
    assert [a.verb for a in Activity.objects.of(source)[:2]] == ["idea.unmerged", "idea.merged"]
    assert [a.verb for a in Activity.objects.of(target)[:2]] == ["idea.left", "idea.joined"]
    assert Activity.objects.of(source)[0].reason == "別の仕組みの話"


def test_taking_back_needs_a_reason_and_a_merge(ideas):
    with pytest.raises(ValidationError):
        unmerge(ideas[0])
    merge(ideas[0], ideas[1])
    with pytest.raises(ValidationError):
        unmerge(ideas[0], reason=" ")
    assert fresh(ideas[0]).merged_into == ideas[1]


def test_merged_again_after_coming_apart(ideas):
    merge(ideas[0], ideas[1])
    unmerge(ideas[0])
    merge(ideas[0], ideas[2])
    assert (IdeaMerge.objects.count(), fresh(ideas[0]).merged_into) == (2, ideas[2])


def in_parallel(*acts):
    """Run the acts at the same moment; what each was refused with, or None."""
    start, found = Barrier(len(acts)), [None] * len(acts)

    def run(place):
        start.wait()
        try:
            acts[place]()
        except ValidationError as refusal:
            found[place] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=[place]) for place in range(len(acts))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return found


@pytest.mark.django_db(transaction=True)
def test_two_triagers_merge_both_ways_at_once():
    first, second = published_idea(supports=1), published_idea(supports=1)
    found = in_parallel(lambda: merge(first, second), lambda: merge(second, first))
    assert sorted(found, key=str) == [None, "closed"]
    assert sorted(idea.supports.count() for idea in (first, second)) == [0, 2]


@pytest.mark.django_db(transaction=True)
def test_supports_given_during_a_merge_are_all_counted_once():
    source, target, people = published_idea(), published_idea(), [UserFactory() for _count in range(4)]

    def support(person):
        return lambda: fresh(source).support(by=person)

    refused = in_parallel(*(support(person) for person in people), lambda: merge(source, target))
    taken = refused[:4].count(None)
    assert (target.supports.count(), source.supports.count(), refused[4]) == (taken, 0, None)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one_and_a_refusal():
    idea, clerks = published_idea(), [secretary(), secretary()]

    def answer(clerk):
        return lambda: fresh(idea).answer("adopted", "やる", by=clerk, after=None)

    assert sorted(in_parallel(*(answer(clerk) for clerk in clerks)), key=str) == [None, "stale"]
    assert idea.answers.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_triagers_taking_back_take_back_one_answer():
    idea, clerk = published_idea(), secretary()
    first = idea.answer("under_review", "見る", by=clerk)
    last = idea.answer("adopted", "やる", by=clerk)

    def undo():
        fresh(idea).undo_answer(by=clerk, reason="違う", after=last.pk)

    assert sorted(in_parallel(undo, undo), key=str) == [None, "stale"]
    first.refresh_from_db()
    assert (fresh(idea).status, first.undone_at) == ("under_review", None)
