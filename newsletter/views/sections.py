"""The sections of an issue and their order, and who else is at work on them (mock 13)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal.forms import posted_number
from dxportal.text import whole_number
from newsletter.forms.writing import SectionForm
from newsletter.models import Article, Issue, Sitting
from newsletter.views.editor import editable, is_taken_out, keep_typed, outline_of, part_of


@require_POST
def sections(request, number):
    """Add, move, take out and put back sections; what was typed into the form on the page is kept."""
    issue = editable(request.user, number)
    here = posted_part(request, issue)
    keep_typed(request, issue, here)
    act, _colon, target = request.POST.get("act", "").partition(":")
    if act == "add":
        return add(request, issue)
    words = arrange(issue, act, target, by=request.user)
    if request.htmx:
        return outline(request, Issue.objects.get(pk=issue.pk), here, words)
    messages.info(request, words)
    here = posted_part(
        request, editable(request.user, number)
    )  # it may be this one that was taken out or put back
    return redirect(issue.get_edit_url() if is_taken_out(here) else here.get_edit_url())


def posted_part(request, issue):
    """The part of the issue whose form the page shows."""
    number = posted_number(request.POST, "part")
    return part_of(issue, number or None)


def add(request, issue):
    """A new section at the end, opened at once."""
    form = SectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("節の名前を30字までで入れてください。"))
        return redirect("newsletter:edit", issue.number)
    added = issue.add_article(label=form.cleaned_data["new_label"], by=request.user)
    return redirect(added.get_edit_url())


def arrange(issue, act, pk, *, by) -> str:
    """Do one of up, down, place-N, remove, restore to a section of this issue and say so; else Http404."""
    part = get_object_or_404(Article.objects.select_related("issue"), issue=issue, pk=whole_number(pk))
    verb, _dash, place = act.partition("-")
    place = whole_number(place)
    verbs = {
        "up": lambda: part.move(-1, by=by),
        "down": lambda: part.move(+1, by=by),
        "place": lambda: part.move_to(place, by=by),
        "remove": lambda: part.remove(by=by),
        "restore": lambda: part.restore(by=by),
    }
    if verb not in verbs or (verb == "place") != bool(place):
        raise Http404
    if is_taken_out(part) and verb != "restore":  # by somebody else, since the list was drawn
        return _("「%(label)s」は外してあります。「外した節」から戻せます。") % {"label": part.label}
    verbs[verb]()
    if verb == "remove":
        return _("「%(label)s」を外しました。「外した節」から戻せます。") % {"label": part.label}
    return _("「%(label)s」は%(number)s番目です。") % {"label": part.label, "number": part.rank()}


def outline(request, issue, here, words):
    """The list of sections alone, and the sentence for those who do not see it move."""
    context = {
        **{"issue": issue, "words": words, "can_edit": issue.can_edit(request.user)},
        "article": None if here is issue else here,
        **outline_of(issue),
    }
    return render(request, "newsletter/_outline_moved.html", context)


@require_POST
def presence(request, number):
    """The window is still open: who else is here. 204 while that is what the window shows; `take` goes first."""
    issue = editable(request.user, number)
    here = posted_part(request, issue)
    sitting = Sitting.objects.open(issue, here, by=request.user)
    if request.POST.get("act") == "take":
        sitting.take()
        return redirect(here.get_edit_url())
    others = sitting.others(timezone.now())
    if request.POST.get("told") == sitting.told(others):
        return HttpResponse(status=204)
    context = {
        **{"issue": issue, "others": others, "waits_for": sitting.waits_for(others)},
        **{"told": sitting.told(others), "can_edit": issue.can_edit(request.user)},
        **{"locked": "locked" in request.POST, "edit_url": here.get_edit_url()},
        "article": None if here is issue else here,
    }
    return render(request, "newsletter/_presence.html", context)
