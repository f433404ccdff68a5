"""Charts of design.md section 7 as tags: numbers and dates in, inline SVG out. Geometry: charts.py, timelines.py.

`label` is the sentence read instead of the drawing: the finding, not the axes. Without it the drawing is hidden from
speech, which is right only in a table row that holds the same numbers.
"""

from functools import lru_cache
from types import SimpleNamespace

from django import template
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from dxportal import charts, text, timelines

register = template.Library()

SIZES = {"hero": "pillar--hero", "l": "pillar--l pillar--hero", "m": "pillar--m"}
# The login page draws fixed levels: nothing about progress is public (design.md section 2).
GATE_PLAN = 73
GATE_LEVELS = (64, 84, 56, 74)


def drawing(context, **values) -> dict:
    """What an SVG template needs besides its numbers: the viewer's calendar and language."""
    return {"user": context.get("user"), "english": text.english(), **values}


def picture(context, name: str, geometry, *numbers, options=(), **words):
    """The SVG of `geometry(*numbers, **options)`. Numbers, options and words must be hashable: the same drawing is
    made once and then kept, since it depends on nothing else but the viewer's language and calendar."""
    western = bool(getattr(context.get("user"), "western_dates", False))
    return _picture(name, geometry, numbers, tuple(options), tuple(words.items()), text.english(), western)


@lru_cache(4000)
def _picture(name, geometry, numbers, options, words, english, western):
    values = {"g": geometry(*numbers, **dict(options)), "english": english, **dict(words)}
    # The calendar of the tags inside comes from the viewer, and here this is all there is of one.
    values["user"] = SimpleNamespace(western_dates=western)
    return mark_safe(get_template(f"components/charts/{name}.svg.html").render(values).strip())  # noqa: S308


@register.simple_tag(takes_context=True)
def pillar_chart(context, *, plan, actual, number=None, size="hero", label=None):
    """{% pillar_chart plan=76 actual=71 number=1 size="hero" %}: hero, l or m; label= replaces 柱1 実績71% 計画76%."""
    if label is None:
        values = {"number": number, "actual": round(actual), "plan": round(plan)}
        label = _("柱%(number)s 実績%(actual)s%% 計画%(plan)s%%") % values if number else ""
    hero = size != "m"
    words = {"cls": SIZES[size], "hero": hero, "label": label, "plan": plan, "actual": actual}
    return picture(context, "pillar", charts.pillar, plan, actual, options=[("hero", hero)], **words)


@register.inclusion_tag("components/charts/mini.svg.html", takes_context=True)
def mini_pillars(context, pairs, *, large=False, label=None):
    """{% mini_pillars pairs %}: [(plan, actual), …] of any number of pillars; label="" when a table says the same."""
    if label is None:
        said = (
            _("柱%(number)s %(actual)s%%(計画%(plan)s%%)")
            % {"number": number, "actual": round(actual), "plan": round(plan)}
            for number, (plan, actual) in enumerate(pairs, 1)
        )
        label = _("柱ごとの進み: %(pillars)s") % {"pillars": _("、").join(said)}
    return drawing(context, columns=charts.mini(pairs), cls="mini4--l" if large else "", label=label)


@register.simple_tag(takes_context=True)
def bar(context, *, plan, actual, label=""):
    """{% bar plan=72 actual=58 %}: for table rows that also hold the figures."""
    return picture(context, "bar", charts.bar, plan, actual, label=label)


@register.inclusion_tag("components/charts/curve.svg.html", takes_context=True)
def curve_chart(context, steps, *, axis, today, label):
    """{% curve_chart steps axis=axis today=today label=sentence %}: charts.Step rows, charts.Axis.years(a, b)."""
    return drawing(context, g=charts.curve(steps, axis=axis, today=today), today=today, label=label)


@register.simple_tag(takes_context=True)
def year_chart(context, years, *, label, unit="", smaller_is_better=False, top=None):
    """{% year_chart years unit="%" label=sentence %}: charts.Year rows, any number of years."""
    options = (("smaller_is_better", smaller_is_better), ("top", top))
    return picture(context, "by_year", charts.by_year, tuple(years), options=options, unit=unit, label=label)


@register.inclusion_tag("components/charts/quadrants.svg.html", takes_context=True)
def quadrant_chart(context, voices, *, label, path=False):
    """{% quadrant_chart voices path=True label=sentence %}: charts.Voice rows; many initiatives, or one over time."""
    return drawing(context, g=charts.quadrants(voices, path=path), label=label)


@register.simple_tag(takes_context=True)
def gantt_chart(context, span, *, axis, grid="years"):
    """{% gantt_chart span axis=axis %}: a timelines.Span in its table row, over the lines of {% gantt_grid %}."""
    return picture(context, "gantt", timelines.gantt, span, options=[("axis", axis)], grid=grid)


@register.simple_tag(takes_context=True)
def gantt_grid(context, *, axis, today, grid="years"):
    """{% gantt_grid axis=axis today=today %}: the years and today, drawn once and used by every row of the page.
    A page with a second axis gives it another name: grid="next"."""
    options = (("axis", axis), ("today", today))
    return picture(context, "gantt_grid", timelines.gantt_head, options=options, grid=grid)


@register.simple_tag(takes_context=True)
def gantt_scale(context, *, axis, today):
    """{% gantt_scale axis=axis today=today %}: the fiscal years above the rows."""
    return picture(context, "gantt_head", timelines.gantt_head, options=[("axis", axis), ("today", today)])


@register.simple_tag(takes_context=True)
def slip_chart(context, planned, current, *, done, axis, today):
    """{% slip_chart m.planned m.current done=m.is_done axis=axis today=today %}: a milestone's way."""
    options = (("done", done), ("axis", axis), ("today", today))
    return picture(context, "slip", timelines.slip, planned, current, options=options)


@register.inclusion_tag("components/charts/tree.svg.html", takes_context=True)
def tree_chart(context, adopters, *, label):
    """{% tree_chart adopters label=sentence %}: timelines.Adopter rows; put it in .wide-only, a nested list beside."""
    return drawing(context, g=timelines.tree(adopters), label=label)


@register.inclusion_tag("components/charts/wave.svg.html", takes_context=True)
def wave_chart(context, *, start, end, share, axis, now):
    """{% wave_chart start=s end=e share=60 axis=axis now=now %}: one time zone's delivery; axis from wave_axis()."""
    return drawing(context, g=timelines.wave(start, end, share, axis=axis, now=now))


@register.inclusion_tag("components/charts/wave_head.svg.html", takes_context=True)
def wave_scale(context, *, axis, now):
    """{% wave_scale axis=axis now=now %}: the hours above the waves, with the time now."""
    at = charts.rounded(axis.at(now)) if axis.holds(now) else None
    ticks = [
        tick for tick in timelines.wave_ticks(axis) if tick["x"] < 92
    ]  # its words need room to the right
    return drawing(context, ticks=ticks, now=at, clock=f"{now:%H:%M}")


@register.inclusion_tag("components/charts/gate.svg.html", takes_context=True)
def gate(context):
    """{% gate %}: the columns of the login page, at fixed levels."""
    return drawing(context, **charts.gate(GATE_LEVELS, GATE_PLAN))
