"""The plan as data (P1): what it calls things and how it judges, and the forms that change it.

Texts are edited by the secretariat alone; all that people are measured by takes two (permissions.md).
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates
from dxportal.templatetags.portal import number
from pillars import evaluations
from pillars.forms import definitions as forms
from pillars.models import Objective, Pillar, ProgressStatus, Proposal
from pillars.views.initiatives import get_initiative
from pillars.views.plan import can_change, get_plan
from pillars.views.proposals import propose_with


@require_safe
def definition(request, plan):
    """By which words, years, thresholds and grades does this plan go?"""
    plan = get_plan(request, plan)
    pillars = plan.pillars.marked_for(request.user).order_by("position", "code")
    context = {
        "plan": plan,
        "today": dates.today(),
        "states": [(status, plan.status_label(status), status.label) for status in ProgressStatus],
        "grades": evaluations.grades_of(plan),
        "pillars": list(enumerate(pillars, 1)),
        "can_edit": can_change(plan, request.user),
        "rule": threshold_rule(plan),
        "waiting": Proposal.objects.visible_to(request.user).waiting().about(plan).count(),
    }
    return render(request, "pillars/definition.html", context)


def threshold_rule(plan) -> str:
    """How the thresholds make a status, in the plan's own words."""
    words = _(
        "実績−計画のポイント差が%(first)s以上なら%(good)s、%(second)s以上なら%(slow)s、それより下は%(late)s。"
    )
    return words % {
        "first": number(plan.on_track_points, 1),
        "second": number(plan.slightly_delayed_points, 1),
        "good": plan.status_label(ProgressStatus.ON_TRACK),
        "slow": plan.status_label(ProgressStatus.SLIGHTLY_DELAYED),
        "late": plan.status_label(ProgressStatus.DELAYED),
    }


def propose_about(request, plan, subject, form, *, title, lead, template="pillars/propose.html", **more):
    """The form of one proposal about `subject`; a plan that is over stays as it is."""
    if plan is not None and not can_change(plan, request.user):
        raise PermissionDenied
    context = {"plan": plan, "subject": subject, "title": title, "lead": lead, **more}
    return propose_with(request, form, template, context)


def sent(request):
    return request.POST if request.method == "POST" else None


# --- the plan ------------------------------------------------------------------------------------------


def new(request):
    """A new plan begins as a draft, when a second person agrees."""
    return propose_about(
        request,
        None,
        None,
        forms.NewPlanForm(sent(request)),
        title=_("新しい計画"),
        lead=_("認められると、策定中の計画ができる。中身はExcelから取り込むか、前の計画から引き継ぐ。"),
    )


def activate(request, plan):
    plan = get_plan(request, plan)
    form = forms.ActivationForm(sent(request), plan=plan)
    lead = _("認められると、策定中から実施中になり、省内のだれもが読める。")
    return propose_about(request, plan, plan, form, title=_("計画を始める"), lead=lead)


def thresholds(request, plan):
    plan = get_plan(request, plan)
    form = forms.ThresholdsForm(sent(request), instance=plan)
    lead = threshold_rule(get_plan(request, plan.code))
    return propose_about(request, plan, plan, form, title=_("進捗状況のしきい値"), lead=lead)


def words(request, plan):
    plan = get_plan(request, plan)
    form = forms.WordsForm(sent(request), plan=plan)
    lead = _("段の呼び名と、進捗状況の言葉。状況の言葉は、空けておくとふつうの言葉になる。")
    return propose_about(request, plan, plan, form, title=_("計画の言葉"), lead=lead)


def scale(request, plan):
    plan = get_plan(request, plan)
    form = forms.ScaleForm(sent(request), plan=plan)
    lead = _("よい順に並べる。評価の欄を空けた行は段階にならない。")
    template = "pillars/scale_form.html"
    return propose_about(request, plan, plan, form, title=_("評価の尺度"), lead=lead, template=template)


def visibility(request, plan, code):
    plan = get_plan(request, plan)
    pillar = get_object_or_404(Pillar.objects.visible_to(request.user), plan=plan, code=code)
    form = forms.VisibilityForm(sent(request), instance=pillar)
    lead = _("限ると、事務局、担当の部署、招いた人だけが読める。ほかの人には件数だけを正直に示す。")
    return propose_about(request, plan, pillar, form, title=_("閲覧の範囲"), lead=lead)


def lead_department(request, plan, code):
    initiative = get_initiative(request, plan, code)
    form = forms.LeadForm(sent(request), instance=initiative)
    lead = _("認められると、新しい主管課の進捗担当が報告を書く。")
    return propose_about(request, initiative.plan, initiative, form, title=_("主管課を変える"), lead=lead)


# --- texts, by the secretariat alone -------------------------------------------------------------------


def plan_text(request, plan):
    plan = get_plan(request, plan)
    return edit_text(request, plan, plan, forms.PlanTextForm(sent(request), instance=plan))


def pillar_text(request, plan, code):
    plan = get_plan(request, plan)
    pillar = get_object_or_404(Pillar.objects.visible_to(request.user), plan=plan, code=code)
    return edit_text(request, plan, pillar, forms.PillarTextForm(sent(request), instance=pillar))


def objective_text(request, plan, code):
    plan = get_plan(request, plan)
    objective = get_object_or_404(Objective.objects.visible_to(request.user), plan=plan, code=code)
    return edit_text(request, plan, objective, forms.ObjectiveTextForm(sent(request), instance=objective))


def edit_text(request, plan, subject, form):
    """Save at once, with an Activity; the secretariat only."""
    if not can_change(plan, request.user):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        form.save(by=request.user)
        messages.success(request, _("保存しました。"))
        return redirect(type(subject)._base_manager.get(pk=subject.pk))
    context = {"plan": plan, "subject": type(subject)._base_manager.get(pk=subject.pk), "form": form}
    return render(request, "pillars/text_form.html", context, status=422 if form.is_bound else 200)
