"""Writing an idea: the form, what is kept while typing, and throwing it away (T5)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.forms import OVERTAKEN, StaleVersion, posted_number, saved_words
from taskforce.forms.ideas import IdeaForm
from taskforce.models import Idea, IdeaDraft, IdeaFile
from taskforce.places import pillar_places
from taskforce.views.ideas import get_idea


def idea_edit(request, number=None):
    """Write an idea, go on with a draft, or mend what was published: one form."""
    idea = get_idea(request, number) if number else Idea()
    if not (idea.can_edit(request.user) if number else Idea.can_create(request.user)):
        raise PermissionDenied
    typing = request.POST.get("action") == "autosave"
    draft = idea.is_draft and (typing or "draft" in request.POST)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = IdeaForm(*posted, instance=idea, user=request.user, draft=draft)
    if typing:
        return autosave(request, form, number)
    found = form.similar() if idea.is_draft else {}
    unseen = bool(any(found.values()) and not draft and "seen" not in request.POST)
    confirm = unseen and "confirm" in request.GET
    if form.is_bound and form.is_valid():
        confirm = unseen
        waits = unseen and bool(
            form.cleaned_data["files"]
        )  # a file can be sent once only: it waits in a draft
        if (waits or not unseen) and (saved := save(request, form, number, publish=not draft and not waits)):
            return redirect(place_after(saved, asks=waits))
    status = 409 if form.conflicts else 200
    return render(request, "taskforce/idea_edit.html", context_of(form, found, confirm), status=status)


def context_of(form, found, confirm) -> dict:
    idea = form.instance
    return {
        **found,
        "form": form,
        "idea": idea,
        "confirm": confirm,
        "places": pillar_places(),
        "saved": saved_words(form.typed) if form.typed else "",
    }


def place_after(saved, *, asks) -> str:
    """The form again for a draft, the page for what was published; `asks`: the form shows the similar things."""
    if not saved.is_draft:
        return saved.get_absolute_url()
    there = reverse("taskforce:idea_edit", args=[saved.number])
    return f"{there}?confirm" if asks else there


def save(request, form, number, *, publish):
    """The saved idea, or None when it was refused: somebody saved first, or there is no room for a file."""
    try:
        with transaction.atomic():
            idea = write(request.user, form, number, publish=publish)
    except StaleVersion as refusal:
        form.add_error(None, refusal)
        return None
    except ValidationError as refusal:
        form.add_error("files", refusal.messages)
        return None
    if publish and form.instance.is_draft:
        day = dates.format_day(idea.answer_due_on, "day")
        messages.success(request, _("出しました。%(day)sまでに最初の返事をします。") % {"day": day})
    else:
        messages.success(request, _("保存しました。"))
    return idea


def write(user, form, number, *, publish):
    """Words and files of the form, and what was typed is forgotten, in one transaction."""
    if number:
        idea = Idea.objects.get(number=number)
        idea.edit(by=user, version=form.cleaned_data["version"], **form.texts)
    else:
        idea = Idea.draft(by=user, **form.texts)
    for file in form.cleaned_data["drop"]:
        file.take_out(by=user)
    for upload in form.cleaned_data["files"]:
        IdeaFile.add(idea, upload, by=user)
    IdeaDraft.objects.filter(idea=idea).delete()
    if idea.is_draft and publish:
        idea.publish(by=user)
    return idea


def autosave(request, form, number):
    """What the window needs to go on: the version, where to post, and the time."""
    form.is_valid()
    if not number and not form.says_something:
        return JsonResponse({"version": 1, "draft_version": 0, "saved": "", "url": request.path})
    version = posted_number(request.POST, "version")
    try:
        with transaction.atomic():
            if number:
                idea = Idea.objects.get(number=number)
            else:
                idea = Idea.draft(by=request.user, new=True, **form.texts)
                version = idea.version
            kept = IdeaDraft.keep(idea, form.as_typed, version=version, texts=form.texts)
    except StaleVersion:
        return JsonResponse({"warning": OVERTAKEN}, status=409)
    return JsonResponse(
        {
            "version": idea.version,
            "draft_version": 0,
            "saved": saved_words(kept),
            "url": reverse("taskforce:idea_edit", args=[idea.number]),
            "key": f"idea-{idea.number}",
        }
    )


def idea_typed_discard(request, number):
    """Forget the words beside a published idea that were typed and never saved, after asking once."""
    idea = get_idea(request, number)
    if not idea.can_edit(request.user) or idea.is_draft:
        raise PermissionDenied
    kept = get_object_or_404(IdeaDraft, idea=idea)
    if request.method != "POST":
        return render(request, "taskforce/idea_withdraw.html", {"idea": idea, "typed": kept})
    kept.delete()
    messages.success(request, _("書きかけを捨てました。"))
    return redirect(idea)
