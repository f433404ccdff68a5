"""/styleguide/: every component and chart with samples, for those who build pages (A8)."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dxportal import dates, timelines
from dxportal.charts import Axis, Step, Voice, Year
from dxportal.forms import JapaneseDateField
from dxportal.templatetags.portal import STATUS_WORDS
from dxportal.text import Confidentiality

# The samples stand on one day, so that the page looks the same on every other.
TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 0, 20, tzinfo=UTC)
AXIS = Axis.years(2024, 2028)
COLOURS = (
    ("ai", gettext_lazy("藍。実績の塗り、しるし")),
    ("ai2", gettext_lazy("年度の途中、見込み")),
    ("ai-soft", gettext_lazy("空の柱")),
    ("shu", gettext_lazy("朱。計画との差、きょう")),
    ("act", gettext_lazy("押せるもの")),
    ("link", gettext_lazy("リンク")),
    ("ink", gettext_lazy("文字、計画の線")),
    ("ink2", gettext_lazy("添える文字")),
    ("line", gettext_lazy("罫、枠")),
    ("line2", gettext_lazy("細い罫")),
    ("surface", gettext_lazy("面")),
    ("tint", gettext_lazy("図の地")),
)
ICONS = re.findall(
    r"[\w-]+",
    "logo p1 p2 p3 p4 st-ok st-slow st-late st-done st-none search bell user chevron download plus pause clock globe "
    "theme up menu info mail",
)
PILLARS = ((76, 71), (77, 79), (75, 68), (62, 56))


class SampleForm(forms.Form):
    """One field of each kind that {% field %} draws."""

    title = forms.CharField(label=gettext_lazy("題名"), max_length=30, help_text=gettext_lazy("30字まで。"))
    hours = forms.IntegerField(label=gettext_lazy("時間"), required=False)
    day = JapaneseDateField(label=gettext_lazy("期日"))
    problem = forms.CharField(label=gettext_lazy("内容"), widget=forms.Textarea, required=False)
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("情報の格付"), choices=Confidentiality.choices, widget=forms.RadioSelect, initial=1
    )
    state = forms.ChoiceField(label=gettext_lazy("状態"), choices=tuple(STATUS_WORDS.items()))
    online = forms.BooleanField(label=gettext_lazy("オンライン"), required=False)
    number = forms.IntegerField(widget=forms.HiddenInput, initial=118)


def styleguide(request):
    """Colours, words, parts, fields and charts, in the order a page needs them."""
    if request.user.is_expert:
        raise PermissionDenied
    return render(
        request, "styleguide.html", {**words(request), **fields(), **plan_charts(), **spread_charts()}
    )


def words(request) -> dict:
    levels = (messages.INFO, messages.SUCCESS, messages.WARNING, messages.ERROR)
    return {
        "today": TODAY,
        "soon": TODAY + timedelta(days=3),
        "now": NOW,
        "colours": COLOURS,
        "icons": ICONS,
        "codes": tuple(STATUS_WORDS),
        "translated": SimpleNamespace(
            name="在外公館の通信を強くする", name_en="Resilient lines for missions"
        ),
        "untranslated": SimpleNamespace(name="決裁の画面を軽くする"),
        "followed": SimpleNamespace(history_key=("initiative", "0")),
        "page": Paginator(range(120), 10).get_page(request.GET.get("page", 4)),
        "said": [Message(level, _("保存しました。")) for level in levels],
    }


def fields() -> dict:
    """An empty form, one sent back with errors, and one that somebody else was quicker to save."""
    sent = {"title": "", "day": _("きのう"), "number": "118", "confidentiality": "1", "state": "ok"}
    refused = SampleForm({f"refused-{name}": value for name, value in sent.items()}, prefix="refused")
    refused.is_valid()
    conflict = {"label": _("題名"), "theirs": _("先に保存された内容"), "mine": _("あなたが書いた内容")}
    return {"form": SampleForm(), "refused": refused, "overtaken": SimpleNamespace(conflicts=[conflict])}


def plan_charts() -> dict:
    return {
        "axis": AXIS,
        "pillars": PILLARS,
        "steps": [
            Step(20, date(2024, 9, 30), date(2024, 9, 30), True),
            Step(25, date(2025, 6, 30), date(2025, 9, 15), True),
            Step(25, date(2026, 9, 30), date(2027, 1, 31), False),
            Step(30, date(2028, 3, 31), date(2028, 6, 30), False),
        ],
        "years": [
            Year(2024, 30, 34),
            Year(2025, 55, 48),
            Year(2026, 75, 58, open=True),
            Year(2027, 90, None),
        ],
        "span": timelines.Span(
            date(2024, 4, 1),
            date(2028, 6, 30),
            date(2028, 3, 31),
            plan=72,
            actual=45,
            due=date(2026, 9, 30),
            moved_to=date(2027, 1, 31),
        ),
        "slips": [
            (date(2025, 6, 30), date(2025, 9, 15), True),
            (date(2026, 9, 30), date(2027, 1, 31), False),
        ],
    }


def spread_charts() -> dict:
    """Who learnt from whom, how people feel about it, and how a newsletter travels."""
    nine = datetime(2026, 11, 18, 9, 0, tzinfo=dates.TOKYO)
    rows = ((1, "A", 0, None), (2, "B", 2, 1), (3, "C", 3, 1), (4, "D", 5, 2))
    return {
        "adopters": [
            timelines.Adopter(
                key, _("部署%(letter)s") % {"letter": letter}, date(2026, 4 + months, 1), teacher
            )
            for key, letter, months, teacher in rows
        ],
        "voices": [Voice(4.2, 2.4, "R7 Q4"), Voice(3.6, 3.1, "R8 Q1"), Voice(2.3, 4.1, "R8 Q2")],
        "wave_axis": timelines.wave_axis(nine, nine + timedelta(hours=8)),
        "wave_start": nine,
        "wave_end": nine + timedelta(hours=2),
        "wave_now": nine + timedelta(hours=1, minutes=12),
    }
