"""What readers send to the editors, and what becomes of it (N3, N10)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dxportal.text import whole_number
from newsletter import targets
from newsletter.forms.reading import LetterForm, SettleForm, TrayFilter
from newsletter.models import Issue, Letter

PER_PAGE = 20
BESIDE_THE_TEXT = 8  # lines of the tray in the editor
WORDS = {
    Letter.Kind.LETTER: {
        "heading": gettext_lazy("編集部にお便りを書く"),
        "answer": gettext_lazy("感想、気づいたこと、まねしたことを聞かせてください。"),
    },
    Letter.Kind.PROPOSAL: {
        "heading": gettext_lazy("載せてほしいことを送る"),
        "answer": gettext_lazy("取組、困りごと、行事の知らせなど。編集担当が選んで載せます。"),
    },
}
PROPOSABLE = ("initiative", "idea", "practice", "workshop")


def propose(request):
    """Something that should be in the newsletter; ?about=idea:12 says what it is about."""
    about = asked_about(request.user, request.GET.get("about", ""))
    return send(request, {"kind": Letter.Kind.PROPOSAL}, about=about)


def asked_about(user, key: str):
    """The thing that a key like idea:12 names, None when there is none the person may see, and none in a restricted
    pillar, which editors may not know of."""
    kind, _colon, pk = key.partition(":")
    if kind not in PROPOSABLE or not whole_number(pk):
        return None
    found = targets.visible(user, [(kind, pk)]).get((kind, pk))
    hidden = kind == "initiative" and found is not None and found.objective.pillar.is_restricted
    return None if hidden else found


def write(request, number):
    """A letter about an issue."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user).published(), number=number)
    return send(request, {"kind": Letter.Kind.LETTER, "issue": issue})


def send(request, given, about=None):
    """Answer the form of a letter or a proposal: `given` is what is known without the writer."""
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        Letter.objects.send(by=request.user, about=about, **given, **form.cleaned_data)
        messages.success(request, _("編集部に届けました。使うことになったら、メールで知らせます。"))
        return redirect("newsletter:letters")
    context = {"form": form, "about": about, "issue": given.get("issue"), **WORDS[given["kind"]]}
    return render(request, "newsletter/letter_new.html", context, status=422 if form.errors else 200)


@require_safe
def letters(request):
    """My letters and proposals, and what became of them."""
    own = Letter.objects.filter(author=request.user).select_related("issue", "used_in")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "newsletter/letters.html", {"page": page})


@require_safe
def tray(request):
    """What readers sent, for those who make issues; beside a text that is being written only what waits."""
    if not Issue.can_make(request.user):
        raise PermissionDenied
    found = Letter.objects.for_tray()
    if request.htmx:
        waiting = found.waiting().order_by("sent_at", "pk")[:BESIDE_THE_TEXT]
        part = {"letters": waiting, "into": request.GET.get("into", "")}
        return render(request, "newsletter/_tray_lines.html", part)
    form = TrayFilter(request.GET)
    context = {
        "form": form,
        "page": Paginator(form.filter(found), PER_PAGE).get_page(request.GET.get("page")),
        "states": Letter.State.choices,
        "kinds": Letter.Kind.choices,
        "waiting": Letter.objects.waiting().count(),
        "at_hand": Issue.objects.at_hand(),
    }
    return render(request, "newsletter/tray.html", context)


def letter(request, pk):
    """One letter: its writer reads what became of it, editors decide that."""
    found = get_object_or_404(Letter.objects.visible_to(request.user).for_tray(), pk=pk)
    form = SettleForm(request.POST or None, instance=found) if found.can_settle(request.user) else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and settled(request, form):
            return redirect("newsletter:tray")
    status = 422 if form and form.errors else 200
    return render(request, "newsletter/letter.html", {"letter": found, "form": form}, status=status)


DONE = {
    Letter.State.USED: gettext_lazy("使うことにしました。書いた人に知らせます。"),
    Letter.State.DECLINED: gettext_lazy("見送りにしました。"),
    Letter.State.NEW: gettext_lazy("受け箱に戻しました。"),
}


def settled(request, form) -> bool:
    """Do what the pressed button says; an act that is none, or a quicker colleague, becomes an error of the form."""
    state = request.POST.get("act")
    try:
        if state not in Letter.State.values:
            raise ValidationError(_("「使う」か「見送る」を選んでください。"))
        form.save(state, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, DONE[state])
    return True
