"""Groups of the taskforce: what they work on until when, and what came of it (T2, T3)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Activity, Follow
from dxportal import dates
from taskforce.forms.groups import ActionItemForm, MeetingForm, MemberForm, ReviewForm, ThemeForm
from taskforce.models import ActionItem, Meeting, Theme, WorkingGroup


def get_group(slug, user, may):
    """The group, when the named right (`can_lead`, `can_write`) of the person allows. Raises PermissionDenied."""
    group = get_object_or_404(WorkingGroup.objects.visible_to(user), slug=slug)
    if not getattr(group, may)(user):
        raise PermissionDenied
    return group


def group(request, slug):
    group = get_object_or_404(
        WorkingGroup.objects.visible_to(request.user).with_current_theme().with_members(), slug=slug
    )
    now, today = timezone.now(), dates.today()
    theme = group.theme
    may_write = group.can_write(request.user)
    meetings = list(group.meetings.all()[:6])
    context = {
        "group": group,
        "theme": theme,
        "days_left": theme.days_left(today) if theme else None,
        "late_days": -theme.days_left(today) if theme else None,
        "measures": list(theme.measures.all()) if theme else [],
        "items": list(group.action_items.open().select_related("owner")),
        "next_meeting": next_of(meetings, now),
        "past_meetings": [m for m in meetings if m.starts_at <= now],
        "past_themes": list(group.themes.past().select_related("handed_to")),
        "following": Follow.objects.of(group).filter(user=request.user).exists(),
        "may_write": may_write,
        "may_lead": group.can_lead(request.user),
        "today": today,
    }
    return render(request, "taskforce/group.html", context)


def next_of(meetings, now):
    """The first meeting still to come, or None."""
    return min((m for m in meetings if m.starts_at > now), key=lambda m: m.starts_at, default=None)


def theme_edit(request, slug):
    """Choose the next theme, or mend the running one: one form."""
    group = get_group(slug, request.user, "can_lead")
    theme = group.themes.running().first()
    form = ThemeForm(request.POST or None, instance=theme or Theme(group=group))
    if request.method == "POST" and form.is_valid():
        form.save_told(by=request.user)
        messages.success(request, _("テーマを保存しました。"))
        return redirect(group)
    return render(
        request, "taskforce/group_form.html", {"group": group, "form": form, "heading": _("テーマを決める")}
    )


def theme_review(request, slug):
    """Continue, hand over or end the running theme, with what was learnt."""
    group = get_group(slug, request.user, "can_lead")
    theme = get_object_or_404(group.themes.running())
    form = ReviewForm(request.POST or None, instance=theme)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            Theme.objects.get(pk=theme.pk).review(
                data["decision"],
                outcome=data["outcome"],
                learnt=data["learnt"],
                handed_to=data["handed_to"],
                next_review_on=data["next_review_on"],
                by=request.user,
                on=dates.today(),
            )
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("見直しの結果を残しました。"))
            return redirect(group)
    return render(
        request, "taskforce/group_form.html", {"group": group, "form": form, "heading": _("テーマを見直す")}
    )


def action_item_new(request, slug):
    group = get_group(slug, request.user, "can_write")
    form = ActionItemForm(request.POST or None, group=group, instance=ActionItem(group=group))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            item = form.save()
            Activity.record(
                "action_item.added",
                item,
                by=request.user,
                label=str(group),
                changes={_("宿題"): ["", item.text]},
            )
        messages.success(request, _("宿題を足しました。"))
        return redirect(group)
    return render(
        request, "taskforce/group_form.html", {"group": group, "form": form, "heading": _("宿題を足す")}
    )


@require_POST
def action_item_done(request, slug, pk):
    group = get_group(slug, request.user, "can_write")
    get_object_or_404(group.action_items, pk=pk).finish(by=request.user, today=dates.today())
    messages.success(request, _("宿題を終わりにしました。"))
    return redirect(group)


def meeting(request, slug, pk):
    """Notes of one meeting; who may not read the group's notes finds nothing here."""
    group = get_object_or_404(WorkingGroup.objects.visible_to(request.user), slug=slug)
    readable = group.meetings.all() if group.can_write(request.user) else Meeting.objects.none()
    found = get_object_or_404(readable, pk=pk)
    return render(request, "taskforce/meeting.html", {"group": group, "meeting": found})


def meeting_edit(request, slug, pk=None):
    group = get_group(slug, request.user, "can_write")
    found = get_object_or_404(group.meetings, pk=pk) if pk else Meeting(group=group)
    form = MeetingForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            Activity.record(
                "meeting.saved",
                saved,
                by=request.user,
                label=str(group),
                changes={_("会合"): ["", saved.title]},
            )
        messages.success(request, _("会合を保存しました。"))
        return redirect(saved)
    return render(
        request, "taskforce/group_form.html", {"group": group, "form": form, "heading": _("会合と議事メモ")}
    )


def member_new(request, slug):
    group = get_group(slug, request.user, "can_lead")
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            group.add_member(
                form.person, part=data["part"], hours_a_month=data["hours_a_month"], by=request.user
            )
        except ValueError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("メンバーに加えました。"))
            return redirect(group)
    return render(
        request, "taskforce/group_form.html", {"group": group, "form": form, "heading": _("メンバーを加える")}
    )


@require_POST
def member_leave(request, slug, pk):
    group = get_group(slug, request.user, "can_lead")
    group.remove_member(get_object_or_404(group.memberships, pk=pk, left_on=None), by=request.user)
    messages.success(request, _("メンバーから外しました。これまでの記録は残ります。"))
    return redirect(group)
