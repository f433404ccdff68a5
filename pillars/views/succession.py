"""The plan that follows: side by side with the old one, and asking for its draft (P16)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pillars import outlines, turnover
from pillars.forms.succession import WishForm, suggested
from pillars.lastyear import still_open
from pillars.models import Plan
from pillars.models.carry_over import may_prepare
from pillars.proposals import propose
from pillars.sidebyside import SideBySide
from pillars.views.plan import get_plan
from pillars.views.reviews import table_as_file


def draft_of(request, plan) -> Plan | None:
    """The newest plan after this one that the person may see."""
    return Plan.objects.visible_to(request.user).filter(predecessor=plan).first()


@require_safe
def successor(request, plan):
    """What becomes of each initiative? Both plans side by side."""
    plan = get_plan(request, plan)
    draft = draft_of(request, plan)
    open_ = draft is not None or may_prepare(request.user)
    seen = SideBySide(plan, draft, request.user) if open_ else None
    if seen and (answer := table_as_file(request, seen.dataset(), f"{plan.code}-successor")):
        return answer
    way, pillar = request.GET.get("way", ""), request.GET.get("pillar", "")
    context = {
        "plan": plan,
        "draft": draft,
        "seen": seen,
        "groups": seen.groups(way, pillar) if seen else [],
        "prepares": may_prepare(request.user),
        "filtered": bool(way or pillar),
    }
    return render(request, "pillars/successor.html", context)


def require_secretariat(request):
    if not request.user.is_secretariat:
        raise PermissionDenied


def new(request, plan):
    """Ask for the draft: first what it would hold, then a proposal that a colleague confirms."""
    plan = get_plan(request, plan)
    require_secretariat(request)
    if draft := draft_of(request, plan):
        return redirect("pillars:draft", draft.code)
    form = WishForm(request.POST or None, plan=plan, initial=suggested(plan))
    valid = request.method == "POST" and form.is_valid()
    if valid and request.POST.get("action") == "propose":
        try:
            return propose_draft(request, plan, form)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "plan": plan,
        "form": form,
        "outline": outlines.outline(plan, form.wish) if valid else None,
        "open": still_open(plan, request.user),
        "waiting": plan.proposals.filter(kind="plan_create").waiting().first(),
    }
    return render(request, "pillars/successor_new.html", context, status=422 if form.errors else 200)


def propose_draft(request, plan, form):
    wish = form.wish
    said = {"values": wish.as_json(), "changes": turnover.changes_of(wish, plan), "plan": plan}
    proposal = propose("plan_create", plan, by=request.user, reason=form.cleaned_data["reason"], **said)
    messages.success(request, _("提案しました。事務局のもう1人が認めると、案ができます。"))
    return redirect(proposal)


def ask(request, plan, kind, status, reason):
    """A proposal that changes the state of the plan; what is wrong is told."""
    changes = turnover.status_change(plan, status)
    try:
        proposal = propose(
            kind, plan, by=request.user, values={"status": status}, changes=changes, reason=reason, plan=plan
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(plan)
    messages.success(request, _("提案しました。事務局のもう1人が認めると、計画の状態が変わります。"))
    return redirect(proposal)
