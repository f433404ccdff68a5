"""Progress reports: what is due, writing one, approving, returning and publishing it (mock 15)."""

from itertools import takewhile

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dxportal import dates
from dxportal.forms import OVERTAKEN, StaleVersion, saved_words
from pillars.calendar import opening_day, tokyo_deadline
from pillars.effects import InitiativeVoices
from pillars.forms.entry import ReportEntry
from pillars.models import Initiative, ProgressReport
from pillars.rounds import Round, request_to_write
from pillars.views.initiatives import get_initiative

LINES = 30  # rows of the list on one page
LOOK_BACK = 12  # reports in which a run of the same status is counted

RELATED = (
    "initiative__plan",
    "initiative__objective__pillar",
    "initiative__lead_department",
    "submitted_by",
    "submitted_for",
    "approved_by",
    "approved_for",
    "checked_by",
)


@require_safe
def listing(request):
    """What is due and where each report stands: for reporters, approvers and the secretariat."""
    if not Round.can_read(request.user):
        raise PermissionDenied
    wanted = {name: request.GET.get(name, "") for name in ("state", "sort")}
    seen = Round(request.user, dates.today(), chosen=request.GET.get("quarter", ""), **wanted)
    page = Paginator(seen.entries, LINES).get_page(request.GET.get("page"))
    return render(request, "pillars/reports.html", {"round": seen, "page": page, "today": seen.today})


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
    """Begin the report that is asked for; leads on to the one that was begun already."""
    initiative = get_initiative(request, plan, code)
    if not initiative.can_report(request.user):
        raise PermissionDenied
    asked = request_to_write(initiative, dates.today(), request.GET.get("quarter", ""))
    if asked is None:
        messages.info(request, _("いま報告の依頼はありません。事務局が依頼すると、ここで書けます。"))
        return redirect(initiative)
    same_quarter = {"fiscal_year": asked.fiscal_year, "quarter": asked.quarter}
    begun = initiative.reports.filter(**same_quarter).first()
    if begun and request.method != "POST":
        return redirect(begun.get_edit_url())
    return write(request, begun or ProgressReport(initiative=initiative, **same_quarter))


def edit(request, plan, code, pk):
    """Go on writing; people who may only read or decide are led to the page of the report."""
    report = get_report(request, plan, code, pk)
    if request.method == "POST":
        if not report.initiative.can_report(request.user):
            raise PermissionDenied
    elif not report.can_edit(request.user):
        return redirect(report.get_page_url())
    return write(request, report)


def write(request, report):
    """The form of a report: shown, or what was posted is taken in."""
    if request.method == "POST":
        return take_in(request, report)
    return show_form(request, ReportEntry(report, today=dates.today()))


@transaction.atomic
def take_in(request, report):
    """Kept while it is typed, filled from the report before, saved as a draft, or handed in."""
    report, action = locked(report), request.POST.get("action", "draft")
    entry = ReportEntry(report, today=dates.today(), data=request.POST)
    if not report.can_edit(request.user):
        return too_late(request, entry, action)
    if action == "autosave":
        return autosave(request, entry)
    if action.startswith("copy:"):
        return copy_from_before(request, entry, action.removeprefix("copy:"))
    if not entry.save(by=request.user, submit=action == "submit"):
        return show_form(request, entry, status=422)
    if action == "submit":
        messages.success(request, _("提出しました。承認者に届きます。"))
        return redirect(entry.saved.get_page_url())
    messages.success(request, _("下書きを保存しました。"))
    return redirect(entry.saved.get_edit_url())


def locked(report) -> ProgressReport:
    """The report as it is now, while nobody else can save: the initiative's row is the lock."""
    Initiative.objects.select_for_update().get(pk=report.initiative_id)
    stored = ProgressReport.objects.filter(
        initiative=report.initiative_id, fiscal_year=report.fiscal_year, quarter=report.quarter
    )
    return stored.select_related(*RELATED).first() or report


def too_late(request, entry, action):
    """It was handed in meanwhile: a second press changes nothing, another person's text stays on the page."""
    report = entry.report
    if action == "submit" and report.submitted_by == request.user:
        return redirect(report.get_page_url())
    who = report.submitted_by.display_name if report.submitted_by else report.get_workflow_state_display()
    warning = _("この報告はもう提出されています(%(who)s)。書いた内容は下に残っています。") % {"who": who}
    if action == "autosave":
        return JsonResponse({"warning": warning}, status=409)
    entry.words.add_error(None, warning)
    return show_form(request, entry, status=409)


def autosave(request, entry):
    """What the window needs to go on: new versions, where to post, the time, and the status the numbers suggest now."""
    try:
        draft = entry.keep(by=request.user)
    except StaleVersion:
        return JsonResponse({"warning": OVERTAKEN}, status=409)
    context = {"suggestion": entry.suggestion(), "plan": entry.report.initiative.plan}
    return JsonResponse(
        {
            "version": entry.report.version,
            "draft_version": draft.version,
            "saved": saved_words(draft),
            "url": entry.report.get_edit_url(),
            "suggestion": render_to_string("pillars/_form_suggestion.html", context, request),
        }
    )


def copy_from_before(request, entry, name):
    """前回から変わりなし: fields of the report before, beside everything typed so far."""
    try:
        entry.keep(by=request.user, **entry.from_before(name))
    except StaleVersion:
        entry.is_valid()
        return show_form(request, entry, status=422)
    return redirect(f"{entry.report.get_edit_url()}#id_{'results' if name == 'all' else name}")


def show_form(request, entry, status=200):
    report, initiative = entry.report, entry.report.initiative
    asked = initiative.report_requests.filter(fiscal_year=report.fiscal_year, quarter=report.quarter)
    asked = asked.select_related("call").first()
    earlier = list(report.earlier()[:LOOK_BACK])
    context = {
        "report": report,
        "initiative": initiative,
        "plan": initiative.plan,
        "entry": entry,
        "today": entry.today,
        "call": asked and asked.call,
        "deadline": asked.deadline if asked else usual_deadline(report),
        "suggestion": entry.suggestion(),
        "previous": earlier[0] if earlier else None,
        "streak": sum(1 for _same in takewhile(lambda r: r.status == earlier[0].status, earlier)),
        "voices": InitiativeVoices(initiative),
        "saved": saved_words(entry.draft) if entry.draft else "",
    }
    return render(request, "pillars/report_form.html", context, status=status)


def usual_deadline(report):
    return tokyo_deadline(opening_day(report.fiscal_year, report.quarter))
