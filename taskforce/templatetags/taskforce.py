"""Drawings that only the taskforce's pages use."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.templatetags.portal import city, clock
from taskforce.models.idea_sets import THEME_TOLD

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


@register.inclusion_tag("taskforce/_from_themes.html", takes_context=True)
def from_themes(context, thing):
    """{% from_themes idea %}: the themes an idea or a practice came from, each a link; nothing without any."""
    told = getattr(thing, "themes_told", None)  # asked for together with the thing, or else here
    if told is None:
        themes = thing.themes.visible_to(context["user"]).order_by("-starts_on")
        told = themes.annotate(told=THEME_TOLD).values_list("told", flat=True)
    return {"themes": [SimpleNamespace(**theme) for theme in told]}


@dataclass(frozen=True)
class Clock:
    """What the clock of a city shows at an instant; `other_day` when it is not the day in Tokyo."""

    city: str
    at: datetime
    is_mine: bool
    other_day: bool

    @property
    def clock(self) -> str:
        return clock(self.at)


@register.filter
def clocks_of(meeting, group) -> list[Clock]:
    """{{ meeting|clocks_of:group }}: the meeting on the clocks of Tokyo, of the viewer and of all members, the same
    clock once. The group comes `with_members()`."""
    mine = timezone.get_current_timezone()
    zones = [dates.TOKYO, mine, *(m.person.tz for m in group.current_members)]
    tokyo, found = meeting.starts_at.astimezone(dates.TOKYO).date(), {}
    for zone in zones:
        at = meeting.starts_at.astimezone(zone)
        same = str(zone) == str(mine)
        if at.utcoffset() not in found or same:
            found[at.utcoffset()] = Clock(city(zone), at, same, at.date() != tokyo)
    return sorted(found.values(), key=lambda place: place.at.utcoffset(), reverse=True)


@register.filter
def short_decimal(value) -> str:
    """12.50 as 12.5, 310.00 as 310, with thousands apart."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".").replace("-", "−")


@register.filter
def age(consultation, today) -> int:
    """{{ consultation|age:today }}: office days it has waited for a first answer."""
    return consultation.age(today)
