"""Pages that explain: how to use the portal, how progress is computed, how accessible it is. Open before signing in."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render

from dxportal import dates
from pillars.explained import explanation
from pillars.models import Plan


@login_not_required
def guide(request):
    """使い方: what everybody can do here, task by task."""
    return render(request, "help/guide.html")


@login_not_required
def progress(request):
    """進みの計算方法, drawn from the arithmetic itself (design.md 7.10). With ?plan=CODE in the words and thresholds of
    that plan, for people who may read it; a visitor sees the usual ones and nothing that is live."""
    code = request.GET.get("plan", "") if request.user.is_authenticated else ""
    plan = Plan()
    if code:
        readable = Plan.objects.visible_to(request.user).select_related("grade_scale")
        plan = get_object_or_404(readable, code=code)
    return render(request, "help/progress.html", explanation(plan, dates.today()))


@login_not_required
def accessibility(request):
    """アクセシビリティ: the standard we hold to, what we tested, whom to tell."""
    return render(request, "help/accessibility.html")
