"""Home, search, style guide and error pages."""

from django.shortcuts import render


def home(request):
    """How is the plan going, and what needs me? (A1)"""
    return render(request, "home.html")


def csrf_failure(request, reason=""):
    """A form that came without its token: nothing was changed, the text is still in the browser."""
    return render(request, "403.html", {"csrf": True}, status=403)


def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    return render(request, "500.html", status=500)
