"""The monitor of an issue on its way, and the acts that stop or restart it (N8, mock 14)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Activity
from newsletter import readership, sending
from newsletter.figures import not_reached
from newsletter.forms.approval import ReasonForm
from newsletter.models import Delivery, Issue
from newsletter.models.issue_queries import State
from newsletter.monitor import Monitor

NAMES_AT_MOST = 200
WRITING = "issue.(edited|article_|created|image)"  # acts before the delivery, which its log leaves out


def watched(user, number):
    """The issue for those who may see or stop its delivery; 404 while the person may not know of it, else 403."""
    found = Issue.objects.select_related("approved_by").annotate(readership_told=readership.told())
    issue = get_object_or_404(found, number=number)
    if issue.can_stop(user):
        return issue
    get_object_or_404(Issue.objects.visible_to(user), pk=issue.pk)
    raise PermissionDenied


def monitor(request, number):
    """Is it arriving, and should it be stopped? The part with the numbers is fetched again every minute."""
    issue = watched(request.user, number)
    now, copies = timezone.now(), Delivery.objects.for_issue(issue)
    shown = Monitor(issue, at=now) if issue.can_see_figures(request.user) else None
    context = {
        "issue": issue,
        "now": now,
        "shows_figures": shown is not None,
        "monitor": shown,
        "readership": readership.of(issue) if shown else [],
        "failures": not_reached(copies, at_most=NAMES_AT_MOST) if issue.can_see_names(request.user) else None,
        "history": Activity.objects.of(issue).exclude(verb__regex=WRITING)[:12],
        "acts": acts(issue, request.user, failed=shown.failed if shown else None),
        "pause_dialog": is_open("pause", issue, request.user),
        "at_hand": Issue.objects.at_hand() if issue.can_make(request.user) else {},
        "moving": issue.state in (State.SCHEDULED, State.SENDING),
    }
    template = "newsletter/_monitor.html" if request.htmx else "newsletter/delivery.html"
    return render(request, template, context)


# act: (state it needs, who may, words of the button, what it does)
ACTS = {
    "pause": gettext_lazy("配信を止める"),
    "resume": gettext_lazy("配信を再開する"),
    "cancel": gettext_lazy("配信を取りやめる"),
    "unschedule": gettext_lazy("予約を取り消して直す"),
    "retry": gettext_lazy("失敗した分を送り直す"),
}


def acts(issue, user, *, failed=None) -> list[tuple]:
    """(act, words) open to this person now."""
    return [(act, words) for act, words in ACTS.items() if is_open(act, issue, user, failed=failed)]


def is_open(act, issue, user, *, failed: int | None = None) -> bool:
    """Whether the act makes sense in the issue's state and is this person's to do. `failed`: how many were not reached,
    where that has been counted already."""
    states = {
        "pause": (State.SENDING, State.SCHEDULED),
        "resume": (State.PAUSED,),
        "cancel": (State.SCHEDULED, State.SENDING, State.PAUSED),
        "unschedule": (State.SCHEDULED,),
        "retry": (State.SENT, State.SENDING),
    }
    if issue.state not in states[act]:
        return False
    if act == "retry":
        some = Delivery.objects.for_issue(issue).failed().exists() if failed is None else failed > 0
        return some and may(act, issue, user)
    return may(act, issue, user)


def may(act, issue, user) -> bool:
    """Whose act it is (permissions.md): stopping is for administrators too, opening the texts again is not."""
    if act in ("resume", "retry"):
        return issue.can_resume(user)
    return issue.can_make(user) if act == "unschedule" else issue.can_stop(user)


def change(request, number, act):
    """Ask once, then pause, resume, cancel, take back or send again."""
    issue = watched(request.user, number)
    if act not in ACTS:
        raise Http404
    if not is_open(act, issue, request.user):
        return refuse(request, issue, act)
    form = ReasonForm(request.POST or None) if act == "cancel" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return act_on(request, issue, act, form)
    context = {
        "issue": issue,
        "act": act,
        "words": ACTS[act],
        "form": form,
        "monitor": Monitor(issue, at=timezone.now()) if issue.can_see_figures(request.user) else None,
    }
    return render(request, "newsletter/change_delivery.html", context)


def refuse(request, issue, act):
    """403 for those who may never; otherwise say that the state has changed meanwhile."""
    if not may(act, issue, request.user):
        raise PermissionDenied
    messages.error(request, _("この号の状態が変わっています。いまの状態を確かめてください。"))
    return redirect("newsletter:delivery", issue.number)


def act_on(request, issue, act, form):
    """Do it and say what happened."""
    verbs = {
        "pause": lambda: issue.pause(by=request.user),
        "resume": lambda: issue.resume(by=request.user),
        "cancel": lambda: issue.cancel(by=request.user, reason=form.cleaned_data["reason"]),
        "unschedule": lambda: issue.unschedule(by=request.user),
        "retry": lambda: sending.retry_failed(issue, by=request.user),
    }
    try:
        verbs[act]()
    except ValidationError as error:
        messages.error(request, "\n".join(error.messages))
    else:
        messages.success(request, DONE[act])
    return redirect("newsletter:edit" if act == "unschedule" else "newsletter:delivery", issue.number)


DONE = {
    "pause": gettext_lazy("止めました。いま送っている数通のほかは、再開するまで送りません。"),
    "resume": gettext_lazy("再開しました。続きから送ります。"),
    "cancel": gettext_lazy("取りやめました。届いていない人には送りません。"),
    "unschedule": gettext_lazy("予約を取り消しました。直したあと、もう一度確認を頼んでください。"),
    "retry": gettext_lazy("失敗した分だけを送り直します。"),
}
