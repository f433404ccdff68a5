"""The board on which the secretariat decides what goes on in the next plan (P16)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from pillars.forms.last_year_filter import RowFilter
from pillars.forms.lastyear import DecisionForm
from pillars.models import CarryOver, Initiative
from pillars.views.initiatives import get_initiative
from pillars.views.plan import get_plan
from pillars.views.reviews import LINKED, PER_PAGE, as_file, of_last_year

DONE = {
    "decided": gettext_lazy("決めました。"),
    "proposed": gettext_lazy("提案しました。事務局のもう1人が決めます。"),
}


@require_safe
def board(request, plan):
    """What is decided, what is open?"""
    plan, seen = of_last_year(request, plan)
    rows = RowFilter(request.GET, seen=seen).filter(seen.rows)
    return as_file(request, seen, rows, "carry-over") or show(request, plan, seen)


def show(request, plan, seen, wrong=None):
    """The board as the address filters it; `wrong` is a form that was refused and stays open in its row."""
    form = RowFilter(request.GET, seen=seen)
    page = Paginator(form.filter(seen.rows), PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.form = form_of(row.initiative, request.user)
        if wrong and wrong.instance.initiative == row.initiative:
            row.form = wrong
    context = {"plan": plan, "seen": seen, "filter": form, "page": page, "wrong": wrong}
    context["decisions"] = CarryOver.Decision.choices
    return render(request, "pillars/carry_over.html", context, status=422 if wrong else 200)


def form_of(initiative, user, data=None):
    """The form of a row, or None for people who may neither propose nor decide there."""
    row = getattr(initiative, "carry_over", None) or CarryOver(initiative=initiative)
    row.initiative = initiative
    if not (row.can_decide(user) or row.can_propose(user)):
        return None
    return DecisionForm(data, instance=row, prefix=initiative.code, auto_id="id_%s")


@require_POST
def decide(request, plan, code):
    """One row: decided when somebody else proposed it, proposed otherwise."""
    plan = get_plan(request, plan)
    with transaction.atomic():
        initiative = get_initiative(request, plan.code, code, Initiative.objects.select_related(*LINKED))
        Initiative.objects.select_for_update().get(pk=initiative.pk)
        form = form_of(initiative, request.user, request.POST)
        if form is None:
            raise PermissionDenied
        if not form.is_valid():
            return show(request, plan, of_last_year(request, plan.code)[1], wrong=form)
        messages.success(request, DONE[form.write(by=request.user)])
    return redirect(f"{request.path.rpartition(code)[0]}?{request.GET.urlencode()}#{code}")


@require_POST
def decide_chosen(request, plan):
    """The chosen rows as they were proposed by others."""
    found = get_plan(request, plan)
    if not request.user.is_secretariat or found.is_closed:
        raise PermissionDenied
    chosen = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal()]
    rows = CarryOver.objects.visible_to(request.user).filter(initiative__plan=found, initiative__in=chosen)
    number = rows.decide_as_proposed(by=request.user)
    done = ngettext("%(number)s件を決めました。", "%(number)s件を決めました。", number) % {"number": number}
    left = len(chosen) - number
    if left:
        done += _("%(left)s件は、提案がないか、あなたの提案か、もう決まっています。") % {"left": left}
    messages.success(request, done)
    return redirect(f"{request.path.rpartition('chosen/')[0]}?{request.GET.urlencode()}")
