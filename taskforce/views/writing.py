"""How every form of groups and structure is answered: one page, one way to save, refusals shown on the form."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from dxportal.text import localized


def saved(request, form, act, words) -> bool:
    """Whether the posted form was good and `act(**cleaned)` succeeded; what the model refuses stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    except ValueError as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, words)
        return True
    return False


def form_page(request, about, form, heading, **more):
    """The form on a page of its own; 409 with both texts when somebody saved first."""
    status = 409 if getattr(form, "conflicts", None) else 200
    context = {"about": about, "form": form, "heading": heading, "crumbs": crumbs_to(about), **more}
    return render(request, "taskforce/writing.html", context, status=status)


def crumbs_to(about):
    """(label, address) of the pages above: the group or body the form is about."""
    if about is None:
        return []
    name = localized(about, "name") if hasattr(about, "name") else str(about)
    return [(name, about.get_absolute_url())]


def back_to(about, part=""):
    """To the page of the group or body, at one of its parts."""
    address = (
        about.get_absolute_url() if hasattr(about, "get_absolute_url") else reverse("taskforce:structure")
    )
    return HttpResponseRedirect(f"{address}{part}")
