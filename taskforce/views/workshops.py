"""Workshops in the viewer's own time: finding one, taking part, putting it into a calendar (T14)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import feeds
from taskforce import calendars, lists
from taskforce.forms.workshops import AnswerForm, WorkshopFilterForm
from taskforce.models import Workshop, WorkshopAnswer, WorkshopRegistration

PER_PAGE = 20
FEED_SALT = "taskforce.workshops.feed"


def get_workshop(request, pk):
    found = Workshop.objects.visible_to(request.user).with_seats_taken()
    return get_object_or_404(found.select_related("series", "group", "organiser"), pk=pk)


def registration_of(user, workshop):
    """The person's own row with a seat or a place in the queue; None without one."""
    own = workshop.registrations.standing().filter(person=user)
    return own.select_related("workshop", "person").first()


@require_safe
def workshops(request):
    now, user = timezone.now(), request.user
    visible = Workshop.objects.visible_to(user)
    form = WorkshopFilterForm(request.GET)
    found = form.filter(visible, user, now).with_seats_taken()
    if kind := request.GET.get("export"):
        return lists.answer(lists.workshops_dataset(found), kind, "workshops")
    own = WorkshopRegistration.objects.standing().filter(person=user)
    context = {
        "form": form,
        "page": Paginator(found.with_state_of(user).select_related("series"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "now": now,
        "counts": {
            "coming": visible.coming(now).count(),
            "past": visible.past(now).count(),
            "mine": own.count(),
        },
        "can_announce": Workshop.can_announce(user),
        "feed": feed_token(user),
    }
    return render(request, "taskforce/workshops.html", context)


@require_safe
def workshop(request, pk):
    """When is it on my clock, and is there a seat for me?"""
    return show(request, get_workshop(request, pk))


def show(request, found, answer_form=None, status=200):
    now, mine = timezone.now(), registration_of(request.user, found)
    asks = bool(mine and mine.has_seat and not mine.answered and found.ends_at <= now <= found.asks_until())
    context = {
        "workshop": found,
        "over": found.is_over(now),
        "mine": mine,
        "place_in_line": mine.place_in_line if mine and not mine.has_seat else None,
        "can_edit": found.can_edit(request.user),
        "materials": list(found.materials.standing()),
        "answer_form": (answer_form or AnswerForm()) if asks and not found.is_cancelled else None,
        "figures": found.answer_figures(now),
        "others": found.series.workshops.exclude(pk=found.pk).order_by("starts_at") if found.series else [],
    }
    return render(request, "taskforce/workshop.html", context, status=status)


@require_POST
def workshop_register(request, pk):
    found = get_workshop(request, pk)
    try:
        row = found.register(request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(found)
    if row.has_seat:
        messages.success(request, _("申し込みました。予定表に入れるファイルをメールで送ります。"))
    else:
        words = _("満席なので順番待ちに入りました。いま%(number)s番目です。席が空くとメールで知らせます。")
        messages.success(request, words % {"number": row.place_in_line})
    return redirect(found)


@require_POST
def workshop_withdraw(request, pk):
    found = get_workshop(request, pk)
    if found.withdraw(request.user):
        messages.success(request, _("申込みを取り消しました。"))
    return redirect(found)


@require_POST
def workshop_answer(request, pk):
    """「役に立ちましたか」, once."""
    found = get_workshop(request, pk)
    mine, now = registration_of(request.user, found), timezone.now()
    if mine is None or not mine.has_seat or not found.ends_at <= now <= found.asks_until():
        raise Http404
    form = AnswerForm(request.POST)
    if not form.is_valid() and not mine.answered:
        return show(request, found, form, status=422)
    if form.is_valid() and WorkshopAnswer.give(mine, **form.cleaned_data):
        messages.success(request, _("ありがとうございました。名前は残りません。"))
    else:
        messages.info(request, _("もう答えています。"))
    return redirect(found)


# --- calendar files ----------------------------------------------------------------------------------


def to_calendar(content, name):
    response = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def workshop_calendar(request, pk):
    """The file to open in one's calendar; for those who take part with the link."""
    found = get_workshop(request, pk)
    return to_calendar(
        calendars.published(found, registration_of(request.user, found)), f"workshop-{found.pk}.ics"
    )


def feed_token(user) -> str:
    """A signed word that shows one person's workshops, and ends with the password."""
    return feeds.token(user, FEED_SALT)


@login_not_required
@require_safe
def workshop_feed(request, token):
    """The person's own workshops, for a calendar that subscribes and cannot sign in."""
    person = feeds.holder(token, FEED_SALT)
    rows = person.workshop_registrations.seated().select_related("workshop", "person").order_by("pk")
    with translation.override(person.language):
        return to_calendar(calendars.feed(rows), "workshops.ics")
