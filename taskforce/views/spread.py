"""How practices spread: 「うちでもやる」, what a department uses and taught, and the map of regions (T11)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Department
from dxportal import dates
from dxportal.forms import StaleVersion
from taskforce import lists, maps
from taskforce.forms.practices import ReplicationForm, departments_of
from taskforce.forms.spread import MapForm
from taskforce.models import GoodPractice, Pilot, Replication
from taskforce.views.practices import get_practice

PER_PAGE = 20
FEW = 30


def practice_replicate(request, pk):
    """「うちでもやる」 and what became of it: the one row of a department."""
    found, user = get_practice(request, pk), request.user
    if not found.is_told or user.is_expert or not departments_of(user).exists():
        raise PermissionDenied
    ours = request.POST.get("department") or request.GET.get("department") or str(user.department_id)
    row = found.row_of(int(ours)) if ours.isdecimal() else None
    if row is None and not found.is_published:
        raise PermissionDenied
    teacher = request.GET.get("from") or found.department_id
    initial = {"department": ours, "status": "started", "started_on": dates.today(), "learnt_from": teacher}
    form = ReplicationForm(
        request.POST or None, instance=row, practice=found, user=user, initial=None if row else initial
    )
    if request.method == "POST" and form.is_valid() and taken_up(found, form, row, user):
        messages.success(request, _("登録しました。広がりの図に載ります。"))
        return redirect(found)
    context = {"practice": found, "form": form, "row": row}
    status = 409 if form.conflicts else 200
    return render(request, "taskforce/practice_replicate.html", context, status=status)


def taken_up(practice, form, row, user) -> bool:
    """Whether the step was kept; otherwise the form says why not."""
    fields = dict(form.cleaned_data)
    department, status, version = (fields.pop(name) for name in ("department", "status", "version"))
    try:
        practice.replicate(department, status=status, by=user, version=version if row else None, **fields)
    except StaleVersion as refusal:
        form.add_error(None, refusal)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    else:
        return True
    return False


@require_safe
def practice_department(request, code):
    """What do we use, from whom did we learn it, and what did we teach?"""
    if request.user.is_expert:
        raise PermissionDenied
    place = get_object_or_404(Department.objects.select_related("parent"), code=code)
    told = GoodPractice.objects.visible_to(request.user).told()
    ours = Replication.objects.of(place).filter(practice__in=told).order_by("-started_on", "-pk")
    if kind := request.GET.get("export"):
        return lists.answer(lists.department_dataset(ours), kind, f"department-{place.code}")
    within = {"department__path__startswith": place.path}
    taught = Replication.objects.filter(practice__in=told, learnt_from__path__startswith=place.path)
    rows = ours.select_related("practice", "department", "learnt_from")
    pilots = Pilot.objects.visible_to(request.user).filter(departments__path__startswith=place.path)
    context = {
        "place": place,
        "below": Department.objects.under(place).exclude(pk=place.pk).exists(),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "figures": ours.figures(),
        "taught": list(taught.select_related("practice", "department").order_by("-started_on", "-pk")[:FEW]),
        "taught_to": taught.in_use().values("department").distinct().count(),
        "begun": told.filter(**within).with_users_counted().order_by("-moved_at")[:FEW],
        "pilots": pilots.for_lists().distinct()[:FEW],
        "today": dates.today(),
    }
    return render(request, "taskforce/practice_department.html", context)


@require_safe
def practice_map(request):
    """Where in the world is it used, and where not yet? Numbers for regions and posts, never for people."""
    if request.user.is_expert:
        raise PermissionDenied
    told = GoodPractice.objects.visible_to(request.user).published()
    form = MapForm(request.GET, practices=told)
    chosen = form.chosen
    context = {
        "form": form,
        "chosen": chosen,
        "map": maps.world(told.filter(pk=chosen.pk) if chosen else told),
    }
    return render(request, "taskforce/practice_map.html", context)
