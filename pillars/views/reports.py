"""Progress reports: what is due, writing one, approving, returning and publishing it (mock 15)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dxportal import dates
from pillars.forms.reports import ReportEntry
from pillars.models import Initiative, ProgressReport
from pillars.progress import due_quarter, report_deadline
from pillars.rounds import Round
from pillars.views.initiatives import get_initiative

RELATED = (
    "initiative__plan",
    "initiative__objective__pillar",
    "initiative__lead_department",
    "submitted_by",
    "approved_by",
)


@require_safe
def listing(request):
    """What is due and where each report stands: for reporters, approvers and the secretariat."""
    if not Round.can_read(request.user):
        raise PermissionDenied
    wanted = {name: request.GET.get(name, "") for name in ("state", "sort")}
    seen = Round(request.user, dates.today(), chosen=request.GET.get("quarter", ""), **wanted)
    return render(request, "pillars/reports.html", {"round": seen, "today": seen.today})


@require_POST
def publish_all(request):
    """Publish everything the departments approved for one quarter."""
    if not request.user.is_secretariat:
        raise PermissionDenied
    seen = Round(request.user, dates.today(), chosen=request.POST.get("quarter", ""))
    messages.success(request, _("%(number)s件を公開しました。") % {"number": seen.publish(by=request.user)})
    return redirect("pillars:reports")


def get_report(request, plan, code, pk) -> ProgressReport:
    """The report of an address, or 404 when the person may not read it."""
    visible = ProgressReport.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(visible, initiative__plan__code=plan, initiative__code=code, pk=pk)


def new(request, plan, code):
    """Begin the report of the quarter that is due; leads on to the one that was begun already."""
    initiative = get_initiative(request, plan, code)
    if not initiative.can_report(request.user):
        raise PermissionDenied
    year, quarter = due_quarter(dates.today())
    begun = initiative.reports.filter(fiscal_year=year, quarter=quarter).first()
    if begun:
        return redirect("pillars:report_edit", plan, code, begun.pk)
    return write(request, ProgressReport(initiative=initiative, fiscal_year=year, quarter=quarter))


def edit(request, plan, code, pk):
    """Go on writing; people who may only read or decide are led to the page of the report."""
    report = get_report(request, plan, code, pk)
    if not report.can_edit(request.user):
        if request.method == "POST":
            raise PermissionDenied
        return redirect("pillars:report", plan, code, pk)
    return write(request, report)


def write(request, report):
    """The form of a report: shown, saved as a draft, or handed in."""
    sent, submit = request.method == "POST", request.POST.get("action") == "submit"
    with transaction.atomic():
        if sent:
            # The row is the lock: forms compare versions while nobody else can save.
            Initiative.objects.select_for_update().get(pk=report.initiative_id)
        entry = ReportEntry(report, today=dates.today(), data=request.POST if sent else None)
        saved = sent and entry.save(by=request.user, submit=submit)
    if not saved:
        return show_form(request, entry, status=422 if sent else 200)
    messages.success(
        request, _("提出しました。承認者に届きます。") if submit else _("下書きを保存しました。")
    )
    page = "pillars:report" if submit else "pillars:report_edit"
    return redirect(page, report.initiative.plan.code, report.initiative.code, entry.saved.pk)


def show_form(request, entry, status):
    report, initiative = entry.report, entry.report.initiative
    context = {
        "report": report,
        "initiative": initiative,
        "plan": initiative.plan,
        "entry": entry,
        "today": entry.today,
        "deadline": report_deadline(report.fiscal_year, report.quarter),
        "progress": getattr(entry, "progress", None) or initiative.progress(entry.today),
        "previous": report.previous,
    }
    return render(request, "pillars/report_form.html", context, status=status)


@require_safe
def detail(request, plan, code, pk):
    """One report with what was said last time beside it; here it is approved, returned and published."""
    report = get_report(request, plan, code, pk)
    initiative = report.initiative
    context = {
        "report": report,
        "initiative": initiative,
        "plan": initiative.plan,
        "previous": report.previous,
        "can_edit": report.can_edit(request.user),
        "can_approve": report.can_approve(request.user),
        "can_return": report.can_return(request.user),
        "can_publish": report.can_publish(request.user),
    }
    return render(request, "pillars/report.html", context)


def decide(request, plan, code, pk, act, done):
    """Carry out one decision on a locked report, then show it with what happened."""
    with transaction.atomic():
        report = get_report(request, plan, code, pk)
        ProgressReport.objects.select_for_update().get(pk=report.pk)
        report.refresh_from_db()
        try:
            act(report)
            messages.success(request, done)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("pillars:report", plan, code, pk)


@require_POST
def approve(request, plan, code, pk):
    return decide(
        request, plan, code, pk, lambda report: report.approve(by=request.user), _("承認しました。")
    )


@require_POST
def return_(request, plan, code, pk):
    reason = request.POST.get("reason", "")
    return decide(
        request, plan, code, pk, lambda report: report.return_(reason, by=request.user), _("差し戻しました。")
    )


@require_POST
def publish(request, plan, code, pk):
    return decide(
        request, plan, code, pk, lambda report: report.publish(by=request.user), _("公開しました。")
    )
