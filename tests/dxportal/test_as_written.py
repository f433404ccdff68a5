from django.utils import translation

from dxportal.templatetags.portal import as_written


def test_japanese_part_is_marked_for_english_readers():
    with translation.override("en"):
        assert as_written("Moved: 本番 <2> 移行.") == ('Moved: <span lang="ja">本番 &lt;2&gt; 移行</span>.')


def test_japanese_readers_get_the_text_alone():
    assert as_written("本番 <移行>") == "本番 &lt;移行&gt;"
