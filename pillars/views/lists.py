"""The lists of a plan: initiatives, milestones, KPIs and published reports; their whole state is in the address."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Role
from dxportal import dates
from pillars import exports, lists
from pillars.forms.filters import IndicatorFilter, InitiativeFilter, MilestoneFilter, ReportFilter
from pillars.views.plan import get_plan


def answer(request, listing, name):
    """The page of a list, or its rows as a file for those who may take figures out."""
    if "export" in request.GET:
        if request.user.roles == {Role.ADMIN}:
            raise PermissionDenied
        facts = {"plan": listing.plan, "today": listing.today, "beside": listing.beside()}
        return exports.list_response(request, name, listing.chosen(), **facts)
    context = {"plan": listing.plan, "today": listing.today, "list": listing, "form": listing.form}
    return render(request, f"pillars/list_{name}.html", context)


def asked(request) -> dict:
    return {"sort": request.GET.get("sort", ""), "page": request.GET.get("page", "")}


@require_safe
def initiatives(request, plan):
    """Which initiatives are there, how far is each?"""
    plan, user = get_plan(request, plan), request.user
    form = InitiativeFilter(request.GET, plan=plan, user=user)
    return answer(
        request, lists.InitiativeList(plan, user, dates.today(), form, **asked(request)), "initiatives"
    )


@require_safe
def milestones(request, plan):
    """What is due, what is overdue, what has moved?"""
    plan, user = get_plan(request, plan), request.user
    form = MilestoneFilter(request.GET, plan=plan, user=user)
    show = request.GET.get("show", "")
    listing = lists.MilestoneList(plan, user, dates.today(), form, show=show, **asked(request))
    return answer(request, listing, "milestones")


@require_safe
def indicators(request, plan):
    """Which figures reach their target?"""
    plan, user = get_plan(request, plan), request.user
    form = IndicatorFilter(request.GET, plan=plan, user=user)
    show = request.GET.get("show", "")
    listing = lists.IndicatorList(plan, user, dates.today(), form, show=show, **asked(request))
    return answer(request, listing, "indicators")


@require_safe
def reports(request, plan):
    """What was reported for a quarter?"""
    plan, user = get_plan(request, plan), request.user
    form = ReportFilter(request.GET, plan=plan, user=user, quarters=lists.ReportList.quarters(plan, user))
    return answer(request, lists.ReportList(plan, user, dates.today(), form, **asked(request)), "reports")
