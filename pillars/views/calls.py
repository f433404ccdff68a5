"""The reporting call for the secretariat: opening it, seeing who answered, reminding, closing, publishing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Activity
from dxportal import dates
from pillars import exports
from pillars.consolidation import Consolidation, preview
from pillars.forms.calls import CallForm, NewDeadlineForm
from pillars.models import Plan, ReportingCall
from pillars.templatetags.reports import report_state

LINES = 30
FILTERS = ("state", "pillar", "department", "sort")


def get_call(request, pk) -> ReportingCall:
    if not ReportingCall.can_manage(request.user):
        raise PermissionDenied
    return get_object_or_404(ReportingCall.objects.select_related("plan", "opened_by"), pk=pk)


@require_safe
def listing(request):
    """All calls, the newest first, with how many were asked."""
    if not ReportingCall.can_manage(request.user):
        raise PermissionDenied
    calls = ReportingCall.objects.with_counts().select_related("plan")
    page = Paginator(calls, LINES).get_page(request.GET.get("page"))
    return render(request, "pillars/calls.html", {"page": page, "today": dates.today()})


@require_safe
def call(request, pk):
    """One call: who answered, who is missing, what can be done next."""
    found, today = get_call(request, pk), dates.today()
    seen = Consolidation(found, today, **{name: request.GET.get(name, "") for name in FILTERS})
    if request.GET.get("export") in ("xlsx", "csv"):
        return export(found, seen, request.GET["export"])
    context = {
        "call": found,
        "plan": found.plan,
        "seen": seen,
        "page": Paginator(seen.shown, LINES).get_page(request.GET.get("page")),
        "today": today,
        "activities": Activity.objects.of(found)[:20],
    }
    return render(request, "pillars/call.html", context)


def export(call, seen, kind):
    dataset = seen.dataset(report_state)
    name = f"{call.plan.code}-{call.fiscal_year}Q{call.quarter}-{call.pk}.{kind}"
    if kind == "csv":
        return exports.download(exports.csv(dataset), exports.CSV, name)
    return exports.download(exports.xlsx([dataset]), exports.XLSX, name)


def new(request):
    """Open a call: first shown with how many initiatives and departments it concerns, then opened."""
    if not ReportingCall.can_manage(request.user):
        raise PermissionDenied
    plan = get_object_or_404(Plan.objects.running(), **chosen_plan(request))
    form = CallForm(request.POST or None, plan=plan, now=timezone.now())
    told = None
    if request.method == "POST" and request.POST.get("action") == "open":
        if opened := form.open(by=request.user):
            messages.success(request, _("報告を依頼しました。担当のマイページとお知らせに出ます。"))
            return redirect(opened)
    elif form.is_bound and form.is_valid():
        told = preview(form.call(), form.chosen)
    context = {"form": form, "plan": plan, "preview": told, "plans": Plan.objects.running()}
    return render(request, "pillars/call_new.html", context, status=422 if form.errors else 200)


def chosen_plan(request) -> dict:
    """Lookup of the plan named in the address, or of the newest running one."""
    code = request.GET.get("plan") or Plan.objects.running().values_list("code", flat=True).first()
    return {"code": code}


def deadline(request, pk):
    """Change deadline and day of publication, with the reason."""
    found = get_call(request, pk)
    form = NewDeadlineForm(request.POST or None, call=found)
    if form.is_bound and form.save(by=request.user):
        messages.success(request, _("締切を変えました。"))
        return redirect(found)
    context = {"form": form, "call": found, "plan": found.plan}
    return render(request, "pillars/call_deadline.html", context, status=422 if form.is_bound else 200)


def act(request, pk, verb, words):
    """One act on the call, then its page with what happened. `words` makes the sentence of the result."""
    found = get_call(request, pk)
    try:
        result = getattr(found, verb)(by=request.user)
        messages.success(request, words(result))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(found)


@require_POST
def remind(request, pk):
    return act(
        request,
        pk,
        "remind",
        lambda people: ngettext("%(n)s人に知らせます。", "%(n)s人に知らせます。", people) % {"n": people},
    )


@require_POST
def close(request, pk):
    return act(
        request, pk, "close", lambda _none: _("締め切りました。書きかけと差戻しは、まだ仕上げられます。")
    )


@require_POST
def reopen(request, pk):
    return act(request, pk, "reopen", lambda _none: _("再開しました。"))


@require_POST
def publish(request, pk):
    return act(
        request,
        pk,
        "publish",
        lambda n: ngettext("%(n)s件を公開しました。", "%(n)s件を公開しました。", n) % {"n": n},
    )
