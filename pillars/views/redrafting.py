"""Editing the draft of the next plan: a page for the whole, one for each part, and its verbs (P16)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dxportal.text import inside, localized
from pillars import outlines, redrafting, succession
from pillars.forms.redrafting import (
    DraftInitiativeForm,
    DraftPillarForm,
    DraftPlanForm,
    DropForm,
    MergeForm,
    NewInitiativeForm,
    SplitForm,
)
from pillars.models import Initiative, Pillar, Plan
from pillars.views.plan import get_plan
from pillars.views.succession import ask, require_secretariat


def get_draft(request, plan) -> Plan:
    """The draft of an address: 404 for people who may not read it, 403 for those who may only read."""
    found = get_plan(request, plan)
    require_secretariat(request)
    succession.require_draft(found)
    return found


@require_safe
def draft(request, plan):
    """Everything in the draft, to be named, moved, merged, split and dropped."""
    found = get_draft(request, plan)
    initiatives = found.initiatives.select_related("plan", "objective__pillar", "lead_department")
    initiatives = initiatives.prefetch_related("comes_from__old_initiative__plan")
    lines = {}
    for initiative in initiatives:
        lines.setdefault(initiative.objective_id, []).append(initiative)
    objectives = found.objectives.select_related("pillar")
    pillars = [
        {
            "pillar": pillar,
            "objectives": [(o, lines.get(o.pk, [])) for o in objectives if o.pillar_id == pillar.pk],
        }
        for pillar in found.pillars.all()
    ]
    missing = outlines.missing(found)
    context = {"plan": found, "pillars": pillars, "missing": missing, "total": len(initiatives)}
    context["waiting"] = found.proposals.filter(kind="plan_decide").waiting().first()
    context["left_out"] = succession.left_out(found)
    return render(request, "pillars/draft.html", context)


def settings(request, plan):
    """Its name and the deadline of the consultation."""
    found = get_draft(request, plan)
    form = DraftPlanForm(request.POST or None, instance=found)
    if request.method == "POST" and saved(form, found, by=request.user):
        messages.success(request, _("保存しました。"))
        return redirect("pillars:draft", found.code)
    context = {"plan": found, "form": form, "title": _("案の名前と締切")}
    return render(request, "pillars/draft_part.html", context, status=422 if form.is_bound else 200)


def pillar(request, plan, code):
    """Name, order and meaning of a pillar of the draft."""
    found = get_draft(request, plan)
    part = get_object_or_404(Pillar.objects.visible_to(request.user), plan=found, code=code)
    form = DraftPillarForm(request.POST or None, instance=part)
    if request.method == "POST" and saved(form, part, by=request.user):
        messages.success(request, _("保存しました。"))
        return redirect("pillars:draft", found.code)
    context = {"plan": found, "form": form, "part": part}
    return render(request, "pillars/draft_part.html", context, status=422 if form.is_bound else 200)


def saved(form, instance, *, by) -> bool:
    """Whether the form was valid and is saved, with the row locked while versions are compared."""
    with transaction.atomic():
        type(instance).objects.select_for_update().get(pk=instance.pk)
        return form.is_valid() and form.save(by=by) is not False


@require_POST
def extend(request, plan):
    """Add what was decided since."""
    found = get_draft(request, plan)
    number = len(succession.extend(found, by=request.user))
    messages.success(
        request,
        ngettext("%(number)s件を加えました。", "%(number)s件を加えました。", number) % {"number": number},
    )
    return redirect("pillars:draft", found.code)


def add(request, plan):
    """新規: an initiative to which nothing leads."""
    found = get_draft(request, plan)
    form = NewInitiativeForm(request.POST or None, plan=found)
    if request.method == "POST" and form.is_valid():
        form.save(by=request.user)
        messages.success(request, _("加えました。"))
        return redirect("pillars:draft", found.code)
    what = inside(localized(found, "initiative_label"), 1)
    context = {"plan": found, "form": form, "title": _("新しい%(what)sを加える") % {"what": what}}
    return render(request, "pillars/draft_part.html", context, status=422 if form.is_bound else 200)


def initiative(request, plan, code):
    """One initiative of the draft: edited here, and taken out, merged or split below."""
    found = get_draft(request, plan)
    part = get_object_or_404(Initiative.objects.visible_to(request.user), plan=found, code=code)
    form = DraftInitiativeForm(request.POST or None, instance=part, plan=found)
    if request.method == "POST" and saved(form, part, by=request.user):
        messages.success(request, _("保存しました。"))
        return redirect("pillars:draft", found.code)
    return show_initiative(request, found, part, form=form)


def show_initiative(request, plan, part, **given):
    kept = Initiative.objects.select_related("plan", "objective__pillar", "lead_department").get(pk=part.pk)
    forms = {
        "form": DraftInitiativeForm(instance=kept, plan=plan),
        "drop": DropForm(prefix="drop"),
        "merge": MergeForm(prefix="merge", initiative=kept),
        "split": SplitForm(prefix="split"),
        **given,
    }
    context = {"plan": plan, "part": kept, "sources": redrafting.sources_of(kept), **forms}
    wrong = any(form.is_bound for form in forms.values())
    return render(request, "pillars/draft_initiative.html", context, status=422 if wrong else 200)


ACTS = {
    "drop": (DropForm, redrafting.drop, ("reason",)),
    "merge": (MergeForm, redrafting.merge, ("into", "reason")),
    "split": (SplitForm, redrafting.split, ("name", "reason")),
}


@require_POST
def reshape(request, plan, code, act):
    """Take it out, merge it with another, or split it; each asks why."""
    found = get_draft(request, plan)
    visible = Initiative.objects.visible_to(request.user).select_related("plan", "objective__pillar")
    part = get_object_or_404(visible, plan=found, code=code)
    kind, verb, names = ACTS[act]
    more = {"initiative": part} if act == "merge" else {}
    form = kind(request.POST, prefix=act, **more)
    if form.is_valid():
        said = [form.cleaned_data[name] for name in names]
        extra = {"name_en": form.cleaned_data["name_en"]} if act == "split" else {}
        try:
            verb(part, *said, by=request.user, **extra)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, _("案を直しました。"))
            return redirect("pillars:draft", found.code)
    return show_initiative(request, found, part, **{act: form})


@require_POST
def decide(request, plan):
    """Propose that the draft becomes the plan."""
    found = get_draft(request, plan)
    return ask(request, found, "plan_decide", Plan.Status.ACTIVE, request.POST.get("reason", ""))
