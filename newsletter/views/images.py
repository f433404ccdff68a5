"""Pictures of an issue: put up, said what they show, taken out, given out (N1)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dxportal import uploads
from dxportal.forms import is_saved
from newsletter.forms.images import ImageForm, ImageWordsForm
from newsletter.models import Issue
from newsletter.views.editor import editable

# Methods of a picture that a button asks for, and what is said when it is done.
ACTS = {
    "remove": gettext_lazy("画像を外しました。一覧から戻せます。"),
    "restore": gettext_lazy("画像を戻しました。"),
}


def images(request, number):
    """Every picture of the issue and a form for a new one; the editor's page shows the same beside the text."""
    issue = editable(request.user, number)
    form = ImageForm(auto_id="image_%s")
    if request.method == "POST":
        form = ImageForm(request.POST, request.FILES, auto_id="image_%s")
        if form.is_valid() and (kept := form.keep(issue, by=request.user)):
            messages.success(
                request, _("画像%(number)sを加えました。本文に挿入してください。") % {"number": kept.number}
            )
            return redirect(way_back(request, issue))
    context = {"issue": issue, "form": form, "can_edit": issue.can_edit(request.user)}
    return render(request, "newsletter/images.html", context, status=422 if form.errors else 200)


def way_back(request, issue) -> str:
    """The section whose page sent the form, else the page of pictures."""
    pk = request.POST.get("article", "")
    if pk.isascii() and any(str(part.pk) == pk for part in issue.sections):
        return redirect("newsletter:article", issue.number, pk).url
    return redirect("newsletter:images", issue.number).url


@require_safe
def image(request, number, image):
    """The picture itself, for whoever may read the issue. Asked anew each time: taken out is gone (AZ14, AZ15)."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user), number=number)
    kept = get_object_or_404(issue.images.standing(), number=image)
    response = uploads.to_show(kept.file, kept.media_type)
    response["ETag"] = f'"{kept.sha256}"'
    return get_conditional_response(request, etag=response["ETag"], response=response)


def edit(request, number, image):
    """Say what the picture shows, take it out, put it back."""
    issue = editable(request.user, number)
    kept = next((found for found in issue.pictures if found.number == image), None)
    if kept is None:
        raise Http404
    if not issue.can_edit(request.user):
        raise PermissionDenied
    act = request.POST.get("act", "")
    if request.method == "POST" and act in ACTS:
        getattr(kept, act)(by=request.user)
        messages.success(request, ACTS[act])
        return redirect(way_back(request, issue))
    form = ImageWordsForm(request.POST if request.method == "POST" else None, instance=kept)
    if request.method == "POST" and form.is_valid() and is_saved(form, by=request.user):
        messages.success(request, _("保存しました。"))
        return redirect("newsletter:images", number)
    context = {"issue": issue, "image": kept, "form": form}
    return render(request, "newsletter/image.html", context, status=422 if form.errors else 200)
