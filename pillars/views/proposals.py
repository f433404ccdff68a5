"""Proposals that wait for a second person: the list, one of them, and the decision (permissions.md "2p")."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Activity
from dxportal import dates
from pillars import exports
from pillars.models import Proposal

PER_PAGE = 30
ORDERS = {
    "state": "state",
    "target": "target_label",
    "proposer": "proposed_by__name",
    "date": "proposed_at",
}


@require_safe
def listing(request):
    """What waits for a second person, and what became of the rest?"""
    if not request.user.is_secretariat:
        raise PermissionDenied
    visible = Proposal.objects.visible_to(request.user).select_related("plan", "proposed_by", "decided_by")
    state, sort = request.GET.get("state", ""), request.GET.get("sort", "")
    found = visible.filter(state=state) if state in Proposal.State else visible
    if sort.lstrip("-") in ORDERS:
        found = found.order_by(sort[: sort.startswith("-")] + ORDERS[sort.lstrip("-")], "-pk")
    if request.GET.get("export"):
        return exported(request, found)
    waiting = visible.waiting().count()
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": waiting,
        "mine": Proposal.objects.needing(request.user, dates.today()).count(),
        "states": Proposal.State.choices,
    }
    return render(request, "pillars/proposals.html", context)


COLUMNS = (
    ("番号", lambda row: row[0].pk),
    ("種類", lambda row: row[0].title),
    ("計画コード", lambda row: row[0].plan.code if row[0].plan else None),
    ("対象", lambda row: row[0].target_label),
    ("項目", lambda row: row[1]),
    ("前", lambda row: row[2][0]),
    ("後", lambda row: row[2][1]),
    ("わけ", lambda row: row[0].reason),
    ("状態", lambda row: row[0].get_state_display()),
    ("提案した人", lambda row: row[0].proposed_by.name),
    ("提案日", lambda row: dates.today(row[0].proposed_at)),
    ("決めた人", lambda row: row[0].decided_by.name if row[0].decided_by else None),
    ("決定日", lambda row: dates.today(row[0].decided_at) if row[0].decided_at else None),
    ("決めたわけ", lambda row: row[0].decision_note),
)


def exported(request, proposals):
    """The list as a file: one line for each field that a proposal changes."""
    rows = ((proposal, label, pair) for proposal in proposals for label, pair in proposal.changes.items())
    return exports.table_response(request, COLUMNS, rows, name="proposals", title="提案")


def get_proposal(request, pk) -> Proposal:
    """The proposal of an address, or 404 for people outside the secretariat."""
    visible = Proposal.objects.visible_to(request.user).select_related("plan", "proposed_by", "decided_by")
    return get_object_or_404(visible, pk=pk)


@require_safe
def detail(request, pk):
    """What would change, why, and has the object changed since?"""
    return show(request, get_proposal(request, pk))


def show(request, proposal, error="", status=200):
    now, stale = proposal.now, proposal.is_stale
    context = {
        "proposal": proposal,
        "plan": proposal.plan,
        "rows": [(label, *pair, now.get(label, pair[0])) for label, pair in proposal.changes.items()],
        "stale": stale,
        "standing": proposal.standing if stale else "",
        "can_decide": proposal.can_decide(request.user),
        "can_withdraw": proposal.can_withdraw(request.user),
        "acts": Activity.objects.of(proposal),
        "error": error,
        "note": request.POST.get("note", ""),
    }
    return render(request, "pillars/proposal.html", context, status=status)


def propose_with(request, form, template, context):
    """Show the form of a change that takes two people, or write it down as a proposal: the secretariat only."""
    if not request.user.is_secretariat:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            proposal = form.propose(by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("提案しました。別の人が認めると計画に反映されます。"))
            return redirect(proposal)
    return render(request, template, {**context, "form": form}, status=422 if form.is_bound else 200)


@require_POST
def accept(request, pk):
    return decide(
        request,
        pk,
        lambda proposal: proposal.accept(by=request.user, seen=request.POST.get("seen")),
        _("認めました。計画に反映しました。"),
    )


@require_POST
def decline(request, pk):
    note = request.POST.get("note", "")
    return decide(request, pk, lambda proposal: proposal.decline(note, by=request.user), _("見送りました。"))


@require_POST
def withdraw(request, pk):
    return decide(request, pk, lambda proposal: proposal.withdraw(by=request.user), _("取り下げました。"))


def decide(request, pk, act, done):
    """Carry out one decision, then show the proposal; a refusal shows it again with the reason and what was typed."""
    proposal = get_proposal(request, pk)
    try:
        act(proposal)
    except ValidationError as error:
        return show(request, get_proposal(request, pk), " ".join(error.messages), status=422)
    messages.success(request, done)
    return redirect(proposal)
