"""Model departments: which ones, what they tried, and what it changed (T13)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates
from taskforce import lists, tables
from taskforce.forms.structure import ModelDepartmentForm, ModelMeasureForm
from taskforce.models import ModelDepartment, ModelMeasure, Replication
from taskforce.views.groups import history_page
from taskforce.views.writing import back_to, form_page, saved


@require_safe
def models(request):
    """All of them with before and after; also as a file."""
    rows = ModelDepartment.objects.visible_to(request.user).select_related("department")
    found = list(rows.prefetch_related("measures").order_by("-starts_on", "pk"))
    if kind := request.GET.get("export"):
        return lists.answer(tables.models_dataset(found), kind, "model-departments")
    today = dates.today()
    taught = Replication.objects.taught_by([m.department_id for m in found]) if found else {}
    for model in found:
        model.taught = taught.get(model.department_id, 0)
    context = {
        "now": [m for m in found if m.starts_on <= today <= (m.ends_on or today)],
        "others": [m for m in found if not m.starts_on <= today <= (m.ends_on or today)],
        "taught": sum(model.taught for model in found),
        "may_choose": ModelDepartment.can_choose(request.user),
    }
    return render(request, "taskforce/models.html", context)


def get_model(request, pk):
    rows = ModelDepartment.objects.visible_to(request.user).select_related("department")
    return get_object_or_404(rows, pk=pk)


@require_safe
def model(request, pk):
    found = get_model(request, pk)
    context = {
        "model": found,
        "measures": list(found.measures.all()),
        "taught": Replication.objects.taught_by([found.department_id]).get(found.department_id, 0),
        "may_choose": found.can_choose(request.user),
        "may_measure": found.can_measure(request.user),
    }
    return render(request, "taskforce/model.html", context)


def model_edit(request, pk=None):
    """Name a model department, or change its days and words: one form."""
    found = get_model(request, pk) if pk else ModelDepartment()
    if not ModelDepartment.can_choose(request.user):
        raise PermissionDenied
    form = ModelDepartmentForm(request.POST or None, instance=found)

    def act(**fields):
        form.kept = ModelDepartment.objects.get(pk=pk) if pk else ModelDepartment()
        form.kept.record(by=request.user, **fields)

    if saved(request, form, act, _("モデル部署を保存しました。")):
        return back_to(form.kept)
    return form_page(
        request, found if pk else None, form, _("モデル部署を直す") if pk else _("モデル部署を決める")
    )


@require_safe
def model_history(request, pk):
    return history_page(request, get_model(request, pk))


def model_measure(request, pk, measure=None):
    """One value before and after, with its source."""
    found = get_model(request, pk)
    if not found.can_measure(request.user):
        raise PermissionDenied
    row = get_object_or_404(found.measures, pk=measure) if measure else ModelMeasure(model=found)
    form = ModelMeasureForm(request.POST or None, instance=row)

    def act(**fields):
        fresh = ModelMeasure.objects.get(pk=measure) if measure else ModelMeasure(model=found)
        fresh.record(by=request.user, **fields)

    if saved(request, form, act, _("前後の値を保存しました。")):
        return back_to(found)
    return form_page(request, found, form, _("前と後の値"))
