"""The drawings themselves: valid SVG without a style, named for those who cannot see it, in both languages."""

from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.template import engines
from django.utils import translation

from dxportal import dates, timelines
from dxportal.charts import Axis, Step, Voice, Year
from dxportal.timelines import Adopter, Span

TODAY = date(2025, 11, 19)
NOW = datetime(2025, 11, 19, 14, 20, tzinfo=dates.TOKYO)
MORNING = NOW.replace(hour=6, minute=0)
CONTEXT = {
    "today": TODAY,
    "now": NOW,
    "morning": MORNING,
    "noon": MORNING + timedelta(hours=6),
    "axis": Axis.years(2022, 2026),
    "hours": timelines.wave_axis(MORNING, MORNING + timedelta(hours=20)),
    "pairs": [(76, 71), (77, 79), (75, 68)],
    "steps": [
        Step(40, date(2023, 4, 1), date(2023, 6, 1), True),
        Step(60, date(2025, 6, 1), date(2026, 1, 30), False),
    ],
    "years": [Year(2024, 70, 61), Year(2025, 80, 78, True), Year(2026, 90, None)],
    "voices": [Voice(4.3, 1.6, "R5 Q3"), Voice(2.9, 3.5, "R7 Q2")],
    "span": Span(
        date(2023, 4, 1), date(2026, 12, 31), date(2026, 9, 30), 62, 49, due=TODAY, moved_to=date(2026, 2, 27)
    ),
    "adopters": [
        Adopter(1, "南東アジア<第一>課", date(2025, 2, 1)),
        Adopter(2, "B", date(2025, 9, 1), 1, mark="new"),
    ],
}
DRAWINGS = {
    "pillar": "{% pillar_chart plan=76 actual=71 number=1 %}",
    "pillar_m": '{% pillar_chart plan=76 actual=71 number=1 size="m" label="" %}',
    "pillar_low": "{% pillar_chart plan=99 actual=8 number=3 %}",
    "mini": "{% mini_pillars pairs large=True %}",
    "bar": "{% bar plan=72 actual=58 %}",
    "curve": '{% curve_chart steps axis=axis today=today label="差は60ポイント" %}',
    "years": '{% year_chart years unit="%" label="目標に届かない" %}',
    "quadrants": '{% quadrant_chart voices path=True label="負担が減った" %}',
    "dots": '{% quadrant_chart voices label="負担が減った" %}',
    "gantt": "{% gantt_chart span axis=axis %}",
    "gantt_grid": "{% gantt_grid axis=axis today=today %}",
    "gantt_head": "{% gantt_scale axis=axis today=today %}",
    "slip": "{% slip_chart span.due span.moved_to done=False axis=axis today=today %}",
    "tree": '{% tree_chart adopters label="2部署に広がった" %}',
    "wave": "{% wave_chart start=morning end=noon share=40 axis=hours now=now %}",
    "wave_head": "{% wave_scale axis=hours now=now %}",
    "gate": "{% gate %}",
}


def drawn(name, language="ja"):
    with translation.override(language):
        return engines["django"].from_string("{% load charts %}" + DRAWINGS[name]).render(CONTEXT).strip()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_is_one_well_formed_svg(name, language):
    root = ElementTree.fromstring(drawn(name, language))
    attributes = {key for element in root.iter() for key in element.attrib}
    assert (root.tag, attributes & {"style", "viewBox", "onload"}) == ("svg", set())


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_has_a_name_or_is_hidden(name):
    root = ElementTree.fromstring(drawn(name))
    named = root.get("role") == "img" and bool(root.get("aria-label"))
    assert named is not (root.get("aria-hidden") == "true")


@pytest.mark.parametrize("name", DRAWINGS)
def test_english_drawing_holds_no_japanese_of_ours(name):
    said = drawn(name, "en")
    for theirs in (
        "南東アジア&lt;第一&gt;課",
        "差は60ポイント",
        "目標に届かない",
        "負担が減った",
        "2部署に広がった",
    ):
        said = said.replace(theirs, "")
    assert [letter for letter in said if letter > "\u3000"] == []


def test_pillar_says_its_figures():
    assert 'aria-label="柱1 実績71% 計画76%"' in drawn("pillar")
    assert 'aria-label="Pillar 1: actual 71%, plan 76%"' in drawn("pillar", "en")


def test_small_pillars_say_every_figure():
    said = "柱ごとの進み: 柱1 71%(計画76%)、柱2 79%(計画77%)、柱3 68%(計画75%)"
    assert f'aria-label="{said}"' in drawn("mini")


def test_curve_names_today_and_both_levels():
    html = drawn("curve")
    assert ("きょう 11月19日" in html, "計画 100%" in html, "実績 40%" in html) == (True, True, True)


def test_label_of_plan_at_the_top_stays_below_the_edge():
    text = next(t for t in ElementTree.fromstring(drawn("curve")).iter("text") if "計画" in (t.text or ""))
    assert text.get("dy") == "20"
