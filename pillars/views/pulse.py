"""Asking about burden and effect: answering on one screen, choosing whom to ask, opening and closing a round."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal import dates
from dxportal.text import localized
from pillars import exports, pulses
from pillars.forms.pulse import AudienceForm, PulseEntry, RoundForm
from pillars.models import PulseAudience
from pillars.views.initiatives import get_initiative
from pillars.views.plan import get_plan

PER_PAGE = 50


def answer(request, plan):
    """Everything my department is asked about, on one screen with one button."""
    plan, today = get_plan(request, plan), dates.today()
    sent = request.method == "POST"
    entry = PulseEntry(plan, request.user, today, request.POST if sent else None)
    if sent and not entry.forms:
        raise PermissionDenied
    if sent and entry.save():
        messages.success(request, _("ありがとうございます。終わりの日までは、何度でも直せます。"))
        return redirect("pillars:pulse", plan.code)
    context = {"plan": plan, "entry": entry, "round": entry.round, "today": today}
    return render(request, "pillars/pulse.html", context, status=422 if sent else 200)


def audience(request, plan, code):
    """Whom the initiative asks from the next round on; its reporter chooses."""
    found = get_initiative(request, plan, code)
    if not found.can_report(request.user):
        raise PermissionDenied
    chosen = PulseAudience.objects.filter(initiative=found).first()
    usual = {"departments": found.related_departments.all()}
    form = AudienceForm(
        request.POST or None,
        instance=chosen or PulseAudience(initiative=found),
        initial={} if chosen else usual,
    )
    if request.method == "POST" and form.is_valid():
        form.save(by=request.user)
        messages.success(request, _("次の聞き取りから、選んだ部署に聞きます。"))
        return redirect(found)
    context = {"plan": found.plan, "initiative": found, "form": form, "chosen": chosen}
    return render(request, "pillars/pulse_audience.html", context, status=422 if form.is_bound else 200)


def secretariat_plan(request, plan):
    if not request.user.is_secretariat:
        raise PermissionDenied
    return get_plan(request, plan)


def rounds(request, plan):
    """For the secretariat: asking about a quarter, and how many have answered, by department."""
    plan, today = secretariat_plan(request, plan), dates.today()
    form = RoundForm(request.POST or None, plan=plan, today=today)
    if request.method == "POST" and form.save(by=request.user):
        messages.success(request, _("聞き取りを始めました。"))
        return redirect("pillars:pulse_rounds", plan.code)
    everything = list(plan.pulses.all())
    chosen = next((r for r in everything if r.code == request.GET.get("quarter")), None)
    chosen = chosen or next(iter(everything), None)
    rows = pulses.turnouts(chosen, request.GET.get("sort", "")) if chosen else []
    if request.GET.get("export") and chosen:
        return exported(request, chosen, rows)
    context = {"plan": plan, "form": form, "rounds": everything, "round": chosen, "today": today}
    context["page"] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context["answered"] = sum(chosen.turnouts.values_list("people", flat=True)) if chosen else 0
    return render(request, "pillars/pulse_rounds.html", context, status=422 if form.is_bound else 200)


def exported(request, round_, rows):
    columns = (
        (_("組織コード"), "department.code"),
        (_("部署"), lambda row: localized(row.department, "name")),
        (_("聞いた件数"), "initiatives"),
        (_("職員数"), "staff"),
        (_("答えた人数"), "answered"),
    )
    return exports.table_response(request, columns, rows, name=f"{round_.plan.code}-{round_.code}-turnout")


@require_POST
def close(request, plan):
    """Close a round before its last day; what was said is mixed and shown."""
    plan = secretariat_plan(request, plan)
    year, _q, quarter = request.POST.get("round", "").partition("Q")
    numbers = {"fiscal_year": year, "quarter": quarter} if (year + quarter).isdigit() else {"pk": None}
    round_ = get_object_or_404(plan.pulses.select_related("plan"), **numbers)
    try:
        round_.seal(by=request.user)
        messages.success(request, _("聞き取りを締めました。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("pillars:pulse_rounds", plan.code)
