"""One body with its seats and who held them, and how the secretariat keeps the structure (T1)."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates
from taskforce.forms.structure import BodyForm, CloseBodyForm, LastDayForm, NewBodyForm, SeatForm, TermForm
from taskforce.models import Body, Seat, SeatTerm
from taskforce.views.groups import history_page
from taskforce.views.writing import back_to, form_page, saved


@require_safe
def body(request, code):
    """The body today, and everybody who sat in it."""
    today = dates.today()
    terms = SeatTerm.objects.select_related("person__department")
    seats = Seat.objects.select_related("department").prefetch_related(Prefetch("terms", terms, "all_terms"))
    rows = Body.objects.select_related("parent").prefetch_related(
        Prefetch("seats", seats, "all_seats"), "past"
    )
    found = get_object_or_404(rows, code=code)
    for seat in found.all_seats:
        seat.current = [t for t in seat.all_terms if t.starts_on <= today <= (t.ends_on or today)]
    context = {
        "body": found,
        "seats": [s for s in found.all_seats if not s.ends_on or s.ends_on >= today],
        "children": list(found.children.filter(ends_on=None)),
        "groups": list(found.groups.visible_to(request.user).running()),
        "may_edit": Body.can_edit(request.user),
        "today": today,
    }
    return render(request, "taskforce/body.html", context)


def get_body(request, code):
    """The body, for somebody who may change it."""
    found = get_object_or_404(Body.objects.select_related("parent"), code=code)
    if not Body.can_edit(request.user):
        raise PermissionDenied
    return found


def body_new(request):
    if not Body.can_edit(request.user):
        raise PermissionDenied
    form = NewBodyForm(request.POST or None, initial={"starts_on": dates.today()})

    def act(version=None, **fields):
        form.found = Body.found(by=request.user, **fields)

    if saved(request, form, act, _("会議体を設けました。")):
        return back_to(form.found)
    return form_page(request, None, form, _("会議体を設ける"))


def body_edit(request, code):
    """Rename, move, or change the words of a body."""
    found = get_body(request, code)
    form = BodyForm(request.POST or None, instance=found)
    act = lambda **fields: Body.objects.get(pk=found.pk).edit(by=request.user, **fields)  # noqa: E731
    if saved(request, form, act, _("保存しました。")):
        return back_to(found)
    return form_page(request, found, form, _("会議体を直す"))


def body_close(request, code):
    found = get_body(request, code)
    form = CloseBodyForm(request.POST or None)
    act = lambda on, reason: found.close(on, by=request.user, reason=reason)  # noqa: E731
    if saved(request, form, act, _("会議体を閉じました。前の日の体制図には残ります。")):
        return back_to(found)
    return form_page(request, found, form, _("会議体を閉じる"), button=_("閉じる"), stop=True)


@require_safe
def body_history(request, code):
    return history_page(request, get_object_or_404(Body, code=code))


def seat_new(request, code):
    found = get_body(request, code)
    form = SeatForm(request.POST or None)
    act = lambda **fields: found.add_seat(by=request.user, **fields)  # noqa: E731
    if saved(request, form, act, _("席を設けました。")):
        return back_to(found)
    return form_page(request, found, form, _("席を設ける"))


def get_seat(request, code, pk):
    return get_object_or_404(get_body(request, code).seats.select_related("body"), pk=pk, ends_on=None)


def seat_fill(request, code, pk):
    """Who sits in the seat from when, or stands in for its holder."""
    seat = get_seat(request, code, pk)
    form = TermForm(request.POST or None)
    act = lambda **fields: seat.fill(by=request.user, **fields)  # noqa: E731
    if saved(request, form, act, _("保存しました。")):
        return back_to(seat.body)
    return form_page(request, seat.body, form, _("席に就く人: %(seat)s") % {"seat": seat})


def seat_close(request, code, pk):
    seat = get_seat(request, code, pk)
    form = LastDayForm(request.POST or None)
    if saved(request, form, lambda on: seat.close(on, by=request.user), _("席を廃しました。")):
        return back_to(seat.body)
    heading = _("席を廃する: %(seat)s") % {"seat": seat}
    return form_page(request, seat.body, form, heading, button=_("廃する"), stop=True)


def term_end(request, code, pk):
    """The last day of a person in a seat; the seat is vacant after it."""
    found = get_body(request, code)
    term = get_object_or_404(SeatTerm.objects.select_related("seat__body", "person"), pk=pk, seat__body=found)
    form = LastDayForm(request.POST or None)
    if saved(request, form, lambda on: term.end(on, by=request.user), _("保存しました。")):
        return back_to(found)
    return form_page(
        request, found, form, _("任期を終える: %(person)s") % {"person": term.person.display_name}
    )
