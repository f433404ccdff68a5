"""Proposals that wait for a second person: the list, one of them, and the decision (permissions.md "2p")."""

import tablib
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
    if kind := request.GET.get("export"):
        return exported(found, kind)
    waiting = visible.waiting().count()
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": waiting,
        "mine": Proposal.objects.needing(request.user, dates.today()).count(),
        "states": Proposal.State.choices,
    }
    return render(request, "pillars/proposals.html", context)


def exported(proposals, kind):
    """The list as a file: one line for each field that a proposal changes."""
    headers = ["番号", "種類", "計画コード", "対象", "項目", "前", "後", "わけ", "状態"]
    people = ["提案した人", "提案日", "決めた人", "決定日", "決めたわけ"]
    table = tablib.Dataset(headers=[*headers, *people], title="提案")
    for p in proposals:
        for label, (before, after) in p.changes.items():
            what = [p.pk, p.title, p.plan.code if p.plan else "", p.target_label, label, before, after]
            who = [p.proposed_by.name, dates.today(p.proposed_at)]
            end = [p.decided_by.name if p.decided_by else "", p.decided_at and dates.today(p.decided_at)]
            table.append([*what, p.reason, p.get_state_display(), *who, *end, p.decision_note])
    if kind == "csv":
        return exports.download(exports.csv(table), exports.CSV, "proposals.csv")
    return exports.download(exports.xlsx([table]), exports.XLSX, "proposals.xlsx")


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
