"""Ideas: the list, the form, the page (T5–T7)."""

from types import SimpleNamespace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Activity, Follow
from dxportal import dates
from taskforce import lists, trees
from taskforce.forms.comments import CommentForm
from taskforce.forms.idea_list import IdeaFilterForm
from taskforce.forms.ideas import similar_things
from taskforce.models import AuthorDisclosure, Idea, IdeaFile, IdeaStatus, triages_ideas
from taskforce.places import pillar_places

PER_PAGE = 10
UNFINISHED = 20  # drafts shown above the list
HISTORY_PER_PAGE = 30
HALF_A_DAY = 43_200


def get_idea(request, number):
    """The idea when the person may see it, with what every check needs. Raises Http404."""
    found = Idea.objects.visible_to(request.user).select_related(
        "department", "group", "author", "merged_into"
    )
    return get_object_or_404(found, number=number)


@require_safe
def ideas(request):
    """Which nuisance is known already, and what became of it?"""
    places, today = pillar_places(), dates.today()
    form = IdeaFilterForm(request.GET, user=request.user, places=places)
    listed = Idea.objects.visible_to(request.user).listed()
    found = form.filter(listed, today=today).with_supports(request.user).order_by(*form.ordering)
    if kind := request.GET.get("export"):
        return lists.answer(lists.ideas_dataset(found, request.user), kind, "ideas")
    found = found.select_related("department", "pillar", "group").with_story()
    steps = stages(form.filter(listed, today=today, stage=False))
    pages = Paginator(found, PER_PAGE)
    pages.count = next(
        step["count"] for step in steps if step["value"] == form.asked_stage
    )  # counted already
    context = {
        "form": form,
        "page": pages.get_page(request.GET.get("page")),
        "stages": steps,
        "unfinished": Idea.objects.unfinished_of(request.user)[:UNFINISHED],
        "answer": figures(listed),
        "places": places,
        "triages": triages_ideas(request.user),
        "today": today,
    }
    return render(request, "taskforce/ideas.html", context)


def stages(found) -> list[dict]:
    """Every state with its number among the found ideas, all of them first."""
    counts = dict(found.order_by().values_list("status").annotate(Count("pk", distinct=True)))
    rows = [
        {"value": status.value, "label": status.label, "count": counts.get(status.value, 0)}
        for status in IdeaStatus
    ]
    return [{"value": "", "label": _("すべて"), "count": sum(counts.values())}, *rows]


def figures(listed) -> dict:
    """The numbers of the answer sentence over all ideas."""
    numbers = listed.figures()
    return {**numbers, "median": whole_days(numbers["median"])}


def whole_days(wait) -> int | None:
    """A median wait in days, rounded; None when nothing was answered."""
    return None if wait is None else wait.days + (wait.seconds >= HALF_A_DAY)


@require_safe
def idea_similar(request):
    """A part of the form: what the portal holds that is like the words typed so far."""
    words = request.GET.get("q", "")[:1000]
    found = similar_things(words, request.user)
    return render(request, "taskforce/_idea_similar.html", {**found, "asked": words})


@require_safe
def idea(request, number):
    """Did it work, and who can teach me?"""
    found = Idea.objects.visible_to(request.user).select_related(
        "author", "department", "initiative__plan", "group", "triage_owner", "merged_into"
    )
    found = found.with_supports(request.user).with_readable_initiative(request.user).with_story("measures")
    found = found.annotate(following=Follow.exists_for(Idea.followable, "number", request.user))
    found = found.with_thread(request.user).with_kin(request.user).with_files()
    idea = found.filter(number=number).first()
    if idea is None:
        return gone(request, number)
    if idea.merged_into_id:
        return redirect(f"{idea.merged_into.get_absolute_url()}?merged={idea.number}")
    if idea.is_draft:
        return redirect("taskforce:idea_edit", idea.number)
    return render(request, "taskforce/idea.html", page_of(idea, request))


def gone(request, number):
    """The old address of a withdrawn idea tells when it went, and nothing else of it. Raises Http404 for all others."""
    withdrawn = Idea.objects.filter(published_at__isnull=False, withdrawn_at__isnull=False)
    if request.user.is_expert:
        raise Http404
    idea = get_object_or_404(withdrawn.only("number", "withdrawn_at"), number=number)
    return render(request, "taskforce/idea_gone.html", {"idea": idea}, status=410)


def page_of(idea, request) -> dict:
    user, today = request.user, dates.today()
    by_department = list(idea.supports.by_department())
    return {
        "idea": idea,
        "author": idea.shown_author(user),
        "asks_author": idea.is_anonymous and AuthorDisclosure.can_ask(user),
        "files": [
            (file, file.name_for(user)) for file in (IdeaFile(idea=idea, **told) for told in idea.files_told)
        ],
        "is_author": idea.author_id == user.pk,
        "can": {
            name: getattr(idea, f"can_{name}")(user)
            for name in ("edit", "restore", "triage", "moderate", "support", "comment", "take_out")
        },
        "by_department": by_department,
        "posts": sum(row["is_post"] for row in by_department),
        "comments": list(idea.comments.with_story()),
        "comment_form": CommentForm(user=user),
        "said": request.GET.get("said", ""),
        "initiative": idea.initiative if idea.initiative_shown else None,
        "merged": [SimpleNamespace(**told) for told in idea.merged_told],
        "came_from": request.GET.get("merged", "") if request.GET.get("merged", "").isdigit() else "",
        "following": idea.following,
        "tree": trees.tree_of(idea.practice),
        "places": pillar_places(),
        "today": today,
    }


@require_POST
def idea_support(request, number):
    """「賛同」 and its withdrawal; a second click on the same button changes nothing."""
    idea = get_idea(request, number)
    if request.POST.get("on") == "0":
        idea.withdraw_support(by=request.user)
    elif not idea.can_support(request.user):
        raise PermissionDenied
    else:
        idea.support(by=request.user)
    return back(request, idea)


def back(request, idea):
    """Where the button was pressed: the list keeps filter and place."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else idea)


def idea_withdraw(request, number):
    """Withdraw a published idea or throw a draft away, after asking once."""
    idea = get_idea(request, number)
    if not idea.can_edit(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "taskforce/idea_withdraw.html", {"idea": idea})
    idea.withdraw(by=request.user)
    messages.success(request, _("取り下げました。"))
    return redirect("taskforce:ideas")


@require_POST
def idea_restore(request, number):
    idea = get_idea(request, number)
    if not idea.can_restore(request.user):
        raise PermissionDenied
    idea.restore(by=request.user)
    return redirect(idea)


@require_safe
def idea_history(request, number):
    """Who changed what, when and why; acts of an anonymous author have no name."""
    idea = get_idea(request, number)
    if idea.is_draft:
        raise Http404
    acts = Paginator(Activity.objects.of(idea), HISTORY_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": acts,
        "heading": idea,
        "url": idea.get_absolute_url(),
        "up": reverse("taskforce:ideas"),
        "up_label": _("アイデア"),
    }
    return render(request, "taskforce/idea_history.html", context)
