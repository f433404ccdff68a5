"""What people write below an idea, mend, take back, and what is hidden (T7)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import naming
from taskforce.forms.comments import CommentForm
from taskforce.models import Comment
from taskforce.views.ideas import get_idea

A_MINUTE = "60"  # seconds after which a comment is taken again


@require_POST
def idea_comment(request, number):
    """A new comment, or the people to be told of it looked up first."""
    idea = get_idea(request, number)
    if not idea.can_comment(request.user):
        raise PermissionDenied
    form = CommentForm(request.POST, user=request.user)
    return written(request, form, idea)


def idea_comment_edit(request, number, pk):
    """Mend the own comment; what it said before stays readable."""
    idea = get_idea(request, number)
    comment = get_object_or_404(Comment.objects.select_related("idea"), idea=idea, pk=pk)
    if not comment.can_edit(request.user):
        raise PermissionDenied
    form = CommentForm(request.POST or None, instance=comment, user=request.user)
    if request.method == "POST":
        return written(request, form, idea)
    return render(request, "taskforce/idea_comment.html", {"idea": idea, "comment_form": form})


def written(request, form, idea):
    """Back to the comment when it was saved; else the form with everything that was typed."""
    if form.is_valid() and not form.is_finding and (saved := form.apply(idea)):
        return redirect(f"{idea.get_absolute_url()}?said={saved.pk}#comment-{saved.pk}")
    status = 200 if form.is_finding else 429 if form.too_fast else 409 if form.conflicts else 400
    context = {"idea": idea, "comment_form": form}
    answer = render(request, "taskforce/idea_comment.html", context, status=status)
    if form.too_fast:
        answer["Retry-After"] = A_MINUTE
    return answer


@require_safe
def people_found(request):
    """A part of a form: people called like the words typed after @."""
    people = naming.find(request.GET.get("q", "")[:60], by=request.user)
    return render(request, "taskforce/_people_found.html", {"people": people})


def idea_comment_hide(request, number, pk):
    """Ask for the reason, then hide."""
    idea = get_idea(request, number)
    if not idea.can_moderate(request.user):
        raise PermissionDenied
    comment = get_object_or_404(Comment, idea=idea, pk=pk, hidden_at=None, withdrawn_at=None)
    context = {"idea": idea, "comment": comment}
    if request.method == "POST":
        try:
            comment.hide(reason=request.POST.get("reason", "")[:200], by=request.user)
            return redirect(f"{idea.get_absolute_url()}#h-comments")
        except ValidationError as refusal:
            context["error"] = refusal.messages[0]
    return render(request, "taskforce/idea_comment_hide.html", context)


def idea_comment_withdraw(request, number, pk):
    """Take the own comment back, after asking once."""
    idea = get_idea(request, number)
    comment = get_object_or_404(Comment.objects.select_related("idea"), idea=idea, pk=pk)
    if not comment.can_edit(request.user):
        raise PermissionDenied
    if request.method != "POST":
        context = {"idea": idea, "comment": comment}
        return render(request, "taskforce/idea_comment_withdraw.html", context)
    comment.withdraw(by=request.user)
    messages.success(request, _("意見を取り下げました。"))
    return redirect(f"{idea.get_absolute_url()}#h-comments")
