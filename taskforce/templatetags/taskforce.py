"""Drawings that only the taskforce's pages use."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("taskforce/_countdown.html")
def countdown(*, start, end, today):
    """The bar of a theme: filled with the time passed, one tick a week. Dates; `end` is the review."""
    days = (end - start).days
    passed = min(max((today - start).days, 0), days)
    words = {"days": days, "passed": passed, "left": days - passed}
    return {
        "share": round(passed / days * 100, 2),
        "ticks": [round(week * 7 / days * 100, 2) for week in range(1, -(-days // 7))],
        "label": _("%(days)s日のうち%(passed)s日が過ぎ、残り%(left)s日") % words,
    }
