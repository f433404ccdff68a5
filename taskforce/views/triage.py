"""What waits for an answer, and the answers (T8)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from dxportal import dates
from taskforce import lists
from taskforce.forms.triage import (
    AnswerForm,
    AssignForm,
    MergeForm,
    TriageFilterForm,
    UndoForm,
    UnmergeForm,
)
from taskforce.models import Idea, triages_ideas
from taskforce.views.ideas import figures

PER_PAGE = 30
ACTS = {
    "answer": AnswerForm,
    "undo": UndoForm,
    "assign": AssignForm,
    "merge": MergeForm,
    "unmerge": UnmergeForm,
}


@require_safe
def triage(request):
    """Which ideas wait for us, and since when?"""
    if not triages_ideas(request.user):
        raise PermissionDenied
    today = dates.today()
    mine = Idea.objects.triaged_by(request.user)
    found = TriageFilterForm(request.GET).filter(mine, request.user).with_supports(request.user)
    found = found.order_by("first_answered_at", "answer_due_on", "number")
    if kind := request.GET.get("export"):
        if not request.user.is_secretariat:
            raise PermissionDenied
        return lists.answer(lists.ideas_dataset(found, request.user), kind, "triage")
    context = {
        "page": Paginator(found.select_related("department", "triage_owner", "group"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "waiting": mine.unanswered().count(),
        "late": mine.past_promise(today).count(),
        "median": figures(mine)["median"],
        "today": today,
    }
    return render(request, "taskforce/triage.html", context)


def get_triaged(request, number):
    """The idea the person may answer, with its story. Raises Http404 or PermissionDenied."""
    found = Idea.objects.visible_to(request.user).select_related(
        "department", "group", "triage_owner", "author", "merged_into"
    )
    idea = get_object_or_404(found.with_supports(request.user).with_story("measures"), number=number)
    if not idea.can_triage(request.user):
        raise PermissionDenied
    return idea


def triage_idea(request, number):
    """Answer, take back an answer, set who looks after it, merge: one page, one form sent at a time."""
    idea = get_triaged(request, number)
    act = request.POST.get("act", "")
    forms = {
        name: form(request.POST if name == act else None, idea=idea, user=request.user)
        for name, form in ACTS.items()
    }
    form = forms.get(act) if request.method == "POST" else None
    if form and form.is_valid() and form.apply(by=request.user):
        messages.success(request, form.done)
        return redirect(idea)
    context = {
        "idea": idea,
        "forms": forms,
        "today": dates.today(),
    }
    refused = form and any(error.code == "stale" for error in form.non_field_errors().as_data())
    status = 200 if request.method != "POST" else 409 if refused else 400
    return render(request, "taskforce/triage_idea.html", context, status=status)
