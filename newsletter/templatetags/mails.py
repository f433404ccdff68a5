"""Tags for mail templates, where there is no request: the reader is the person the mail goes to."""

from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.templatetags.portal import city
from dxportal.text import localized
from newsletter import addresses

register = template.Library()


register.filter("in_words", addresses.in_words)


@register.simple_tag
def mail_link(url):
    """The address with the portal's host in front: a mail is read far from the portal."""
    return urljoin(f"{settings.SITE_URL}/", url)


@register.simple_tag
def mail_day(day, person):
    """11月26日(水), in English Wed 26 Nov."""
    western = getattr(person, "western_dates", False)
    return dates.format_day(day, "weekday", western=western, language=get_language())


@register.simple_tag
def began(practice):
    """Who began to use it: 西欧課、在ベルギー大使館ほか2部署が使い始めました。"""
    names = _("、").join(practice["names"])
    if practice["more"]:
        counted = {"names": names, "more": practice["more"]}
        return _("%(names)sほか%(more)s部署が使い始めました。") % counted
    return _("%(names)sが使い始めました。") % {"names": names}


@register.simple_tag
def localized_text(obj, name):
    """The field in the reader's language as plain text, for the text part."""
    return localized(obj, name)


@register.simple_tag
def mail_time(at, person):
    """11月19日(水)10:00 パリ: the reader's own clock."""
    local = at.astimezone(person.tz)
    return f"{mail_day(local.date(), person)}{' ' if get_language() == 'en' else ''}{local:%H:%M} {city(person.tz)}"


@register.simple_tag
def mail_clocks(at, person):
    """(the reader's own day, time and city; the time in Tokyo, or "" where both clocks show the same)."""
    here, tokyo = at.astimezone(person.tz), at.astimezone(dates.TOKYO)
    if here.utcoffset() == tokyo.utcoffset():
        return mail_time(at, person), ""
    day = f"{dates.format_day(tokyo.date(), 'day')} " if here.date() != tokyo.date() else ""
    return mail_time(at, person), f"{day}{tokyo:%H:%M} {city(dates.TOKYO)}"
