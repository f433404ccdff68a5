"""One initiative: when can people use it, and why is it late? (mock 04)"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Follow
from dxportal import dates
from pillars import calendar, progress
from pillars.effects import InitiativeVoices
from pillars.figures import figures
from pillars.forms.initiatives import InitiativeEdit
from pillars.lines import Line
from pillars.models import Evidence, Indicator, Initiative, Pillar, ProgressReport


def get_initiative(request, plan, code, queryset=None) -> Initiative:
    """The initiative of an address, or 404 when the person may not see it."""
    if queryset is None:
        queryset = Initiative.objects.select_related("plan", "objective__pillar", "lead_department")
    found = get_object_or_404(queryset.visible_to(request.user), plan__code=plan, code=code)
    found.objective.plan = found.pillar.plan = found.plan
    return found


@require_safe
def initiative(request, plan, code):
    today = dates.today()
    found = get_initiative(request, plan, code, for_its_page(request.user, today))
    reports = reports_of(found, request.user, today)
    indicators = Indicator.objects.visible_to(request.user).filter(initiative=found).with_values()
    context = {
        "plan": found.plan,
        "initiative": found,
        "pillar": found.pillar,
        "today": today,
        "line": Line(found, today),
        "curve": progress.curve(found.milestones.all(), curve_days(found.plan), today),
        "related": found.related_departments.all(),
        "figures": figures(found.plan, indicators, today, request.user),
        "reports": reports,
        "voices": InitiativeVoices(found),
        "first_report_on": first_report_on(found, today),
        "can_edit": found.can_edit(request.user),
        "concerned": found.concerns(request.user),
        "can_report": found.can_report(request.user) and found.plan.status == found.plan.Status.ACTIVE,
    }
    return render(request, "pillars/initiative.html", context)


def for_its_page(user, today):
    """Initiatives with everything their page shows of them, in as few questions as it takes."""
    pillars = Pillar.objects.filter(plan=OuterRef("plan"))
    above = Q(position=OuterRef("objective__pillar__position"), code__lt=OuterRef("objective__pillar__code"))
    before = pillars.filter(Q(position__lt=OuterRef("objective__pillar__position")) | above)
    related = Initiative.objects.with_expected(today).select_related(
        "plan", "objective__pillar", "lead_department", "review"
    )
    return related.annotate(
        pillar_number=count_of(before) + 1, pillar_count=count_of(pillars), **Follow.counts(Initiative, user)
    ).prefetch_related("milestones__moves")


def count_of(rows):
    """How many rows, as part of another query."""
    counted = rows.order_by().values("plan").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def reports_of(initiative, user, today) -> list:
    """Its reports for the person, newest first; the newest published one of a quarter that has begun is its figure."""
    reports = ProgressReport.objects.visible_to(user).filter(initiative=initiative)
    files = Prefetch("evidence", Evidence.objects.standing().select_related("uploaded_by"), to_attr="files")
    found = list(
        reports.select_related("submitted_by").prefetch_related(files).order_by("-fiscal_year", "-quarter")
    )
    for report in found:
        report.initiative = initiative
    this = dates.fiscal_year(today), dates.quarter(today)
    begun = [r for r in found if r.is_published and (r.fiscal_year, r.quarter) <= this]
    initiative.newest_reports = begun[:1]
    return found


def curve_days(plan) -> list:
    """The days the table behind the curve names beside today: the end of each fiscal year."""
    return list(map(dates.year_end, plan.fiscal_years))


def first_report_on(initiative, today):
    """The deadline of the first report to come of an initiative that has none."""
    day = max(initiative.starts_on or today, today)
    return calendar.report_deadline(dates.fiscal_year(day), dates.quarter(day))


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
