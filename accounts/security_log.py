"""What the security log hears of sign-in, from Django's and allauth's signals (never from our own code)."""

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth

from accounts.middleware import start_clock
from accounts.models import SecurityEvent, User


def signed_in(sender, request, user, **kwargs):
    start_clock(request)
    if request.META:  # absent when a command or a test signs somebody in
        event = "break_glass_sign_in" if user.is_superuser else "signed_in"
        SecurityEvent.record(event, user=user, request=request)


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
