"""The threads below an issue, drawn by the timetable: no reader pays for them, not even the first of a minute (P38).

They are the same for everybody, so one drawing a language does. Where the cache has been emptied the page stands
without them until the next round, a minute later; what an idea's own page tells is always there.
"""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from accounts.models import User
from dxportal.text import english
from newsletter import threads
from newsletter.models import Heartbeat, Issue

KEPT_SECONDS = 24 * 60 * 60  # longer than any of the rounds, so that a late worker leaves no gap
NEW = timedelta(days=8)  # an issue that is being read: its lines are a minute old at most
ALL_SECONDS = 60 * 60  # those of older issues an hour
# Of issues sent before the drawn page was kept the articles are looked at.
LINKED = Q(page_html__contains="/ideas/") | Q(page_html__contains="/practices/") | Q(page_html="")
ANYBODY = User(pk=0)  # a member of staff without duties: what everybody may see


def _key(number, language) -> str:
    return f"newsletter.threads:{number}:{language}"


def lines(issue) -> str:
    """The HTML of the threads of a published issue in the language of the moment; "" where nothing is kept."""
    kept = cache.get(_key(issue.number, translation.get_language()), "")
    return mark_safe(kept)  # noqa: S308 - drawn below from our own template


def draw(at=None) -> int:
    """Draw the lines of new issues, those that are missing and, once an hour, all of them; how many issues that is."""
    published = Issue.objects.published().filter(LINKED)
    numbers = list(published.values_list("number", "published_at"))
    kept = cache.get_many([_key(number, settings.LANGUAGE_CODE) for number, _at in numbers])
    since, every = (at or timezone.now()) - NEW, Heartbeat.objects.take_turn("threads", seconds=ALL_SECONDS)
    due = [
        number
        for number, published_at in numbers
        if every or published_at > since or _key(number, settings.LANGUAGE_CODE) not in kept
    ]
    for issue in published.filter(number__in=due).only("number", "page_html").iterator():
        for language, _name in settings.LANGUAGES:
            cache.set(_key(issue.number, language), drawn(issue, language), KEPT_SECONDS)
    return len(due)


def drawn(issue, language) -> str:
    """The lines in "ja" or "en"."""
    with translation.override(language):
        found = threads.of_issue(issue, ANYBODY)
        context = {"threads": found, "here": "issue", "kind": "issue", "english": english()}
        return render_to_string("newsletter/_threads.html", context)
