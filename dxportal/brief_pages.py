"""The executives' sheet: to read, to print on one A4, to keep as PDF, and to write the three sentences."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates, pdf
from dxportal.brief import Brief, quarter_of
from pillars.forms.notes import NoteForm
from pillars.models import ExecutiveNote
from pillars.views.plan import get_plan


def prepared(request, plan) -> dict:
    """What page and PDF show: figures for all who read the plan, sentences for those they are written to."""
    today = dates.today()
    plan = get_plan(request, plan)
    year, quarter = quarter_of(request.GET.get("quarter", ""), today)
    return {
        "plan": plan,
        "today": today,
        "brief": Brief(plan, request.user, today, year=year, quarter=quarter),
        "pdf": pdf.is_available(),
    }


@require_safe
def brief(request, plan):
    """What moved, what is stuck, who needs my word?"""
    return render(request, "brief.html", prepared(request, plan))


@require_safe
def as_pdf(request, plan):
    """The same sheet as a file, where the installation can make one."""
    if not pdf.is_available():
        raise Http404
    page = prepared(request, plan)
    sheet = page["brief"]
    html = render_to_string("brief_pdf.html", page, request)
    answer = HttpResponse(pdf.document(html), content_type="application/pdf")
    name = f"{page['plan'].code}-{sheet.year}Q{sheet.quarter}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def edit(request, plan):
    """The three sentences of a quarter, begun with those of the quarter before."""
    found, today = get_plan(request, plan), dates.today()
    if not ExecutiveNote.can_write(request.user):
        raise PermissionDenied
    year, quarter = quarter_of(request.GET.get("quarter", ""), today)
    note = ExecutiveNote.of_quarter(found, year, quarter)
    form = NoteForm(request.POST or None, instance=note)
    if request.method == "POST" and form.is_valid():
        saved = form.save(by=request.user)
        told = _("下書きを保存しました。") if saved.is_draft else _("保存しました。幹部に見えます。")
        messages.success(request, told)
        return redirect(f"{reverse('portal:brief', args=[found.code])}?quarter={year}Q{quarter}")
    page = {"plan": found, "note": note, "form": form}
    return render(request, "brief_edit.html", page)
