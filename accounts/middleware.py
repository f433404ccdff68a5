"""What every request knows of its viewer: language, clock, second factor, length of stay, and who history names."""

import time

import pghistory
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils import timezone, translation

# Reached before a required second factor exists: its set-up, the way out, the language.
OPEN_WITHOUT_MFA = (
    "mfa_activate_totp",
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "language",
    "healthz",
    "readyz",
)
CLOCK = "clock"  # in the session: [signed in, last seen], seconds since 1970


def start_clock(request) -> None:
    """Begin counting the stay; called at sign-in."""
    now = int(time.time())
    request.session[CLOCK] = [now, now]


def session_clock(get_response):
    """End a session after SESSION_LONGEST_SECONDS; note at most once a minute that it is in use (SE5)."""

    def middleware(request):
        if not request.user.is_authenticated:
            return get_response(request)
        now = int(time.time())
        begun, seen = request.session.get(CLOCK) or (now, 0)
        if now - begun > settings.SESSION_LONGEST_SECONDS:
            logout(request)
        elif now - seen >= 60:
            request.session[CLOCK] = [begun, now]
            used = UserSession.objects.filter(session_key=request.session.session_key)
            used.update(last_seen_at=timezone.now())
        return get_response(request)

    return middleware


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


def private_pages(get_response):
    """Pages of signed-in people stay out of every cache (RD4); no page can be loaded into another site (P24)."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def require_mfa(get_response):
    """People whose role needs a second factor reach nothing but its set-up page until they have one (AU14)."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        user = request.user
        name = request.resolver_match.url_name or ""
        if not settings.MFA_REQUIRED_ROLES or not user.is_authenticated or name in OPEN_WITHOUT_MFA:
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
