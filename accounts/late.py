"""What was sent after the session had ended: kept, and offered again once the same person has signed in (SE5).

It lies in the session of the browser that sent it, never longer than that lives. Files, passwords and what a script
sent are not kept; a script keeps its own (static/js/draft.js).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

KEPT = "late_post"  # in the session: [person's number, address, the fields as they were sent, whether files were lost]
DROP = "late_post_drop"
LONGEST = 200_000  # characters; more than any form of the portal takes
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "secret")


@dataclass(frozen=True)
class LatePost:
    """A form as it was sent."""

    path: str
    fields: QueryDict
    had_files: bool

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(name, value) of every field, in the order in which they were sent."""
        return [(name, value) for name, values in self.fields.lists() for value in values]

    @property
    def words(self) -> list[str]:
        """What a person wrote, without the codes and numbers of choices."""
        return [value for _name, value in self.pairs if not value.isascii() or len(value.split()) > 1]


def late_posts(get_response):
    """Keep a form that comes without a session; offer it where it was sent from when its person is back."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated:
            remember(request, response)
        elif request.method == "POST" and asks_to_sign_in(response):
            keep(request)
        return response

    def process_view(request, view, args, kwargs):
        kept = request.session.get(KEPT) if request.user.is_authenticated else None
        if kept is None:
            return None
        person, path, fields, had_files = kept
        if person != request.user.pk:
            del request.session[KEPT]
        elif request.method == "POST" and request.get_full_path() == path:
            del request.session[KEPT]
            if DROP in request.POST:
                messages.info(request, _("送れなかった内容を消しました。"))
                return redirect("portal:home")
        elif request.method == "GET" and request.get_full_path() == path:
            late = LatePost(path, QueryDict(fields), had_files)
            return render(request, "account/late_post.html", {"late": late})
        return None

    middleware.process_view = process_view
    return middleware


def remember(request, response) -> None:
    """Leave the person's number on the browser, signed, so that a late form can be told to be his."""
    if person_of(request) != request.user.pk:
        response.set_signed_cookie(
            settings.PERSON_COOKIE_NAME,
            request.user.pk,
            max_age=settings.SESSION_LONGEST_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def person_of(request) -> int | None:
    """Who was last signed in on this browser; None when nobody was, or the cookie is not ours."""
    told = request.get_signed_cookie(
        settings.PERSON_COOKIE_NAME, None, max_age=settings.SESSION_LONGEST_SECONDS
    )
    return int(told) if told else None


def asks_to_sign_in(response) -> bool:
    return response.status_code == 302 and urlsplit(response.url).path == resolve_url(settings.LOGIN_URL)


def keep(request) -> None:
    """Put the form into the new session, if a person sent it and it is no larger than a form can be."""
    person = person_of(request)
    if person is None or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return
    fields = request.POST.copy()
    for name in list(fields):
        if any(word in name for word in NEVER_KEPT):
            del fields[name]
    sent = fields.urlencode()
    if fields and len(sent) <= LONGEST:
        request.session[KEPT] = [person, request.get_full_path(), sent, bool(request.FILES)]
