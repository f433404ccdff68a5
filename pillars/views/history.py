"""Who changed what, when and why (P13): the history of a plan, a pillar, an objective, an initiative."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Activity
from pillars.models import Initiative, Objective, Pillar
from pillars.views.initiatives import get_initiative
from pillars.views.plan import get_plan

PER_PAGE = 50


@require_safe
def plan(request, plan):
    found = get_plan(request, plan)
    pillars = Pillar.objects.visible_to(request.user).filter(plan=found)
    objectives = Objective.objects.visible_to(request.user).filter(plan=found)
    initiatives = Initiative.objects.visible_to(request.user).filter(plan=found)
    acts = of(plan=[found], pillar=pillars, objective=objectives, initiative=initiatives)
    return page(request, acts, {"plan": found, "subject": found})


@require_safe
def pillar(request, plan, code):
    plan = get_plan(request, plan)
    found = get_object_or_404(Pillar.objects.visible_to(request.user), plan=plan, code=code)
    objectives = Objective.objects.visible_to(request.user).filter(pillar=found)
    initiatives = Initiative.objects.visible_to(request.user).filter(objective__pillar=found)
    acts = of(pillar=[found], objective=objectives, initiative=initiatives)
    return page(request, acts, {"plan": plan, "subject": found})


@require_safe
def objective(request, plan, code):
    plan = get_plan(request, plan)
    found = get_object_or_404(Objective.objects.visible_to(request.user), plan=plan, code=code)
    initiatives = Initiative.objects.visible_to(request.user).filter(objective=found)
    return page(request, of(objective=[found], initiative=initiatives), {"plan": plan, "subject": found})


@require_safe
def initiative(request, plan, code):
    found = get_initiative(request, plan, code)
    context = {"plan": found.plan, "subject": found}
    return page(request, of(initiative=[found]), context, drafts=found.can_read_drafts(request.user))


def of(**targets):
    """Acts on any of the objects, newest first."""
    wanted = Q()
    for target_type, objects in targets.items():
        keys = [str(obj.pk) for obj in objects]
        wanted |= Q(target_type=target_type, target_id__in=keys)
    return Activity.objects.filter(wanted)


def page(request, acts, context, drafts=None):
    """The list of acts. What happened to a report before its publication is for the department and the secretariat."""
    if not (request.user.is_secretariat if drafts is None else drafts):
        acts = acts.exclude(Q(verb__startswith="report.") & ~Q(verb="report.published"))
    listed = Paginator(acts, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "pillars/history.html", {**context, "page": listed})
