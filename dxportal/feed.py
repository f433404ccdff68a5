"""What moved: the acts of the last days that this person may know of, as the home page and the digest tell them."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from pillars.models import Initiative
from taskforce.models import GoodPractice, Idea

# The acts worth a line, with the word that stands before it.
TAGS = {
    "report.published": _("報告"),
    "milestone.completed": _("節目"),
    "milestone.moved": _("節目"),
    "idea.published": _("アイデア"),
    "idea.answered": _("回答"),
    "pilot.started": _("試行"),
    "pilot.ended": _("試行"),
    "practice.published": _("好事例"),
    "replication.started": _("導入"),
    "theme.started": _("テーマ"),
    "theme.reviewed": _("テーマ"),
}
# How the id in a target is found again, for things not everybody may see.
GUARDED = {
    "initiative": (Initiative, "pk"),
    "idea": (Idea, "number"),
    "practice": (GoodPractice, "pk"),
}
DAYS = 7


def visible(activities, user) -> list:
    """The activities whose target the person may see, in the order given; one query for each kind of guarded target."""
    activities = list(activities)
    shown = {}
    for kind, (model, field) in GUARDED.items():
        ids = {a.target_id for a in activities if a.target_type == kind}
        if ids:
            found = model.objects.visible_to(user).filter(**{f"{field}__in": ids})
            shown[kind] = {str(value) for value in found.values_list(field, flat=True)}
    return [a for a in activities if a.target_type not in GUARDED or a.target_id in shown[a.target_type]]


def moved(user, at, limit=7) -> list:
    """The newest acts of the seven days before `at`, one for each thing and kind of act, with `.tag`."""
    recent = Activity.objects.since(at - timedelta(days=DAYS)).filter(at__lte=at).with_verbs(*TAGS)
    lines, seen = [], set()
    for activity in visible(recent[: limit * 6], user):
        key = (activity.target_type, activity.target_id, activity.verb)
        if key not in seen:
            seen.add(key)
            activity.tag = TAGS[activity.verb]
            lines.append(activity)
    return lines[:limit]


def followed(follows, user, at, days) -> list:
    """Acts of the last `days` on what the person follows, newest first, at most one for each thing and kind of act."""
    wanted = Q()
    for follow in follows:
        wanted |= Q(target_type=follow.target_type, target_id=follow.target_id)
    if not wanted:
        return []
    recent = Activity.objects.filter(wanted, verb__in=TAGS, at__range=(at - timedelta(days=days), at))
    return visible(recent[:40], user)
