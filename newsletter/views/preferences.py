"""What each person wants to receive (N13), and the page behind the stop link of every mail (N17)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from dxportal.forms import is_saved
from newsletter import digest
from newsletter.composing import NotNeeded
from newsletter.forms.preferences import PreferenceForm
from newsletter.models import Delivery, Preference, Way

ONE_CLICK = "One-Click"


def edit(request):
    """The person's own ways of being told."""
    preference = Preference.objects.of(request.user)
    form = PreferenceForm(request.POST or None, instance=preference)
    if request.method == "POST" and form.is_valid() and is_saved(form):
        messages.success(request, _("届け方を保存しました。"))
        return redirect("newsletter:preferences")
    unreached = preference if preference.is_refused else None
    return render(request, "newsletter/preferences.html", {"form": form, "ways": Way, "unreached": unreached})


@require_safe
def sample(request):
    """The digest as it would be sent now, as text."""
    now = timezone.now()
    row = Delivery(kind=Delivery.Kind.DIGEST, person=request.user, due_at=now, started_at=now)
    try:
        mail = digest.compose(row, request.user)
    except NotNeeded:
        mail = None
    return render(request, "newsletter/digest_sample.html", {"mail": mail})


@never_cache
@csrf_exempt  # the mail program of the reader posts without cookies (RFC 8058); the signed token is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """GET shows what would be stopped and changes nothing, so that link scanners do no harm; POST stops it, and
    lets it come again for who pressed by mistake."""
    try:
        person_id, topic = Preference.read_token(token)
    except (BadSignature, ValueError, TypeError):
        return render(request, "newsletter/unsubscribe.html", {"broken": True}, status=404)
    context = {"topic": topic}
    if request.method == "POST" and "again" in request.POST:
        Preference.resubscribe(token, request.POST["again"])
        context["again"] = True
    elif request.method == "POST":
        context |= {"done": True, "before": Preference.unsubscribe(token)}
    if request.POST.get("List-Unsubscribe") == ONE_CLICK:
        return HttpResponse(status=200)
    with translation.override(User.objects.values_list("language", flat=True).get(pk=person_id)):
        return render(request, "newsletter/unsubscribe.html", context)
