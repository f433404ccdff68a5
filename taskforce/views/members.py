"""Who is in a group: taken in, changed, leaving; calls for members and applications (T4)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal import dates
from taskforce.forms.groups import AnswerForm, ApplyForm, CallForm, LeaveForm, MemberForm, MembershipForm
from taskforce.models import Application, GroupMembership, MemberCall
from taskforce.views.groups import get_group
from taskforce.views.writing import back_to, form_page, saved


def member_new(request, slug):
    group = get_group(slug, request.user, "can_lead")
    form = MemberForm(request.POST or None)
    act = lambda email, **fields: group.add_member(email, by=request.user, **fields)  # noqa: E731
    if saved(request, form, act, _("メンバーに加えました。")):
        return back_to(group, "#h-mem")
    return form_page(request, group, form, _("メンバーを加える"))


def get_membership(request, slug, pk):
    """The open membership: the member's own, or any for who leads."""
    group = get_group(slug, request.user)
    found = get_object_or_404(group.memberships.current().select_related("person", "group"), pk=pk)
    if found.person_id != request.user.pk and not group.can_lead(request.user):
        raise PermissionDenied
    return group, found


def member_edit(request, slug, pk):
    """What a member looks after, and hours a month."""
    group, found = get_membership(request, slug, pk)
    form = MembershipForm(request.POST or None, instance=found)
    act = lambda **fields: GroupMembership.objects.get(pk=pk).edit(by=request.user, **fields)  # noqa: E731
    if saved(request, form, act, _("保存しました。")):
        return back_to(group, "#h-mem")
    heading = _("%(person)sさんの受け持ちと時間") % {"person": found.person.display_name}
    return form_page(request, group, form, heading)


def member_leave(request, slug, pk):
    """Leave by oneself, or be taken out by the lead: asked once, the record stays."""
    group, found = get_membership(request, slug, pk)
    form = LeaveForm(request.POST or None)
    act = lambda reason: group.remove_member(found, by=request.user, reason=reason)  # noqa: E731
    if saved(request, form, act, _("メンバーから外しました。これまでの記録は残ります。")):
        return back_to(group)
    words = {"note": _("役割はきょうで終わります。これまでの記録は残ります。"), "stop": True}
    if found.person_id == request.user.pk:
        return form_page(request, group, form, _("グループを抜ける"), button=_("抜ける"), **words)
    heading = _("メンバーから外す: %(name)s") % {"name": found.person.display_name}
    return form_page(request, group, form, heading, button=_("外す"), **words)


@require_POST
def member_lead(request, slug, pk):
    """The secretariat names the next lead."""
    group = get_group(slug, request.user, "can_lead")
    if not request.user.is_secretariat:
        raise PermissionDenied
    try:
        found = get_object_or_404(group.memberships.current().select_related("person"), pk=pk)
        group.name_lead(found, by=request.user)
    except ValueError as refusal:
        messages.error(request, str(refusal))
    return back_to(group, "#h-mem")


def call_edit(request, slug):
    """Open a call for members, or change the open one."""
    group = get_group(slug, request.user, "can_lead")
    if group.closed_on:
        raise PermissionDenied
    found = group.calls.open().first() or MemberCall(group=group)
    form = CallForm(request.POST or None, instance=found)

    def act(**fields):
        fresh = MemberCall.objects.get(pk=found.pk) if found.pk else MemberCall(group=group)
        fresh.record(by=request.user, **fields)

    if saved(request, form, act, _("募集を保存しました。")):
        return back_to(group, "#h-call")
    return form_page(request, group, form, _("メンバーを募集する"))


@require_POST
def call_close(request, slug):
    group = get_group(slug, request.user, "can_lead")
    for call in group.calls.open():
        call.close(by=request.user)
    messages.success(request, _("募集を締め切りました。届いている申込みには返事ができます。"))
    return back_to(group)


def apply(request, slug):
    """Ask to join, with one line."""
    group = get_group(slug, request.user)
    if request.user.is_expert:
        raise PermissionDenied
    call = get_object_or_404(group.calls.taking(dates.today()))
    form = ApplyForm(request.POST or None)
    act = lambda line: call.apply(by=request.user, line=line)  # noqa: E731
    if saved(request, form, act, _("申し込みました。リーダーから返事が届きます。")):
        return back_to(group, "#h-call")
    return form_page(request, group, form, _("グループに加わる"), button=_("申し込む"), call=call)


def application(request, slug, pk):
    """One application: the person reads the answer, the lead gives it."""
    group = get_group(slug, request.user)
    rows = Application.objects.visible_to(request.user).filter(call__group=group)
    found = get_object_or_404(rows.select_related("call__group", "person__department", "answered_by"), pk=pk)
    may_answer = found.is_waiting and found.can_answer(request.user)
    form = AnswerForm(request.POST or None) if may_answer else None
    if request.method == "POST" and not may_answer:
        raise PermissionDenied

    def act(answer, word):
        verb = found.accept if answer == AnswerForm.ACCEPT else found.decline
        verb(by=request.user, word=word)

    if form and saved(request, form, act, _("返事をしました。本人に知らせます。")):
        return back_to(group, "#h-call")
    return render(request, "taskforce/application.html", {"group": group, "application": found, "form": form})


@require_POST
def application_withdraw(request, slug, pk):
    group = get_group(slug, request.user)
    get_object_or_404(Application.objects.filter(person=request.user, call__group=group), pk=pk).withdraw(
        by=request.user
    )
    messages.success(request, _("申込みを取り下げました。"))
    return back_to(group)
