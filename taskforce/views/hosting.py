"""Workshops from the host's side: announcing, changing, calling off; who comes, who came, what is put up (T14)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Activity
from dxportal import uploads
from dxportal.forms import StaleVersion
from taskforce.forms.workshops import CancelForm, MaterialForm, RecordingForm, WorkshopForm
from taskforce.models import Workshop, WorkshopMaterial
from taskforce.views.workshops import get_workshop

HISTORY_PER_PAGE = 30


def hosted(request, pk):
    """The workshop of the address, for those who may change it."""
    found = get_workshop(request, pk)
    if not found.can_edit(request.user):
        raise PermissionDenied
    return found


def workshop_edit(request, pk=None):
    """Announce a workshop, or change it: one form."""
    found = hosted(request, pk) if pk else Workshop()
    if not pk and (request.user.is_expert or not Workshop.can_announce(request.user)):
        raise PermissionDenied
    form = WorkshopForm(request.POST or None, instance=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(request.user, form, pk)
            messages.success(request, _("保存しました。"))
            return redirect(saved)
        except StaleVersion as refusal:
            form.add_error(None, refusal)
    status = 409 if form.conflicts else 422 if form.errors else 200
    return render(request, "taskforce/workshop_edit.html", {"workshop": found, "form": form}, status=status)


def save(user, form, pk):
    if pk is None:
        return Workshop.announce(by=user, **form.values)
    saved = Workshop.objects.get(pk=pk)
    saved.edit(by=user, version=form.cleaned_data["version"], **form.values)
    return saved


def workshop_cancel(request, pk):
    """Asked once more, with the reason that everybody who takes part will read."""
    found = hosted(request, pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found.cancel(by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("中止にしました。申し込んだ人に知らせます。"))
            return redirect(found)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    status = 422 if form.errors else 200
    return render(request, "taskforce/workshop_cancel.html", {"workshop": found, "form": form}, status=status)


def workshop_people(request, pk):
    """Who takes part and who waits; after the beginning, who was there."""
    found = hosted(request, pk)
    rows = list(found.registrations.standing().select_related("person__department"))
    begun = found.starts_at <= timezone.now() and not found.is_cancelled
    if request.method == "POST":
        if not begun:
            raise PermissionDenied
        present = {row.pk for row in rows if str(row.pk) in request.POST.getlist("present")}
        found.mark_attendance(present, by=request.user)
        messages.success(request, _("出席をつけました。"))
        return redirect("taskforce:workshop_people", pk)
    context = {
        "workshop": found,
        "seated": [row for row in rows if row.has_seat],
        "waiting": [row for row in rows if not row.has_seat],
        "begun": begun,
        "words": [a.words for a in found.answers.exclude(words="")]
        if found.answer_figures(timezone.now())
        else [],
    }
    return render(request, "taskforce/workshop_people.html", context)


def workshop_materials(request, pk):
    """Put up files and the link to the recording."""
    found = hosted(request, pk)
    recording = RecordingForm(request.POST if "recording" in request.POST else None, instance=found)
    adding = "adding" in request.POST
    form = MaterialForm(request.POST if adding else None, request.FILES if adding else None)
    if recording.is_bound and recording.is_valid():
        found.publish_recording(by=request.user, **recording.cleaned_data)
        messages.success(request, _("保存しました。"))
        return redirect("taskforce:workshop_materials", pk)
    if form.is_bound and added(form, found, request.user):
        messages.success(request, _("資料を載せました。"))
        return redirect("taskforce:workshop_materials", pk)
    context = {
        "workshop": found,
        "recording": recording,
        "form": form,
        "materials": found.materials.standing(),
    }
    return render(request, "taskforce/workshop_materials.html", context, status=422 if request.POST else 200)


def added(form, workshop, user) -> bool:
    """Whether the file was kept; otherwise the form says why not."""
    if not form.is_valid():
        return False
    try:
        WorkshopMaterial.keep(form.cleaned_data["file"], by=user, owner=workshop, workshop=workshop)
    except ValidationError as error:
        form.add_error("file", error)
        return False
    return True


@require_safe
def workshop_material(request, pk, key):
    """The file itself, to save."""
    kept = get_object_or_404(get_workshop(request, pk).materials.standing(), pk=key)
    return uploads.to_keep(kept.file, kept.name, kept.media_type)


@require_POST
def workshop_material_withdraw(request, pk, key):
    found = hosted(request, pk)
    get_object_or_404(found.materials, pk=key).withdraw(by=request.user, owner=found)
    messages.success(request, _("資料を取り下げました。"))
    return redirect("taskforce:workshop_materials", pk)


@require_safe
def workshop_history(request, pk):
    """What was announced, changed and called off; who takes part is not in it."""
    found = get_workshop(request, pk)
    context = {
        "page": Paginator(Activity.objects.of(found), HISTORY_PER_PAGE).get_page(request.GET.get("page")),
        "heading": found,
        "url": found.get_absolute_url(),
        "up": reverse("taskforce:workshops"),
        "up_label": _("ワークショップ"),
    }
    return render(request, "taskforce/idea_history.html", context)
