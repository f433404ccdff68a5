"""allauth policy: nobody signs up, people come from the staff list; account mails leave through the outbox."""

from base64 import urlsafe_b64encode
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts.models import User

TOO_MANY = _(
    "続けて間違えたため、このアカウントは5分間ログインできません。5分たってから、もう一度入れてください。"
)
WRONG_CODE = _("番号が違います。いま表示されている番号を入れてください。")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("メールアドレスかパスワードが違います。"),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("パスワードが違います。"),
        "enter_current_password": _("いまのパスワードを入れてください。"),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": _(
            "続けて間違えたため、しばらく入れられません。5分たってから、もう一度入れてください。"
        ),
    }

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Account mails leave through the outbox, before everything else: the request only writes a row. Its words are
        in the language their reader chose; the portal's name and contact stand in the frame of every mail."""
        reader = User.objects.filter(email__iexact=email).first()
        language = reader.language if reader else get_language()
        with override(language):
            mail = self.render_mail(template_prefix, email, context)
        outbox = apps.get_model("newsletter", "Delivery").objects
        words = {"subject": mail.subject, "text": mail.body, "language": language}
        outbox.post("account", key=f"account:{uuid4()}", person=reader, address=email, **words)

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:settings")


def keys() -> MultiFernet:
    """Keys made from SECRET_KEY and, for reading, from those it replaced."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [
        salted_hmac("accounts.second-factor", "key", secret=secret, algorithm="sha256") for secret in secrets
    ]
    return MultiFernet([Fernet(urlsafe_b64encode(digest.digest())) for digest in digests])


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def encrypt(self, text):
        """Secrets of authenticator apps and recovery codes are useless to who steals only the database."""
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """The secret again; "" (which no code fits) when SECRET_KEY changed without SECRET_KEY_FALLBACKS."""
        try:
            return keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""

    def build_totp_svg(self, url):
        """The QR code as SVG for the page itself: the strict policy lets no data: image in."""
        svg = super().build_totp_svg(url)
        return mark_safe(svg[svg.index("<svg") :].replace("<svg ", '<svg class="qr" aria-hidden="true" ', 1))  # noqa: S308 - drawn by the library from our own URL
