"""The review of an initiative over all years of its plan: who still owes one, writing it, confirming it (P16)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from dxportal import dates
from pillars import exports
from pillars.figures import figures
from pillars.forms.last_year_filter import RowFilter
from pillars.forms.lastyear import DeadlineForm, FinalValues, ReviewEntry, fresh_review
from pillars.lastyear import LastYear
from pillars.models import CarryOver, Indicator, Initiative, InitiativeReview
from pillars.models.carry_over import may_prepare
from pillars.models.review import review_deadline
from pillars.views.initiatives import get_initiative
from pillars.views.plan import get_plan

PER_PAGE = 25
LINKED = ("plan", "objective__pillar", "lead_department", "review", "carry_over__merge_into__plan")


def of_last_year(request, plan):
    """The plan and its rows for people who prepare the next one; 403 for others."""
    found = get_plan(request, plan)
    if not may_prepare(request.user):
        raise PermissionDenied
    return found, LastYear(found, request.user)


def as_file(request, seen, rows, name):
    """The rows as the file that ?export= asks for, or None."""
    if "export" not in request.GET:
        return None
    return table_as_file(request, seen.dataset(rows), f"{seen.plan.code}-{name}")


def table_as_file(request, table, name):
    """A table as the kind of file the address asks for, else None. An administrator takes no figures out."""
    if request.GET.get("export") not in exports.KINDS:
        return None
    if request.user.roles == {Role.ADMIN}:
        raise PermissionDenied
    return exports.file_response(request, table.title, table.headers, table, name=name)


@require_POST
def ask(request, plan):
    """The secretariat sets the deadline: from then on reporters are asked."""
    found = get_plan(request, plan)
    if not request.user.is_secretariat or found.is_draft or found.is_closed:
        raise PermissionDenied
    form = DeadlineForm(request.POST, instance=found)
    if form.is_valid():
        form.save(by=request.user)
        messages.success(request, _("締切を決めました。進捗担当のやることに出ます。"))
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect("pillars:reviews", found.code)


@require_safe
def listing(request, plan):
    """Which reviews are there, and which department still owes one?"""
    plan, seen = of_last_year(request, plan)
    form = RowFilter(request.GET, seen=seen)
    rows = form.filter(seen.rows)
    context = {
        "plan": plan,
        "seen": seen,
        "filter": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "deadline": review_deadline(plan),
        "today": dates.today(),
        "ask": DeadlineForm(instance=plan) if request.user.is_secretariat and not plan.is_closed else None,
    }
    return as_file(request, seen, rows, "reviews") or render(request, "pillars/reviews.html", context)


def get_review(request, plan, code) -> InitiativeReview:
    """The review of an address, not yet saved when there is none; 404 for people who may not read it."""
    initiative = get_initiative(request, plan, code, Initiative.objects.select_related(*LINKED))
    review = getattr(initiative, "review", None) or InitiativeReview(initiative=initiative)
    review.initiative = initiative
    if not (review.is_confirmed or initiative.can_read_drafts(request.user)):
        raise Http404
    return review


@require_safe
def detail(request, plan, code):
    """One review with the figures of all years; here it is confirmed and returned."""
    review = get_review(request, plan, code)
    initiative, user = review.initiative, request.user
    indicators = Indicator.objects.visible_to(user).filter(initiative=initiative).with_values()
    decision = CarryOver.objects.visible_to(user).filter(initiative=initiative)
    context = {
        "review": review,
        "initiative": initiative,
        "plan": initiative.plan,
        "figures": figures(initiative.plan, indicators, dates.today(), user),
        "carry_over": decision.select_related("merge_into__plan").first(),
        "can_write": review.can_write(user),
        "can_enter": initiative.plan.is_closed and initiative.can_report(user) and indicators,
        "can_confirm": review.can_confirm(user),
        "can_return": review.pk and review.can_return(user),
    }
    return render(request, "pillars/review.html", context)


def edit(request, plan, code):
    """Write it; with the plan closed only the values of the last year are still entered."""
    review = get_review(request, plan, code)
    initiative, sent = review.initiative, request.method == "POST"
    if not (
        review.can_write(request.user) or (initiative.plan.is_closed and initiative.can_report(request.user))
    ):
        raise PermissionDenied
    submit = request.POST.get("action") == "submit"
    with transaction.atomic():
        if sent:
            # The row is the lock: forms compare versions while nobody else can save.
            Initiative.objects.select_for_update().get(pk=initiative.pk)
        entry = entry_of(review, request.POST if sent else None)
        more = {} if initiative.plan.is_closed else {"submit": submit}
        if sent and entry.save(by=request.user, **more):
            messages.success(request, _("出しました。承認者に届きます。") if submit else _("保存しました。"))
            return redirect("pillars:review", plan, code)
    context = {"plan": initiative.plan, "initiative": initiative, "review": review, "entry": entry}
    context["deadline"] = review_deadline(initiative.plan)
    context["report"] = {
        "fiscal_year": initiative.plan.last_fiscal_year,
        "period_end": initiative.plan.ends_on,
    }
    return render(request, "pillars/review_form.html", context, status=422 if sent else 200)


def entry_of(review, data):
    kind = FinalValues if review.initiative.plan.is_closed else ReviewEntry
    about = review.initiative if kind is FinalValues else review
    return kind(about, today=dates.today(), data=data)


def decide(request, plan, code, act, done):
    """Do `act` on the review and tell the person; what is missing is told instead."""
    get_review(request, plan, code)
    with transaction.atomic():
        review = fresh_review(get_initiative(request, plan, code))
        try:
            act(review)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, done)
    return redirect("pillars:review", plan, code)


@require_POST
def confirm(request, plan, code):
    return decide(request, plan, code, lambda review: review.confirm(by=request.user), _("確認しました。"))


@require_POST
def return_(request, plan, code):
    reason = request.POST.get("reason", "")
    return decide(
        request, plan, code, lambda review: review.return_(reason, by=request.user), _("差し戻しました。")
    )
