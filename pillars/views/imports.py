"""Importing a plan file (I1, I3)."""

import tablib
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dxportal import dates
from pillars import exports, imports
from pillars.forms.imports import ConfirmForm, UploadForm
from pillars.models import PlanImport

ROWS = 100
RECENT = 20


def _require(allowed):
    if not allowed:
        raise PermissionDenied


def upload(request):
    """Choose a file; it is read and compared, nothing is written but the upload itself."""
    _require(PlanImport.can_use(request.user))
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        file, today = form.cleaned_data["file"], dates.today()
        try:
            found = imports.upload(
                file.read(), file.name, by=request.user, today=today, plan=form.cleaned_data["plan"]
            )
            return redirect(found)
        except imports.FileRefused as refused:
            form.add_error("file", str(refused))
    recent = PlanImport.objects.select_related("plan", "uploaded_by").defer("content", "preview", "errors")
    return render(request, "pillars/import.html", {"form": form, "recent": recent[:RECENT]})


@require_safe
def preview(request, pk):
    """What the file would change, cell by cell (mock 16)."""
    _require(PlanImport.can_use(request.user))
    found = get_object_or_404(PlanImport.objects.select_related("plan", "uploaded_by", "applied_by"), pk=pk)
    kind = request.GET.get("kind", "")
    rows = [row for row in found.preview["rows"] if kind in ("", row["kind"])]
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    counts = found.preview["counts"]
    context = {
        "found": found,
        "counts": counts,
        "page": page,
        "kind": kind,
        "differences": counts["new"] + counts["changed"],
        "form": ConfirmForm(),
        "waiting": found.state == PlanImport.State.PREVIEWED,
    }
    return render(request, "pillars/import_preview.html", context)


@require_POST
def apply(request, pk):
    """Confirm the preview: all of it in one transaction."""
    _require(PlanImport.can_use(request.user))
    found = get_object_or_404(PlanImport, pk=pk)
    form = ConfirmForm(request.POST)
    overwrite = form.is_valid() and form.cleaned_data["overwrite"]
    try:
        result = imports.confirm(found, by=request.user, today=dates.today(), overwrite=overwrite)
    except imports.ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    messages.success(request, _("取り込みました。新規%(created)s、変更%(changed)s。") % result)
    return redirect(found)


@require_POST
def discard(request, pk):
    """Put an upload away without applying it."""
    _require(PlanImport.can_use(request.user))
    try:
        imports.discard(get_object_or_404(PlanImport, pk=pk), by=request.user)
    except imports.ImportRefused as refused:
        messages.error(request, str(refused))
    return redirect("pillars:import_upload")


@require_safe
def differences(request, pk):
    """The preview as a workbook: one line per cell that would change."""
    _require(PlanImport.can_use(request.user))
    found = get_object_or_404(PlanImport, pk=pk)
    table = tablib.Dataset(headers=["区分", "シート", "行", "コード", "名前", "列", "前", "後"], title="差分")
    words = {"new": "新規", "changed": "変更"}
    for row in found.preview["rows"]:
        for column, (old, new) in row["changes"].items() or {"": ("", "")}.items():
            place = [words[row["kind"]], row["sheet"], row["row"], row["code"], row["name"]]
            table.append([*place, column, old, new])
    return exports.download(exports.xlsx([table]), exports.XLSX, f"import-{found.pk}.xlsx")
