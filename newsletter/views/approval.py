"""From a draft to the outbox: test mail, check, approval by another person (N4–N6)."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal import dates
from newsletter import audience, checks, estimates, sending
from newsletter.forms.approval import ApprovalForm, ReasonForm
from newsletter.models.issue_queries import State, weekly_slot
from newsletter.views.editor import ask_for_check, editable, send_test


@require_POST
def test(request, number):
    """Send 【テスト】 to oneself."""
    return send_test(request, editable(request.user, number))


@require_POST
def check(request, number):
    """Ask another person to check the issue."""
    return ask_for_check(request, editable(request.user, number))


@require_POST
def send_back(request, number):
    """Give the issue back to the editors, with the reason."""
    issue = editable(request.user, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("差し戻すわけを書いてください。"))
        return redirect("newsletter:approve", number)
    issue.send_back(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("編集担当に差し戻しました。"))
    return redirect("newsletter:approve", number)


def approve(request, number):
    """What will be sent, to how many people and when; the approval itself asks for the password again."""
    issue = editable(request.user, number)
    today = dates.today()
    start = {
        "when": ApprovalForm.DAY,
        "on": max(issue.issued_on, weekly_slot(today) if issue.issued_on < today else today),
    }
    form = ApprovalForm(request.POST or None, initial=start, today=today, demo=settings.DEMO)
    if request.method == "POST":
        if not issue.can_approve(request.user):
            raise PermissionDenied
        if form.is_valid() and approved(request, issue, form):
            return redirect("newsletter:delivery", number)
    return render(
        request, "newsletter/approve.html", {"issue": issue, "form": form, **facts(request, issue, form)}
    )


@reauthentication_required
def approved(request, issue, form) -> bool:
    """Approve on the form's terms; an objection of the model becomes an error of the form. Whoever has not given the
    password within five minutes is asked for it first, and the same request comes back (permissions.md, rules)."""
    try:
        issue.approve(by=request.user, **form.terms())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("承認しました。送る準備ができています。"))
    return True


def tests_of(issue, person, sha256) -> dict:
    """Whether the person has the test mail of these bytes, and whether one is on its way."""
    found = issue.deliveries.tests().filter(person=person).values_list("state", "key")
    return {
        "tested": any(state == "sent" and sha256[:32] in key for state, key in found),
        "pending": any(state == "queued" for state, _key in found),
    }


def facts(request, issue, form) -> dict:
    """The page's numbers: people, waves, first and last local time, whether this person has the test mail."""
    frozen = issue.compose(dates.today())
    day = (form.cleaned_data.get("on") if form.is_bound else form.initial["on"]) or issue.issued_on
    waves = audience.waves(day, at=timezone.now(), issue=issue)
    return {
        "subject": frozen.ja.subject,
        "subject_en": frozen.en.subject,
        "day": day,
        "waves": waves,
        "estimate": estimates.estimate([(stop.moment, stop.people) for stop in waves.stops]),
        "daily": settings.MAIL_PER_DAY,
        "held_until": timezone.now() + sending.HOLD,
        **tests_of(issue, request.user, frozen.sha256),
        "problems": checks.problems(issue),
        "can_approve": issue.can_approve(request.user),
        "can_ask": issue.state == State.DRAFT,
        "is_own": request.user.pk in (issue.created_by_id, issue.last_edited_by_id),
        "reason_form": ReasonForm(),
    }
