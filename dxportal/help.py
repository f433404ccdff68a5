"""Pages that explain: how to use the portal, how progress is computed, how accessible it is. Open before signing in."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render


@login_not_required
def guide(request):
    """使い方: what everybody can do here, task by task."""
    return render(request, "help/guide.html")


@login_not_required
def progress(request):
    """進みの計算方法: the arithmetic of pillars/progress.py in words (design.md 7.10)."""
    return render(request, "help/progress.html")


@login_not_required
def accessibility(request):
    """アクセシビリティ: the standard we hold to, what we tested, whom to tell."""
    return render(request, "help/accessibility.html")
