"""Thanks, and what a person has brought about (T16)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from taskforce.forms.thanks import ThanksForm
from taskforce.models import GoodPractice, Idea, Thanks, Theme, WorkingGroup, Workshop


def subject_of(text, user):
    """The thing "idea:118" names, when the person may see it. Raises Http404."""
    kind, _colon, pk = text.partition(":")
    if not pk.isdecimal() or len(pk) > 11:
        raise Http404
    themes = Theme.objects.filter(group__in=WorkingGroup.objects.visible_to(user)).select_related("group")
    rows = {
        "idea": Idea.objects.visible_to(user).listed(),
        "practice": GoodPractice.objects.visible_to(user).published(),
        "theme": themes,
        "workshop": Workshop.objects.visible_to(user),
    }
    if kind not in rows:
        raise Http404
    return get_object_or_404(rows[kind], **{"number" if kind == "idea" else "pk": pk})


def thanks_new(request, about):
    """Whom do I thank, and for what?"""
    subject = subject_of(about, request.user)
    form = ThanksForm(request.POST or None, about=subject, user=request.user)
    if request.method == "POST" and form.is_valid() and not form.is_finding and form.give():
        return redirect(f"{subject.get_absolute_url()}#h-thanks")
    return render(request, "taskforce/thanks_form.html", {"form": form, "subject": subject})


def thanks_hide(request, pk):
    """The secretariat asks itself for the reason, then hides."""
    if not request.user.is_secretariat:
        raise PermissionDenied
    note = get_object_or_404(Thanks.objects.shown(), pk=pk)
    context = {"note": note, "subject": note.about}
    if request.method == "POST":
        try:
            note.hide(reason=request.POST.get("reason", "")[:200], by=request.user)
            return redirect(f"{note.about.get_absolute_url()}#h-thanks")
        except ValidationError as refusal:
            context["error"] = refusal.messages[0]
    return render(request, "taskforce/thanks_hide.html", context)


def contributions(request, pk):
    """What has this person brought about? By name only, in no order of merit and without numbers."""
    user, person = request.user, get_object_or_404(User.objects.select_related("department"), pk=pk)
    ideas = Idea.objects.visible_to(user).listed().filter(author=person, is_anonymous=False)
    practices = GoodPractice.objects.visible_to(user).published()
    groups = person.group_memberships.filter(group__in=WorkingGroup.objects.visible_to(user))
    context = {
        "person": person,
        "ideas": ideas.order_by("-published_at"),
        "practices": practices.filter(contact=person),
        "memberships": groups.select_related("group").order_by("-joined_on"),
        "thanks": [] if user.is_expert else Thanks.objects.received_by(person),
    }
    return render(request, "taskforce/contributions.html", context)
