"""Demonstration only: the mails the local mail server really received (dxportal.local.catcher)."""

import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property, wraps
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from dxportal.mail_frame import framed

PER_PAGE = 50
NAME = re.compile(r"(?P<at>\d{8}T\d{6}\.\d{6})-\d+-\d+-(?P<address>[a-z0-9@.+_-]+)\.eml")


class ReceivedMail:
    """One file of the catcher."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def received_at(self) -> datetime:
        return datetime.strptime(self.name.split("-")[0], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)

    @cached_property
    def message(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.path.read_bytes())

    @property
    def recipients(self) -> list[str]:
        """The envelope's recipients, which is where the mail really went."""
        return [str(address) for address in self.message.get_all("X-Original-To", [])]

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def html(self) -> str:
        return self.part("html")

    @property
    def text(self) -> str:
        return self.part("plain")

    @property
    def pictures(self) -> list[tuple[str, str, bytes]]:
        """(content id, subtype, bytes) of the pictures inside the mail."""
        parts = [part for part in self.message.walk() if part.get_content_maintype() == "image"]
        return [
            (part["Content-ID"].strip("<> "), part.get_content_subtype(), part.get_content())
            for part in parts
            if part["Content-ID"]
        ]

    def part(self, kind: str) -> str:
        body = self.message.get_body(preferencelist=(kind,))
        return body.get_content() if body is not None else ""


class SearchForm(forms.Form):
    to = forms.CharField(label=_("宛先"), required=False, max_length=80)

    def filter(self, paths: list[Path]) -> list[Path]:
        """Only the mails whose first recipient contains what was typed."""
        wanted = self.cleaned_data["to"].strip().lower() if self.is_valid() else ""
        return [path for path in paths if wanted in NAME.fullmatch(path.name)["address"]]


def folder() -> Path:
    return settings.VAR_DIR / "mail"


def newest_first() -> list[Path]:
    """The files of the catcher; anything else in the folder is passed over."""
    found = folder().iterdir() if folder().is_dir() else []
    return sorted((path for path in found if NAME.fullmatch(path.name)), reverse=True)


def demonstration_only(view):
    """Open without signing in, because sign-in codes arrive here; does not exist outside the demonstration."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return require_safe(never_cache(login_not_required(checked)))


def get_mail(name: str) -> ReceivedMail:
    """The mail of that name, or 404. Raises Http404."""
    path = folder() / f"{name}.eml"
    if not NAME.fullmatch(path.name) or not path.is_file():
        raise Http404
    return ReceivedMail(path)


@demonstration_only
def mail_list(request):
    form = SearchForm(request.GET)
    paths = newest_first()
    page = Paginator(form.filter(paths), PER_PAGE).get_page(request.GET.get("page"))
    mails = [ReceivedMail(path) for path in page]
    return render(
        request, "demo/mail_list.html", {"form": form, "page": page, "mails": mails, "total": len(paths)}
    )


@demonstration_only
def mail(request, name):
    return render(request, "demo/mail.html", {"mail": get_mail(name)})


@demonstration_only
@xframe_options_sameorigin
def mail_html(request, name):
    """The HTML part by itself, shut in by a policy of its own; links open in a new window."""
    found = get_mail(name)
    if not found.html:
        raise Http404
    return framed(found.html, found.pictures)
