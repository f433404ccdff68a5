"""What each person wants to receive (N13), and the page behind the stop link of every mail (N17)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from newsletter.forms import PreferenceForm
from newsletter.models import Preference, Topic, Way

ONE_CLICK = "One-Click"


def edit(request):
    """The person's own ways of being told."""
    preference = Preference.objects.of(request.user)
    form = PreferenceForm(request.POST or None, instance=preference)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("届け方を保存しました。"))
        return redirect("newsletter:preferences")
    unreached = preference if preference.is_refused else None
    return render(request, "newsletter/preferences.html", {"form": form, "ways": Way, "unreached": unreached})


@never_cache
@csrf_exempt  # the mail program of the reader posts without cookies (RFC 8058); the signed token is the proof
@login_not_required
def unsubscribe(request, token):
    """GET shows what would be stopped and changes nothing, so that link scanners do no harm; POST stops it."""
    try:
        _person, topic = Preference.read_token(token)
    except (BadSignature, ValueError, TypeError):
        return render(request, "newsletter/unsubscribe.html", {"broken": True}, status=404)
    if request.method != "POST":
        return render(request, "newsletter/unsubscribe.html", {"topic": Topic(topic)})
    Preference.unsubscribe(token)
    if request.POST.get("List-Unsubscribe") == ONE_CLICK:
        return HttpResponse(status=200)
    return render(request, "newsletter/unsubscribe.html", {"topic": Topic(topic), "done": True})
