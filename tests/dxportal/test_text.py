from types import SimpleNamespace

import pytest
from django.utils import translation

from dxportal import text


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("齋藤", "斉藤"),
        ("ＤＸ　推進", "dx 推進"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("ひらがな", "ひらがな"),
        ("  a \n b ", "a b"),
        ("", ""),
    ],
)
def test_texts_are_compared_in_one_form(written, compared):
    assert text.normalise(written) == compared


def test_narrow_keeps_the_kanji_of_names():
    assert text.narrow(" 髙橋１ ") == "髙橋1"


def test_english_field_is_shown_to_english_readers_only():
    plan = SimpleNamespace(name="計画", name_en="Plan")
    with translation.override("en"):
        assert text.localized(plan, "name") == "Plan"
    with translation.override("ja"):
        assert text.localized(plan, "name") == "計画"


def test_japanese_on_an_english_page_is_marked_and_escaped():
    plan = SimpleNamespace(name="<計画>", name_en="")
    with translation.override("en"):
        assert text.localized_html(plan, "name") == '<span lang="ja">&lt;計画&gt;</span>'
    with translation.override("ja"):
        assert text.localized_html(plan, "name") == "<計画>"


def test_setting_comes_in_both_languages(settings):
    settings.NEWSLETTER_TITLE, settings.NEWSLETTER_TITLE_EN = "便り", "Weekly"
    with translation.override("en"):
        assert text.setting("NEWSLETTER_TITLE") == "Weekly"
    assert text.setting("NEWSLETTER_TITLE") == "便り"


def test_only_classes_one_and_two_exist():
    assert text.Confidentiality.values == [1, 2]
