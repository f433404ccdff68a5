"""Evidence on reports (P15): the files of one report, adding one, reading one, taking one back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dxportal import uploads
from pillars.forms.evidence import EvidenceForm
from pillars.models import Evidence
from pillars.views.decisions import get_report


def listing(request, plan, code, pk):
    """The files of a report; who may write the report adds to them here."""
    report = get_report(request, plan, code, pk)
    can_add = Evidence.can_add(request.user, report)
    if request.method == "POST" and not can_add:
        raise PermissionDenied
    form = EvidenceForm(request.POST or None, request.FILES or None) if can_add else None
    if request.method == "POST" and added(form, report, request.user):
        messages.success(request, _("根拠資料を添えました。"))
        return redirect("pillars:evidence", plan, code, pk)
    return show(request, report, form, status=422 if request.method == "POST" else 200)


def added(form, report, user) -> bool:
    """Whether the file was kept; otherwise the form says why not."""
    if not form.is_valid():
        return False
    said = form.cleaned_data
    try:
        words = {"confidentiality": said["confidentiality"], "note": said["note"]}
        Evidence.add(report, said["file"], by=user, **words)
    except ValidationError as error:
        form.add_error("file", error)
        return False
    return True


def show(request, report, form, status=200):
    initiative = report.initiative
    files = list(report.evidence.standing().select_related("uploaded_by"))
    for file in files:
        file.report = report
        file.removable = file.can_withdraw(request.user)
    context = {
        "report": report,
        "initiative": initiative,
        "plan": initiative.plan,
        "files": files,
        "withdrawn": report.evidence.exclude(withdrawn_at=None).count(),
        "form": form,
    }
    return render(request, "pillars/evidence.html", context, status=status)


def get_evidence(request, plan, code, pk, key) -> Evidence:
    """The file of an address: 404 for who may not read the report, and for everybody once it is withdrawn."""
    report = get_report(request, plan, code, pk)
    evidence = get_object_or_404(report.evidence.standing(), pk=key)
    evidence.report = report
    return evidence


@require_safe
def file(request, plan, code, pk, key):
    """The file itself, to save."""
    evidence = get_evidence(request, plan, code, pk, key)
    return uploads.to_keep(evidence.file, evidence.name, evidence.media_type)


@require_POST
def withdraw(request, plan, code, pk, key):
    """Take a file out of sight, with the reason."""
    evidence = get_evidence(request, plan, code, pk, key)
    try:
        evidence.withdraw(request.POST.get("reason", ""), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("根拠資料を取り下げました。"))
    return redirect("pillars:evidence", plan, code, pk)
