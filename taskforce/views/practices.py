"""Good practices: their list, their page, telling and mending them (T10)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Activity, Follow
from dxportal import dates
from dxportal.forms import StaleVersion
from taskforce import lists, trees
from taskforce.forms.practices import PracticeFilterForm, PracticeForm, departments_of, told_of
from taskforce.models import GoodPractice, Pilot, Replication
from taskforce.places import pillar_places

PER_PAGE = 10
ROWS_PER_PAGE = 40
HISTORY_PER_PAGE = 30
ACTS = ("edit", "publish", "send_back", "propose_again", "confirm", "archive", "unarchive")


def get_practice(request, pk):
    found = GoodPractice.objects.visible_to(request.user).with_spread()
    return get_object_or_404(
        found.select_related("department", "contact__department", "idea__group", "pillar", "pilot"), pk=pk
    )


@require_safe
def practices(request):
    """What works next door, and how many took it up?"""
    visible, user = GoodPractice.objects.visible_to(request.user), request.user
    places, today = pillar_places(), dates.today()
    form = PracticeFilterForm(request.GET, user=user, places=places, today=today)
    found = form.filter(visible)
    if kind := request.GET.get("export"):
        return lists.answer(lists.practices_dataset(found), kind, "practices")
    if kind := request.GET.get("spread"):
        return lists.answer(lists.replications_dataset(found), kind, "replications")
    page = Paginator(found.select_related("department", "pillar"), PER_PAGE)
    using = Replication.objects.filter(practice__in=visible.published()).figures()
    first = visible.published().aggregate(total=Count("pk"), hours=Sum("hours_saved"))
    context = {
        "form": form,
        "page": page.get_page(request.GET.get("page")),
        "waiting": visible.needing(user, today),
        "using": using,
        "total": first["total"],
        "hours": using["hours"] + (first["hours"] or 0),
        "can_propose": GoodPractice.can_propose(user),
        "places": places,
        "today": today,
    }
    return render(request, "taskforce/practices.html", context)


@require_safe
def practice(request, pk):
    """How do we do it too, and whom do we ask?"""
    found, user = get_practice(request, pk), request.user
    rows = sorted(found.spread, key=lambda row: (row.status == "stopped", row.since or dates.today(), row.pk))
    context = {
        "practice": found,
        "tree": trees.tree_of(found, request.GET.getlist("open")),
        "rows": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "ours": found.row_of(user.department_id),
        "files": found.files.standing(),
        "can": {name: getattr(found, f"can_{name}")(user) for name in ACTS},
        "can_replicate": found.can_replicate(user, user.department) or departments_of(user).exists(),
        "following": Follow.objects.of(found).filter(user=user).exists(),
        "places": pillar_places(),
        "today": dates.today(),
    }
    return render(request, "taskforce/practice.html", context)


def practice_edit(request, pk=None):
    """Tell a practice, or mend it: one form."""
    found = get_practice(request, pk) if pk else GoodPractice()
    if not (found.can_edit(request.user) if pk else GoodPractice.can_propose(request.user)):
        raise PermissionDenied
    pilot = None if pk else pilot_to_tell(request)
    initial = told_of(pilot) if pilot else {}
    form = PracticeForm(request.POST or None, instance=found, user=request.user, pilot=pilot, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(request.user, form, pk)
            messages.success(
                request,
                _("保存しました。") if saved.is_told else _("寄せました。事務局が確かめて公開します。"),
            )
            return redirect(saved)
        except StaleVersion as refusal:
            form.add_error(None, refusal)
    context = {"practice": found, "form": form, "pilot": pilot}
    return render(request, "taskforce/practice_edit.html", context, status=409 if form.conflicts else 200)


def pilot_to_tell(request):
    """The pilot named in the address; None without one, and for one the person may not see."""
    asked = request.GET.get("pilot", "")
    if not asked.isdecimal():
        return None
    visible = Pilot.objects.visible_to(request.user).decided().select_related("idea")
    return visible.prefetch_related("measures", "departments").filter(pk=asked[:9]).first()


def save(user, form, pk):
    if pk is None:
        return GoodPractice.propose(by=user, **form.texts)
    saved = GoodPractice.objects.get(pk=pk)
    saved.edit(by=user, version=form.cleaned_data["version"], **form.texts)
    return saved


@require_safe
def practice_history(request, pk):
    found = get_practice(request, pk)
    acts = Paginator(Activity.objects.of(found), HISTORY_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": acts,
        "heading": found,
        "url": found.get_absolute_url(),
        "up": reverse("taskforce:practices"),
        "up_label": _("広がっているもの"),
    }
    return render(request, "taskforce/idea_history.html", context)
