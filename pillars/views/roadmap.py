"""The roadmap: what comes when, and what has moved? (mock 05)"""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dxportal import dates
from pillars.forms.roadmap import RoadmapForm
from pillars.overview import Overview
from pillars.views.plan import get_plan


@require_safe
def roadmap(request, plan):
    plan = get_plan(request, plan)
    seen = Overview(plan, request.user, dates.today())
    form = RoadmapForm(request.GET or None, overview=seen)
    columns = [column for column in seen.columns(form.keeps) if column.groups]
    context = {
        "plan": plan,
        "today": seen.today,
        "overview": seen,
        "form": form,
        "columns": columns,
        "shown": sum(column.shown for column in columns),
        "moved": sum(1 for line in seen.lines if line.is_moved),
    }
    return render(request, "pillars/roadmap.html", context)
