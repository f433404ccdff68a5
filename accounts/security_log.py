"""What the security log hears of sign-in, from Django's and allauth's signals (never from our own code)."""

import hashlib
import re

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth

from accounts.middleware import start_clock
from accounts.models import SecurityEvent, User

VERSION = re.compile(r"[\d._]+")


def signed_in(sender, request, user, **kwargs):
    start_clock(request)
    if request.META:  # absent when a command or a test signs somebody in
        device = device_of(request)
        is_new = is_unknown(device, user)
        event = "break_glass_sign_in" if user.is_superuser else "signed_in"
        SecurityEvent.record(event, user=user, request=request, device=device)
        if is_new:
            get_adapter(request).send_notification_mail("account/email/new_device", user)


def device_of(request) -> str:
    """A fingerprint of browser and system without their versions: an update makes no new device."""
    told = VERSION.sub("", request.META.get("HTTP_USER_AGENT", ""))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def is_unknown(device, user) -> bool:
    """Whether the person has signed in before, but never from such a device (domain.md 3.10, 3)."""
    before = SecurityEvent.objects.filter(actor_id=user.pk, event__in=("signed_in", "break_glass_sign_in"))
    noted = before.filter(details__has_key="device")
    return noted.exists() and not noted.filter(details__device=device).exists()


def signed_out(sender, request, user, **kwargs):
    if user:
        SecurityEvent.record("signed_out", user=user, request=request)


def sign_in_failed(sender, credentials, request=None, **kwargs):
    """What was typed is not kept: it may be a password in the wrong field."""
    known = User.objects.filter(email__iexact=credentials.get("email") or "").first()
    SecurityEvent.record("sign_in_failed", user=known, request=request)


def password_changed(sender, request, user, **kwargs):
    SecurityEvent.record("password_changed", user=user, request=request)


def factor_added(sender, request, user, authenticator, **kwargs):
    SecurityEvent.record("second_factor_added", user=user, request=request, type=authenticator.type)


def factor_removed(sender, request, user, authenticator, **kwargs):
    SecurityEvent.record("second_factor_removed", user=user, request=request, type=authenticator.type)


def code_refused(sender, request, user, **kwargs):
    SecurityEvent.record("second_factor_refused", user=user, request=request)


def listen() -> None:
    """Connect everything above; called once when the app is ready."""
    auth.user_logged_in.connect(signed_in)
    auth.user_logged_out.connect(signed_out)
    auth.user_login_failed.connect(sign_in_failed)
    for signal in (account.password_changed, account.password_reset, account.password_set):
        signal.connect(password_changed)
    mfa.authenticator_added.connect(factor_added)
    mfa.authenticator_removed.connect(factor_removed)
    mfa.authentication_failed.connect(code_refused)
