"""The sections of an issue and their order, and who else is at work on them (mock 13)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal.forms import StaleVersion, posted_number
from newsletter.forms.writing import SectionForm, form_of
from newsletter.models import Article, Issue, Sitting
from newsletter.views.editor import editable, outline_of, part_of


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
    gone = act == "remove" and here is not issue and target == str(here.pk)
    return redirect(issue.get_edit_url() if gone else here.get_edit_url())


def posted_part(request, issue):
    """The part of the issue whose form the page shows."""
    number = posted_number(request.POST, "part")
    return part_of(issue, number or None)


def keep_typed(request, issue, part) -> None:
    """Without JavaScript the buttons of the list send the form along: nothing typed is lost by moving a section."""
    if "version" not in request.POST or request.htmx:
        return
    form = form_of(part)(request.POST, instance=part)
    try:
        Sitting.objects.keep(issue, part, form.as_typed, by=request.user, **form.typed_numbers)
    except StaleVersion:
        words = _("別の画面で、ここより新しい内容が保存されています。この画面の文は残していません。")
        messages.warning(request, words)


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
    if not pk.isdecimal():
        raise Http404
    part = get_object_or_404(Article.objects.select_related("issue"), issue=issue, pk=pk)
    verb, _dash, place = act.partition("-")
    verbs = {
        "up": lambda: part.move(-1, by=by),
        "down": lambda: part.move(+1, by=by),
        "place": lambda: part.move_to(int(place), by=by),
        "remove": lambda: part.remove(by=by),
        "restore": lambda: part.restore(by=by),
    }
    if verb not in verbs or (verb == "place") != place.isdecimal():
        raise Http404
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
