"""A new milestone, and one that will not be done (permissions.md: "edit initiative text, milestones")."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pillars.forms.milestones import CancelForm, NewMilestoneForm
from pillars.models import Initiative
from pillars.views.initiatives import get_initiative


def editable(request, plan, code) -> Initiative:
    """The initiative of an address when the person may edit it; its row is locked while something is written."""
    found = get_initiative(request, plan, code)
    if not found.can_edit(request.user) or found.plan.status == found.plan.Status.CLOSED:
        raise PermissionDenied
    if request.method == "POST":
        Initiative.objects.select_for_update().get(pk=found.pk)
    return found


@transaction.atomic
def new(request, plan, code):
    initiative = editable(request, plan, code)
    form = NewMilestoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        initiative.add_milestone(by=request.user, **form.cleaned_data)
        messages.success(request, _("節目を加えました。"))
        return redirect(initiative)
    context = {"title": _("節目を加える"), "lead": _("加えた節目の重みは1。重みは事務局が見直す。")}
    return show(request, initiative, form, context)


@transaction.atomic
def cancel(request, plan, code, milestone):
    initiative = editable(request, plan, code)
    found = get_object_or_404(initiative.milestones.filter(is_cancelled=False), code=milestone)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found.cancel(reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("節目を中止にしました。"))
            return redirect(initiative)
    lead = _("「%(name)s」は進みの計算から外れ、中止として残る。") % {"name": found.name}
    return show(request, initiative, form, {"title": _("節目を中止する"), "lead": lead, "milestone": found})


def show(request, initiative, form, context):
    context = {**context, "plan": initiative.plan, "initiative": initiative, "form": form}
    return render(request, "pillars/milestone_form.html", context, status=422 if form.is_bound else 200)
