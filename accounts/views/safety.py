"""The security log, for administrators; and addresses that allauth would open but we keep shut."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.filters import SecurityFilterForm
from accounts.models import Role, SecurityEvent


@require_safe
def security_log(request):
    """Sign-ins, failures, changes of rights and of passwords, newest first. Only administrators read it."""
    if not request.user.has_role(Role.ADMIN):
        raise PermissionDenied
    sieve = SecurityFilterForm(request.GET)
    page = Paginator(sieve.filter(SecurityEvent.objects.all()), 50).get_page(request.GET.get("page"))
    for event in page:
        event.facts = readable(event.details)
    return render(request, "accounts/security_log.html", {"sieve": sieve, "page": page})


FACTS = {
    "name": _("職員"),
    "role": _("役割"),
    "scope": _("範囲"),
    "type": _("種別"),
    "source": _("取り込み元"),
    "created": _("新規の数"),
    "changed": _("変更の数"),
    "unchanged": _("変更なしの数"),
    "deactivated": _("無効にした数"),
    "duties_given": _("任せた役割"),
    "duties_ended": _("終わった役割"),
    "idea": _("アイデアの番号"),
    "count": _("件数"),
    "filter": _("条件"),
}


def readable(details: dict) -> list[tuple]:
    """Label and value of what an event keeps, in the viewer's language."""
    roles = dict(Role.choices)
    return [
        (label, roles.get(details[key], details[key])) for key, label in FACTS.items() if details.get(key)
    ]


@login_not_required
def not_here(request):
    """Nobody registers and nobody changes an address here: people come from the staff list (AU9)."""
    raise Http404
