"""Small words of the idea pages."""

from types import SimpleNamespace

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dxportal import dates, officedays
from dxportal.templatetags.portal import number
from dxportal.text import english, localized, localized_html
from taskforce.stories import feed, track

register = template.Library()

LONGEST_PLACE = 1000  # letters of a list's address that a link carries


@register.filter
def at(mapping, key):
    """{{ places|at:idea.pillar_id }}: the entry for a key, a form's text keys included; None without one."""
    key = getattr(key, "value", key)
    return mapping.get(int(key)) if str(key or "").isdigit() else None


@register.filter
def join_number(text, number):
    """{{ "#idea-"|join_number:118 }}."""
    return f"{text}{number}"


@register.filter
def tokyo_day(moment):
    """The Tokyo date of an instant."""
    return dates.today(moment) if moment else None


@register.filter
def day_words(day):
    """11月18日 or 18 Nov, inside a sentence."""
    return dates.format_day(day, "day") if day else ""


@register.filter
def short_words(day):
    """R7.11.18 or 18 Nov 2025, inside a sentence."""
    return dates.format_day(day, "short") if day else ""


@register.simple_tag
def late_promise(idea, today):
    """Whether the promised day of the first answer has passed without one."""
    return idea.is_past_promise(today)


@register.filter
def days_to(start, end):
    """Whole days between two instants in Tokyo."""
    return (dates.today(end) - dates.today(start)).days


@register.filter
def age(idea, today):
    """Days since the idea was published."""
    return idea.age_days(today)


@register.filter
def office_age(idea, today):
    """Office days from publication to the first answer, or until today."""
    until = dates.today(idea.first_answered_at) if idea.first_answered_at else today
    return officedays.office_days_between(dates.today(idea.published_at), until)


@register.filter
def plain(value):
    """95 rather than 95.0; grouped as elsewhere."""
    return number(value, 0 if value == int(value) else 1)


@register.filter
def change_words(percent):
    """60%減, 12%増; — without both sides."""
    if percent is None:
        return "—"
    share = {"share": abs(round(percent))}
    if round(percent) == 0:
        return _("変わらない")
    return _("%(share)s%%減") % share if percent < 0 else _("%(share)s%%増") % share


@register.simple_tag
def localized_row(row):
    """The name of a {name, name_en} row in the viewer's language."""
    return localized_html(SimpleNamespace(**row), "name")


@register.simple_tag
def steps(idea):
    """The track 受付 → 検討 → 試行 → 使われている: label, day, note, and whether it is past, now or to come."""
    return track(idea)


@register.simple_tag
def story(idea):
    """What happened, newest first: publication, answers, pilots, replications."""
    return feed(idea)


@register.simple_tag
def practice_steps(practice):
    """The lines of the steps in the viewer's language, and whether they fell back to Japanese."""
    text = localized(practice, "steps")
    return {
        "texts": [line for line in text.splitlines() if line.strip()],
        "japanese": english() and not practice.steps_en,
    }


@register.simple_tag
def users(practice):
    """Departments that use it, the one where it began included; needs with_users_counted()."""
    return practice.used + 1


@register.simple_tag
def gap():
    """What stands between two sentences: a space in English, nothing in Japanese."""
    return " " if english() else ""


@register.simple_tag(takes_context=True)
def list_place(context):
    """What a link to an idea carries so that the way back leads to the same filter and page; "" for the bare list."""
    asked = context["request"].GET.urlencode()
    return f"?{urlencode({'list': asked})}" if asked else ""


@register.simple_tag(takes_context=True)
def back_to_list(context, idea):
    """The list as it was left, at the line of this idea."""
    asked = QueryDict(context["request"].GET.get("list", "")[:LONGEST_PLACE]).urlencode()
    return reverse("taskforce:ideas") + (f"?{asked}" if asked else "") + f"#idea-{idea.number}"
