"""Markdown of the newsletter: what readers get, what can never get through (XS2)."""

import html5lib
import pytest

from newsletter import drawing, markdown
from newsletter.references import Facts


def test_page_and_text_say_the_same():
    source = "## 小見出し\n\n[アイデア](/ideas/)を**出す**\n\n- 一つ\n- 二つ\n\n1. 開く\n2. 選ぶ"
    assert markdown.to_html(source) == (
        '<h3>小見出し</h3>\n<p><a href="/ideas/" rel="noopener noreferrer">アイデア</a>を<strong>出す</strong></p>\n'
        '<ul>\n<li>一つ</li>\n<li>二つ</li>\n</ul>\n<ol class="steps">\n<li>開く</li>\n<li>選ぶ</li>\n</ol>\n'
    )
    assert markdown.to_text(source, base="https://dx.example.jp") == (
        "■ 小見出し\nアイデア ( https://dx.example.jp/ideas/ )を出す\n\n・一つ\n・二つ\n\n1. 開く\n2. 選ぶ"
    )


def test_links_are_absolute_in_mail():
    html = markdown.to_html("[計画](/plan/)", base="https://dx.example.jp")
    assert html == '<p><a href="https://dx.example.jp/plan/" rel="noopener noreferrer">計画</a></p>\n'


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "<iframe src='https://evil.example'></iframe>",
        "<svg><script>1</script></svg>",
        "<style>body{display:none}</style>",
        "<base href='https://evil.example'>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,1)",
        "![x](https://evil.example/pixel.png)",
        "<form action='https://evil.example'><input></form>",
    ],
)
def test_hostile_source_leaves_no_element_and_is_reported(source):
    html = markdown.to_html(f"前\n\n{source}\n\n後")
    for forbidden in (
        "<script",
        "<img",
        "<iframe",
        "<svg",
        "<style",
        "<base",
        "<form",
        'href="javascript',
        'href="data',
    ):
        assert forbidden not in html
    assert "後" in html
    assert markdown.refused(source) != [] or source.startswith("![")


def test_plain_text_is_not_reported():
    assert markdown.refused("実績 < 計画。3 > 2。a<b") == []


def test_pillars_drawing_stands_where_its_word_stood():
    assert (
        markdown.to_html("前\n\n[[柱の図]]\n\n後", draw=lambda piece: "<svg></svg>")
        == "<p>前</p>\n<svg></svg>\n<p>後</p>\n"
    )
    assert markdown.to_text("[[柱の図]]", draw=lambda piece: "柱1 71%") == "柱1 71%"


def test_pillars_word_inside_a_sentence_is_only_text():
    assert (
        markdown.to_html("ここに [[柱の図]] と書く", draw=drawing.on_page(Facts(), {}))
        == "<p>ここに [[柱の図]] と書く</p>\n"
    )


def test_large_figure():
    html = markdown.to_html(":: **9日** 受け取るまで")
    assert html == '<p class="numbig"><b>9日</b> 受け取るまで</p>\n'
    assert markdown.to_text(":: **9日** 受け取るまで") == "9日 受け取るまで"


def test_table_quote_and_nested_list_as_text():
    source = "| 前 | 後 |\n| --- | --: |\n| a | b |\n\n> 引用\n> 二行\n\n- 外\n  - 内"
    assert markdown.to_text(source) == "前 / 後\na / b\n\n> 引用\n> 二行\n\n・外\n  ・内"
    assert "style=" not in markdown.to_html(source)


def test_links_are_found_once_each():
    assert markdown.links("[a](/ideas/) [b](/plan/) [c](/ideas/)") == ["/ideas/", "/plan/"]


def test_pieces_are_read_where_they_stand():
    source = "[[施策 2-3-1 業務_引継_ぎ]]\n\n- [[アイデア 45]]\n\n`[[施策 1]]` \\[[施策 2]] ![図](image:3)"
    assert [(piece.name, piece.words, piece.alone) for piece in markdown.pieces(source)] == [
        ("施策 2-3-1", "業務_引継_ぎ", True),
        ("アイデア 45", "", False),
        ("image 3", "図", False),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "image:1",
        "image:0",
        "image:99999",
        "image:1/../2",
        "//evil.example/a.png",
        "data:image/png;base64,AA==",
    ],
)
def test_only_pictures_of_the_issue_are_pictures(source):
    kinds = [piece.kind for piece in markdown.pieces(f"![図]({source})")]
    assert kinds in ([markdown.IMAGE], [markdown.OUTSIDE_IMAGE], [])
    assert (kinds == [markdown.IMAGE]) == (source == "image:1")
    assert "<img" not in markdown.to_html(f"![図]({source})")


@pytest.mark.parametrize(
    "source",
    ["[" * 10_000, ">" * 10_000, "*a_" * 3_333, "|a" * 2_500 + "|\n" + "|-" * 2_500 + "|", "[[a " * 2_500],
)
def test_hostile_runs_of_signs_are_drawn_as_text(source):
    """XS8; how long the longest takes is measured in bench/hostile_text.py."""
    drawn = html5lib.parseFragment(markdown.to_html(source), namespaceHTMLElements=False)
    assert {element.tag for element in drawn.iter()} <= {"DOCUMENT_FRAGMENT", *markdown.TAGS}
    assert len(markdown.to_text(source)) <= 2 * len(source)


def test_nothing_of_the_source_reaches_style_class_or_id():
    """XS9: what looks like ours is only text."""
    source = '<p class="site-header" id="main" style="position:fixed">x</p>\n\n# {#main .site-header}'
    drawn = html5lib.parseFragment(markdown.to_html(source), namespaceHTMLElements=False)
    assert [(element.tag, element.attrib) for element in drawn] == [("p", {}), ("h3", {})]


@pytest.mark.parametrize("source", ["&#xE000;7&#xE000;", "\ue0007\ue000", "**&#xE000;**7&#57344;"])
def test_places_cannot_be_forged(source):
    assert "\ue000" not in markdown.to_html(source) + markdown.to_text(source)
    assert "7" in markdown.to_html(source)


@pytest.mark.parametrize("source", ["&#xE001;unsubscribe&#xE002;", "[&#xE003;+x&#xE004;](/plan/)"])
def test_markers_of_a_person_cannot_be_forged(source):
    assert markdown.PRIVATE.search(markdown.to_html(source) + markdown.to_text(source)) is None


def test_a_moment_somebody_typed_is_only_words():
    assert drawing.by_own_clock("<p>\ue005あした\ue006</p>", {}) == "<p>あした</p>"
