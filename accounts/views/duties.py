"""Duties: who holds which role in which scope, giving one, ending one."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.forms import DutyFilterForm, EndDutyForm, GiveDutyForm
from accounts.models import Duty
from accounts.models.duties import givable_roles, may_give
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
    sieve = DutyFilterForm(request.GET)
    listed = sieve.filter(
        Duty.objects.manageable_by(request.user).select_related("user", "department", "deputy")
    )
    page = Paginator(listed, 50).get_page(request.GET.get("page"))
    return render(
        request, "accounts/duties.html", {"form": form, "sieve": sieve, "page": page, "today": dates.today()}
    )


@reauthentication_required(allow_get=True)
def duty_end(request, pk):
    """Say on which day a duty ends, and why."""
    if not givable_roles(request.user):
        raise PermissionDenied
    found = Duty.objects.manageable_by(request.user).select_related("user", "department")
    duty = get_object_or_404(found, pk=pk)
    if duty.user_id == request.user.pk or not may_give(request.user, duty.role, duty.department, duty.scope):
        raise PermissionDenied
    form = EndDutyForm(request.POST or None, initial={"ends_on": duty.ends_on or dates.today()})
    if request.method == "POST" and form.is_valid():
        duty.end(form.cleaned_data["ends_on"], by=request.user, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("%(name)sさんの役割の終わりを記録しました。") % {"name": duty.user.display_name}
        )
        return redirect("accounts:duties")
    return render(request, "accounts/duty_end.html", {"form": form, "duty": duty})
