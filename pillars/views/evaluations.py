"""Yearly evaluation: the board of all objectives and years, and the form for one grade (P8)."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dxportal import dates
from pillars import evaluations, exports
from pillars.forms.evaluations import GradeForm
from pillars.models import Objective
from pillars.views.plan import get_plan
from pillars.views.proposals import propose_with


def marked_objectives(plan, user):
    """(objectives the person may see, {pk: "2-1"}, how many are hidden); numbers count the whole plan."""
    objectives = plan.objectives.marked_for(user).select_related("pillar")
    found = list(objectives.order_by("pillar__position", "pillar__code", "position", "code"))
    pillars = [pk for (pk,) in plan.pillars.order_by("position", "code").values_list("pk")]
    numbers, seen = {}, {}
    for objective in found:
        objective.plan = objective.pillar.plan = plan
        place = seen[objective.pillar_id] = seen.get(objective.pillar_id, 0) + 1
        objective.pillar.number = pillars.index(objective.pillar_id) + 1
        numbers[objective.pk] = f"{objective.pillar.number}-{place}"
    shown = [objective for objective in found if objective.is_open]
    return shown, numbers, len(found) - len(shown)


@require_safe
def board(request, plan):
    """How was each objective judged in each year, and what is still open?"""
    plan, today = get_plan(request, plan), dates.today()
    objectives, numbers, hidden = marked_objectives(plan, request.user)
    pillars = list({objective.pillar_id: objective.pillar for objective in objectives}.values())
    if chosen := request.GET.get("pillar", ""):
        objectives = [objective for objective in objectives if objective.pillar.code == chosen]
    seen = evaluations.Board(plan, objectives, today, request.user, numbers=numbers)
    if request.GET.get("export"):
        return exported(request, plan, seen)
    year = chosen_year(request, plan, seen.newest_ended)
    context = {"plan": plan, "today": today, "board": seen, "hidden": hidden, "pillars": pillars}
    return render(request, "pillars/evaluations.html", {**context, **of_year(seen, year, today)})


def of_year(seen, year: int, today) -> dict:
    """What the page says about one year."""
    return {
        "year": year,
        "is_over": dates.year_end(year) < today,
        "is_future": dates.year_start(year) > today,
        "cells": [(line, line.cells[year]) for line in seen.lines],
        "counts": [(grade, number) for grade, number in seen.counts(year) if number],
        "open": seen.opens(year),
        "graded": sum(bool(cell.evaluation) for cell in seen.of_year(year)),
    }


def chosen_year(request, plan, default: int) -> int:
    """The year of the address when the plan has it."""
    asked = request.GET.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in plan.fiscal_years else default


COLUMNS = (
    ("目標コード", lambda cell: cell.objective.code),
    ("目標名", lambda cell: cell.objective.name),
    ("年度(西暦)", lambda cell: cell.year),
    ("評価", lambda cell: cell.evaluation.grade.code if cell.evaluation else None),
    ("評価の説明", lambda cell: cell.evaluation.grade.label if cell.evaluation else None),
    ("数字からの評価", lambda cell: cell.suggested.code if cell.suggested else None),
    ("達成KPI数", lambda cell: cell.met),
    ("測定KPI数", lambda cell: cell.measured),
    ("数字と違う評価にするわけ", lambda cell: cell.evaluation.override_reason if cell.evaluation else None),
    ("講評", lambda cell: cell.evaluation.comment if cell.evaluation else None),
    ("評価日", lambda cell: cell.evaluation.evaluated_on if cell.evaluation else None),
)


def exported(request, plan, seen):
    """Every objective in every year as a file."""
    cells = (cell for line in seen.lines for cell in line.years)
    return exports.table_response(request, COLUMNS, cells, name=f"{plan.code}-evaluations", title="年度評価")


def grade(request, plan, code, year):
    """Propose a grade: the figures, what they suggest and by which rule, last year's words beside the new ones."""
    plan, today = get_plan(request, plan), dates.today()
    objective = get_object_or_404(
        Objective.objects.visible_to(request.user).select_related("pillar"), plan=plan, code=code
    )
    objective.plan = plan
    if year not in plan.fiscal_years:
        raise Http404
    seen = evaluations.cell(objective, year, today, request.user)
    context = {
        "plan": plan,
        "objective": objective,
        "cell": seen,
        "year": year,
        "grades": evaluations.grades_of(plan),
        "rows": evaluations.indicator_values(objective, year),
        "before": objective.evaluations.select_related("grade").filter(fiscal_year=year - 1).first(),
        "waiting": seen.proposal,
    }
    form = GradeForm(request.POST if request.method == "POST" else None, cell=seen)
    return propose_with(request, form, "pillars/grade_form.html", context)
