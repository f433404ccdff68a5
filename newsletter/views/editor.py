"""Writing an issue: its head, its sections, their order (mock 13)."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal import dates
from newsletter import blocks, checks, markdown, rendering
from newsletter.forms import ArticleForm, IssueForm, SectionForm
from newsletter.models import Article, Issue
from newsletter.references import Portal

BUSY = timedelta(minutes=10)


@require_POST
def new(request):
    """Start the next issue from the sections of the last one."""
    issue = Issue.objects.start_next(by=request.user, today=dates.today())
    return redirect("newsletter:edit", issue.number)


def editable(user, number):
    """The issue for someone who makes issues; 404 when hidden, 403 for those who only read."""
    issue = get_object_or_404(
        Issue.objects.visible_to(user).select_related("last_edited_by", "created_by"), number=number
    )
    if not issue.can_preview(user):
        raise PermissionDenied
    return issue


def head(request, number):
    """Title, lead, English summary, editor's note, day and class."""
    issue = editable(request.user, number)
    form = IssueForm(request.POST or None, instance=issue)
    return write(request, issue, form, title=_("題名とリード"), sources=("title", "lead"))


def article(request, number, pk):
    """One section."""
    issue = editable(request.user, number)
    found = next((part for part in issue.sections if part.pk == pk), None)
    if found is None:
        raise Http404
    form = ArticleForm(request.POST or None, instance=found)
    return write(request, issue, form, title=found.label, sources=("title", "body"), article=found)


def write(request, issue, form, *, title, sources, article=None):
    """Answer a form of the editor: the preview alone for htmx, a saved text, or the page."""
    act, portal = request.POST.get("act", ""), Portal(dates.today())
    if act == "preview":
        part = {"preview": preview(issue, form, sources, portal), "swap": True}
        return render(request, "newsletter/_preview.html", part)
    if "insert" in request.POST:
        form = with_inserted(request, form, sources[1])
    elif request.method == "POST" and form.is_valid():
        form.save(by=request.user)
        return after_saving(request, issue)
    portal.find(issue.pieces)  # once for preview and checks
    context = {
        **{"issue": issue, "form": form, "article": article, "section_title": title},
        "preview": preview(issue, form, sources, portal),
        "can_edit": issue.can_edit(request.user),
        "before": form.instance.version - 1,
        "busy": busy(article or issue, request.user),
        "at_hand": Issue.objects.at_hand(),
        "offered": blocks.offered(portal) if article else [],
        **surroundings(Issue.objects.get(pk=issue.pk) if form.is_bound else issue, portal),
    }
    return render(request, "newsletter/edit.html", context)


def with_inserted(request, form, name):
    """The form as posted, a ready-made piece at the end of its text; nothing is saved (pages without JavaScript)."""
    values = {bound.name: request.POST.get(bound.html_name, "") for bound in form}
    values[name] = f"{values[name].rstrip()}\n\n{request.POST['insert']}".lstrip()
    return type(form)(instance=type(form.instance).objects.get(pk=form.instance.pk), initial=values)


def busy(obj, user):
    """The other person who saved this within the last minutes, None when nobody did."""
    recently = timezone.now() - obj.last_edited_at < BUSY
    return obj.last_edited_by if recently and obj.last_edited_by_id not in (None, user.pk) else None


def surroundings(saved, portal) -> dict:
    """What stands around the form, as it is saved: sections, ready-made pieces, checks."""
    return {
        "sections": saved.sections,
        "removed": [part for part in saved.parts if part.removed_at],
        "section_form": SectionForm(auto_id="section_%s"),
        "filled": sum(1 for part in saved.sections if part.body),
        "empty": [part.label for part in saved.sections if not part.body],
        "letters": sum(len(part.body) for part in saved.sections),
        "minutes": rendering.reading_minutes(saved),
        "problems": checks.problems(saved, portal),
        "counted": checks.counted(saved),
    }


def preview(issue, form, sources, portal) -> dict:
    """How the texts in the form will look, saved or not."""
    title, body = ((form[name].value() or "").replace("\r\n", "\n") for name in sources)
    facts = portal.facts(markdown.pieces(body[: markdown.LONGEST]), with_figures=False)
    return rendering.preview(issue, title=title, body=body, facts=facts)


def after_saving(request, issue):
    """What the pressed button asks for besides saving: a test mail to oneself, or a check by another person."""
    act = request.POST.get("act")
    fresh = Issue.objects.get(pk=issue.pk)
    if act == "test":
        return send_test(request, fresh)
    if act == "check":
        return ask_for_check(request, fresh)
    messages.success(request, _("保存しました。"))
    return redirect(request.path)


def send_test(request, issue):
    """Put 【テスト】 into the outbox and say where it will arrive."""
    issue.send_test(by=request.user)
    messages.success(
        request, _("試し送りを頼みました。1分ほどで%(address)sに届きます。") % {"address": request.user.email}
    )
    return redirect("newsletter:approve", issue.number)


def ask_for_check(request, issue):
    """Hand the issue to another person, or back to the editor with what is missing."""
    try:
        issue.ask_for_check(by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("newsletter:edit", issue.number)
    messages.success(request, _("確認を頼みました。事務局のページに出ています。"))
    return redirect("newsletter:approve", issue.number)


@require_POST
def sections(request, number):
    """Add, move, take out and put back sections."""
    issue = editable(request.user, number)
    act, _colon, pk = request.POST.get("act", "").partition(":")
    if act == "add":
        form = SectionForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("節の名前を30字までで入れてください。"))
            return redirect("newsletter:edit", number)
        added = issue.add_article(label=form.cleaned_data["label"], by=request.user)
        return redirect("newsletter:article", number, added.pk)
    arrange(issue, act, pk, by=request.user)
    if act == "remove":
        messages.info(request, _("節を外しました。「外した節」から戻せます。"))
    return redirect("newsletter:edit", number)


def arrange(issue, act, pk, *, by) -> None:
    """Do one of up, down, remove, restore to a section of this issue; anything else is not found."""
    if not pk.isdecimal():
        raise Http404
    part = get_object_or_404(Article.objects.select_related("issue"), issue=issue, pk=pk)
    verbs = {
        "up": lambda: part.move(-1, by=by),
        "down": lambda: part.move(+1, by=by),
        "remove": lambda: part.remove(by=by),
        "restore": lambda: part.restore(by=by),
    }
    if act not in verbs:
        raise Http404
    verbs[act]()
