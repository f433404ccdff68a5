"""What every page knows: names of the installation, the navigation, the viewer's calendar and open tasks."""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from dxportal import text

TASKS_KEY = "open_tasks"  # in the session: [number, seconds since 1970]
TASKS_KEPT = 30 * 60


def portal(request):
    """Context processor: `portal.name`, `.organisation`, `.newsletter`, `.mission`, `.contact`, `.navigation`, …"""
    return {"portal": SimpleLazyObject(lambda: _portal(request))}


def _portal(request) -> dict:
    user = getattr(request, "user", None)
    return {
        "name": text.setting("PORTAL_NAME"),
        "organisation": text.setting("ORGANISATION_NAME"),
        "newsletter": text.setting("NEWSLETTER_TITLE"),
        "mission": text.setting("MISSION"),
        "executive": text.setting("EXECUTIVE_TITLE"),
        "contact": text.setting("SECRETARIAT_CONTACT"),
        "logo": logo(),
        "demo": settings.DEMO,
        "language": "en" if text.english() else "ja",
        "navigation": navigation(request.path),
        "help": help_links(),
        "tasks": remembered_tasks(request),
        "now": timezone.now(),
        "session_seconds": settings.SESSION_COOKIE_AGE if getattr(user, "is_authenticated", False) else 0,
    }


def logo() -> str:
    """The address of the mark in the header: LOGO is a file below static/, with # for a symbol inside an SVG."""
    file, _hash, symbol = settings.LOGO.partition("#")
    return f"{static(file)}#{symbol}" if symbol else static(file)


def navigation(path: str) -> list[dict]:
    """The four entries of design.md section 3, with the one the page belongs to marked."""
    entries = (
        (_("計画"), "/plan/", ("/plan/", "/plans/", "/reports/")),
        (_("アイデア"), "/ideas/", ("/ideas/", "/pilots/", "/practices/")),
        (_("タスクフォース"), "/taskforce/", ("/taskforce/",)),
        (text.setting("NEWSLETTER_TITLE"), "/newsletter/", ("/newsletter/",)),
    )
    return [{"label": label, "url": url, "current": path.startswith(under)} for label, url, under in entries]


def help_links() -> list[dict]:
    """The links of the footer."""
    names = (
        ("portal:help", _("使い方")),
        ("portal:help_progress", _("進みの計算方法")),
        ("portal:help_accessibility", _("アクセシビリティ")),
    )
    return [{"label": label, "url": reverse(name)} for name, label in names]


def remember_tasks(request, number: int) -> None:
    """Keep the number of open tasks for the header of the following pages; home and my page call it after counting."""
    kept = request.session.get(TASKS_KEY)
    if not kept or kept[0] != number or _age(kept) > TASKS_KEPT / 2:
        request.session[TASKS_KEY] = [number, int(timezone.now().timestamp())]


def remembered_tasks(request) -> int:
    """The number last counted, 0 when it is too old to be shown."""
    session = getattr(request, "session", None)
    kept = session.get(TASKS_KEY) if session is not None else None
    return kept[0] if kept and _age(kept) <= TASKS_KEPT else 0


def _age(kept) -> float:
    return timezone.now().timestamp() - kept[1]
