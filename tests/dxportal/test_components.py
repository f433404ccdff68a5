"""The tags of the component library, by what they put into a page."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import timezone, translation

from dxportal.templatetags.portal import locator_columns

READER = SimpleNamespace(is_authenticated=True, western_dates=False)


def drawn(source, *, address="/ideas/", **context):
    request = RequestFactory().get(address)
    request.session = {}
    request.user = context.pop("user", READER)
    return engines["django"].from_string(source).render({"user": request.user, **context}, request)


def test_status_is_a_shape_and_a_word():
    html = drawn('{% status "late" %}')
    assert ("#st-late" in html, 'aria-hidden="true"' in html, html.endswith("遅れ</span>")) == (
        True,
        True,
        True,
    )


def test_status_alone_has_the_word_as_its_name():
    assert 'role="img" aria-label="遅れ"' in drawn('{% status "late" alone=True %}')


def test_misspelt_argument_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        drawn('{% sec id="a" titel="b" %}{% endsec %}')


@pytest.mark.parametrize("of", [1, 3, 4, 6, 12])
def test_locator_darkens_one_column_of_any_number(of):
    columns = locator_columns(of, of)
    assert [c["on"] for c in columns] == [False] * (of - 1) + [True]
    assert columns[-1]["x"] + columns[-1]["w"] <= 24


@pytest.mark.parametrize(
    ("source", "shown"), [("-4", "4ポイント"), ("-4 sign=True", "−4ポイント"), ("3 sign=True", "+3ポイント")]
)
def test_points(source, shown):
    assert drawn(f"{{% points {source} %}}") == shown


def test_text_given_to_a_component_is_escaped():
    html = drawn('{% sec id="a" title=title note=title %}{{ title }}{% endsec %}', title="<script>")
    assert html.count("&lt;script&gt;") == 3
    assert "<script>" not in html


# --- dates ----------------------------------------------------------------------------------------


def test_day_is_marked_up_in_the_readers_calendar():
    day = date(2025, 11, 19)
    assert drawn("{% wareki day %}", day=day) == '<time datetime="2025-11-19">R7.11.19</time>'
    assert ">2025.11.19<" in drawn("{% wareki day %}", day=day, user=SimpleNamespace(western_dates=True))
    with translation.override("en"):
        assert ">19 Nov 2025<" in drawn("{% wareki day %}", day=day)
    assert drawn("{% wareki day %}", day=None) == "—"


def test_instant_near_midnight_is_the_readers_day():
    at = datetime(2025, 11, 19, 23, 0, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert ">R7.11.20<" in drawn("{% wareki at %}", at=at)
    with timezone.override(ZoneInfo("America/New_York")):
        assert ">R7.11.19<" in drawn("{% wareki at %}", at=at)


def test_time_is_the_readers_first_and_tokyo_beside():
    at = datetime(2025, 11, 26, 16, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Paris")):
        html = drawn("{% local_time at %}", at=at)
    assert "11月26日(水) パリ <b>17:30</b>" in html
    assert "東京 11月27日 01:30" in html


def test_time_in_tokyo_is_said_once():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert drawn("{% local_time at %}", at=datetime(2025, 11, 21, 9, tzinfo=UTC)).count("東京") == 1


# --- lists ----------------------------------------------------------------------------------------


def test_pages_keep_the_rest_of_the_address():
    page = Paginator(range(50), 20).page(2)
    html = drawn("{% pagination page %}", page=page, address="/ideas/?q=a&page=2")
    assert ('rel="prev" href="?q=a&amp;page=1"' in html, 'rel="next" href="?q=a&amp;page=3"' in html) == (
        True,
        True,
    )


def test_single_page_needs_no_links():
    assert drawn("{% pagination page %}", page=Paginator([1], 20).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("now", "direction", "link"),
    [
        ("", "", "?sort=due"),
        ("?sort=due", "ascending", "?sort=-due"),
        ("?sort=-due", "descending", "?sort=due"),
    ],
)
def test_header_sorts_up_then_down(now, direction, link):
    html = drawn('{% sort_header "due" label="期日" %}', address=f"/ideas/{now}")
    assert (f'href="{link}"' in html, f'aria-sort="{direction}"' in html) == (True, bool(direction))


def test_segment_marks_the_chosen_state_and_leaves_the_page():
    source = (
        '{% segment label="遅れ" param="status" value="late" %}{% segment label="すべて" param="status" %}'
    )
    html = drawn(source, address="/plan/?status=late&page=3&q=x")
    assert 'href="?status=late&amp;q=x" aria-current="true"' in html
    assert 'href="?q=x"' in html


# --- fields ---------------------------------------------------------------------------------------


class IdeaForm(forms.Form):
    title = forms.CharField(label="題名", help_text="30字まで")
    pillar = forms.ChoiceField(label="柱", choices=[("1", "柱1")], widget=forms.RadioSelect, required=False)
    agreed = forms.BooleanField(label="同意", required=False)
    note = forms.CharField(label="補足", widget=forms.Textarea, required=False)


def test_control_names_its_help_and_its_error():
    html = drawn("{% field form.title count=True %}", form=IdeaForm({}))
    assert 'aria-describedby="id_title_help id_title_count id_title_error"' in html
    for name in ("help", "count", "error"):
        assert f'id="id_title_{name}"' in html
    assert 'aria-invalid="true"' in html


def test_required_and_optional_are_said_in_words():
    assert "※必須" in drawn("{% field form.title %}", form=IdeaForm())
    assert "任意" in drawn("{% field form.note %}", form=IdeaForm())
    assert "任意" not in drawn("{% field form.note mark=False %}", form=IdeaForm())


def test_choices_are_a_fieldset_with_a_legend():
    html = drawn("{% field form.pillar %}", form=IdeaForm())
    assert ("<fieldset" in html, "<legend>柱" in html, html.count("<label")) == (True, True, 1)


def test_summary_links_to_each_field():
    html = drawn("{% form_errors form %}", form=IdeaForm({}))
    assert ("1か所を直してください" in html, 'href="#id_title"' in html, 'role="alert"' in html) == (
        True,
        True,
        True,
    )
    assert drawn("{% form_errors form %}", form=IdeaForm({"title": "a"})).strip() == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    (
        ("2026-11-19", '<time datetime="2026-11-19">R8.11.19</time>'),
        ("20261119", "20261119"),
        (
            "2026-11-19 09:05:11.123456+00:00",
            '<time datetime="2026-11-19T18:05+09:00">R8.11.19 東京 <b>18:05</b></time>',
        ),
        ("1行目\n<b>", "1行目<br>&lt;b&gt;"),
        (0, "0"),
        ("", "なし"),
        (None, "なし"),
    ),
)
def test_a_value_in_a_history_reads_like_the_rest_of_the_page(value, shown):
    assert drawn("{% told value %}", value=value) == shown
