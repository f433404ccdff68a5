"""Links of an issue before it leaves: do they lead where their words say, and can every member of staff follow them?

Other hosts are never contacted; what is judged is the address as it is written (promises.md XS5).
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from dxportal.text import narrow
from pillars.models import Indicator, Initiative, Objective, Pillar, Plan
from taskforce.models import GoodPractice, Guidance, Idea, WorkingGroup, Workshop

# Only from the beginning of a word on: from each of its letters it would take minutes for a long one (XS8).
HOST = re.compile(r"(?<![\w.-])(https?://|www\.)?((?:[\w-]+\.)+[^\W\d_]{2,})(?=[/:?#\s]|$)", re.IGNORECASE)
FILE_ENDINGS = {
    "pdf",
    "xlsx",
    "xls",
    "docx",
    "doc",
    "pptx",
    "csv",
    "txt",
    "zip",
    "png",
    "jpg",
    "md",
    "py",
    "html",
}
LARGEST = 2**31 - 1
OPEN_PILLAR = {"pillar__is_restricted": False}
# Pages about one thing: what every member of staff may read of them, and the fields its address names.
READABLE = {
    "pillars:plan": (lambda: Plan.objects.published(), {"plan": "code"}),
    "pillars:pillar": (
        lambda: Pillar.objects.exclude(plan__status=Plan.Status.DRAFT).filter(is_restricted=False),
        {"plan": "plan__code", "code": "code"},
    ),
    "pillars:objective": (
        lambda: Objective.objects.exclude(plan__status=Plan.Status.DRAFT).filter(**OPEN_PILLAR),
        {"plan": "plan__code", "code": "code"},
    ),
    "pillars:initiative": (
        lambda: Initiative.objects.published().filter(objective__pillar__is_restricted=False),
        {"plan": "plan__code", "code": "code"},
    ),
    "pillars:indicator": (
        lambda: Indicator.objects.published().filter(objective__pillar__is_restricted=False),
        {"plan": "plan__code", "code": "code"},
    ),
    "taskforce:idea": (lambda: Idea.objects.published(), {"number": "number"}),
    "taskforce:practice": (lambda: GoodPractice.objects.told(), {"pk": "pk"}),
    "taskforce:workshop": (lambda: Workshop.objects.all(), {"pk": "pk"}),
    "taskforce:group": (lambda: WorkingGroup.objects.all(), {"slug": "slug"}),
    "taskforce:guidance": (lambda: Guidance.objects.published(), {"pk": "pk"}),
    "newsletter:issue": (
        lambda: apps.get_model("newsletter.Issue").objects.published(),
        {"number": "number"},
    ),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a link, in words; `grave` ones must not reach readers."""

    words: str
    grave: bool


# --- addresses of this portal -----------------------------------------------------------------------


def own_path(address: str) -> str | None:
    """The path of an address of this portal, None for another host's and for mailto:."""
    if address.startswith(settings.SITE_URL):
        address = address.removeprefix(settings.SITE_URL) or "/"
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else unquote(parts.path)


def address_exists(address: str) -> bool:
    """False for an address of this portal that no page answers to. Other hosts are not asked."""
    path = own_path(address)
    if path is None:
        return True
    if not path:
        return bool(urlsplit(address).fragment)
    if "\0" in path:  # no key of the database holds it, and asking for one fails
        return False
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def unreadable(addresses, *, own_number: int) -> dict[str, Fault]:
    """{address: fault} of links into this portal that not every member of staff can follow, one query for each kind
    of page. `own_number` is the issue itself, which is not published yet."""
    asked, faults = {}, {}
    for address in addresses:
        if not address_exists(address):
            faults[address] = Fault(_("リンク切れ"), grave=True)
        elif path := own_path(address):
            match = resolve(path)
            if match.view_name in READABLE:
                asked.setdefault(match.view_name, {})[address] = match.kwargs
            elif match.kwargs:
                words = _("全職員が開けるか、確かめられないリンク。開いて確かめる")
                faults[address] = Fault(words, grave=False)
    for name, kwargs in asked.items():
        there = readable(name, kwargs.values())
        if name == "newsletter:issue":
            there.add((own_number,))
        for address, values in kwargs.items():
            if tuple(values.values()) not in there:
                faults[address] = Fault(_("全職員は開けないリンク"), grave=True)
    return faults


def readable(name: str, asked) -> set[tuple]:
    """Those of the asked things that every member of staff may read, as the values in their addresses."""
    make, fields = READABLE[name]
    found = make()
    for argument, lookup in fields.items():
        values = [kwargs[argument] for kwargs in asked]
        small = [value for value in values if not isinstance(value, int) or value <= LARGEST]
        found = found.filter(**{f"{lookup}__in": small})
    return set(found.values_list(*fields.values()))


# --- addresses that deceive -------------------------------------------------------------------------


def deceptive(address: str, words: str) -> Fault | None:
    """What would mislead a reader who trusts the words of the link or the look of the address; None for nothing."""
    parts = urlsplit(address)
    if parts.scheme == "mailto":
        return None
    host = parts.hostname or urlsplit(settings.SITE_URL).hostname
    if "@" in parts.netloc:
        return Fault(
            _("「@」の前に別の名前を置いたリンク。本当の行き先は %(host)s") % {"host": host}, grave=True
        )
    if shown := other_host(narrow(words).lower(), host):
        said = {"shown": shown[1], "host": host}
        return Fault(_("文字は %(shown)s だが、行き先は %(host)s") % said, grave=bool(shown[0]))
    return look_alike(host)


def other_host(words: str, host: str) -> tuple[str, str] | None:
    """(scheme or "", host) that the words show when it is not the target's; www. and subdomains make no difference."""
    for found in HOST.finditer(words):
        shown = found[2].removeprefix("www.")
        if not found[1] and shown.rpartition(".")[2] in FILE_ENDINGS:
            continue
        plain = unicode_host(host).removeprefix("www.")
        if not (plain == shown or plain.endswith(f".{shown}") or shown.endswith(f".{plain}")):
            return found[1] or "", shown
    return None


def look_alike(host: str) -> Fault | None:
    """A host whose name is not plain ASCII: said as it looks, and graver where one word mixes alphabets."""
    shown = unicode_host(host)
    if shown.isascii():
        return None
    if any(len(scripts(label)) > 1 for label in shown.split(".")):
        words = _("似た文字を混ぜたホスト名 %(shown)s(%(host)s)。なりすましのおそれがある")
        return Fault(words % {"shown": shown, "host": host}, grave=True)
    words = _("英数字でないホスト名 %(shown)s(%(host)s)。行き先を確かめる")
    return Fault(words % {"shown": shown, "host": host}, grave=False)


def unicode_host(host: str) -> str:
    """xn--… as it looks to a reader; what cannot be decoded stays as it is."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def scripts(label: str) -> set[str]:
    """The alphabets of a word by the names of its letters; kana and kanji count as one, digits as none."""
    found = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
    return {"JAPANESE" if name in ("CJK", "HIRAGANA", "KATAKANA") else name for name in found}
