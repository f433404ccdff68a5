"""Addresses that nothing reaches: the list of the secretariat, and letting mail go there again (N16)."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Activity, SecurityEvent
from newsletter import addresses
from newsletter.forms.preferences import AddressFilter
from newsletter.models import Issue, Preference
from taskforce import lists

PER_PAGE = 50
ORDERS = {"since": "refused_at", "name": "person__name_kana", "department": "person__department__path"}


def must_check(user) -> None:
    """Raise PermissionDenied for everybody who may not see whom nothing reaches."""
    if not Preference.can_check_addresses(user):
        raise PermissionDenied


@require_safe
def check(request):
    """Whom does nothing reach, since when and why?"""
    must_check(request.user)
    form = AddressFilter(request.GET)
    found = form.filter(Preference.objects.addresses_to_check()).select_related("person__department")
    sort = request.GET.get("sort", "-since")
    order = ORDERS.get(sort.lstrip("-"), "refused_at")
    found = found.order_by(f"-{order}" if sort.startswith("-") else order, "pk")
    if kind := request.GET.get("export"):
        return download(request, found, kind)
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "at_hand": Issue.objects.at_hand() if Issue.can_make(request.user) else {},
    }
    return render(request, "newsletter/addresses.html", context)


@reauthentication_required
def download(request, found, kind):
    """The list as a file. It names people, so it is asked for again who is there, and written down (EX5)."""
    told = {"count": found.count(), "filter": request.GET.urlencode()}
    with transaction.atomic():
        SecurityEvent.record("people_exported", user=request.user, request=request, list="addresses", **told)
        changes = {_("確かめる宛先"): [None, told["count"]]}
        Activity.record("addresses.exported", request.user, by=request.user, changes=changes)
    return lists.answer(addresses.dataset(found), kind, "addresses")


@require_POST
def trust(request, pk):
    """The address was mended, or is right after all: mail goes there again."""
    must_check(request.user)
    preference = get_object_or_404(Preference.objects.select_related("person"), pk=pk)
    if preference.trust_address(by=request.user):
        messages.success(
            request, _("%(person)sさんの宛先にまた送ります。") % {"person": preference.person.display_name}
        )
    else:
        messages.info(request, _("この宛先の印は、もう外れています。"))
    return redirect("newsletter:addresses")
