import pytest

from accounts.models import User
from dxportal.search import search_text_for, similar_text_for
from taskforce.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import published_idea


def test_shadow_column_joins_what_there_is():
    assert search_text_for("髙橋 一郎", None, "", "ＴＡＫＡＨＡＳＨＩ") == "高橋 一郎 takahashi"


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("電話当番表", "電話 話当 当番 番表"),
        ("引継ぎを2週間で", "引継 2 週間"),
        ("AIの翻訳", "ai 翻訳"),
        ("ペーパーレス", "ペー ーパ パー ーレ レス"),
        ("ひらがなだけ", ""),
    ],
)
def test_pieces_leave_grammar_out(words, pieces):
    assert similar_text_for(words) == pieces


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("高橋", {"髙橋 一郎"}),
        ("髙橋", {"髙橋 一郎"}),
        ("ﾀｶﾊｼ", {"髙橋 一郎"}),
        ("ichiro TAKAHASHI", {"髙橋 一郎"}),
        ("一郎", {"髙橋 一郎", "山﨑 一郎"}),
        ("高橋 二郎", set()),
        ("100%", set()),
        ("_", set()),
        ("", {"髙橋 一郎", "山﨑 一郎"}),
    ],
)
def test_people_are_found_by_every_word(asked, found):
    UserFactory(name="髙橋 一郎", name_kana="タカハシ イチロウ", name_en="Ichiro Takahashi")
    UserFactory(name="山﨑 一郎", name_kana="ヤマザキ イチロウ", name_en="Ichiro Yamazaki")
    assert set(User.objects.search(asked).values_list("name", flat=True)) == found


@pytest.mark.django_db
def test_similar_ideas_come_nearest_first():
    for title in ("会議室の空きを探す", "代理の当番を予定表から自動で決める", "電話当番表の作成"):
        published_idea(title=title, problem="ない", wish="ない")
    found = Idea.objects.similar("公館の電話当番表を自動で組む")
    assert [idea.title for idea in found] == ["電話当番表の作成", "代理の当番を予定表から自動で決める"]


@pytest.mark.django_db
def test_nothing_is_similar_to_nothing():
    published_idea(title="電話当番表の作成")
    assert list(Idea.objects.similar("  ")) == []
