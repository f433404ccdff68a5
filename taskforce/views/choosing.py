"""How members choose the next theme: proposals, votes, and the lead's choice (T3)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dxportal import dates
from taskforce.forms.themes import PickForm, ProposalForm, RoundForm
from taskforce.models import ThemeProposal, ThemeRound
from taskforce.views.groups import get_group
from taskforce.views.writing import back_to, form_page, saved


@require_safe
def choosing(request, slug):
    """The last round of proposals with the votes; who voted for what is not shown."""
    group = get_group(slug, request.user)
    found = group.rounds.select_related("picked", "theme").first()
    today = dates.today()
    proposals = ThemeProposal.objects.standing().filter(round=found).with_votes(request.user)
    context = {
        "group": group,
        "round": found,
        "proposals": list(proposals.select_related("by")) if found else [],
        "takes_votes": bool(found) and found.takes_votes(today),
        "is_member": group.has_member(request.user),
        "may_lead": group.can_lead(request.user),
        "today": today,
    }
    return render(request, "taskforce/round.html", context)


def round_edit(request, slug):
    """Open a round, or move the last day of the open one."""
    group = get_group(slug, request.user, "can_lead")
    found = group.rounds.open().first()
    form = RoundForm(request.POST or None, initial={"closes_on": found.closes_on} if found else None)

    def act(closes_on):
        if found:
            found.extend(closes_on, by=request.user)
        else:
            ThemeRound.start(group, closes_on=closes_on, by=request.user)

    if saved(request, form, act, _("次のテーマの提案を受け付けます。")):
        return back_to(group.rounds.open().first())
    return form_page(request, group, form, _("次のテーマの提案を募る"))


def open_round(request, slug):
    """The open round of the group, for a member of it."""
    group = get_group(slug, request.user)
    if not group.has_member(request.user):
        raise PermissionDenied
    return group, get_object_or_404(group.rounds.open())


def propose(request, slug):
    group, found = open_round(request, slug)
    form = ProposalForm(request.POST or None)
    act = lambda **words: found.propose(by=request.user, **words)  # noqa: E731
    if saved(request, form, act, _("提案しました。")):
        return back_to(found)
    return form_page(request, group, form, _("次のテーマを提案する"), button=_("提案する"))


@require_POST
def vote(request, slug, pk):
    _group, found = open_round(request, slug)
    try:
        found.vote(get_object_or_404(found.proposals, pk=pk), by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    return back_to(found)


@require_POST
def proposal_withdraw(request, slug, pk):
    _group, found = open_round(request, slug)
    proposal = get_object_or_404(found.proposals, pk=pk)
    if proposal.by_id != request.user.pk:
        raise PermissionDenied
    proposal.withdraw(by=request.user)
    messages.success(request, _("提案を取り下げました。"))
    return back_to(found)


def pick(request, slug):
    """The lead chooses, with the reason; then the theme is written from the proposal."""
    group = get_group(slug, request.user, "can_lead")
    found = get_object_or_404(group.rounds.open())
    proposals = found.proposals.standing().with_votes(request.user)
    form = PickForm(request.POST or None, proposals=proposals)
    act = lambda proposal, **words: found.pick(proposal, by=request.user, **words)  # noqa: E731
    if saved(request, form, act, _("次のテーマを選びました。")):
        return back_to(group)
    return form_page(request, group, form, _("次のテーマを選ぶ"))
