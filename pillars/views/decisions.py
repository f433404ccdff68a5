"""Deciding on reports: one by one, several that were shown in full, and correcting what was published."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from pillars.forms.corrections import CorrectionForm
from pillars.models import ProgressReport
from pillars.views.reports import RELATED, get_report

IN_FULL = 10  # reports shown in full on one page; only these can be decided on together


def approve_several(request):
    """Everything the person may approve, in full; approving several takes only what this very page has shown."""
    if not request.user.has_role(Role.PROGRESS_APPROVER):
        raise PermissionDenied
    waiting = ProgressReport.objects.to_approve(request.user)
    if request.method == "POST":
        done, changed = decide_shown(request, waiting, lambda report: report.approve(by=request.user))
        tell(
            request,
            changed,
            ngettext("%(n)s件を承認しました。", "%(n)s件を承認しました。", done) % {"n": done},
        )
        return redirect("pillars:reports_approve")
    return show(request, waiting, "pillars/reports_approve.html")


def check_several(request):
    """Approved reports for the secretariat, in full; checking several takes only what this very page has shown."""
    if not request.user.is_secretariat:
        raise PermissionDenied
    waiting = ProgressReport.objects.visible_to(request.user).approved()
    if request.method == "POST":
        done, changed = decide_shown(request, waiting, lambda report: report.accept(by=request.user))
        words = ngettext("%(n)s件を点検済みにしました。", "%(n)s件を点検済みにしました。", done)
        tell(request, changed, words % {"n": done})
        return redirect("pillars:reports_check")
    return show(request, waiting, "pillars/reports_check.html")


def show(request, waiting, template):
    related = waiting.select_related(*RELATED).with_deadline().order_by("asked_deadline", "code")
    page = Paginator(related, IN_FULL).get_page(request.GET.get("page"))
    with_previous(page.object_list)
    return render(request, template, {"page": page, "total": page.paginator.count})


def with_previous(reports) -> None:
    """Set `before` on each: the report of the initiative before it, all in one query."""
    earlier = {}
    initiatives = {report.initiative_id for report in reports}
    for other in ProgressReport.objects.filter(initiative__in=initiatives).order_by("fiscal_year", "quarter"):
        earlier.setdefault(other.initiative_id, []).append(other)
    for report in reports:
        older = [
            o
            for o in earlier[report.initiative_id]
            if (o.fiscal_year, o.quarter) < (report.fiscal_year, report.quarter)
        ]
        report.before = older[-1] if older else None


@transaction.atomic
def decide_shown(request, waiting, act) -> tuple[int, list]:
    """Carry `act` out on what the page has shown, given as "pk:version"; (how many, what had changed since)."""
    shown = dict(part.split(":", 1) for part in request.POST.getlist("shown") if ":" in part)
    wanted = [pk for pk in shown if pk.isascii() and pk.isdigit()]
    ProgressReport.objects.select_for_update().filter(pk__in=wanted).count()
    locked = waiting.select_for_update(of=("self",)).select_related(*RELATED[:3]).filter(pk__in=wanted)
    done, changed = 0, []
    for report in locked:
        if str(report.version) == shown[str(report.pk)]:
            act(report)
            done += 1
        else:
            changed.append(report)
    return done, changed


def tell(request, changed, done_words):
    messages.success(request, done_words)
    for report in changed:
        words = _("「%(name)s」は、画面に出したあとに書き直されています。もう一度読んでから決めてください。")
        messages.warning(request, words % {"name": report.initiative.name})


@transaction.atomic
def correct(request, plan, code, pk):
    """Correct a published report: the department for 72 hours, then the secretariat with a 訂正 readers see."""
    report, now = get_report(request, plan, code, pk), timezone.now()
    if not report.can_correct(request.user, now):
        raise PermissionDenied
    late = not report.is_own_correction(now)
    if request.method == "POST":
        ProgressReport.objects.select_for_update().get(pk=pk)
    form = CorrectionForm(request.POST or None, instance=get_report(request, plan, code, pk), late=late)
    if form.is_valid():
        found = form.correct(report, by=request.user, at=now)
        messages.success(
            request, _("直しました。前の文も残っています。") if found else _("変わったところがありません。")
        )
        return redirect(report.get_page_url())
    context = {"report": report, "initiative": report.initiative, "plan": report.initiative.plan}
    context |= {"form": form, "late": late}
    return render(request, "pillars/report_correct.html", context, status=422 if form.is_bound else 200)


# --- one report -------------------------------------------------------------------------------------


@require_safe
def detail(request, plan, code, pk):
    """One report with what was said last time beside it; here it is approved, returned and published."""
    report = get_report(request, plan, code, pk)
    initiative = report.initiative
    context = {
        "report": report,
        "initiative": initiative,
        "plan": initiative.plan,
        "previous": report.previous,
        "files": report.evidence.standing().select_related("uploaded_by"),
        "can_edit": report.can_edit(request.user),
        "can_approve": report.can_approve(request.user),
        "can_accept": report.can_accept(request.user),
        "can_return": report.can_return(request.user),
        "can_publish": report.can_publish(request.user),
        "can_correct": report.can_correct(request.user, timezone.now()),
        "corrections": report.corrections.select_related("by") if report.is_published else (),
    }
    return render(request, "pillars/report.html", context)


def decide(request, plan, code, pk, act, done):
    """Carry out one decision on a locked report, then show it with what happened."""
    with transaction.atomic():
        report = get_report(request, plan, code, pk)
        ProgressReport.objects.select_for_update().get(pk=report.pk)
        report.refresh_from_db()
        try:
            act(report)
            messages.success(request, done)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    queues = (reverse("pillars:reports_approve"), reverse("pillars:reports_check"))
    back = request.POST.get("next")
    return redirect(back if back in queues else report.get_page_url())


@require_POST
def approve(request, plan, code, pk):
    return decide(
        request, plan, code, pk, lambda report: report.approve(by=request.user), _("承認しました。")
    )


@require_POST
def accept(request, plan, code, pk):
    return decide(
        request, plan, code, pk, lambda report: report.accept(by=request.user), _("点検済みにしました。")
    )


@require_POST
def return_(request, plan, code, pk):
    reason = request.POST.get("reason", "")
    return decide(
        request, plan, code, pk, lambda report: report.return_(reason, by=request.user), _("差し戻しました。")
    )


@require_POST
def publish(request, plan, code, pk):
    return decide(
        request, plan, code, pk, lambda report: report.publish(by=request.user), _("公開しました。")
    )
