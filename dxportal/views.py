"""Home, my page, search and hand-over."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from dxportal import attention, context, dates, feed
from dxportal.handover import HandOverForm, hand_over, owned
from newsletter.models import Issue
from pillars.models import Initiative, Plan
from pillars.overview import Overview
from taskforce.models import Consultation, GoodPractice, Guidance, Idea, WorkingGroup, Workshop

FEW = 4
SEARCH_LIMIT = 8
FOLLOWED_DAYS = 14
MONTH = timedelta(days=30)


def home(request):
    """How is the plan going, and what needs me? (A1)"""
    now, today = timezone.now(), dates.today()
    user = request.user
    tasks = attention.needing(user, today)
    context.remember_tasks(request, len(tasks))
    plan = Plan.objects.visible_to(user).running().first()
    page = {
        "now": now,
        "today": today,
        "plan": plan,
        "overview": Overview(plan, user, today, figures_only=True) if plan else None,
        "tasks": tasks[:FEW],
        "more_tasks": len(tasks) - FEW,
        "moved": feed.moved(user, now),
        "spreading": GoodPractice.objects.visible_to(user).spreading(today - MONTH, today)[:FEW],
        "issue": Issue.objects.visible_to(user).published().order_by("-number").first(),
        "groups": WorkingGroup.objects.visible_to(user).running().with_theme_words(),
        "workshops": coming_workshops(user, now),
    }
    return render(request, "home.html", page)


def coming_workshops(user, now):
    """The next workshops with their seats, and whether the person takes part."""
    coming = Workshop.objects.visible_to(user).coming(now).with_seats_taken().with_state_of(user)
    return coming.select_related("series")[:FEW]


def me(request):
    """Everything I owe, follow and have said (A2); nothing here is stored as a notification."""
    now, today = timezone.now(), dates.today()
    user = request.user
    tasks = attention.needing(user, today)
    context.remember_tasks(request, len(tasks))
    follows = list(user.follows.all())
    page = {
        "now": now,
        "today": today,
        "tasks": tasks,
        "follows": follows,
        "followed": followed_initiatives(follows, user, today),
        "news": feed.followed(follows, user, now, days=FOLLOWED_DAYS, also=feed.to_me(user)),
        "ideas": Idea.objects.visible_to(user).concerning(user)[:20],
    }
    return render(request, "me.html", page)


def followed_initiatives(follows, user, today):
    """[(initiative, progress)] of the follows that are initiatives, in one query for any number."""
    ids = [f.target_id for f in follows if f.target_type == "initiative"]
    followed = Initiative.objects.visible_to(user).filter(pk__in=ids).select_related("plan", "objective")
    found = followed.with_figures(today) if ids else []
    return [(initiative, initiative.progress(today)) for initiative in found]


def search(request):
    """One box over everything the person may see, grouped (A3)."""
    q = request.GET.get("q", "").strip()[:100]
    user = request.user
    sources = (
        ("initiative", Initiative.objects.visible_to(user).select_related("plan")),
        ("idea", Idea.objects.visible_to(user)),
        ("practice", GoodPractice.objects.visible_to(user).unarchived()),
        ("issue", Issue.objects.visible_to(user)),
        ("workshop", Workshop.objects.visible_to(user)),
        ("guidance", Guidance.objects.visible_to(user).published()),
        ("consultation", Consultation.objects.visible_to(user)),
        (
            "person",
            User.objects.none() if user.is_expert else User.objects.active().select_related("department"),
        ),
    )
    groups = [(kind, list(rows.search(q)[:SEARCH_LIMIT])) for kind, rows in sources] if q else []
    found = [(kind, rows) for kind, rows in groups if rows]
    return render(
        request, "search.html", {"q": q, "found": found, "total": sum(len(rows) for _kind, rows in found)}
    )


@reauthentication_required(allow_get=True)
def handover(request):
    """Everything a person looks after to a successor: shown in full first, done with the second press (D3)."""
    if not request.user.has_role(Role.SECRETARIAT, Role.ADMIN):
        raise PermissionDenied
    form = HandOverForm(request.POST or None, by=request.user)
    page = {"form": form, "owned": None}
    if request.method == "POST" and form.is_valid():
        data, who = form.cleaned_data, {"by": request.user, "today": dates.today()}
        if "confirm" in request.POST:
            hand_over(data["person"], data["successor"], note=data["note"], **who)
            names = {"person": data["person"].display_name, "successor": data["successor"].display_name}
            messages.success(request, _("%(person)sさんから%(successor)sさんに引き継ぎました。") % names)
            return redirect("accounts:duties")
        page |= {"owned": owned(data["person"], **who), **data}
    return render(request, "handover.html", page)
