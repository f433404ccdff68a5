"""Drawings of the newsletter's pages from figures that were kept with the issue."""

from django import template

from dxportal import charts
from newsletter.drawing import figures_label

register = template.Library()


@register.simple_tag
def image_form():
    """An empty form for a new picture; the editor's page shows it beside its own form."""
    from newsletter.forms.images import (
        ImageForm,  # forms know the models, and these draw with this module's tags
    )

    return ImageForm(auto_id="image_%s")


@register.inclusion_tag("components/charts/mini.svg.html")
def kept_pillars(figures, *, large=False):
    """The pillars as they stood when the issue was approved."""
    pairs = [(figure["planned"], figure["actual"]) for figure in figures]
    return {
        "columns": charts.mini(pairs),
        "cls": "mini4--l" if large else "",
        "label": figures_label(figures),
    }
