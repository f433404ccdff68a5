"""What readers do with an issue besides reading: say whether it was useful, take the feed (N9, N10)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from newsletter import feeds
from newsletter.models import Issue, Preference, Vote

VOICES = {"useful": True, "useless": False, "none": None}


@require_POST
def vote(request, number):
    """「役に立った」, 「役に立たなかった」, or neither any more; a second click on the same button changes nothing."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user).published(), number=number)
    if request.POST.get("voice") not in VOICES:
        raise Http404
    if issue.is_open_to_readers():
        Vote.objects.cast(issue, by=request.user, useful=VOICES[request.POST["voice"]])
    else:
        messages.info(request, _("この号の受付は終わりました。"))
    return redirect(f"{issue.get_absolute_url()}#h-vote")


@login_not_required
@require_safe
@conditional_page
def feed(request, token):
    """The archive for a feed reader, which cannot sign in."""
    return feeds.IssueFeed()(request, token=token)


def feed_address(request):
    """The person's own address of the feed; POST makes it void and shows a new one."""
    if request.user.is_expert:
        raise PermissionDenied
    if request.method == "POST":
        Preference.objects.of(request.user).renew_feed()
        messages.success(request, _("新しいアドレスにしました。前のアドレスはもう使えません。"))
        return redirect("newsletter:feed_address")
    address = settings.SITE_URL + reverse("newsletter:feed", args=[feeds.token(request.user)])
    return render(request, "newsletter/feed_address.html", {"address": address})
