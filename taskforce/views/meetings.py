"""Meetings with notes, and action items (T2); notes are read by the group alone (permissions.md)."""

from datetime import UTC, timedelta

import icalendar
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dxportal import dates
from dxportal.text import localized
from taskforce.forms.meetings import ActionItemForm, MeetingForm
from taskforce.models import ActionItem, Meeting, WorkingGroup
from taskforce.views.groups import get_group
from taskforce.views.writing import back_to, form_page, saved


def get_meeting(slug, pk, user):
    """The meeting; who may not read the group's notes finds nothing."""
    group = get_object_or_404(WorkingGroup.objects.visible_to(user).with_members(), slug=slug)
    readable = group.meetings.all() if group.can_write(user) else Meeting.objects.none()
    return group, get_object_or_404(readable, pk=pk)


@require_safe
def meeting(request, slug, pk):
    group, found = get_meeting(slug, pk, request.user)
    return render(request, "taskforce/meeting.html", {"group": group, "meeting": found})


@require_safe
def meeting_calendar(request, slug, pk):
    """予定表に入れる: the meeting for a calendar programme, as an instant, so that every zone shows it right."""
    group, found = get_meeting(slug, pk, request.user)
    event = icalendar.Event()
    event.add("uid", f"meeting-{found.pk}@{request.get_host()}")
    event.add("sequence", found.version)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", found.starts_at.astimezone(UTC))
    event.add("duration", timedelta(minutes=found.minutes))
    event.add("summary", f"{localized(group, 'name')}: {localized(found, 'title')}")
    event.add("location", found.place)
    event.add("url", request.build_absolute_uri(found.get_absolute_url()))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//DX Portal//taskforce//")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    answer = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meeting-{found.pk}.ics"'
    return answer


def meeting_edit(request, slug, pk=None):
    group = get_group(slug, request.user, "can_write")
    found = get_object_or_404(group.meetings, pk=pk) if pk else Meeting(group=group)
    zone = timezone.get_current_timezone()
    form = MeetingForm(request.POST or None, instance=found, group=group, viewer_zone=zone)

    def act(**fields):
        fresh = Meeting.objects.get(pk=pk) if pk else Meeting(group=group)
        fresh.record(by=request.user, **fields)
        form.kept = fresh

    if saved(request, form, act, _("会合を保存しました。")):
        return back_to(form.kept)
    return form_page(request, group, form, _("会合と議事メモ"))


@require_safe
def action_items(request, slug):
    """All items, also those done."""
    group = get_group(slug, request.user)
    rows = list(group.action_items.select_related("owner"))
    context = {
        "group": group,
        "open": [item for item in rows if item.done_on is None],
        "done": sorted((i for i in rows if i.done_on), key=lambda i: i.done_on, reverse=True),
        "late": sum(item.is_late(dates.today()) for item in rows),
        "may_write": group.can_write(request.user),
        "today": dates.today(),
    }
    return render(request, "taskforce/action_items.html", context)


def action_item_edit(request, slug, pk=None):
    group = get_group(slug, request.user, "can_write")
    found = get_object_or_404(group.action_items, pk=pk) if pk else ActionItem(group=group)
    form = ActionItemForm(request.POST or None, group=group, instance=found)

    def act(**fields):
        fresh = ActionItem.objects.get(pk=pk) if pk else ActionItem(group=group)
        fresh.record(by=request.user, **fields)

    if saved(request, form, act, _("宿題を保存しました。")):
        return back_to(group, "#h-actions")
    return form_page(request, group, form, _("宿題を直す") if pk else _("宿題を足す"))


@require_POST
def action_item_done(request, slug, pk):
    """Done; with reopen=1 not done after all."""
    group = get_group(slug, request.user, "can_write")
    item = get_object_or_404(group.action_items, pk=pk)
    if request.POST.get("reopen"):
        item.reopen(by=request.user)
    else:
        item.finish(by=request.user, today=dates.today())
    return back_to(group, "#h-actions")
