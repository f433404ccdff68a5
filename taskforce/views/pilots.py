"""Pilots: their list, a page for each, what was measured and decided (T9)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Activity
from dxportal import dates
from dxportal.forms import StaleVersion
from taskforce import lists
from taskforce.forms.pilots import MeasureFormSet, PilotEndForm, PilotFilterForm, PilotForm
from taskforce.models import GoodPractice, Pilot
from taskforce.places import pillar_places
from taskforce.views.triage import get_triaged

PER_PAGE = 20
HISTORY_PER_PAGE = 30


@require_safe
def pilots(request):
    """What is being tried where, until when, and what came out?"""
    user, today = request.user, dates.today()
    visible = Pilot.objects.visible_to(user)
    form = PilotFilterForm(request.GET, pilots=visible, today=today)
    found = form.filter(visible)
    if kind := request.GET.get("export"):
        return lists.answer(lists.pilots_dataset(found), kind, "pilots")
    context = {
        "form": form,
        "page": Paginator(found.for_lists(), PER_PAGE).get_page(request.GET.get("page")),
        "counts": visible.counts(today),
        "today": today,
    }
    return render(request, "taskforce/pilots.html", context)


def get_pilot(request, pk):
    found = Pilot.objects.visible_to(request.user).select_related(
        "idea__group", "idea__department", "idea__pillar", "continues", "continued_by"
    )
    return get_object_or_404(found.prefetch_related("departments", "measures"), pk=pk)


@require_safe
def pilot(request, pk):
    """What do we want to know, what did we measure, what was decided?"""
    found, user = get_pilot(request, pk), request.user
    context = {
        "pilot": found,
        "practices": GoodPractice.objects.visible_to(user).filter(pilot=found),
        "can": {"edit": found.can_edit(user), "decide": found.can_decide(user)},
        "can_tell": found.decision == Pilot.Decision.SPREAD and GoodPractice.can_propose(user),
        "places": pillar_places(),
        "today": dates.today(),
    }
    return render(request, "taskforce/pilot.html", context)


def pilot_new(request, number):
    """Begin a pilot; the idea becomes 試行中."""
    idea = get_triaged(request, number)
    if not idea.is_open:
        raise PermissionDenied
    form = PilotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = form.texts
        found = Pilot.start(idea, by=request.user, departments=fields.pop("departments"), **fields)
        messages.success(request, _("試行を始めました。"))
        return redirect(found)
    return render(request, "taskforce/pilot_edit.html", {"idea": idea, "form": form})


def pilot_edit(request, pk):
    """Mend departments, days and question."""
    found = get_pilot(request, pk)
    if not found.can_edit(request.user):
        raise PermissionDenied
    form = PilotForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = Pilot.objects.get(pk=pk)
            fresh.edit(by=request.user, version=form.cleaned_data["version"], **form.texts)
            messages.success(request, _("保存しました。"))
            return redirect(fresh)
        except StaleVersion as refusal:
            form.add_error(None, refusal)
    context = {"pilot": found, "idea": found.idea, "form": form}
    return render(request, "taskforce/pilot_edit.html", context, status=409 if form.conflicts else 200)


def pilot_result(request, pk):
    """Measures before and after; with a decision the pilot ends."""
    found = get_pilot(request, pk)
    can_decide, ending = found.can_decide(request.user), "end" in request.POST
    if not found.can_edit(request.user) or (ending and not can_decide):
        raise PermissionDenied
    form = PilotEndForm(request.POST if ending else None, instance=found, today=dates.today())
    measures = MeasureFormSet(request.POST or None, instance=found)
    context = {"pilot": found, "idea": found.idea, "form": form, "measures": measures}
    context |= {"can_decide": can_decide, "version": request.POST.get("version") or found.version}
    if request.method == "POST" and measures.is_valid() and (not ending or form.is_valid()):
        try:
            return redirect(kept(found, measures, form if ending else None, request))
        except StaleVersion:
            fresh = get_pilot(request, pk)
            context |= {"stale": fresh, "version": fresh.version}
        except ValidationError as refusal:
            form.add_error(None, refusal)
    status = 409 if "stale" in context else 200
    return render(request, "taskforce/pilot_result.html", context, status=status)


def kept(pilot, measures, form, request):
    """Keep the measures, and the decision with its form. The object to show next."""
    rows, version = measures.save(commit=False), request.POST.get("version", "")
    with transaction.atomic():
        fresh = Pilot.objects.select_related("idea").get(pk=pilot.pk)
        version = int(version) if version.isdecimal() else fresh.version
        fresh.measure(rows, gone=measures.deleted_objects, version=version, by=request.user)
        following = fresh.end(by=request.user, **form.cleaned_data) if form else None
    messages.success(request, _("次の試行が始まります。") if following else _("保存しました。"))
    return following or fresh


@require_safe
def pilot_history(request, pk):
    found = get_pilot(request, pk)
    acts = Paginator(Activity.objects.of(found), HISTORY_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": acts,
        "heading": found.idea,
        "url": found.get_absolute_url(),
        "up": reverse("taskforce:pilots"),
        "up_label": _("試行"),
    }
    return render(request, "taskforce/idea_history.html", context)
