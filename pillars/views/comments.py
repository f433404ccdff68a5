"""意見照会: what departments say of the draft, and what becomes of it (P16)."""

import tablib
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dxportal import dates
from pillars.forms.comments import AnswerForm, CommentFilter, CommentForm
from pillars.models import DraftComment
from pillars.models.carry_over import may_prepare
from pillars.models.succession import can_comment
from pillars.views.plan import get_plan
from pillars.views.reviews import PER_PAGE, table_as_file

LINKED = ("plan", "department", "pillar__plan", "initiative__plan", "written_by", "answered_by")


def listing(request, plan):
    """All comments with their answers, and the form for one more."""
    plan, user, today = get_plan(request, plan), request.user, dates.today()
    if not may_prepare(user):
        raise PermissionDenied
    comments = list(DraftComment.objects.visible_to(user).filter(plan=plan).select_related(*LINKED))
    if answer := table_as_file(request, table_of(comments), f"{plan.code}-comments"):
        return answer
    form = CommentForm(request.POST or None, plan=plan, user=user) if can_comment(plan, user, today) else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            form.save(today=today)
            messages.success(request, _("意見を出しました。事務局が答えます。"))
            return redirect("pillars:comments", plan.code)
    return show(request, plan, comments, form=form)


def show(request, plan, comments, form=None, wrong=None):
    chosen = CommentFilter(request.GET, comments=comments)
    page = Paginator(chosen.filter(), PER_PAGE).get_page(request.GET.get("page"))
    for comment in page.object_list:
        if comment.can_answer(request.user):
            comment.form = AnswerForm(instance=comment, prefix=f"c{comment.pk}", auto_id="id_%s")
        if wrong and wrong.instance.pk == comment.pk:
            comment.form = wrong
    context = {
        "plan": plan,
        "filter": chosen,
        "page": page,
        "form": form,
        "wrong": wrong,
        "total": len(comments),
        "open": sum(1 for comment in comments if not comment.result),
        "departments": len({comment.department_id for comment in comments}),
        "today": dates.today(),
    }
    bound = wrong or (form and form.is_bound)
    return render(request, "pillars/comments.html", context, status=422 if bound else 200)


def answer(request, plan, pk):
    """The secretariat says whether it is taken up, and why."""
    plan = get_plan(request, plan)
    visible = DraftComment.objects.visible_to(request.user).filter(plan=plan)
    comment = get_object_or_404(visible.select_related(*LINKED), pk=pk)
    if not comment.can_answer(request.user) or request.method != "POST":
        raise PermissionDenied
    form = AnswerForm(request.POST, instance=comment, prefix=f"c{comment.pk}", auto_id="id_%s")
    with transaction.atomic():
        DraftComment.objects.select_for_update().get(pk=comment.pk)
        if form.is_valid() and form.save(by=request.user):
            messages.success(request, _("回答しました。"))
            return redirect(comment)
    return show(request, plan, list(visible.select_related(*LINKED)), wrong=form)


def table_of(comments) -> tablib.Dataset:
    headers = ["番号", "どこへの意見", "部署", "書いた日", "意見", "格付", "結果", "回答", "答えた日"]
    table = tablib.Dataset(headers=headers, title=_("意見照会"))
    for comment in comments:
        answered = comment.answered_at.date() if comment.answered_at else ""
        start = [comment.pk, comment.about, comment.department.name, comment.written_at.date(), comment.text]
        mark, result = str(comment.get_confidentiality_display()), str(comment.get_result_display())
        table.append([*start, mark, result, comment.answer, answered])
    return table
