"""The pages of a plan from above: the running plan, all plans, one plan on a page, a pillar, an objective."""

from django.db.models import Count, Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import Follow
from dxportal import dates
from pillars import evaluations
from pillars.calendar import last_quarter_end
from pillars.concerns import Attention
from pillars.effects import Effects
from pillars.figures import Together, figures
from pillars.models import Indicator, Pillar, Plan
from pillars.overview import Overview

COMING = 8


def get_plan(request, code) -> Plan:
    """The plan of an address, or 404 when the person may not see it."""
    restricted = Pillar.objects.filter(plan=OuterRef("pk"), is_restricted=True)
    plans = Plan.objects.visible_to(request.user).annotate(has_restricted=Exists(restricted))
    return get_object_or_404(plans.select_related("lead_department", "grade_scale"), code=code)


def can_change(plan, user) -> bool:
    """Whether the person may change or propose to change the plan's definition now: not when the plan is over."""
    return user.is_secretariat and not plan.is_over(dates.today())


@require_safe
def running(request):
    """The running plan; with none running the newest that was decided, else the newest the person may see."""
    plans = Plan.objects.visible_to(request.user)
    plan = plans.running().first() or plans.published().first() or plans.first()
    if plan is None:
        raise Http404
    return redirect(plan)


@require_safe
def plans(request):
    """Every plan the person may see, newest first."""
    found = Plan.objects.visible_to(request.user).annotate(
        pillar_total=Count("pillars", distinct=True), initiative_total=Count("initiatives", distinct=True)
    )
    return render(request, "pillars/plans.html", {"plans": found})


@require_safe
def overview(request, plan):
    """The whole plan on one page: what is late, and why? (mock 02)"""
    plan = get_plan(request, plan)
    today = dates.today()
    seen = Overview(plan, request.user, today)
    status = request.GET.get("status", "")
    columns = seen.columns(lambda line: status in ("", line.status))
    context = {
        "plan": plan,
        "today": today,
        "overview": seen,
        "attention": Attention(plan, seen.lines),
        "columns": columns,
        "shown": sum(column.shown for column in columns),
        "coming": seen.coming_milestones(COMING),
        "last_quarter_end": last_quarter_end(today),
    }
    return render(request, "pillars/plan.html", context)


@require_safe
def pillar(request, plan, code):
    """Is this pillar getting near to what it is for? (mock 03)"""
    plan = get_plan(request, plan)
    today = dates.today()
    seen = Overview(plan, request.user, today, pillar=code)
    columns = seen.columns()
    column = next((column for column in columns if column.pillar.code == code), None)
    if column is None:
        raise Http404
    found = column.pillar
    indicators = Indicator.objects.visible_to(request.user).filter(objective__pillar=found).with_values()
    shown = figures(plan, indicators, today, request.user)
    context = {
        "plan": plan,
        "today": today,
        "overview": seen,
        "attention": Attention(plan, column.lines),
        "columns": columns,
        "column": column,
        "figures": shown,
        "together": Together(shown),
        "effects": Effects(seen),
        "followed": Pillar.objects.annotate(**Follow.counts(Pillar, request.user)).get(pk=found.pk),
    }
    return render(request, "pillars/pillar.html", context)


@require_safe
def objective(request, plan, code):
    """One objective: its initiatives, its figures, its grades of each year."""
    plan = get_plan(request, plan)
    today = dates.today()
    seen = Overview(plan, request.user, today, objective=code)
    found = seen.objective(code)
    if found is None:
        raise Http404
    column = next(column for column in seen.columns() if column.pillar == found.pillar)
    group = next((group for group in column.groups if group.objective == found), None)
    indicators = list(Indicator.objects.visible_to(request.user).filter(objective=found).with_values())
    context = {
        **grades_of(plan, found, indicators, request.user, today),
        "plan": plan,
        "today": today,
        "overview": seen,
        "column": column,
        "group": group,
        "attention": Attention(plan, group.lines if group else ()),
        "number": seen.number_of(found),
        "objective": found,
        "figures": figures(plan, indicators, today, request.user),
        "can_edit": can_change(plan, request.user),
    }
    return render(request, "pillars/objective.html", context)


def grades_of(plan, objective, indicators, user, today) -> dict:
    """What the page of an objective shows of its yearly evaluation."""
    board = evaluations.Board(plan, [objective], today, user, indicators=indicators)
    return {"line": board.line(objective), "grades": board.grades}
