from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from accounts import naming
from accounts.models import Activity, EmploymentKind
from dxportal.forms import StaleVersion
from taskforce.models import Comment, Mention, TooFast
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import NOON, published_idea, secretary

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def body(response):
    return response.content.decode()


def said(text="うちも困っています。", *, by=None, idea=None, **more):
    return (idea or published_idea()).comment(text, by=by or UserFactory(), **more)


# --- mending and taking back ---------------------------------------------------------------------


def test_mended_comment_keeps_what_it_said_before():
    comment = said("月に3時間", at=NOON)
    comment.rewrite("月に2時間", by=comment.person, at=NOON + timedelta(hours=1))
    comment.refresh_from_db()
    assert (comment.text, comment.edited_at) == ("月に2時間", NOON + timedelta(hours=1))
    assert list(comment.edits.values_list("before", "at")) == [("月に3時間", NOON + timedelta(hours=1))]


def test_mending_with_an_old_version_saves_nothing():
    comment = said()
    comment.rewrite("先に", by=comment.person, version=1)
    with pytest.raises(StaleVersion):
        comment.rewrite("あとから", by=comment.person, version=1)
    assert (Comment.objects.get().text, comment.edits.count()) == ("先に", 1)


def test_only_the_writer_mends_and_withdraws_while_it_is_shown(client_for):
    comment = said()
    for name in ("idea_comment_edit", "idea_comment_withdraw"):
        page = at(name, comment.idea.number, comment.pk)
        people = (comment.person, secretary(), comment.idea.author)
        assert [client_for(user).get(page).status_code for user in people] == [200, 403, 403]
    comment.hide(reason="名指し", by=secretary())
    assert client_for(comment.person).get(page).status_code == 403


def test_page_shows_who_said_what_before(client_for):
    comment = said("月に3時間", by=UserFactory(name="三浦 遥"))
    client = client_for(comment.person)
    client.post(at("idea_comment_edit", comment.idea.number, comment.pk), {"text": "月に2時間", "version": 1})
    shown = body(client_for(UserFactory()).get(comment.idea.get_absolute_url()))
    assert [word in shown for word in ("月に3時間", "月に2時間", "まで(三浦 遥)")] == [True] * 3


def test_two_windows_see_both_texts(client_for):
    comment = said()
    client, page = client_for(comment.person), at("idea_comment_edit", comment.idea.number, comment.pk)
    client.post(page, {"text": "先の窓", "version": 1})
    answer = client.post(page, {"text": "あとの窓", "version": 1})
    assert (answer.status_code, Comment.objects.get().text) == (409, "先の窓")
    assert "先の窓" in body(answer) and "あとの窓" in body(answer)


def test_withdrawn_comment_is_gone_with_its_earlier_texts(client_for):
    comment = said("はじめの文")
    comment.rewrite("つぎの文", by=comment.person)
    client_for(comment.person).post(at("idea_comment_withdraw", comment.idea.number, comment.pk))
    shown = body(client_for(UserFactory()).get(comment.idea.get_absolute_url()))
    assert [word in shown for word in ("はじめの文", "つぎの文", "取り下げました")] == [False, False, True]
    assert "文" not in str(list(Activity.objects.of(comment.idea).values_list("changes", "reason")))


def test_hidden_comment_hides_its_earlier_texts_and_keeps_the_reason(client_for):
    comment = said("名指しの文")
    comment.rewrite("名指しの文、続き", by=comment.person)
    comment.hide(reason="個人を責めている", by=secretary())
    shown = body(client_for(UserFactory()).get(comment.idea.get_absolute_url()))
    assert ("名指しの文" in shown, "個人を責めている" in shown) == (False, True)


# --- too fast ------------------------------------------------------------------------------------


def test_a_script_is_slowed_down_and_keeps_its_text(client_for):
    idea, client = published_idea(), client_for(UserFactory())
    answers = [client.post(at("idea_comment", idea.number), {"text": f"{n}件目"}) for n in range(200)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 195
    assert ("199件目" in body(answers[-1]), answers[-1]["Retry-After"]) == (True, "60")
    assert "1分たったら送れます" in body(answers[-1])
    assert idea.comments.count() == 5


def test_a_minute_later_the_next_comment_is_taken():
    idea, person = published_idea(), UserFactory()
    for number in range(5):
        idea.comment(f"{number}", by=person, at=NOON)
    with pytest.raises(TooFast):
        idea.comment("続き", by=person, at=NOON + timedelta(seconds=59))
    assert idea.comment("続き", by=person, at=NOON + timedelta(seconds=61)).pk


@pytest.mark.django_db(transaction=True)
def test_parallel_posts_of_the_same_words_are_one_comment():
    idea, person, start = published_idea(), UserFactory(), Barrier(5)

    def post():
        start.wait()
        idea.comment("うちも", by=person)
        connection.close()

    threads = [Thread(target=post) for _count in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (Comment.objects.count(), Activity.objects.with_verbs("idea.commented").count()) == (1, 1)


# --- whom it names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("@三浦さんに聞く、@Miura too", ["三浦", "miura"]),
        ("@渡邉 と @渡辺", ["渡辺"]),
        ("a@example.jp に送る", []),
        ("@", []),
    ],
)
def test_marks_in_a_text(text, marks):
    assert naming.marks_in(text) == marks


def test_the_one_person_called_so_is_named(client_for):
    named = UserFactory(name="三浦 遥", name_en="Haruka Miura")
    UserFactory(name="三浦里 遥香", name_en="Harukaze Miurasato")
    idea, client = published_idea(), client_for(UserFactory())
    for text in ("@三浦 さんへ", "@三浦遥さんへ", "@Haruka, look"):
        client.post(at("idea_comment", idea.number), {"text": text})
    assert list(Mention.objects.values_list("person", flat=True)) == [named.pk] * 3


def test_of_several_people_one_must_be_chosen(client_for):
    first, second = (UserFactory(name=f"田中 {name}") for name in ("一", "二"))
    idea, client = published_idea(), client_for(UserFactory())
    asked = client.post(at("idea_comment", idea.number), {"text": "@田中さんへ"})
    assert (asked.status_code, Comment.objects.count()) == (400, 0)
    assert "田中 一" in body(asked) and "田中 二" in body(asked)
    client.post(at("idea_comment", idea.number), {"text": "@田中さんへ", "people": second.pk})
    assert Mention.objects.get().person == second


def test_people_are_looked_up_without_script_and_nothing_is_saved(client_for):
    wanted = UserFactory(name="髙橋 葵")
    idea, client = published_idea(), client_for(UserFactory())
    shown = client.post(at("idea_comment", idea.number), {"text": "途中の文", "find": "高橋", "look": "1"})
    assert (shown.status_code, Comment.objects.count()) == (200, 0)
    assert "途中の文" in body(shown) and f'value="{wanted.pk}"' in body(shown)


@pytest.mark.parametrize(("number", "status"), [(20, 302), (21, 400)])
def test_a_comment_names_twenty_people_at_most(client_for, number, status):
    idea, people = published_idea(), [UserFactory().pk for _count in range(number)]
    answer = client_for(UserFactory()).post(at("idea_comment", idea.number), {"text": "x", "people": people})
    assert (answer.status_code, Mention.objects.count()) == (status, 20 if status == 302 else 0)


def test_mending_names_only_who_is_new():
    first, second = UserFactory(), UserFactory()
    comment = said(mentioned=[first])
    comment.rewrite("書き直し", by=comment.person, mentioned=[first, second])
    told = Activity.objects.with_verbs("idea.mentioned").values_list("source", flat=True)
    assert (comment.mentions.count(), list(told)) == (2, [f"comment:{comment.pk}"] * 2)


def test_an_anonymous_author_cannot_be_looked_up_as_such(client_for):
    """Nothing in the search or the page tells the hidden author from anybody else."""
    author = UserFactory(name="匿名 希望子")
    idea, client = published_idea(author, is_anonymous=True), client_for(UserFactory())
    for text in ("@投稿者さんへ", "@author please"):
        client.post(at("idea_comment", idea.number), {"text": text})
    assert (Mention.objects.count(), Comment.objects.count()) == (0, 2)
    assert "希望子" not in body(client.get(idea.get_absolute_url()))


def test_outside_experts_neither_look_up_nor_are_named(client_for):
    expert = UserFactory(name="外部 太郎", employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    UserFactory(name="内部 太郎")
    assert "内部" not in body(client_for(expert).get(at("people_found"), {"q": "太郎"}))
    shown = body(client_for(UserFactory()).get(at("people_found"), {"q": "太郎"}))
    assert ("内部" in shown, "外部" in shown) == (True, False)


def test_comment_of_the_author_is_mended_without_a_name_after_a_merge():
    author, clerk = UserFactory(), secretary()
    source, target = published_idea(author, is_anonymous=True), published_idea()
    comment = source.comment("はじめ", by=author)
    source.merge_into(target, by=clerk)
    comment.refresh_from_db()
    comment.rewrite("あと", by=author)
    comment.withdraw(by=author)
    acts = Activity.objects.of(target).with_verbs("idea.comment_edited", "idea.comment_withdrawn")
    assert list(acts.values_list("actor_id", "actor_name")) == [(None, "")] * 2


def test_the_hidden_author_who_also_answers_has_a_name_there():
    """A history line without a name beside a signed answer would tell who wrote the idea."""
    clerk = secretary()
    idea = published_idea(clerk, is_anonymous=True)
    idea.answer("under_review", "見る", by=clerk)
    assert Activity.objects.with_verbs("idea.answered").get().actor_id == clerk.pk
