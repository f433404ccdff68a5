"""Pages for when something is wrong: what happened, what is safe, what to do (design.md section 8)."""

import secrets
import sys

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dxportal.text import setting

logger = structlog.get_logger(__name__)

SHEETS = ("vendor/dads-tokens/dads-tokens.css", "css/tokens.css", "css/portal.css", "css/components.css")
RETRY_SECONDS = 60


@login_not_required
def csrf_failure(request, reason=""):
    """A form that came without its token: nothing was changed, the text is still in the browser."""
    return render(request, "403.html", {"csrf": True}, status=403)


@login_not_required
def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


@login_not_required
def not_found(request, exception=None):
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request):
    """The page of last resort: asks no database, no session, no context processor.

    While the database cannot be reached it is a calm 503 that says when to come back (promises.md P11).
    """
    if isinstance(sys.exc_info()[1], OperationalError):
        return unavailable()
    number = secrets.token_hex(3).upper()
    logger.error("server_error_page", number=number)
    words = {"number": number, "contact": setting("SECRETARIAT_CONTACT")}
    answer = (
        _("書いた内容はこの端末の下書きに残っています。番号 %(number)s を%(contact)sに伝えてください。")
        % words
    )
    return plain_page(
        _("うまく動きませんでした"), answer, _("少し待ってから、もう一度お試しください。"), status=500
    )


def unavailable() -> HttpResponse:
    logger.warning("database_unavailable")
    answer = _("データベースにつながりません。これまでに保存した内容は失われていません。")
    response = plain_page(
        _("ただいま使えません"), answer, _("1分ほど待ってから、もう一度お試しください。"), status=503
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def plain_page(title, answer, advice, *, status) -> HttpResponse:
    """A page in the portal's look from strings alone."""
    context = {
        "title": title,
        "answer": answer,
        "advice": advice,
        "name": setting("PORTAL_NAME"),
        "language": get_language() or "ja",
        "again": _("もう一度"),
        "home": _("ホーム"),
        "icon": static("img/favicon.svg"),
        "sheets": [static(sheet) for sheet in SHEETS],
    }
    return HttpResponse(get_template("500.html").template.render(Context(context)), status=status)
