"""What becomes of a practice: published, sent back, confirmed, put away; and its template files (T10)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dxportal import dates, uploads
from taskforce.forms.practices import PracticeActForm, PracticeFileForm
from taskforce.models import PracticeFile
from taskforce.views.practices import get_practice


def act(request, pk, name, done, **words):
    """Do one verb of the practice when the person may; a refusal is said on its page."""
    found = get_practice(request, pk)
    if not getattr(found, f"can_{name}")(request.user):
        raise PermissionDenied
    try:
        getattr(found, name)(by=request.user, **words)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    return redirect(found)


@require_POST
def practice_publish(request, pk):
    return act(request, pk, "publish", _("公開しました。"))


@require_POST
def practice_propose_again(request, pk):
    return act(request, pk, "propose_again", _("寄せました。事務局が確かめて公開します。"))


@require_POST
def practice_confirm(request, pk):
    """「今も正しい」."""
    return act(request, pk, "confirm", _("今も正しいと記録しました。"), today=dates.today())


@require_POST
def practice_unarchive(request, pk):
    return act(request, pk, "unarchive", _("一覧に戻しました。"))


REASONED = {
    "send_back": (
        gettext_lazy("書き直しを頼む"),
        gettext_lazy("どこを直してほしいか"),
        gettext_lazy("書き直しを頼みました。"),
    ),
    "archive": (gettext_lazy("好事例をしまう"), gettext_lazy("しまうわけ"), gettext_lazy("しまいました。")),
}


def reasoned(request, pk, name):
    """A page that asks for the reason of an act, and does it."""
    found = get_practice(request, pk)
    if not getattr(found, f"can_{name}")(request.user):
        raise PermissionDenied
    title, label, done = REASONED[name]
    form = PracticeActForm(request.POST or None)
    form.fields["reason"].label = label
    if request.method == "POST" and form.is_valid():
        return act(request, pk, name, done, reason=form.cleaned_data["reason"])
    context = {"practice": found, "form": form, "title": title, "act": name}
    return render(request, "taskforce/practice_reason.html", context)


def practice_send_back(request, pk):
    return reasoned(request, pk, "send_back")


def practice_archive(request, pk):
    return reasoned(request, pk, "archive")


# --- template files ---------------------------------------------------------------------------------------


def practice_files(request, pk):
    """The template files; who may mend the practice adds to them here."""
    found = get_practice(request, pk)
    if not found.can_edit(request.user):
        raise PermissionDenied
    form = PracticeFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and added(form, found, request.user):
        messages.success(request, _("ファイルを添えました。"))
        return redirect("taskforce:practice_files", pk)
    context = {"practice": found, "files": found.files.standing().select_related("uploaded_by"), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "taskforce/practice_files.html", context, status=status)


def added(form, practice, user) -> bool:
    """Whether the file was kept; otherwise the form says why not."""
    if not form.is_valid():
        return False
    words = dict(form.cleaned_data)
    try:
        PracticeFile.add(practice, words.pop("file"), by=user, **words)
    except ValidationError as error:
        form.add_error("file", error)
        return False
    return True


def get_file(request, pk, key) -> PracticeFile:
    """404 for who may not read the practice, and for everybody once the file is withdrawn."""
    found = get_practice(request, pk)
    file = get_object_or_404(found.files.standing(), pk=key)
    file.practice = found
    return file


@require_safe
def practice_file(request, pk, key):
    """The file itself, to save."""
    file = get_file(request, pk, key)
    return uploads.to_keep(file.file, file.name, file.media_type)


@require_POST
def practice_file_withdraw(request, pk, key):
    get_file(request, pk, key).withdraw(by=request.user)
    messages.success(request, _("ファイルを取り下げました。"))
    return redirect("taskforce:practice_files", pk)
