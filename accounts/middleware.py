"""What every request knows of its viewer: language, clock, second factor, and who history names."""

import pghistory
from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone, translation


OPEN_WITHOUT_MFA = ("mfa_", "account_", "usersessions_", "set_language", "healthz", "readyz")


def viewer(get_response):
    """Signed-in people read the portal in their own language and time zone; others as their browser asks."""

    def middleware(request):
        user = request.user
        if not user.is_authenticated:
            return get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        with timezone.override(user.tz):
            return get_response(request)

    return middleware


def require_mfa(get_response):
    """People whose role needs a second factor reach nothing but its set-up page until they have one (AU14)."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        user = request.user
        name = request.resolver_match.url_name or ""
        if not settings.MFA_REQUIRED_ROLES or not user.is_authenticated or name.startswith(OPEN_WITHOUT_MFA):
            return None
        if user.has_role(*settings.MFA_REQUIRED_ROLES) and not user.has_second_factor:
            return redirect("mfa_activate_totp")
        return None

    middleware.process_view = process_view
    return middleware


def history_context(get_response):
    """Every row changed by a writing request is stamped with who and where (django-pghistory)."""

    def middleware(request):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        user = request.user.pk if request.user.is_authenticated else None
        with pghistory.context(user=user, url=request.path):
            return get_response(request)

    return middleware


