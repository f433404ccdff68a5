"""What an editor should look at before an issue leaves (N4): every problem is one sentence."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from dxportal.text import Confidentiality
from newsletter import markdown

SUBJECT_LETTERS = 30  # longer subjects are cut off by phones
CLASS_THREE = re.compile("機密性\\s*[3３]|特定秘密|極秘")  # noqa: RUF001 - the full-width digit is meant


@dataclass(frozen=True)
class Problem:
    """`blocking` problems keep an issue from being checked; the others are for the editor to judge."""

    message: str
    blocking: bool = False


def problems(issue) -> list[Problem]:
    """Everything worth a look, the blocking ones first."""
    found = [*_missing(issue), *_class(issue), *_links(issue), *_empty(issue), *_html(issue), *_length(issue)]
    return sorted(found, key=lambda problem: not problem.blocking)


def texts(issue) -> list[tuple[str, str]]:
    """Every Markdown text of the issue with the name of its place."""
    own = [
        (_("リード"), issue.lead),
        (_("英語の要約"), issue.english_summary),
        (_("編集後記"), issue.editor_note),
    ]
    return own + [(article.label, article.body) for article in issue.sections]


def _missing(issue):
    if not issue.title:
        yield Problem(_("題名がない。件名になる"), blocking=True)
    if not issue.lead:
        yield Problem(_("リードがない。題名のすぐ下に出る"), blocking=True)
    if not any(article.body for article in issue.sections):
        yield Problem(_("本文のある節が一つもない"), blocking=True)
    if not issue.title_en or not issue.english_summary:
        yield Problem(_("英語の題名か要約がない。英語の読者にも日本語の題名で届く"))


def _class(issue):
    for place, source in texts(issue):
        if CLASS_THREE.search(source):
            yield Problem(
                _("「%(place)s」に機密性3や特定秘密という言葉がある。中身を確かめる") % {"place": place}
            )
    if issue.confidentiality == Confidentiality.TWO:
        yield Problem(_("機密性2の号。省の外へ転送されないよう、件名に中身を書かない"))


def _links(issue):
    """Links to pages of this portal that do not exist."""
    for place, source in texts(issue):
        for address in markdown.links(source):
            if not address_exists(address):
                yield Problem(
                    _("「%(place)s」のリンク切れ: %(address)s") % {"place": place, "address": address},
                    blocking=True,
                )


def address_exists(address: str) -> bool:
    """False for an address of this portal that no page answers to. Other hosts are not asked."""
    if address.startswith(settings.SITE_URL):
        address = address.removeprefix(settings.SITE_URL) or "/"
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return True
    if not parts.path:
        return bool(parts.fragment)
    try:
        resolve(parts.path)
    except Resolver404:
        return False
    return True


def link_count(issue) -> int:
    return sum(len(markdown.links(source)) for _place, source in texts(issue))


def _empty(issue):
    for article in issue.sections:
        if not article.body:
            yield Problem(_("「%(label)s」の節が空。このままだと節ごと出ない") % {"label": article.label})


def _html(issue):
    for place, source in texts(issue):
        if pieces := markdown.refused(source):
            shown = " ".join(pieces)
            yield Problem(
                _("「%(place)s」のHTMLは使えない。文字のまま出る: %(pieces)s")
                % {"place": place, "pieces": shown}
            )


def _length(issue):
    if len(issue.title) > SUBJECT_LETTERS:
        yield Problem(_("題名が%(count)s字。30字を超えると携帯で切れる") % {"count": len(issue.title)})
