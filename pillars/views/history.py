"""Who changed what, when and why (P13): the history of a plan, a pillar, an objective, an initiative."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Activity, Role
from dxportal import dates
from pillars import exports
from pillars.acts import UNSEEN, of_keys
from pillars.forms.history import HistoryForm
from pillars.models import Initiative, Objective, Pillar
from pillars.story import Story, only_recorded
from pillars.templatetags.plan import act_word
from pillars.views.initiatives import get_initiative
from pillars.views.plan import get_plan

PER_PAGE = 50


@require_safe
def plan(request, plan):
    found = get_plan(request, plan)
    targets = {model: keys(model, request.user, plan=found) for model in (Pillar, Objective, Initiative)}
    if request.user.is_secretariat:
        targets = {model: gone_too(model, pks, found) for model, pks in targets.items()}
    named = {"plan": [found.pk], **{model._meta.model_name: pks for model, pks in targets.items()}}
    return page(request, named, {"plan": found, "subject": found})


@require_safe
def pillar(request, plan, code):
    plan = get_plan(request, plan)
    found = get_object_or_404(Pillar.objects.visible_to(request.user), plan=plan, code=code)
    objectives = keys(Objective, request.user, pillar=found)
    initiatives = keys(Initiative, request.user, objective__pillar=found)
    named = {"pillar": [found.pk], "objective": objectives, "initiative": initiatives}
    return page(request, named, {"plan": plan, "subject": found})


@require_safe
def objective(request, plan, code):
    plan = get_plan(request, plan)
    found = get_object_or_404(Objective.objects.visible_to(request.user), plan=plan, code=code)
    initiatives = keys(Initiative, request.user, objective=found)
    named = {"objective": [found.pk], "initiative": initiatives}
    return page(request, named, {"plan": plan, "subject": found})


@require_safe
def initiative(request, plan, code):
    found = get_initiative(request, plan, code)
    context = {"plan": found.plan, "subject": found}
    return page(request, {"initiative": [found.pk]}, context, drafts=found.can_read_drafts(request.user))


def keys(model, user, **within) -> list[int]:
    """The parts of the plan the person may see."""
    return list(model.objects.visible_to(user).filter(**within).order_by().values_list("pk", flat=True))


def gone_too(model, pks, plan) -> list[int]:
    """With those that are no longer in the plan: only the record knows them, only the secretariat reads of them."""
    known = model.pgh_event_model.objects.filter(plan=plan).order_by().values_list("pgh_obj_id", flat=True)
    return list({*pks, *known.distinct()})


def page(request, named, context, drafts=None):
    """Acts and recorded changes, newest first. What happened to a report before its publication is for the department
    and the secretariat."""
    targets = [(kind, str(pk)) for kind, pks in named.items() for pk in pks]
    acts = Activity.objects.filter(of_keys(targets))
    if not (request.user.is_secretariat if drafts is None else drafts):
        acts = acts.exclude(UNSEEN)
    if not request.user.is_secretariat:  # a note for the executives is read on its sheet, by those it is for
        acts = acts.exclude(verb__startswith="note.")
    form = HistoryForm(request.GET or None)
    story = Story(*form.filter(acts, only_recorded(named)))
    if request.GET.get("export") in ("xlsx", "csv", "cp932"):
        return export(request, story, context)
    listed = Paginator(story, PER_PAGE).get_page(request.GET.get("page"))
    filtered = form.is_bound and any(form.data.get(name) for name in form.fields)
    return render(
        request, "pillars/history.html", {**context, "page": listed, "form": form, "filtered": filtered}
    )


def export(request, story, context):
    """The history as a file: one line for each value that changed; mere administrators take nothing out."""
    if request.user.roles == {Role.ADMIN}:
        raise PermissionDenied
    headings = [
        "日時(日本時間)",
        "変えた人",
        "代わりに",
        "何を",
        "対象",
        "項目",
        "前",
        "後",
        "わけ",
        "出どころ",
    ]
    rows = [line for act in story[0 : len(story)] for line in lines(act)]
    name = f"{context['plan'].code}-history"
    return exports.file_response(request, _("変更の履歴"), headings, rows, name=name)


def lines(act) -> list[list]:
    when = act.at.astimezone(dates.TOKYO).strftime("%Y-%m-%d %H:%M")
    first = [when, act.actor_name, act.on_behalf_of, str(act_word(act.verb)), act.target_label]
    pairs = act.changes.items() or [("", ("", ""))]
    return [
        [*first, label, before or "", after or "", act.reason, act.source] for label, (before, after) in pairs
    ]
