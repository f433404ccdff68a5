"""The mail of an issue as it will arrive, or arrived: at a desk, on a phone, as words alone, in both languages (N4)."""

from copy import copy
from dataclasses import replace

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from dxportal import dates
from dxportal.mail_frame import framed
from newsletter import rendering
from newsletter.models import Issue
from newsletter.views.editor import editable

LANGUAGES = ("ja", "en")


@require_safe
def mail(request, number):
    """?language=en shows what English readers get; name and stop link are those of the person who looks."""
    issue = editable(request.user, number)
    language = "en" if request.GET.get("language") == "en" else "ja"
    found = mail_of(issue, request.user, language)
    context = {
        **{"issue": issue, "mail": found, "mail_language": language},
        "bytes": len(found.html.encode()),
        "at_hand": Issue.objects.at_hand(),
    }
    return render(request, "newsletter/preview.html", context)


@require_safe
@xframe_options_sameorigin
def mail_html(request, number, language):
    """The HTML part by itself, for the frames of the page. Raises Http404 for a language the portal has not."""
    if language not in LANGUAGES:
        raise Http404
    found = mail_of(editable(request.user, number), request.user, language)
    return framed(found.html, [(one.cid, one.subtype, one.content) for one in found.pictures])


def mail_of(issue, person, language):
    """The person's copy of the issue in one language: as it was sent, or as it would be sent now."""
    reader = copy(person)
    reader.language = language
    if issue.is_published:
        return rendering.issue_message(Issue.objects.get(pk=issue.pk), reader)
    composed = getattr(issue.compose(dates.today()).filled(), language)
    pictures = rendering.pictures_of(issue.pk, composed.html)
    return rendering.personal(replace(composed, pictures=pictures), reader, issue.issued_on)
