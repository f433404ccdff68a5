"""The list of addresses that nothing reaches: what the other side's answer means in words, and the list as a file."""

import re

import tablib
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dxportal.text import localized

# The first pattern that the reply holds says why. Enhanced codes (RFC 3463) come first, bare SMTP codes last.
WHY = (
    (r"\b5\.(1\.2|4\.310)\b", gettext_lazy("@のあとの名前のサーバーがない。")),
    (r"\b5\.1\.3\b", gettext_lazy("宛先の書き方が正しくない。")),
    (r"\b5\.1\.6\b", gettext_lazy("受信箱がほかへ移った。")),
    (r"\b5\.2\.1\b", gettext_lazy("受信箱が止められている。")),
    (r"\b5\.1\.\d+\b|\b55[01]\b", gettext_lazy("この名前の受信箱がない。")),
    (r"\b(501|553)\b", gettext_lazy("宛先の書き方が正しくない。")),
)


def in_words(reply: str) -> str:
    """Why the other side refused the address, for people who do not read SMTP."""
    return str(
        next((words for pattern, words in WHY if re.search(pattern, reply)), _("相手が受け取らない。"))
    )


def dataset(preferences):
    """One row for each marked address, for XLSX and CSV."""
    headers = [
        _("職員番号"),
        _("氏名"),
        _("部署コード"),
        _("部署"),
        _("宛先"),
        _("いつから"),
        _("わけ"),
        _("相手の答え"),
    ]
    rows = [_row(preference, preference.person) for preference in preferences]
    return tablib.Dataset(*rows, headers=headers, title=_("確かめる宛先"))


def _row(preference, person) -> list:
    return [
        person.staff_number or "",
        person.display_name,
        person.department.code if person.department else "",
        localized(person.department, "name") if person.department else "",
        preference.refused_address,
        timezone.localtime(preference.refused_at).date(),
        in_words(preference.refused_reply),
        preference.refused_reply,
    ]
