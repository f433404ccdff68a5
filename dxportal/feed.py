"""What moved: the acts of the last days that this person may know of, as the home page and the digest tell them."""

from datetime import timedelta

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Activity
from pillars.models import Initiative
from taskforce.models import (
    Consultation,
    GoodPractice,
    Guidance,
    Idea,
    Mention,
    Thanks,
    WorkingGroup,
    Workshop,
)

# The acts worth a line, with the word that stands before it.
TAGS = {
    "report.published": pgettext_lazy("動き", "報告"),
    "milestone.completed": pgettext_lazy("動き", "節目"),
    "milestone.moved": pgettext_lazy("動き", "節目"),
    "idea.published": _("アイデア"),
    "idea.answered": _("回答"),
    "idea.undone": _("回答"),
    "idea.merged": _("アイデア"),
    "idea.unmerged": _("アイデア"),
    "pilot.started": _("試行"),
    "pilot.ended": _("試行"),
    "practice.published": _("好事例"),
    "replication.started": _("導入"),
    "workshop.announced": _("ワークショップ"),
    "guidance.published": _("手引き"),
    "theme.started": _("テーマ"),
    "theme.reviewed": _("テーマ"),
}
# How the id in a target is found again, for things not everybody may see.
GUARDED = {
    "initiative": (Initiative, "pk"),
    "idea": (Idea, "number"),
    "practice": (GoodPractice, "pk"),
    "group": (WorkingGroup, "slug"),
    "workshop": (Workshop, "pk"),
    "guidance": (Guidance, "pk"),
    "consultation": (Consultation, "pk"),
}
DAYS = 7


def visible_to(user) -> Q:
    """Condition on Activity: the target is nothing guarded, or something the person may see."""
    shown = ~Q(target_type__in=GUARDED)
    for kind, (model, field) in GUARDED.items():
        ids = model.objects.visible_to(user).order_by().annotate(key=Cast(field, CharField())).values("key")
        shown |= Q(target_type=kind, target_id__in=ids)
    return shown


def moved(user, at, limit=7) -> list:
    """The newest acts of the seven days before `at`, one for each thing and kind of act, with `.tag`."""
    days = (at - timedelta(days=DAYS), at)
    recent = Activity.objects.filter(visible_to(user), at__range=days).with_verbs(*TAGS)
    lines, seen = [], set()
    for activity in recent[: limit * 6]:
        key = (activity.target_type, activity.target_id, activity.verb)
        if key not in seen:
            seen.add(key)
            activity.tag = TAGS[activity.verb]
            lines.append(activity)
    return lines[:limit]


def to_me(user) -> Q:
    """Condition on Activity: a comment that still stands names the person, or a note of thanks is to the person."""
    standing = Mention.objects.filter(person=user, comment__hidden_at=None, comment__withdrawn_at=None)
    comments = standing.annotate(key=Concat(Value("comment:"), "comment_id", output_field=CharField()))
    notes = Thanks.objects.shown().filter(person=user)
    notes = notes.annotate(key=Concat(Value("thanks:"), "pk", output_field=CharField())).order_by()
    mentioned = Q(verb="idea.mentioned", source__in=comments.values("key"))
    return mentioned | Q(verb="thanks.given", source__in=notes.values("key"))


def followed(follows, user, at, days, also=None) -> list:
    """Acts of the last `days` on what the person follows, and those of `also`, newest first."""
    wanted = also or Q()
    for follow in follows:
        wanted |= Q(target_type=follow.target_type, target_id=follow.target_id, verb__in=TAGS)
    if not wanted:
        return []
    time = (at - timedelta(days=days), at)
    return list(Activity.objects.filter(wanted, visible_to(user), at__range=time)[:40])
