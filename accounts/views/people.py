"""The language switch, following, a person's page and a person's own settings."""

from django.conf import settings as config
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.followable import visible_target
from accounts.forms import SettingsForm
from accounts.models import Follow, User


def next_address(request, default: str = "/") -> str:
    """Where a small form came from, as long as it is a page of this portal (RD1)."""
    address = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else default


@login_not_required
@require_POST
def language(request):
    """Switch the language; remembered with the person, and in a cookie for the pages before sign-in."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(config.LANGUAGES) or not check_for_language(chosen):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    response = redirect(next_address(request))
    response.set_cookie(
        config.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=config.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
def follow(request):
    """Follow an object, or stop following it when followed already."""
    target = visible_target(
        request.POST.get("target_type", ""), request.POST.get("target_id", ""), request.user
    )
    target_type, target_id = target.history_key
    label, url = str(target)[:300], target.get_absolute_url()
    with transaction.atomic():
        kept, created = Follow.objects.get_or_create(
            user=request.user,
            target_type=target_type,
            target_id=target_id,
            defaults={"target_label": label, "target_url": url},
        )
        if not created:
            kept.delete()
    return redirect(next_address(request, url))


@require_safe
def person(request, pk):
    """Who somebody is: name, department, duties. Experts see no addresses (AZ16)."""
    shown = get_object_or_404(User.objects.select_related("department"), pk=pk)
    with_address = not request.user.is_expert or shown.pk == request.user.pk
    context = {"person": shown, "with_address": with_address, "duties": shown.duties_today}
    return render(request, "accounts/person.html", context)


def settings(request):
    """A person's own language, dates and time zone."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language):
            messages.success(request, _("設定を保存しました。"))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form})
