"""Workshops in the viewer's own time (T14)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from taskforce.models import Full, Workshop


def workshops(request):
    now = timezone.now()
    visible = Workshop.objects.visible_to(request.user)
    context = {
        "coming": list(visible.coming(now).with_seats_taken()),
        "past": Paginator(visible.past(now), 20).get_page(request.GET.get("page")),
    }
    return render(request, "taskforce/workshops.html", context)


def workshop(request, pk):
    found = get_object_or_404(Workshop.objects.visible_to(request.user).with_seats_taken(), pk=pk)
    context = {
        "workshop": found,
        "over": found.ends_at <= timezone.now(),
        "registered": found.registrations.filter(person=request.user).exists(),
    }
    return render(request, "taskforce/workshop.html", context)


@require_POST
def workshop_register(request, pk):
    found = get_object_or_404(Workshop.objects.visible_to(request.user).coming(timezone.now()), pk=pk)
    try:
        found.register(request.user)
    except Full:
        messages.error(request, _("満席になりました。録画は後日この画面に載ります。"))
    else:
        messages.success(request, _("申し込みました。開始の前日にお知らせが届きます。"))
    return redirect(found)


@require_POST
def workshop_withdraw(request, pk):
    found = get_object_or_404(Workshop.objects.visible_to(request.user), pk=pk)
    found.withdraw(request.user)
    messages.success(request, _("申込みを取り消しました。"))
    return redirect(found)
