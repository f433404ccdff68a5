"""The security log, for administrators; and addresses that allauth would open but we keep shut."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.forms import SecurityFilterForm
from accounts.models import Role, SecurityEvent


@require_safe
def security_log(request):
    """Sign-ins, failures, changes of rights and of passwords, newest first. Only administrators read it."""
    if not request.user.has_role(Role.ADMIN):
        raise PermissionDenied
    sieve = SecurityFilterForm(request.GET)
    page = Paginator(sieve.filter(SecurityEvent.objects.all()), 50).get_page(request.GET.get("page"))
    return render(request, "accounts/security_log.html", {"sieve": sieve, "page": page})


@login_not_required
def not_here(request):
    """Nobody registers and nobody changes an address here: people come from the staff list (AU9)."""
    raise Http404
