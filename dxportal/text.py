"""Words: comparing Japanese text, choosing the viewer's language, and the information class of an item."""

import re
import unicodedata

from django.conf import settings
from django.db import models
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Variant characters of names and places, each line: the everyday form, then the forms folded into it.
# NFKC leaves these alone, so 髙橋 would not be found by 高橋 (domain.md, section 4).
VARIANT_KANJI = """
高髙 崎﨑嵜碕 辺邊邉 沢澤 斉齊齋斎 広廣 浜濱濵 島嶋嶌 国國圀 桜櫻 関關 滝瀧 竜龍 吉𠮷 条條 栄榮 宝寶寳 寿壽
恵惠 徳德 曽曾 鉄鐵 円圓 塩鹽 亀龜 桧檜 薮藪 真眞 静靜 渕淵 館舘 富冨 峰峯 秋穐 松枩 渋澁
豊豐 麦麥 万萬 遥遙 礼禮 与與 会會 学學 芸藝 県縣 区區 総總 鉱鑛 検檢 権權 済濟 証證 転轉
読讀 売賣 発發 変變 録錄 緑綠 横橫 黒黑 清淸 青靑 郎郞 晃晄 穂穗 弥彌 実實
"""
FOLDED = {ord(other): line[0] for line in VARIANT_KANJI.split() for other in line[1:]}


MOST_DIGITS = 10  # a number with fewer fits the columns of the database


class Confidentiality(models.IntegerChoices):
    """The classes the portal may hold; class 3 and designated secrets are refused (domain.md 3.6)."""

    ONE = 1, _("機密性1")
    TWO = 2, _("機密性2")


def normalise(text: str) -> str:
    """The form in which texts are compared: NFKC, lower case, everyday kanji, single spaces. Never stored as a name."""
    folded = unicodedata.normalize("NFKC", text or "").casefold().translate(FOLDED)
    return " ".join(folded.split())


# Letters by their category that are nevertheless drawn as nothing: fillers of hangul, the empty braille cell.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_invisible(text: str) -> bool:
    """Whether nothing of the text can be seen: blanks, control and format characters, lone combining marks."""
    return all(
        c.isspace() or c in FILLERS or unicodedata.category(c) in ("Cc", "Cf", "Cn", "Mn", "Me") for c in text
    )


def whole_number(text: str) -> int:
    """The number that the text is, as rows are counted; 0 for what is none and for what no row could have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS else 0


def narrow(text: str) -> str:
    """NFKC and trimmed: for numbers, codes and e-mail addresses, not for names of people (domain.md 3.1)."""
    return unicodedata.normalize("NFKC", text or "").strip()


def english() -> bool:
    """Whether the page is being shown in English."""
    return (get_language() or settings.LANGUAGE_CODE).startswith("en")


def localized(obj, name: str) -> str:
    """The field `name` of obj in the viewer's language: `<name>_en` in English when filled, else the Japanese."""
    translated = getattr(obj, f"{name}_en", "") if english() else ""
    return translated or getattr(obj, name, "") or ""


def localized_html(obj, name: str) -> str:
    """Like localized(), with Japanese text on an English page marked up as Japanese for speech and fonts."""
    text = localized(obj, name)
    if english() and text and not getattr(obj, f"{name}_en", ""):
        return format_html('<span lang="ja">{}</span>', text)
    return text


def lower(word: str) -> str:
    """An English name of a thing inside a sentence: Initiative is initiative, KPI stays KPI."""
    return word[0].lower() + word[1:] if word[1:2].islower() else word


def plural(word: str) -> str:
    """An English name of things inside a sentence: Initiative is initiatives, Policy policies, KPI KPIs."""
    word = lower(word)
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|ch|sh)$", word) else f"{word}s"


def inside(word: str, number: int | None = None) -> str:
    """A plan's word for a level inside a sentence: in English lower-case, and plural unless it is about one."""
    if not english():
        return word
    return lower(word) if number == 1 else plural(word)


def setting(name: str) -> str:
    """A setting that comes in two languages (ORGANISATION_NAME, ORGANISATION_NAME_EN) in the viewer's."""
    return (getattr(settings, f"{name}_EN", "") if english() else "") or getattr(settings, name)
