"""Importing a plan file (I1, I3): upload, look, choose, take, take back."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pillars import exports, imports
from pillars.forms.imports import ChoiceForm, UploadForm
from pillars.imports.choice import choose, choose_sheet
from pillars.imports.page import PreviewPage, differences_dataset
from pillars.imports.queue import progress
from pillars.imports.result import result_datasets
from pillars.models import PlanImport

RECENT = 20


def get_import(request, pk, **wanted) -> PlanImport:
    """The import of an address: 403 for people who import nothing, 404 for what is not theirs."""
    if not PlanImport.can_use(request.user):
        raise PermissionDenied
    people = ("plan", "uploaded_by", "applied_by", "undone_by")
    visible = PlanImport.objects.visible_to(request.user).select_related(*people).defer("file", "before")
    return get_object_or_404(visible, pk=pk, **wanted)


def upload(request):
    """Choose a file. It is kept for the worker to read; what is no table at all is refused at once."""
    if not PlanImport.can_use(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        file, plan = form.cleaned_data["file"], form.cleaned_data["plan"]
        try:
            return redirect(imports.store(file.read(), file.name, by=request.user, plan=plan))
        except imports.FileRefused as refused:
            form.add_error("file", str(refused))
    recent = PlanImport.objects.visible_to(request.user).light().select_related("plan", "uploaded_by")
    return render(request, "pillars/import.html", {"form": form, "recent": recent[:RECENT]})


@require_safe
def preview(request, pk):
    """Where the import stands: waiting, what it would change cell by cell (mock 16), what came of it."""
    found = get_import(request, pk)
    if found.is_waiting:
        template = "pillars/_import_waiting.html" if request.htmx else "pillars/import_waiting.html"
        context = {"found": found, "progress": progress(pk), "seconds": waiting_seconds(found)}
        return render(request, template, context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if found.state == PlanImport.State.REFUSED:
        return render(request, "pillars/import_refused.html", {"found": found})
    return render(
        request, "pillars/import_preview.html", {"found": found, "seen": PreviewPage(request, found)}
    )


def waiting_seconds(found) -> int:
    """Every two seconds while a worker is likely to finish soon, then every minute as everywhere else (design.md 9)."""
    is_fresh = timezone.now() - found.uploaded_at < timedelta(minutes=2)
    is_asked = found.state == PlanImport.State.UNDOING  # somebody waits for it, however old the file is
    return 2 if is_fresh or found.tries else 10 if is_asked else 60


@require_POST
def choose_rows(request, pk):
    """Remember which rows of one page are taken, and go where the pressed button leads."""
    found = get_import(request, pk, state=PlanImport.State.PREVIEWED)
    form = ChoiceForm(request.POST)
    if not found.can_apply(request.user):
        raise PermissionDenied
    if not form.is_valid() or form.cleaned_data["version"] != found.version:
        messages.error(request, _("差分が新しくなりました。もう一度見て選んでください。"))
        return redirect(found)
    chosen = form.cleaned_data
    choose(found, shown=chosen["shown"], taken=chosen["take"], over=chosen["over"], tells=chosen["tell"])
    act, _colon, what = chosen["go"].partition(":")
    if act in ("all", "none"):
        choose_sheet(found, what, take=act == "all")
    if act == "apply":
        return order(request, found)
    if request.htmx:
        return render(
            request, "pillars/_import_bar.html", {"found": found, "seen": PreviewPage(request, found)}
        )
    return redirect(f"{found.get_absolute_url()}?{what if act == 'page' else request.GET.urlencode()}")


def order(request, found):
    """Ask for what is chosen to be taken; over 5 % of the plan, a second person has to agree."""
    try:
        proposal = imports.order(found, by=request.user)
    except imports.ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    if proposal:
        messages.success(request, _("変わる行が多いので、事務局のもう一人の確認を待ちます。"))
    return redirect(found)


@require_POST
def discard(request, pk):
    """Put an upload away without applying it."""
    found = get_import(request, pk)
    if not found.can_apply(request.user):
        raise PermissionDenied
    try:
        imports.discard(found, by=request.user)
    except imports.ImportRefused as refused:
        messages.error(request, str(refused))
    return redirect("pillars:import_upload")


def undo(request, pk):
    """Take a whole import back: what would happen, then asking the worker to do it as one act."""
    found = get_import(request, pk)
    if not request.user.is_secretariat:
        raise PermissionDenied
    if request.method == "POST":
        chosen = set(request.POST.getlist("over"))
        try:
            imports.take_back(found, by=request.user, at=timezone.now(), chosen=chosen)
        except imports.ImportRefused as refused:
            messages.error(request, str(refused))
        return redirect(found)
    if not found.can_undo(request.user, timezone.now()):
        return redirect(found)
    return render(request, "pillars/import_undo.html", {"found": found, "undo": imports.Undo(found)})


@require_safe
def differences(request, pk):
    """The preview as a workbook: one line per cell that would change, one per error."""
    found = get_import(request, pk)
    return exports.download(
        exports.xlsx([differences_dataset(found)]), exports.XLSX, f"import-{found.pk}.xlsx"
    )


@require_safe
def result(request, pk):
    """The uploaded rows, each with what became of it."""
    found = get_import(request, pk, applied_at__isnull=False)
    return exports.download(
        exports.xlsx(result_datasets(found)), exports.XLSX, f"import-{found.pk}-result.xlsx"
    )
