"""Groups of the taskforce: all of them, one of them, and how one is set up, changed and closed (T2)."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Activity, Follow
from dxportal import dates
from taskforce import lists, tables
from taskforce.forms.groups import GroupForm, NewGroupForm, ReasonForm
from taskforce.models import Application, WorkingGroup
from taskforce.views.writing import back_to, form_page, saved

HISTORY_PER_PAGE = 50
MEETINGS_SHOWN = 6


def get_group(slug, user, may=None):
    """The group, when the named right (`can_lead`, `can_write`) of the person allows. Raises PermissionDenied."""
    group = get_object_or_404(WorkingGroup.objects.visible_to(user), slug=slug)
    if may and not getattr(group, may)(user):
        raise PermissionDenied
    return group


@require_safe
def groups(request):
    """All groups with their theme, countdown, members and hours; also as a file."""
    today = dates.today()
    rows = WorkingGroup.objects.visible_to(request.user).with_current_theme().with_members()
    found = list(rows.with_open_call(today).order_by("closed_on", "slug"))
    if kind := request.GET.get("export"):
        return lists.answer(tables.groups_dataset(found), kind, "groups")
    running = [group for group in found if group.closed_on is None]
    context = {
        "running": running,
        "closed": [group for group in found if group.closed_on],
        "hours": sum(group.hours for group in running),
        "people": len({m.person_id for group in running for m in group.current_members}),
        "may_found": request.user.is_secretariat,
        "today": today,
    }
    return render(request, "taskforce/groups.html", context)


@require_safe
def group(request, slug):
    """What this group works on until when, and what it has done so far."""
    user, today = request.user, dates.today()
    rows = WorkingGroup.objects.visible_to(user).with_current_theme().with_members().with_open_call(today)
    found = get_object_or_404(rows, slug=slug)
    theme = found.theme
    context = {
        "group": found,
        "theme": theme,
        "days_left": theme.days_left(today) if theme else None,
        "late_days": -theme.days_left(today) if theme else None,
        "measures": list(theme.measures.all()) if theme else [],
        "items": list(found.action_items.open().select_related("owner")),
        "past_themes": list(found.themes.past().select_related("handed_to").with_results(user)),
        "round": found.rounds.for_group_page().first(),
        "following": Follow.objects.of(found).filter(user=user).exists(),
        "may_write": found.can_write(user),
        "may_lead": found.can_lead(user),
        "today": today,
        **meetings_of(found, timezone.now()),
        **joining(found, user),
    }
    return render(request, "taskforce/group.html", context)


def meetings_of(group, now) -> dict:
    """The first meeting still to come, or None, and the last ones."""
    rows = list(group.meetings.all()[:MEETINGS_SHOWN])
    coming = [meeting for meeting in rows if meeting.starts_at > now]
    past = [meeting for meeting in rows if meeting.starts_at <= now]
    return {"next_meeting": min(coming, key=lambda m: m.starts_at, default=None), "past_meetings": past}


def joining(group, user) -> dict:
    """The person's own last application and membership, and how many applications wait for an answer."""
    seen = Application.objects.visible_to(user).filter(call__group=group).select_related("call")
    rows = list(seen.order_by("-applied_at"))
    own = [row for row in rows if row.person_id == user.pk]
    membership = next((m for m in group.current_members if m.person_id == user.pk), None)
    waiting = [row for row in rows if row.is_waiting and row.person_id != user.pk]
    return {"application": own[0] if own else None, "membership": membership, "applications": waiting}


def group_new(request):
    """The secretariat sets up a group with its first lead."""
    if not request.user.is_secretariat:
        raise PermissionDenied
    form = NewGroupForm(request.POST or None)

    def act(version=None, **fields):
        form.found = WorkingGroup.found(by=request.user, **fields)

    if saved(request, form, act, _("グループを作りました。")):
        return back_to(form.found)
    return form_page(request, None, form, _("グループを作る"))


def group_edit(request, slug):
    found = get_group(slug, request.user, "can_lead")
    form = GroupForm(request.POST or None, instance=found)
    act = lambda **fields: WorkingGroup.objects.get(pk=found.pk).edit(by=request.user, **fields)  # noqa: E731
    if saved(request, form, act, _("保存しました。")):
        return back_to(found)
    return form_page(request, found, form, _("グループの名前と所属"))


def group_close(request, slug):
    """Close the group: its members' duties end today, everything it wrote stays."""
    found = get_group(slug, request.user, "can_lead")
    form = ReasonForm(request.POST or None)
    act = lambda reason: found.close(by=request.user, reason=reason)  # noqa: E731
    if saved(request, form, act, _("グループを閉じました。記録は残ります。")):
        return back_to(found)
    note = _("メンバーの役割はきょうで終わります。テーマ、会合、成果の記録は残ります。")
    return form_page(request, found, form, _("グループを閉じる"), note=note, button=_("閉じる"), stop=True)


@require_safe
def group_history(request, slug):
    return history_page(request, get_group(slug, request.user))


def history_page(request, about):
    """Who did what when: of a group, a body or a model department."""
    acts = Paginator(Activity.objects.of(about), HISTORY_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": acts, "about": about, "up": reverse("taskforce:structure")}
    return render(request, "taskforce/history.html", context)
