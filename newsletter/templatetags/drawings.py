"""Drawings of the newsletter's pages from figures that were kept with the issue."""

from django import template
from django.utils.translation import get_language

from dxportal import charts, dates, timelines
from newsletter.rendering import figures_label

register = template.Library()
LAST_LABEL = 92  # percent of the width; an hour further right would run into the next column


@register.inclusion_tag("components/charts/mini.svg.html")
def kept_pillars(figures, *, large=False):
    """The pillars as they stood when the issue was approved."""
    pairs = [(figure["planned"], figure["actual"]) for figure in figures]
    return {
        "columns": charts.mini(pairs),
        "cls": "mini4--l" if large else "",
        "label": figures_label(figures),
    }


@register.inclusion_tag("components/charts/wave_head.svg.html")
def wave_scale(axis, now):
    """The hours above the bars, in Tokyo time, and now."""
    now = now.astimezone(dates.TOKYO)
    here = charts.rounded(axis.at(now)) if axis.holds(now) else None
    language = {"language": get_language()}
    ticks = [tick for tick in timelines.wave_ticks(axis) if tick["x"] < LAST_LABEL]
    return {"ticks": ticks, "now": here, "clock": f"{now:%H:%M}", "portal": language}


@register.inclusion_tag("components/charts/wave.svg.html")
def wave_bar(wave, axis, now):
    """One wave: from its moment to its last mail, filled as far as it is done."""
    return {"g": timelines.wave(wave.tokyo, wave.end, wave.share, axis=axis, now=now.astimezone(dates.TOKYO))}
