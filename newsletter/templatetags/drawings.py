"""Drawings of the newsletter's pages from figures that were kept with the issue."""

from django import template

from dxportal import charts
from newsletter.drawing import figures_label

register = template.Library()


@register.inclusion_tag("components/charts/mini.svg.html")
def kept_pillars(figures, *, large=False):
    """The pillars as they stood when the issue was approved."""
    pairs = [(figure["planned"], figure["actual"]) for figure in figures]
    return {
        "columns": charts.mini(pairs),
        "cls": "mini4--l" if large else "",
        "label": figures_label(figures),
    }
