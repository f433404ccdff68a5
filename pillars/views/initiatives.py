"""One initiative: when can people use it, and why is it late? (mock 04)"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates
from pillars import progress
from pillars.figures import figures
from pillars.forms.initiatives import InitiativeEdit
from pillars.models import Indicator, Initiative, ProgressReport
from pillars.overview import Line
from pillars.views.plan import follows


def get_initiative(request, plan, code, queryset=None) -> Initiative:
    """The initiative of an address, or 404 when the person may not see it."""
    if queryset is None:
        queryset = Initiative.objects.select_related("plan", "objective__pillar", "lead_department")
    return get_object_or_404(queryset.visible_to(request.user), plan__code=plan, code=code)


@require_safe
def initiative(request, plan, code):
    today = dates.today()
    with_moves = Initiative.objects.with_progress(today).prefetch_related(
        "milestones__moves", "plan__pillars"
    )
    found = get_initiative(request, plan, code, with_moves)
    reports = ProgressReport.objects.visible_to(request.user).filter(initiative=found)
    indicators = Indicator.objects.visible_to(request.user).filter(initiative=found).with_values()
    context = {
        "plan": found.plan,
        "initiative": found,
        "pillar": found.pillar,
        "today": today,
        "line": Line(found, today),
        "curve": progress.curve(found.milestones.all(), curve_days(found.plan), today),
        "pillar_number": [p.pk for p in found.plan.pillars.all()].index(found.pillar.pk) + 1,
        "related": found.related_departments.all(),
        "figures": figures(found.plan, indicators, today),
        "reports": reports.select_related("submitted_by").order_by("-fiscal_year", "-quarter"),
        "first_report_on": first_report_on(found, today),
        "can_edit": found.can_edit(request.user),
        "can_report": found.can_report(request.user) and found.plan.status == found.plan.Status.ACTIVE,
        **follows(request.user, found),
    }
    return render(request, "pillars/initiative.html", context)


def curve_days(plan) -> list:
    """The days the table behind the curve names beside today: the end of each fiscal year."""
    return list(map(dates.year_end, plan.fiscal_years))


def first_report_on(initiative, today):
    """The deadline of the first report to come of an initiative that has none."""
    day = max(initiative.starts_on or today, today)
    return progress.report_deadline(dates.fiscal_year(day), dates.quarter(day))


def edit(request, plan, code):
    """Text and milestones of an initiative: reporter and approver of the department, and the secretariat."""
    with transaction.atomic():
        found = get_initiative(request, plan, code)
        if not found.can_edit(request.user):
            raise PermissionDenied
        if request.method == "POST":
            # The row is the lock: forms compare versions while nobody else can save.
            Initiative.objects.select_for_update().get(pk=found.pk)
        entry = InitiativeEdit(found, today=dates.today(), data=request.POST or None)
        if request.method == "POST" and entry.save(by=request.user):
            messages.success(request, _("保存しました。"))
            return redirect(found)
    context = {"plan": found.plan, "initiative": found, "entry": entry, "pillar": found.pillar}
    return render(
        request, "pillars/initiative_edit.html", context, status=422 if entry.text.is_bound else 200
    )
