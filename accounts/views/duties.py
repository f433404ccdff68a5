"""Duties: who holds which role in which scope, giving one, ending one."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.filters import DutyFilterForm
from accounts.forms import EndDutyForm, GiveDutyForm
from accounts.models import Duty, Role
from accounts.models.duties import givable_roles
from dxportal import dates


@reauthentication_required(allow_get=True)
def duties(request):
    """The list of duties one may manage, with the form to give another."""
    if not givable_roles(request.user):
        raise PermissionDenied
    giving = request.method == "POST"
    form = GiveDutyForm(request.POST if giving else None, by=request.user)
    if giving and form.is_valid():
        duty = form.give()
        text = _("%(name)sさんに「%(role)s」を任せました。")
        messages.success(request, text % {"name": duty.user.display_name, "role": duty.get_role_display()})
        return redirect("accounts:duties")
    may_hand_over = request.user.has_role(Role.SECRETARIAT, Role.ADMIN)
    page = {"form": form, "may_hand_over": may_hand_over, **listed(request)}
    return render(request, "accounts/duties.html", page)


def listed(request) -> dict:
    """The duties the viewer manages, narrowed and paged, and which of them he may end."""
    sieve = DutyFilterForm(request.GET, auto_id="sieve_%s")
    found = sieve.filter(Duty.objects.manageable_by(request.user))
    page = Paginator(found.select_related("user", "department", "deputy"), 50).get_page(
        request.GET.get("page")
    )
    today = dates.today()
    endable = {duty.pk for duty in page if duty.is_open(today) and duty.can_be_managed_by(request.user)}
    return {"sieve": sieve, "page": page, "endable": endable}


@reauthentication_required(allow_get=True)
def duty_end(request, pk):
    """Say on which day a duty ends, and why."""
    if not givable_roles(request.user):
        raise PermissionDenied
    found = Duty.objects.manageable_by(request.user).select_related("user", "department")
    duty = get_object_or_404(found, pk=pk)
    if not duty.can_be_managed_by(request.user):
        raise PermissionDenied
    form = EndDutyForm(request.POST or None, initial={"ends_on": duty.ends_on or dates.today()})
    if request.method == "POST" and form.is_valid():
        duty.end(form.cleaned_data["ends_on"], by=request.user, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("%(name)sさんの役割の終わりを記録しました。") % {"name": duty.user.display_name}
        )
        return redirect("accounts:duties")
    return render(request, "accounts/duty_end.html", {"form": form, "duty": duty})
