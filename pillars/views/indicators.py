"""The page of one indicator, and the proposals that change it."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates
from pillars import kpis
from pillars.figures import figures
from pillars.forms import indicators as forms
from pillars.models import Indicator, Objective, Proposal
from pillars.views.definitions import propose_about, sent
from pillars.views.initiatives import get_initiative
from pillars.views.plan import can_change, get_plan


def get_indicator(request, plan, code) -> Indicator:
    """The indicator of an address, or 404 when the person may not see it."""
    visible = (
        Indicator.objects.visible_to(request.user)
        .with_values()
        .select_related("plan", "objective__pillar", "initiative", "lead_department")
    )
    found = get_object_or_404(visible, plan__code=plan, code=code)
    found.objective.plan = found.plan
    if found.initiative:
        found.initiative.plan = found.plan
    return found


@require_safe
def indicator(request, plan, code):
    """How far is this figure from its target, and how is it counted?"""
    found, today = get_indicator(request, plan, code), dates.today()
    waiting = Proposal.objects.visible_to(request.user).waiting().about(found)
    context = {
        "plan": found.plan,
        "indicator": found,
        "figure": figures(found.plan, [found], today, request.user)[0],
        "can_edit": can_change(found.plan, request.user),
        "waiting": list(waiting),
        "ratios": kpis.ratios_of(found),
    }
    return render(request, "pillars/indicator.html", context)


def edit(request, plan, code):
    found = get_indicator(request, plan, code)
    form = forms.IndicatorForm(sent(request), instance=found)
    lead = _("名前、単位、数え方、基準値。値そのものは変わらない。")
    return propose_about(request, found.plan, found, form, title=_("指標の決まりを直す"), lead=lead)


def targets(request, plan, code):
    found = get_indicator(request, plan, code)
    form = forms.TargetsForm(sent(request), indicator=found)
    lead = _("すべての年度の目標値を一度に見直す。目標のない年度は空けておく。")
    template = "pillars/targets_form.html"
    return propose_about(
        request, found.plan, found, form, title=_("目標値を見直す"), lead=lead, template=template
    )


def end(request, plan, code):
    found = get_indicator(request, plan, code)
    form = forms.EndForm(sent(request), instance=found)
    lead = _("この年度を最後に測らない。これまでの値は残る。")
    return propose_about(request, found.plan, found, form, title=_("指標を終える"), lead=lead)


def new(request, plan, code):
    """A new indicator of an objective."""
    plan = get_plan(request, plan)
    objective = get_object_or_404(
        Objective.objects.visible_to(request.user).select_related("pillar"), plan=plan, code=code
    )
    objective.plan = plan
    form = forms.NewIndicatorForm(sent(request), instance=Indicator(objective=objective, plan=plan))
    lead = _("認められると、この目標に加わる。目標値はそのあとで入れる。")
    return propose_about(request, plan, objective, form, title=_("指標を加える"), lead=lead)


def weights(request, plan, code):
    """The weights of an initiative's milestones: what its percentage is made of."""
    initiative = get_initiative(request, plan, code)
    form = forms.WeightsForm(sent(request), initiative=initiative)
    lead = _("実績は、終えた節目の重みの合計を、すべての節目の重みの合計で割ったもの。")
    template = "pillars/weights_form.html"
    return propose_about(
        request, initiative.plan, initiative, form, title=_("節目の重み"), lead=lead, template=template
    )
