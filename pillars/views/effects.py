"""Burden and effect of a whole plan (design.md 7.6): where does the change cost more than it gives?"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role
from dxportal import dates
from dxportal.text import localized
from pillars import exports
from pillars.contents import Contents
from pillars.effects import Effects
from pillars.views.plan import get_plan

ORDERS = {
    "burden": lambda row: row.voice.burden,
    "effect": lambda row: row.voice.effect,
    "hours": lambda row: row.voice.hours_won,
    "answers": lambda row: row.voice.answers,
    "name": lambda row: row.initiative.name,
}


@require_safe
def effects(request, plan):
    """The quadrant of the plan or of one pillar, its table, and the same as a file."""
    plan = get_plan(request, plan)
    seen = Contents(plan, request.user, pillar=request.GET.get("pillar", ""))
    found = Effects(seen, request.GET.get("quarter", ""))
    rows = in_order(found.rows, request.GET.get("sort", ""))
    if request.GET.get("export"):
        return exported(request, found, rows)
    context = {
        "plan": plan,
        "overview": seen,
        "effects": found,
        "rows": rows,
        "pillars": seen.columns,
    }
    return render(request, "pillars/effects.html", context)


def in_order(rows, sort):
    """Rows sorted by the address; those without a figure always last."""
    value = ORDERS.get(sort.removeprefix("-"))
    if value is None:
        return rows
    known = [row for row in rows if row.state == "shown" and value(row) is not None]
    rest = [row for row in rows if row not in known]
    return sorted(known, key=value, reverse=sort.startswith("-")) + rest


def exported(request, found, rows):
    if request.user.roles == {Role.ADMIN}:  # no content right in daily use (permissions.md)
        raise PermissionDenied
    quarter = dates.format_quarter(found.round.fiscal_year, found.round.quarter) if found.round else ""
    least = _("%(least)s人未満") % {"least": settings.PULSE_MINIMUM_ANSWERS}
    reasons = {"few": least, "none": _("無回答")}
    columns = (
        (_("四半期"), lambda row: quarter),
        (_("施策コード"), lambda row: row.initiative.code),
        (_("施策"), lambda row: localized(row.initiative, "name")),
        (_("象限"), lambda row: str(row.voice.word) if row.voice else ""),
        (_("負担(1〜5)"), lambda row: row.voice and row.voice.burden),
        (_("効果(1〜5)"), lambda row: row.voice and row.voice.effect),
        (_("回答数"), lambda row: row.voice.answers if row.state == "shown" else None),
        (_("かかった時間(四半期)"), lambda row: row.voice and row.voice.hours_taken),
        (_("浮いた時間(四半期)"), lambda row: row.voice and row.voice.hours_given),
        (_("示せないわけ"), lambda row: reasons.get(row.state, "")),
    )
    name = f"{found.overview.plan.code}-effects"
    return exports.table_response(request, columns, rows, name=name, title=_("負担と効果"))
