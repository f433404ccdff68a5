"""Good practices and how they spread (T10, T11)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Activity, Follow
from dxportal import dates
from dxportal.forms import StaleVersion
from taskforce import lists, trees
from taskforce.forms.practices import PracticeFilterForm, PracticeForm, ReplicationForm, departments_of
from taskforce.models import GoodPractice, Replication
from taskforce.places import pillar_places

PER_PAGE = 10
HISTORY_PER_PAGE = 30


def get_practice(request, pk):
    found = GoodPractice.objects.visible_to(request.user).with_spread()
    return get_object_or_404(
        found.select_related("department", "contact__department", "idea__group", "pillar"), pk=pk
    )


@require_safe
def practices(request):
    """What works next door, and how many took it up?"""
    visible = GoodPractice.objects.visible_to(request.user)
    places = pillar_places()
    form = PracticeFilterForm(request.GET, user=request.user, places=places)
    found = form.filter(visible.published())
    if kind := request.GET.get("export"):
        return lists.answer(lists.practices_dataset(found), kind, "practices")
    using = Replication.objects.in_use().filter(practice__in=visible.published())
    context = {
        "form": form,
        "page": Paginator(found.select_related("department", "pillar").with_spread(), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "proposals": visible.filter(state=GoodPractice.State.PROPOSED),
        "total": visible.published().count(),
        "departments": using.values("department").distinct().count(),
        "hours": using.hours() + (visible.published().aggregate(n=Sum("hours_saved"))["n"] or 0),
        "can_propose": GoodPractice.can_propose(request.user),
        "places": places,
    }
    return render(request, "taskforce/practices.html", context)


@require_safe
def practice(request, pk):
    """How do we do it too, and whom do we ask?"""
    found, user = get_practice(request, pk), request.user
    context = {
        "practice": found,
        "tree": trees.tree_of(found),
        "can": {name: getattr(found, f"can_{name}")(user) for name in ("edit", "publish", "confirm")},
        "can_replicate": found.can_replicate(user, user.department) or departments_of(user).exists(),
        "following": Follow.objects.of(found).filter(user=user).exists(),
        "places": pillar_places(),
        "today": dates.today(),
    }
    return render(request, "taskforce/practice.html", context)


def practice_edit(request, pk=None):
    """Tell a practice, or mend it: one form."""
    found = get_practice(request, pk) if pk else GoodPractice()
    if not (found.can_edit(request.user) if pk else GoodPractice.can_propose(request.user)):
        raise PermissionDenied
    form = PracticeForm(request.POST or None, instance=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(request.user, form, pk)
            messages.success(
                request,
                _("保存しました。") if saved.is_published else _("寄せました。事務局が確かめて公開します。"),
            )
            return redirect(saved)
        except StaleVersion as refusal:
            form.add_error(None, refusal)
    status = 409 if form.conflicts else 200
    return render(request, "taskforce/practice_edit.html", {"practice": found, "form": form}, status=status)


def save(user, form, pk):
    if pk is None:
        return GoodPractice.propose(by=user, **form.texts)
    saved = GoodPractice.objects.get(pk=pk)
    saved.edit(by=user, version=form.cleaned_data["version"], **form.texts)
    return saved


@require_POST
def practice_publish(request, pk):
    found = get_practice(request, pk)
    if not found.can_publish(request.user):
        raise PermissionDenied
    found.publish(by=request.user)
    return redirect(found)


@require_POST
def practice_confirm(request, pk):
    """「今も正しい」."""
    found = get_practice(request, pk)
    if not found.can_confirm(request.user):
        raise PermissionDenied
    found.confirm(by=request.user, today=dates.today())
    return redirect(found)


def practice_replicate(request, pk):
    """「うちでもやる」 and what became of it: the one row of a department."""
    found = get_practice(request, pk)
    if not found.is_published or not departments_of(request.user).exists() or request.user.is_expert:
        raise PermissionDenied
    ours = request.POST.get("department") or request.GET.get("department") or request.user.department_id
    row = next((r for r in found.spread if str(r.department_id) == str(ours)), None)
    initial = {"department": ours, "status": "started", "started_on": dates.today()} if row is None else {}
    form = ReplicationForm(
        request.POST or None, instance=row, practice=found, user=request.user, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            found.replicate(fields.pop("department"), status=fields.pop("status"), by=request.user, **fields)
            messages.success(request, _("登録しました。広がりの図に載ります。"))
            return redirect(found)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    return render(request, "taskforce/practice_replicate.html", {"practice": found, "form": form})


@require_safe
def practice_history(request, pk):
    found = get_practice(request, pk)
    acts = Paginator(Activity.objects.of(found), HISTORY_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": acts,
        "heading": found,
        "url": found.get_absolute_url(),
        "up": reverse("taskforce:practices"),
        "up_label": _("広がっているもの"),
    }
    return render(request, "taskforce/idea_history.html", context)
