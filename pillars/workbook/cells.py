"""Cells of the plan's workbook: how each kind of value is read from people's hands and written for machines.

Widgets of django-import-export. `clean` returns the Python value or raises ValueError with a sentence for the row;
`render` returns the cell as domain.md 3.11 wants it: a number, a date or a text, nothing decorated.
References are codes on both sides; `clean` checks them against `known` = {kind: {code: object or True}}.
"""

import re
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.widgets import Widget

from dxportal import reading
from dxportal.text import english, narrow

EXCEL_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
NUMBER = re.compile(r"[-−▲△]?\s?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?%?\Z")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FOUR_PLACES = Decimal("0.0001")


def cell_text(value) -> str:
    """The cell as text, "" when blank. Raises ValueError for Excel's error values and control characters."""
    if value is None:
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if text.strip() in EXCEL_ERRORS:
        raise ValueError(_("Excelのエラー値です。計算式を値に直してください。"))
    if CONTROL.search(text):
        raise ValueError(_("使えない制御文字が入っています。"))
    return text


class Cell(Widget):
    """Common base: values stay what they are in the cell, and have a form for people."""

    def __init__(self):
        super().__init__(coerce_to_string=False)

    def render(self, value, obj=None, **kwargs):
        return value

    def show(self, value) -> str:
        """The value in the preview and in history."""
        return "" if value in (None, "") else str(value)


class Text(Cell):
    def __init__(self, longest: int = 5000):
        super().__init__()
        self.longest = longest

    def clean(self, value, row=None, **kwargs):
        text = cell_text(value).replace("\r\n", "\n").strip()
        if len(text) > self.longest:
            raise ValueError(
                _("長すぎます(%(count)s字)。%(limit)s字までです。")
                % {"count": len(text), "limit": self.longest}
            )
        return text

    def render(self, value, obj=None, **kwargs):
        return value or None


class Code(Text):
    """A key: NFKC, ASCII letters, digits, hyphen, underscore, full stop."""

    def __init__(self):
        super().__init__(60)

    def clean(self, value, row=None, **kwargs):
        code = narrow(super().clean(value))
        if code and not CODE.match(code):
            raise ValueError(_("コードは半角の英数字と「-」「_」「.」で書きます。"))
        return code


class Reference(Code):
    """The code of a parent or a department; None when blank."""

    MISSING = {
        "department": gettext_lazy("この組織コードは組織の一覧にありません。"),
        "plan": gettext_lazy("この計画コードは「計画」のシートにありません。"),
        "pillar": gettext_lazy("この柱コードは「柱」のシートにありません。"),
        "objective": gettext_lazy("この目標コードは「目標」のシートにありません。"),
        "initiative": gettext_lazy("この施策コードは「施策」のシートにありません。"),
        "indicator": gettext_lazy("このKPIコードは「KPI」のシートにありません。"),
        "grade": gettext_lazy("この評価は「コード表」にありません。"),
    }

    def __init__(self, kind: str):
        super().__init__()
        self.kind = kind

    def clean(self, value, row=None, known=None, **kwargs):
        code = Text.clean(self, value) if self.kind == "grade" else super().clean(value)
        if code and known is not None and code not in known[self.kind]:
            near = get_close_matches(code, [str(key) for key in known[self.kind]], 1, 0.75)
            hint = _("近いコードは %(code)s です。") % {"code": near[0]} if near else ""
            gap = " " if english() and hint else ""
            raise ValueError(f"{self.MISSING[self.kind]}{gap}{hint}")
        return code or None


class References(Code):
    """Codes joined with ; (also 、 and ，): a sorted tuple without repeats."""

    def __init__(self, kind: str):
        super().__init__()
        self.kind = kind

    def clean(self, value, row=None, known=None, **kwargs):
        one = Reference(self.kind)
        parts = re.split(r"[;,、\n]", narrow(cell_text(value)))
        return tuple(sorted({one.clean(part, known=known) for part in parts if part.strip()}))

    def render(self, value, obj=None, **kwargs):
        return ";".join(value or ()) or None

    def show(self, value):
        return ";".join(value or ())


class Number(Cell):
    """A decimal number: full-width digits, thousands commas, %, ▲ are read; what is uncertain is refused."""

    def __init__(self, lowest=None, highest=None, *, whole=False):
        super().__init__()
        self.lowest, self.highest, self.whole = lowest, highest, whole

    def clean(self, value, row=None, **kwargs):
        number = self.read(value)
        if number is None:
            return None
        if self.whole and number != number.to_integral_value():
            raise ValueError(_("整数で書きます。45%のときは0.45でなく45です。"))
        if self.lowest is not None and not self.lowest <= number <= self.highest:
            limits = {"lowest": self.lowest, "highest": self.highest}
            raise ValueError(_("%(lowest)s から %(highest)s までの数です。") % limits)
        if abs(number) >= 10**14:
            raise ValueError(_("数が大きすぎます。"))
        return int(number) if self.whole else number.quantize(FOUR_PLACES)

    @staticmethod
    def read(value) -> Decimal | None:
        if isinstance(value, bool):
            raise ValueError(_("数でなく TRUE・FALSE が入っています。"))
        if isinstance(value, float) and not abs(value) < 1e15:
            raise ValueError(_("数が大きすぎます。"))
        if isinstance(value, int | float):
            return Decimal(str(value))
        written = narrow(cell_text(value))
        if written in reading.NOTHING:
            return None
        if not NUMBER.match(written):
            raise ValueError(_("数として読めません。"))
        return reading.parse_number(written)

    def render(self, value, obj=None, **kwargs):
        if value is None:
            return None
        return int(value) if value == int(value) else float(value)

    def show(self, value):
        if value is None:
            return ""
        text = f"{Decimal(value):,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


class Whole(Number):
    def __init__(self, lowest=0, highest=32767, default=None):
        super().__init__(lowest, highest, whole=True)


class Day(Cell):
    """A date cell, or a date as people write it (R8.3.31, 令和8年3月末). `edge` reads months: start or end."""

    def __init__(self, edge: str = "end"):
        super().__init__()
        self.edge = edge

    def clean(self, value, row=None, **kwargs):
        if isinstance(value, bool | int | float):
            raise ValueError(_("日付でなく数が入っています。日付の書式にするか、R8.3.31 のように書きます。"))
        text = cell_text(value).strip()
        return reading.parse_date(text, edge=self.edge) if narrow(text) not in reading.NOTHING else None

    def show(self, value):
        return value.isoformat() if isinstance(value, date) else ""


class Choice(Cell):
    """One word of a list. `category` is its 区分 in the コード表, through which a plan may use words of its own."""

    def __init__(self, category: str, words: dict, *, aliases: dict | None = None, blank=""):
        super().__init__()
        self.category, self.words, self.aliases, self.blank = category, words, aliases or {}, blank

    def clean(self, value, row=None, vocabulary=None, **kwargs):
        word = cell_text(value).strip()
        if not word:
            return self.blank
        words = {**self.words, **self.aliases, **(vocabulary or {}).get(self.category, {})}
        for known, meaning in words.items():
            if narrow(known) == narrow(word):
                return meaning
        allowed = "・".join(dict.fromkeys([*(vocabulary or {}).get(self.category, {}), *self.words]))
        raise ValueError(_("使える言葉は %(words)s です。") % {"words": allowed})

    def render(self, value, obj=None, vocabulary=None, **kwargs):
        own = {meaning: word for word, meaning in (vocabulary or {}).get(self.category, {}).items()}
        standard = {meaning: word for word, meaning in reversed(self.words.items())}
        return own.get(value) or standard.get(value)

    def show(self, value):
        return self.render(value) or ""


class ClassMark(Choice):
    """格付: class 3 must not enter the portal (domain.md 3.6)."""

    def clean(self, value, row=None, **kwargs):
        if narrow(cell_text(value)) in ("機密性3", "3", "極秘", "秘"):
            raise ValueError(
                _("機密性3の情報はポータルに入れられません。この行をファイルから除いてください。")
            )
        return super().clean(value, row, **kwargs)
