"""The archive as an Atom feed, behind an address of the person's own (N9): published issues, newest first.

Class 2 issues are there with title and link only (A9). Nothing in it is markup: every word is escaped (XS12).
"""

import unicodedata
from datetime import timedelta

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import feeds
from dxportal.text import localized, setting
from newsletter.models import Issue, Preference
from newsletter.targets import is_confidential

SALT = "newsletter.feed"
LATEST = 30
FRESH = timedelta(minutes=15)  # how long a feed reader may keep what it got


def token(user) -> str:
    """The person's present word; an earlier one ends when `Preference.renew_feed` is called."""
    return feeds.token(user, SALT, Preference.objects.of(user).feed_turn)


def holder(word):
    """The person of a word that still holds; Http404 otherwise."""
    return feeds.holder(word, SALT, lambda person: Preference.objects.of(person).feed_turn)


def plain(text: str) -> str:
    """Without control characters, which XML cannot hold and Django's generator refuses."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


class IssueFeed(Feed):
    """`get_object` turns the word of the address into the person whose language is spoken."""

    feed_type = Atom1Feed

    def __call__(self, request, *args, **kwargs):
        person = holder(kwargs["token"])
        person.feed_word = kwargs["token"]
        with override(person.language):
            response = super().__call__(request, *args, person=person, **kwargs)
        response.headers["Cache-Control"] = f"private, max-age={FRESH.total_seconds():.0f}"
        return response

    def get_object(self, request, token, person):
        return person

    def title(self, person):
        return setting("NEWSLETTER_TITLE")

    def link(self, person):
        return settings.SITE_URL + reverse("newsletter:archive")

    def feed_url(self, person):
        return settings.SITE_URL + reverse("newsletter:feed", args=[person.feed_word])

    def items(self, person):
        return Issue.objects.visible_to(person).published().with_corrections().order_by("-number")[:LATEST]

    def item_title(self, issue):
        words = {"number": issue.number, "title": localized(issue, "title")}
        return plain(_("第%(number)s号 %(title)s") % words)

    def item_description(self, issue):
        """Atom calls a summary HTML, so what a reader shows are the letters, escaped once more."""
        return "" if is_confidential(issue) else escape(plain(localized(issue, "opening")))

    def item_link(self, issue):
        return settings.SITE_URL + issue.get_absolute_url()

    def item_guid(self, issue):
        return self.item_link(issue)

    def item_pubdate(self, issue):
        return issue.published_at

    def item_updateddate(self, issue):
        return issue.corrected_at or issue.published_at
