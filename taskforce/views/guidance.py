"""Guidance (手引き): answers of the support team for everybody, without names (T15)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal.forms import StaleVersion
from taskforce import lists
from taskforce.forms.consultations import FindForm, GuidanceForm, TakeBackForm
from taskforce.models import Consultation, Guidance
from taskforce.views.consultations import SIMILAR, get_consultation

PER_PAGE = 20


@require_safe
def guidances(request):
    """Has somebody had the same trouble?"""
    form = FindForm(request.GET)
    visible = Guidance.objects.visible_to(request.user).published()
    found = visible.search(form.cleaned_data.get("q") or "")
    if kind := request.GET.get("export"):
        return lists.answer(lists.guidance_dataset(found), kind, "guidance")
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "total": visible.count(),
        "can_ask": Consultation.can_ask(request.user),
    }
    return render(request, "taskforce/guidances.html", context)


@require_safe
def guidance(request, pk):
    found = get_object_or_404(Guidance.objects.visible_to(request.user), pk=pk)
    return render(request, "taskforce/guidance.html", {"guidance": found})


@require_safe
def guidance_similar(request):
    """Guidance like the words typed so far: a part of the page in which somebody asks."""
    words = request.GET.get("q", "")[:500]
    context = {
        "similar": list(Guidance.objects.visible_to(request.user).published().similar(words)[:SIMILAR]),
        "asked": bool(words),
    }
    return render(request, "taskforce/_guidance_similar.html", context)


def guidance_edit(request, pk):
    """Publish guidance from a resolved consultation, or mend it: one form."""
    consultation = get_consultation(request, pk)
    if not consultation.can_publish(request.user):
        raise PermissionDenied
    found = Guidance.objects.filter(consultation=consultation).first() or drafted(consultation)
    found.consultation = consultation
    form = GuidanceForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            form.instance.publish(by=request.user, version=form.cleaned_data.get("version"))
            messages.success(request, _("手引きとして公開しました。"))
            return redirect(form.instance)
        except (StaleVersion, ValidationError) as refusal:
            form.add_error(None, refusal)
    status = 409 if form.conflicts else 422 if form.errors else 200
    context = {"form": form, "guidance": found, "consultation": consultation}
    return render(request, "taskforce/guidance_edit.html", context, status=status)


def drafted(consultation) -> Guidance:
    """What was asked and answered last, to be rewritten for everybody."""
    last = consultation.messages.filter(is_answer=True).last()
    texts = {
        "title": consultation.title,
        "question": consultation.text[:2000],
        "answer": last.text if last else "",
    }
    return Guidance(consultation=consultation, **texts)


def guidance_take_back(request, pk):
    found = get_object_or_404(Guidance.objects.visible_to(request.user).published(), pk=pk)
    if not request.user.is_secretariat:
        raise PermissionDenied
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found.take_back(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("手引きを取り下げました。"))
        return redirect(found.consultation)
    status = 422 if form.errors else 200
    return render(
        request, "taskforce/guidance_take_back.html", {"form": form, "guidance": found}, status=status
    )
