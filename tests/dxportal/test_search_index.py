"""Searching through the indexes finds what reading every row would find."""

import random

import pytest
from django.db import connection
from django.db.models.functions import Greatest

from dxportal.search import Reversed, TrigramWordSimilarity, similar_text_for
from taskforce.models import GoodPractice, Guidance, Idea
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import published_idea, published_practice

pytestmark = pytest.mark.django_db

THINGS = (
    "公電の宛先", "出張命令", "旅費の領収書", "在留届", "旅券の受取り", "査証統計", "晩餐会の席次表", "宿舎の契約",
    "会計の証拠書類", "車両の運行記録", "電話当番表", "引継書", "緊急連絡網", "便宜供与の依頼", "条約の訳語",
    "visa statistics", "travel orders", "the phone rota", "housing leases", "safety notices",
)  # fmt: skip
NEEDS = (
    "を自動で組む", "の写しを減らす", "を英語でも書く", "の期限を前の日に知らせる", "を一つの表にまとめる",
    "の差戻しの理由が分からない", "を写真で出す", "の版を比べる", " by telephone", " in one table", " without paper",
    " for local staff", "の当番を予定表から決める", "の件数を月ごとに数える", "の控えを検索する",
)  # fmt: skip
ASKED = (
    "公館の電話当番表を自動で組む",
    "代理の当番を予定表から決めたい",
    "Visa statistics without typing them twice",
    "領収書を写真で出して、会計の証拠書類を減らす",
    "出張命令の差戻しが多い。理由が分からず、旅費の領収書も写し直しになる。英語でも書けるとよい。",
    "housing lease",
)


@pytest.fixture
def many_ideas():
    """Three hundred ideas, each of two things and two needs."""
    lot, author = random.Random(7), UserFactory()  # noqa: S311
    ideas = []
    for number in range(300):
        things, needs = lot.sample(THINGS, 2), lot.sample(NEEDS, 2)
        idea = Idea(
            number=number + 1, author=author, title=things[0] + needs[0], problem=things[1] + needs[1]
        )
        idea.wish = lot.choice(THINGS)
        idea.fill_shadows()
        ideas.append(idea)
    Idea.objects.bulk_create(ideas)
    with connection.cursor() as cursor:
        cursor.execute("analyze taskforce_idea")


def read_all(words):
    """Every idea that is like the words, as comparing each of them tells."""
    pieces = similar_text_for(words)
    likeness = Greatest(TrigramWordSimilarity(pieces, "similar_text"), Reversed(pieces, "similar_text"))
    return Idea.objects.annotate(likeness=likeness).filter(likeness__gte=0.25).order_by("-likeness", "pk")


@pytest.mark.parametrize("words", ASKED)
def test_the_most_alike_are_those_of_reading_every_row(many_ideas, words):
    told = [(idea.pk, round(idea.likeness, 4)) for idea in Idea.objects.similar(words)[:4]]
    assert told == [(idea.pk, round(idea.likeness, 4)) for idea in read_all(words)[:4]]


def test_similar_ideas_are_looked_up_in_the_index(many_ideas):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    plan = Idea.objects.similar("電話当番表を自動で組む").explain()
    assert "idea_pieces" in plan


@pytest.mark.parametrize("word", ["査証", "電話", "番", "by", "zz", "税関", "の差"])
def test_short_words_are_found_by_their_letters(many_ideas, word):
    found = Idea.objects.search(word)
    told = set(found.values_list("number", flat=True))
    assert told == {idea.number for idea in Idea.objects.all() if word in idea.search_text}


def test_short_words_are_looked_up_in_the_index(many_ideas):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    assert "idea_letters" in Idea.objects.search("査証").order_by().explain()


@pytest.mark.parametrize("words", ["%", "電話 %s", "a'b", '"', "{x}", "\\", "電話当番\u3000" * 200])
def test_any_words_may_be_asked(words):
    idea = published_idea(title="電話当番表")
    assert set(Idea.objects.similar(words)) <= {idea}
    assert set(Idea.objects.search(words)) <= {idea}


def test_practices_are_found_by_what_they_are_like():
    practice = published_practice(title="電話当番表のひな形", summary="案が自動でできる。")
    published_practice(title="会議室の予約", summary="一つの台帳に。")
    assert list(GoodPractice.objects.similar("公館の電話当番表を自動で組む")) == [practice]
    practice.edit(by=practice.proposed_by, title="名刺の発注", summary="早くなった。")
    assert list(GoodPractice.objects.similar("公館の電話当番表を自動で組む")) == []


@pytest.mark.parametrize("rows", [Idea, GoodPractice, Guidance])
def test_every_kind_names_its_own_index(rows):
    assert rows.objects.all().pieces_index in {index.name for index in rows._meta.indexes}
