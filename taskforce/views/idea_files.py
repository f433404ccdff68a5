"""Files of an idea, and the name behind an anonymous one: what not everybody may take or know (T5)."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dxportal import uploads
from taskforce.forms.ideas import DisclosureForm, TakeOutForm
from taskforce.models import AuthorDisclosure, Idea
from taskforce.views.ideas import get_idea


def get_file(request, number, key):
    """404 for who may not read the idea, and for everybody once the file is out."""
    idea = get_idea(request, number)
    file = get_object_or_404(idea.files.standing(), pk=key)
    file.idea = idea
    return file


@require_safe
def idea_file(request, number, key):
    """The file itself, to save; behind an anonymous idea under a name of our own."""
    file = get_file(request, number, key)
    return uploads.to_keep(file.file, file.name_for(request.user), file.media_type)


def idea_file_remove(request, number, key):
    """The secretariat asks itself for the reason, then takes the file out."""
    file = get_file(request, number, key)
    if not file.idea.can_take_out(request.user):
        raise PermissionDenied
    form = TakeOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        file.take_out(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("資料を外しました。"))
        return redirect(file.idea)
    context = {"idea": file.idea, "name": file.name_for(request.user), "form": form}
    return render(request, "taskforce/idea_file_remove.html", context, status=422 if form.errors else 200)


@never_cache
@reauthentication_required(allow_get=True)
def idea_author(request, number):
    """Break-glass: an administrator says why and reads the name once; the author is told (permissions.md)."""
    if not AuthorDisclosure.can_ask(request.user):
        get_idea(request, number)
        raise PermissionDenied
    hidden = Idea.objects.filter(is_anonymous=True, published_at__isnull=False)
    idea = get_object_or_404(hidden.select_related("author__department"), number=number)
    form = DisclosureForm(request.POST or None)
    author = None
    if request.method == "POST" and form.is_valid():
        author = AuthorDisclosure.ask(
            idea, by=request.user, reason=form.cleaned_data["reason"], request=request
        )
    context = {"idea": idea, "form": form, "author": author}
    return render(request, "taskforce/idea_author.html", context, status=422 if form.errors else 200)
