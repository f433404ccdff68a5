"""Components of design.md section 6. Arguments are keyword-only, so a wrong name is a TemplateSyntaxError.

A component is a template in templates/components/ and a short function here. See /styleguide/ for each of them drawn.
"""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django import template
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dxportal import dates, text

register = template.Library()

# Computed states (design.md section 4): the icon, the word and the colour always come together.
STATUS_WORDS = {
    "ok": gettext_lazy("順調"),
    "slow": gettext_lazy("やや遅れ"),
    "late": gettext_lazy("遅れ"),
    "done": gettext_lazy("完了"),
    "none": gettext_lazy("未着手"),
}
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
JAPANESE = re.compile(
    r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef](?:[^<>]*[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef])?"
)
NOTICE_ICONS = {"info": "info", "ok": "st-done", "warn": "st-slow", "err": "st-late"}


# --- words with a shape ---------------------------------------------------------------------------


@register.simple_tag
def icon(name, *, label="", cls=""):
    """{% icon "search" %}; with label="検索" the icon speaks, without it is hidden from speech."""
    return _icon(name, str(label), cls)


@lru_cache(2000)
def _icon(name, label, cls):
    """The icon as HTML: a page draws the same few a hundred times."""
    classes = f"ico {cls}".strip()
    address = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', classes, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, address)


@register.simple_tag
def status(code, *, word="", alone=False):
    """{% status "late" %} icon + word; word= replaces the word; alone=True draws the icon with the word as its name."""
    return _status(code, str(word or STATUS_WORDS[code]), alone)


@lru_cache(2000)
def _status(code, word, alone):
    if alone:
        return format_html('<span class="st st--{}">{}</span>', code, icon(f"st-{code}", label=word))
    return format_html('<span class="st st--{}">{}{}</span>', code, icon(f"st-{code}"), word)


@register.filter
def status_word(code):
    """The word of a status code, for option lists and labels."""
    return STATUS_WORDS[code]


@register.inclusion_tag("components/pillar_locator.html")
def pillar_locator(number, *, of=4, label=None, alone=False):
    """{% pillar_locator 2 of=4 %}: the n-th column darkened and 柱2; label= replaces the word, alone=True hides it."""
    word = _("柱%(number)s") % {"number": number} if label is None else label
    return {"columns": locator_columns(int(number), int(of)), "label": word, "alone": alone}


def locator_columns(number: int, of: int) -> list[dict]:
    """Columns of the locator icon on its 24px grid: left edge, width, and whether it is the one meant."""
    step = 19.2 / of
    return [
        {"x": round(2.8 + step * k, 2), "w": round(step * 0.75, 2), "on": k + 1 == number} for k in range(of)
    ]


@register.simple_tag
def tag(label, *, kind=""):
    """{% tag "節目" %}; kind is fill, new, chg or err."""
    return format_html('<span class="tag{}">{}</span>', f" tag--{kind}" if kind else "", label)


@register.simple_tag
def localized(obj, name="name"):
    """{% localized plan "name" %}: the English field on English pages, else the Japanese inside lang="ja"."""
    return text.localized_html(obj, name)


@register.simple_tag
def class_mark(obj):
    """The mark of an item's information class: [機密性2]. Takes the item or the number."""
    number = getattr(obj, "confidentiality", obj)
    return format_html(
        '<span class="tag mark mark--{}">{}</span>', number, text.Confidentiality(number).label
    )


@register.inclusion_tag("components/class_notice.html")
def class_notice(*, id=""):
    """The notice beside every free text and upload (A9): 機密性3情報・特定秘密は書かない."""
    return {"id": id}


@register.simple_tag
def points(difference, *, sign=False):
    """{% points -4 %} 4ポイント; sign=True −4ポイント."""
    amount = number(difference if sign else abs(difference))
    amount = f"+{amount}" if sign and difference > 0 else amount
    return _("%(amount)sポイント") % {"amount": amount}


@register.filter
def as_written(value):
    """{{ line.target_label|as_written }}: for English readers the Japanese part of a text says lang="ja"."""
    shown = conditional_escape(value)
    if not text.english():
        return shown
    return mark_safe(JAPANESE.sub(r'<span lang="ja">\g<0></span>', shown))  # noqa: S308, escaped above


@register.filter
def number(value, decimals=None):
    """1234 as 1,234, a minus as −, None as —. decimals fixes the places."""
    if value is None:
        return "—"
    if decimals is not None:  # number_format cuts off; people round halves up
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP)
    return number_format(value, decimals, force_grouping=True).replace("-", "−")


# --- dates ----------------------------------------------------------------------------------------


def western(context) -> bool:
    """Whether this viewer prefers Western years in Japanese."""
    return bool(getattr(context.get("user"), "western_dates", False))


@register.simple_tag(takes_context=True)
def wareki(context, day, style="short", *, empty="—", bare=False):
    """{% wareki plan.starts_on "full" %}. Styles: short R7.11.19, long, full (with weekday), day, weekday, month,
    short_month, year. English 19 Nov 2025. None is —. bare=True gives text without <time> (for attributes)."""
    if day is None:
        return empty
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    shown = dates.format_day(day, style, western=western(context))
    return shown if bare else format_html('<time datetime="{}">{}</time>', day.isoformat(), shown)


@register.simple_tag(takes_context=True)
def told(context, value):
    """{% told pair.0 %}: a value as a history keeps it; days and moments as everywhere, nothing as なし."""
    if value in (None, ""):
        return _("なし")
    if ISO_DAY.fullmatch(str(value)):
        return wareki(context, date.fromisoformat(value))
    if ISO_MOMENT.match(str(value)):
        return local_time(context, datetime.fromisoformat(value), "short")
    return linebreaksbr(value)


@register.simple_tag(takes_context=True)
def fiscal_year(context, year, style="long"):
    """{% fiscal_year 2026 %} 令和8年度(2026年度); styles plain 令和8年度, short R8; English FY2026."""
    return dates.format_fiscal_year(int(year), style, western=western(context))


@register.simple_tag
def quarter(year, number, *, short=False):
    """{% quarter 2026 2 %} 令和8年度 第2四半期; short=True R8 Q2; English Q2 FY2026."""
    return dates.format_quarter(int(year), int(number), short=short)


@register.simple_tag(takes_context=True)
def local_time(context, at, style="weekday"):
    """{% local_time workshop.starts_at %}: day, city and time of the viewer first, Tokyo beside when it differs."""
    if at is None:
        return "—"
    zone = timezone.get_current_timezone()
    here, tokyo = at.astimezone(zone), at.astimezone(dates.TOKYO)
    shown = dates.format_day(here.date(), style, western=western(context)) if style else ""
    first = format_html(
        '<time datetime="{}">{} {} <b>{}</b></time>',
        here.isoformat(timespec="minutes"),
        shown,
        city(zone),
        clock(here),
    )
    if here.utcoffset() == tokyo.utcoffset():
        return first
    beside = clock(tokyo)
    if here.date() != tokyo.date():
        beside = f"{dates.format_day(tokyo.date(), 'day')} {beside}"
    return format_html('{} <span class="ink2">{} {}</span>', first, city(dates.TOKYO), beside)


@register.simple_tag
def clocks(at=None):
    """Now at the viewer's city and in Tokyo, as spans for the kick line: 06:20 パリ 14:20 東京."""
    at = at or timezone.now()
    zones = [timezone.get_current_timezone()]
    if at.astimezone(zones[0]).utcoffset() != at.astimezone(dates.TOKYO).utcoffset():
        zones.append(dates.TOKYO)
    return format_html_join(
        "", "<span>{} {}</span>", ((clock(at.astimezone(zone)), city(zone)) for zone in zones)
    )


def clock(at: datetime) -> str:
    """09:05."""
    return at.strftime("%H:%M")


@register.filter
def city(zone) -> str:
    """The city of a time zone in the viewer's language (CLDR names): パリ, Paris."""
    locale = Locale("en" if text.english() else "ja")
    known = (locale.time_zones.get(name, {}).get("city") for name in former_names(str(zone)))
    found = next(filter(None, known), None) or get_timezone_location(zone, locale=locale, return_city=True)
    return found.rpartition("/")[2]  # Argentina/Buenos Aires


@cache
def former_names(zone: str) -> list[str]:
    """Names a zone had before: CLDR keeps the city of Asia/Kolkata under Asia/Calcutta."""
    return [old for old, new in get_global("zone_aliases").items() if new == zone]


@register.filter
def days_left(day: date, today: date) -> str:
    """{{ theme.review_on|days_left:today }}: あと3日, きょうまで, 2日過ぎ."""
    return dates.format_days_left((day - today).days)


# --- page parts -----------------------------------------------------------------------------------


def trimmed(content: str) -> str:
    """The body of a block tag: HTML the template engine has already escaped, without the white space around it."""
    return mark_safe(content.strip())  # noqa: S308


def _part(name: str, **values) -> str:
    return template.loader.get_template(f"components/{name}.html").render(values)


@register.simple_block_tag
def head(content, *, title, answer="", kick=""):
    """{% head title=t answer=a kick=k %}buttons{% endhead %}: the only h1. answer and kick come from
    {% blocktranslate asvar %} or {% capture %}; kick is one safe text of <span>s or a list of plain texts."""
    kicks = kick if isinstance(kick, list | tuple) else [kick] if kick else []
    return _part("head", title=title, answer=answer, kicks=kicks, act=content.strip())


@register.simple_block_tag
def capture(content):
    """{% capture as name %}…{% endcapture %}: keeps rendered HTML in a variable, for kick, answer and note."""
    return trimmed(content)


@register.simple_block_tag
def sec(content, *, id, title, note="", cls="", level=2):
    """{% sec id="h-feed" title=_("今週動いたこと") note=… %}…{% endsec %}: 2px rule, heading, note at right."""
    return _part("sec", id=id, title=title, note=note, cls=cls, level=level, content=content)


@register.simple_block_tag
def notice(content, *, title="", kind="info", alert=False, status=False, level=2, cls=""):
    """{% notice kind="warn" title=… %}<p>…</p>{% endnotice %}: info ok warn err; alert=True for errors just made."""
    role = "alert" if alert else "status" if status else ""
    values = {
        "title": title,
        "kind": kind,
        "symbol": NOTICE_ICONS[kind],
        "role": role,
        "level": level,
        "cls": cls,
    }
    return _part("notice", content=content, **values)


@register.simple_block_tag
def nothing(content, *, title, role=""):
    """{% nothing title=_("まだありません") %}<p class="s">…</p> way out{% endnothing %}: the empty state."""
    return _part("nothing", title=title, role=role, content=content)


@register.simple_block_tag
def figs(content):
    """{% figs %}{% fig label=… value=58 unit="%" %}{% endfigs %}."""
    return format_html('<dl class="figs">{}</dl>', trimmed(content))


@register.simple_tag
def fig(*, label, value, unit="", warn=False):
    """One large figure inside {% figs %}; warn=True draws the rule vermilion."""
    unit = format_html("<small>{}</small>", unit) if unit else ""
    return format_html(
        "<div{}><dt>{}</dt><dd>{}{}</dd></div>",
        mark_safe(' class="is-warn"') if warn else "",
        label,
        value,
        unit,
    )


@register.simple_block_tag
def facts(content, *, wide=False):
    """{% facts %}{% fact label=_("担当") %}…{% endfact %}{% endfacts %}."""
    return format_html('<dl class="facts{}">{}</dl>', " facts--wide" if wide else "", trimmed(content))


@register.simple_block_tag
def fact(content, *, label):
    """One line of {% facts %}; an empty body shows —."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, trimmed(content) or "—")


@register.simple_block_tag
def more(content, *, url):
    """{% more url=… %}マイページ{% endmore %}: the link that closes a section."""
    return format_html('<a class="more" href="{}">{}{}</a>', url, trimmed(content), icon("chevron"))


@register.inclusion_tag("components/legend.html")
def legend(*, forecast=False, lines=False):
    """The shared legend 実績 きょうの計画 計画との差; lines=True for the curve, forecast=True adds 見込み."""
    return {"forecast": forecast, "lines": lines}


# --- finding one's way ----------------------------------------------------------------------------


@register.simple_block_tag
def breadcrumbs(content):
    """{% breadcrumbs %}{% crumb url="/plan/" label=_("計画") %}{% crumb label=name %}{% endbreadcrumbs %}."""
    return format_html('<nav class="crumb" aria-label="{}"><ol>{}</ol></nav>', _("現在地"), trimmed(content))


@register.simple_tag
def crumb(*, label, url=""):
    """One step; without url it is the page itself."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li><span aria-current="page">{}</span></li>', label)


@register.simple_block_tag
def local_nav(content, *, label, wide=False):
    """{% local_nav label=_("計画の中") %}{% nav_item url=u label=_("全体") %}{% endlocal_nav %} in block lnav."""
    return format_html(
        '<nav class="lnav" aria-label="{}"><div class="wrap{}"><ul>{}</ul></div></nav>',
        label,
        " wrap--wide" if wide else "",
        trimmed(content),
    )


@register.simple_tag(takes_context=True)
def nav_item(context, *, url, label, current=None):
    """One entry of {% local_nav %}; current is found from the address when not given."""
    if current is None:
        current = context["request"].path == url
    here = mark_safe(' aria-current="page"') if current else ""
    return format_html('<li><a href="{}"{}>{}</a></li>', url, here, label)


@register.simple_block_tag
def segments(content, *, label):
    """{% segments label=_("状態") %}{% segment label=_("すべて") count=32 param="status" %}{% endsegments %}."""
    return format_html('<nav aria-label="{}"><ul class="seg">{}</ul></nav>', label, trimmed(content))


@register.inclusion_tag("components/segment.html", takes_context=True)
def segment(context, *, label, param, value="", count=None, status=""):
    """One choice of {% segments %}: a link that sets ?param=value and keeps the rest of the address."""
    request = context["request"]
    return {
        "label": label,
        "count": count,
        "status": status,
        "url": address_with(request, **{param: value, "page": ""}),
        "current": request.GET.get(param, "") == str(value),
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page):
    """{% pagination page %} for a django Page: 前へ, numbers, 次へ; the rest of the address stays."""
    request = context["request"]
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    links = [
        {"number": n, "current": n == page.number, "url": address_with(request, page=n) if n != "…" else ""}
        for n in numbers
    ]
    return {
        "page": page,
        "links": links,
        "previous": address_with(request, page=page.number - 1),
        "next": address_with(request, page=page.number + 1),
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context, name, *, label, numeric=False):
    """{% sort_header "due" label=_("期日") %}: <th> that sorts by ?sort=due, then ?sort=-due."""
    request = context["request"]
    now = request.GET.get("sort", "")
    direction = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    url = address_with(request, sort=f"-{name}" if now == name else name, page="")
    return {"label": label, "numeric": numeric, "direction": direction, "url": url}


@register.inclusion_tag("components/export_links.html", takes_context=True)
def export_links(context, *, param="export"):
    """Links to the list as shown, as ?export=xlsx and ?export=csv."""
    request = context["request"]
    return {kind: address_with(request, **{param: kind, "page": ""}) for kind in ("xlsx", "csv")}


def address_with(request, **changes) -> str:
    """This page's address with some parameters set, or removed when ""."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else request.path


@register.inclusion_tag("components/follow_button.html", takes_context=True)
def follow_button(context, obj, *, following, primary=False):
    """{% follow_button initiative following=bool %}: a POST form to accounts:follow that works without JavaScript."""
    target_type, target_id = obj.history_key
    values = {"target_type": target_type, "target_id": target_id, "following": following, "primary": primary}
    return {"action": reverse("accounts:follow"), "request": context["request"], **values}


YES_NO = {True: pgettext_lazy("記号", "はい"), False: pgettext_lazy("記号", "いいえ"), None: "—"}


@register.filter
def yes_no(value):
    """はい, いいえ or —."""
    return YES_NO[value]
