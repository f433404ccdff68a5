"""What waits for an answer, and the answers (T8)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from dxportal import dates
from taskforce import lists
from taskforce.forms.idea_list import TriageFilterForm
from taskforce.forms.triage import (
    AnswerForm,
    AssignForm,
    MergeForm,
    UndoForm,
    UnmergeForm,
)
from taskforce.models import Idea, triages_ideas
from taskforce.models.ideas import FIRST_ANSWER_OFFICE_DAYS
from taskforce.views.ideas import whole_days

PER_PAGE = 30
ORDER = ("first_answered_at", "answer_due_on", "number")
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
    form = TriageFilterForm(request.GET, user=request.user, ideas=mine)
    found = form.filter(mine).with_supports(request.user).order_by(*ORDER)
    if kind := request.GET.get("export"):
        if not request.user.is_secretariat:
            raise PermissionDenied
        return lists.answer(lists.ideas_dataset(found, request.user), kind, "triage")
    found = found.select_related("department", "triage_owner", "group", "pillar")
    numbers = mine.board_figures(today)
    context = {
        **numbers,
        "median": whole_days(numbers["median"]),
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "today": today,
        "promise": FIRST_ANSWER_OFFICE_DAYS,
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
