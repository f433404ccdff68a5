"""Consultations: asking the support team, and what is said until who asked calls it resolved (T15)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Activity
from dxportal import dates, uploads
from dxportal.forms import StaleVersion
from taskforce import lists
from taskforce.forms.consultations import AssignForm, ConsultationForm, FindForm, MessageForm
from taskforce.models import Consultation, ConsultationFile, Guidance

PER_PAGE = 20
HISTORY_PER_PAGE = 30
SIMILAR = 5


def get_consultation(request, pk):
    found = Consultation.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("asker", "department", "expert", "guidance"), pk=pk)


@require_safe
def consultations(request):
    """My questions; for the support team those that wait."""
    user = request.user
    visible = Consultation.objects.visible_to(user)
    form = FindForm(request.GET)
    found = form.filter(visible).select_related("asker", "department", "expert", "guidance")
    if kind := request.GET.get("export"):
        return lists.answer(lists.consultations_dataset(found), kind, "consultations")
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "states": Consultation.State.choices,
        "open": visible.open().count(),
        "median": Consultation.objects.median_wait(),
        "today": dates.today(),
        "can_ask": Consultation.can_ask(user),
    }
    return render(request, "taskforce/consultations.html", context)


def consultation_new(request):
    """Ask. Guidance that may answer it is shown beside while one writes, and once before it is sent."""
    if not Consultation.can_ask(request.user):
        raise PermissionDenied
    form = ConsultationForm(request.POST or None, request.FILES or None)
    similar = []
    if request.method == "POST" and form.is_valid():
        words = f"{form.cleaned_data['title']} {form.cleaned_data['text']}"
        similar = list(Guidance.objects.visible_to(request.user).published().similar(words)[:SIMILAR])
        if (not similar or "seen" in request.POST) and (made := asked(form, request.user)):
            messages.success(request, _("相談を受け付けました。担当が決まるとメールで知らせます。"))
            return redirect(made)
    status = 422 if form.errors else 200
    return render(
        request, "taskforce/consultation_new.html", {"form": form, "similar": similar}, status=status
    )


def asked(form, user):
    """The question with its file; None when there is no room for the file, which the form then says."""
    try:
        with transaction.atomic():
            made = Consultation.ask(by=user, **form.texts)
            if upload := form.cleaned_data["file"]:
                more = {"consultation": made, "confidentiality": made.confidentiality}
                ConsultationFile.keep(upload, by=user, owner=made, **more)
            return made
    except ValidationError as refusal:
        form.add_error("file", refusal)
        return None


@require_safe
def consultation(request, pk):
    return show(request, get_consultation(request, pk))


def show(request, found, message_form=None, assign_form=None, status=200):
    user = request.user
    assigns = found.can_assign(user)
    context = {
        "consultation": found,
        "thread": found.messages.select_related("author"),
        "files": found.files.standing(),
        "today": dates.today(),
        "mine": found.asker_id == user.pk,
        "can": {name: getattr(found, f"can_{name}")(user) for name in ("answer", "resolve", "publish")},
        "message_form": message_form or MessageForm(),
        "assign_form": (assign_form or AssignForm(instance=found)) if assigns else None,
    }
    return render(request, "taskforce/consultation.html", context, status=status)


@require_POST
def consultation_write(request, pk):
    """An answer by the support team, or more by who asked."""
    found = get_consultation(request, pk)
    answers = found.can_answer(request.user)
    if not answers and found.asker_id != request.user.pk:
        raise PermissionDenied
    form = MessageForm(request.POST)
    if not form.is_valid():
        return show(request, found, form, status=422)
    try:
        (found.answer if answers else found.add)(form.cleaned_data["text"], by=request.user)
        messages.success(request, _("送りました。相手に知らせます。"))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return show(request, get_consultation(request, pk), form, status=409)
    return redirect(found)


@require_POST
def consultation_assign(request, pk):
    """Give it to an expert; two members of the secretariat at once do not overwrite each other."""
    found = get_consultation(request, pk)
    if not found.can_assign(request.user):
        raise PermissionDenied
    form = AssignForm(request.POST, instance=found)
    try:
        if form.is_valid():
            stored = get_consultation(request, pk)
            stored.assign(form.cleaned_data["expert"], by=request.user, version=form.cleaned_data["version"])
            messages.success(request, _("担当を決めました。本人と相談した人に知らせます。"))
            return redirect(stored)
    except (StaleVersion, ValidationError) as refusal:
        form.add_error(None, refusal)
    return show(
        request, get_consultation(request, pk), assign_form=form, status=409 if form.conflicts else 422
    )


@require_POST
def consultation_resolve(request, pk):
    """Who asked says that it is resolved."""
    found = get_consultation(request, pk)
    try:
        found.resolve(by=request.user)
        messages.success(request, _("解決にしました。"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(found)


@require_POST
def consultation_consent(request, pk):
    """Whether it may become guidance."""
    found = get_consultation(request, pk)
    found.allow_publishing(request.POST.get("allowed") == "1", by=request.user)
    messages.success(request, _("保存しました。"))
    return redirect(found)


@require_safe
def consultation_file(request, pk, key):
    kept = get_object_or_404(get_consultation(request, pk).files.standing(), pk=key)
    return uploads.to_keep(kept.file, kept.name, kept.media_type)


@require_safe
def consultation_history(request, pk):
    found = get_consultation(request, pk)
    context = {
        "page": Paginator(Activity.objects.of(found), HISTORY_PER_PAGE).get_page(request.GET.get("page")),
        "heading": found,
        "url": found.get_absolute_url(),
        "up": reverse("taskforce:consultations"),
        "up_label": _("相談"),
    }
    return render(request, "taskforce/idea_history.html", context)
