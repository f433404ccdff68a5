"""The end of a plan: asking to close it, and the report on all its years (P16)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Role
from dxportal import dates
from pillars import exports
from pillars.closing import Closing, not_final
from pillars.forms.succession import CloseForm
from pillars.lastyear import still_open
from pillars.models import Plan
from pillars.views.plan import get_plan
from pillars.views.succession import ask, draft_of, require_secretariat


@require_safe
def report(request, plan):
    """総括: what was reached, by everybody who may read the plan; of a draft there is none."""
    plan = get_plan(request, plan)
    if plan.is_draft:
        raise Http404
    seen = Closing(plan, request.user, dates.today(), draft_of(request, plan))
    context = {"plan": plan, "closing": seen, "today": seen.today, "successor": seen.successor}
    return render(request, "pillars/closing.html", context)


@require_safe
def snapshot(request, plan):
    """The same as a table, for the records."""
    plan = get_plan(request, plan)
    if plan.is_draft:
        raise Http404
    if request.user.roles == {Role.ADMIN}:
        raise PermissionDenied
    table = Closing(plan, request.user, dates.today(), draft_of(request, plan)).dataset()
    return exports.file_response(
        request, table.title, table.headers, table, name=f"{plan.code}-closing", kind="csv"
    )


def close(request, plan):
    """What is still open, and the proposal to close the plan all the same."""
    plan = get_plan(request, plan)
    require_secretariat(request)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return ask(request, plan, "plan_close", Plan.Status.CLOSED, form.cleaned_data["reason"])
    today = dates.today()
    context = {
        "plan": plan,
        "open": still_open(plan, request.user),
        "not_final": not_final(plan, request.user),
        "form": form,
        "today": today,
        "may": plan.is_in_last_year(today),
        "successor": draft_of(request, plan),
        "waiting": plan.proposals.filter(kind="plan_close").waiting().first(),
    }
    return render(request, "pillars/close.html", context, status=422 if form.is_bound else 200)
