"""Writing an issue: its head and its sections, kept while they are typed (mock 13)."""

from datetime import timedelta

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal import dates
from dxportal.forms import OVERTAKEN, StaleVersion, saved_words
from newsletter import blocks, checks, markdown, rendering
from newsletter.forms.writing import SectionForm, form_of
from newsletter.models import Issue, Sitting
from newsletter.references import Portal

LATELY = timedelta(minutes=10)
OFFERED_SECONDS = 60


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


def part_of(issue, pk):
    """The section of that number, also one taken out; the issue itself for its head (pk None). Raises Http404."""
    if pk is None:
        return issue
    part = next((part for part in issue.parts if part.pk == pk), None)
    if part is None:
        raise Http404
    return part


def edit(request, number, pk=None):
    """The head of an issue (title, lead, English summary, note, day, class) or one of its sections."""
    issue = editable(request.user, number)
    part = part_of(issue, pk)
    form = form_of(part)(request.POST or None, instance=part)
    if request.POST.get("action") == "autosave":
        return autosave(request, issue, part, form)
    if is_taken_out(part):
        return refuse_taken_out(request, issue, part)
    if request.POST.get("act") == "preview":
        found = preview(issue, form, Portal(dates.today()), reader=request.user)
        return render(request, "newsletter/_preview.html", {"preview": found, "swap": True})
    if request.POST.get("act") == "discard":
        Sitting.objects.forget(issue, part, by=request.user)
        return redirect(part.get_edit_url())
    if "insert" in request.POST:
        form = with_inserted(request, form)
    elif request.method == "POST" and (answer := save_posted(request, issue, part, form)):
        return answer
    return show(request, issue, part, form)


def is_taken_out(part) -> bool:
    """Whether it is a section that an editor has taken out of the issue."""
    return getattr(part, "removed_at", None) is not None


def refuse_taken_out(request, issue, part):
    """Its page is gone; what was being typed there meanwhile is kept and comes back with the section (CO5)."""
    if request.method != "POST":
        raise Http404
    if not issue.can_edit(request.user):
        raise PermissionDenied
    keep_typed(request, issue, part)
    words = _("「%(label)s」は、ほかの人が外しました。書いた文は残してあり、節を戻すと開きます。")
    messages.warning(request, words % {"label": part.label})
    return redirect(issue.get_edit_url())


def keep_typed(request, issue, part) -> None:
    """Buttons beside the form send it along where there is no JavaScript: nothing typed is lost by them."""
    if "version" not in request.POST or request.htmx:
        return
    form = form_of(part)(request.POST, instance=part)
    try:
        Sitting.objects.keep(issue, part, form.as_typed, by=request.user, **form.typed_numbers)
    except StaleVersion:
        words = _("別の画面で、ここより新しい内容が保存されています。この画面の文は残していません。")
        messages.warning(request, words)


def save_posted(request, issue, part, form):
    """The answer after saving; None where the page comes again, with the reason and every word that was typed."""
    if not issue.can_edit(request.user):
        form.add_error(
            None, _("この号は承認されたので、保存していません。書いた文はこの画面に残っています。")
        )
        return None
    if not form.is_valid():
        return None
    try:
        save(request, issue, part, form)
    except (StaleVersion, PermissionDenied):  # somebody was quicker than this press: as if it came now
        return edit(request, issue.number, None if part is issue else part.pk)
    return after_saving(request, issue)


@transaction.atomic
def save(request, issue, part, form) -> None:
    """The words become part of the issue, and what was kept of them beside it is forgotten."""
    form.save(by=request.user)
    Sitting.objects.forget(issue, part, by=request.user)


def autosave(request, issue, part, form):
    """What the window needs to go on: the count of what was kept, and the time."""
    if not issue.can_edit(request.user):
        raise PermissionDenied
    try:
        sitting = Sitting.objects.keep(issue, part, form.as_typed, by=request.user, **form.typed_numbers)
    except StaleVersion:
        return JsonResponse({"warning": OVERTAKEN}, status=409)
    return JsonResponse(
        {
            "version": sitting.base,
            "draft_version": sitting.typed,
            "saved": saved_words(sitting),
            "url": request.path,
        }
    )


def show(request, issue, part, form):
    """The page: the form with what was typed, who else is here, and what stands around it."""
    sitting = Sitting.objects.open(issue, part, by=request.user)
    others = sitting.others(timezone.now())
    if not form.is_bound and "insert" not in request.POST:
        form = with_typed(form, part, sitting)
    posted = request.method == "POST"  # who has pressed a button goes on writing
    waits_for, portal = None if posted else sitting.waits_for(others), Portal(dates.today())
    if waits_for or not issue.can_edit(request.user):
        form.lock()
    portal.find(issue.pieces)  # once for preview and checks
    context = {
        **{"issue": issue, "form": form, "article": None if part is issue else part, "sitting": sitting},
        **{"others": others, "waits_for": waits_for, "locked": bool(waits_for)},
        "told": sitting.told(others),
        "saved": saved_words(sitting) if sitting.saved_at else "",
        "section_title": _("題名とリード") if part is issue else part.label,
        "preview": preview(issue, form, portal, reader=request.user),
        "can_edit": issue.can_edit(request.user),
        "can_write": issue.can_edit(request.user) and not waits_for,
        "saved_by": saved_by(part, request.user),
        "at_hand": Issue.objects.at_hand(),
        "offered": [] if part is issue else offered(portal),
        **surroundings(Issue.objects.get(pk=issue.pk) if form.is_bound else issue, portal),
    }
    return render(request, "newsletter/edit.html", context)


def with_typed(form, part, sitting):
    """The form with the person's own words that were kept and not saved; beside what somebody saved since, if so."""
    if not sitting.fields:
        return form
    if sitting.base == part.version:
        return type(form)(instance=part, typed=sitting.fields)
    late = type(form)({**sitting.fields, "version": sitting.base}, instance=part)
    late.is_valid()  # refuses the old version and shows both texts
    return late


def with_inserted(request, form):
    """The form as posted, a ready-made piece at the end of its text; nothing is saved (pages without JavaScript)."""
    typed = form.as_typed
    typed[form.BODY] = f"{typed[form.BODY].rstrip()}\n\n{request.POST['insert']}".lstrip()
    shown = type(form)(instance=type(form.instance).objects.get(pk=form.instance.pk), typed=typed)
    shown.initial["version"] = form.typed_numbers["base"]  # what was written since is still asked about
    return shown


def saved_by(part, user):
    """The other person who saved this part within the last minutes, None when nobody did."""
    recently = timezone.now() - part.last_edited_at < LATELY
    return part.last_edited_by if recently and part.last_edited_by_id not in (None, user.pk) else None


def offered(portal) -> list:
    """The pieces of the insert panel, gathered once a minute for all editors."""
    key = f"newsletter-offered:{portal.today}:{get_language()}"
    return cache.get_or_set(key, lambda: blocks.offered(portal), OFFERED_SECONDS)


def surroundings(saved, portal) -> dict:
    """What stands around the form, as it is saved: sections and checks."""
    return {
        **outline_of(saved),
        "filled": sum(1 for part in saved.sections if part.body),
        "empty": [part.label for part in saved.sections if not part.body],
        "problems": checks.problems(saved, portal),
        "counted": checks.counted(saved),
    }


def outline_of(issue) -> dict:
    """What the list of sections shows."""
    return {
        "sections": issue.sections,
        "removed": [part for part in issue.parts if part.removed_at],
        "section_form": SectionForm(auto_id="section_%s"),
        "letters": sum(len(part.body) for part in issue.sections),
        "minutes": rendering.reading_minutes(issue),
    }


def preview(issue, form, portal, *, reader) -> dict:
    """How the texts in the form will look, saved or not; moments by the clock of `reader`."""
    texts = {name: text.replace("\r\n", "\n") for name, text in form.as_shown.items()}
    body = texts[form.BODY]
    facts = portal.facts(markdown.pieces(body[: markdown.LONGEST]), with_figures=False)
    english = {name: texts.get(name, getattr(issue, name)) for name in ("title_en", "english_summary")}
    return rendering.preview(issue, title=texts["title"], body=body, facts=facts, reader=reader, **english)


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
    try:
        issue.send_test(by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = _("試し送りを頼みました。1分ほどで%(address)sに届きます。")
        messages.success(request, words % {"address": request.user.email})
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
