"""Taking figures out: the whole plan, or one list of it with the filter of its page (P12)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Role
from dxportal import dates
from pillars import exports
from pillars.forms.lists import filtered
from pillars.models import Plan


def _exportable(request, plan) -> Plan:
    """The plan when the person may take its figures out: everyone who may read it, but not a mere administrator."""
    found = get_object_or_404(Plan.objects.visible_to(request.user), code=plan)
    if request.user.roles == {Role.ADMIN}:
        raise PermissionDenied
    return found


@require_safe
def export(request, plan):
    """The whole plan as the workbook of the import, as far as the person may read it."""
    found = _exportable(request, plan)
    datasets = exports.plan_datasets(found, today=dates.today(), user=request.user)
    return exports.download(exports.xlsx(datasets), exports.XLSX, f"{found.code}.xlsx")


@require_safe
def export_list(request, plan, name, kind):
    """One list of the plan as XLSX or CSV (UTF-8, or ?export=cp932), in the format the import reads."""
    found = _exportable(request, plan)
    if name not in exports.LISTS or kind not in ("xlsx", "csv"):
        raise Http404
    rows = exports.visible_rows(exports.LISTS[name], request.user)
    rows = filtered(name, rows, request.GET, user=request.user, plan=found)
    cp932 = kind == "csv" and request.GET.get("export") == "cp932"
    kind = "cp932" if cp932 else kind
    return exports.list_response(request, name, rows, plan=found, today=dates.today(), kind=kind)
