"""The pages of a plan as they were on a day (P10): the same templates, filled from the record; nothing can be written.

urls.py sends an address with `?as_of=` here; a day that cannot be read, or has not come, is answered by a sentence on
the present page.
"""

from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates
from dxportal.text import localized
from pillars import progress
from pillars.concerns import Attention
from pillars.figures import Together, figures
from pillars.forms.past import AsOfForm
from pillars.past import PastOverview, with_moves
from pillars.record import Record, first_day
from pillars.views.initiatives import curve_days, first_report_on, get_initiative
from pillars.views.plan import COMING, get_plan


def as_of(present, past):
    """A view that answers with `past` where the address asks for a day, and with `present` elsewhere."""

    @require_safe
    @wraps(present)
    def view(request, plan, **kwargs):
        if "as_of" not in request.GET:
            return present(request, plan=plan, **kwargs)
        form = AsOfForm(request.GET, today=dates.today())
        if not form.is_valid():
            for error in form.errors["as_of"]:
                messages.error(request, error)
            return redirect(request.path)
        if form.cleaned_data["as_of"] == dates.today():
            return redirect(request.path)
        return past(request, plan=plan, day=form.cleaned_data["as_of"], **kwargs)

    return view


def seen_on(request, plan, day, **only) -> tuple[PastOverview, dict]:
    """The plan of an address as it was, and what every page of the past says of its day.

    The record may begin later than the day asked for; then its first day is shown, and the page says so.
    """
    record = Record(plan, request.user, day, **only)
    begins = None if plan.pk in record.plans else first_day(plan)
    if begins:
        record = Record(plan, request.user, begins, **only)
    seen = PastOverview(record, begins or day)
    shown = {"plan": seen.plan, "overview": seen, "today": seen.today, "as_of": seen.today}
    return seen, {**shown, "asked": day if begins else None, "present": plan}


def plan(request, plan, day):
    seen, context = seen_on(request, get_plan(request, plan), day)
    status = request.GET.get("status", "")
    columns = seen.columns(lambda line: status in ("", line.status))
    shown = sum(column.shown for column in columns)
    coming = seen.coming_milestones(COMING)
    context |= {
        "columns": columns,
        "shown": shown,
        "coming": coming,
        "attention": Attention(seen.plan, seen.lines),
    }
    return render(request, "pillars/plan.html", context)


def pillar(request, plan, code, day):
    seen, context = seen_on(request, get_plan(request, plan), day)
    columns = seen.columns()
    column = next((column for column in columns if column.pillar.code == code), None)
    if column is None:
        return not_yet(request, context, "pillars", code)
    below = seen.indicators(lambda row: row.objective.pillar == column.pillar)
    shown = figures(seen.plan, below, seen.today)
    context |= {
        "columns": columns,
        "column": column,
        "attention": Attention(seen.plan, column.lines),
        "figures": shown,
        "together": Together(shown),
    }
    return render(request, "pillars/pillar.html", context)


def objective(request, plan, code, day):
    seen, context = seen_on(request, get_plan(request, plan), day)
    found = seen.objective(code)
    if found is None:
        return not_yet(request, context, "objectives", code)
    column = next(column for column in seen.columns() if column.pillar == found.pillar)
    below = seen.indicators(lambda row: row.objective_id == found.pk)
    group = next((group for group in column.groups if group.objective == found), None)
    context |= {
        "column": column,
        "group": group,
        "attention": Attention(seen.plan, group.lines if group else ()),
        "number": seen.number_of(found),
        "objective": found,
        "figures": figures(seen.plan, below, seen.today),
        "evaluations": seen.grades(found),
    }
    return render(request, "pillars/objective.html", context)


def initiative(request, plan, code, day):
    present = get_initiative(request, plan, code)
    seen, context = seen_on(request, present.plan, day, initiative=present.pk)
    line = next(iter(seen.lines), None)
    if line is None:
        return not_yet(request, context, "initiatives", code)
    found = line.initiative
    found.pillar_number, found.pillar_count = (
        seen.number_of(found.objective).partition("-")[0],
        seen.pillar_count,
    )
    with_moves(line.milestones, seen.today)
    below = seen.indicators(lambda row: row.initiative_id == found.pk)
    context |= {
        "initiative": found,
        "pillar": found.pillar,
        "line": line,
        "curve": progress.curve(line.milestones, curve_days(seen.plan), seen.today),
        "figures": figures(seen.plan, below, seen.today),
        "reports": seen.reports_of(found),
        "first_report_on": first_report_on(found, seen.today),
    }
    return render(request, "pillars/initiative.html", context)


def not_yet(request, context, kind, code):
    """Something of today that was not there on the day: a sentence on its present page; else there is no such thing."""
    parts = getattr(context["present"], kind)
    present = get_object_or_404(
        parts.model.objects.visible_to(request.user), plan=context["present"], code=code
    )
    words = {"name": localized(present, "name"), "day": dates.format_day(context["as_of"])}
    messages.info(request, _("「%(name)s」は、%(day)sにはまだありませんでした。") % words)
    return redirect(present)
