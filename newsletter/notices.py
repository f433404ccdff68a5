"""Mails that follow from what somebody did: an idea is answered, a report comes back (N13).

The other apps only record an Activity. One table says which verbs are told to whom; the delivery's key holds the
activity, so that nobody hears of one act twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from accounts.models import Activity, User
from dxportal import dates
from dxportal.text import localized
from newsletter import (
    admitting,
    concerned,
    consulting,
    invitations,
    recording,
    reminders,
    rendering,
    schedule,
    sending,
    targets,
)
from newsletter.composing import NotNeeded
from newsletter.models import Delivery, Heartbeat, Topic

logger = structlog.get_logger(__name__)

ASKED = (
    "call.opened",
    "call.reminded",
)  # no notices: they join the reminder of the day, so there is one mail a day
OVERLAP = timedelta(minutes=10)  # acts whose transaction ended after their own clock time are still found


@dataclass(frozen=True)
class Rule:
    """Told to `people(activity)` (user ids) under a topic they can switch off, while `still(activity)` holds."""

    verb: str
    topic: str
    people: Callable
    action: str
    still: Callable = lambda activity: True
    words: Callable = lambda activity, person: {}  # more for the template; `calendar` is a file to attach
    also_actor: bool = False  # told of the own act too: an invitation, a cancelled seat
    title: str = ""  # instead of the summary, which speaks to everybody
    text: Callable = lambda activity, person: activity.reason  # beside the title, for things of class 1
    always: bool = False  # owed to the person: nobody can switch it off, and no pause holds it back
    invites: bool = False  # an account mail for those whom it lets in (newsletter/admitting.py)


def create() -> int:
    """Delivery rows for acts since the last look; how many are new. On the first look nothing is told of the past.

    The look counts as done at its end, so a process killed in the middle does it again.
    """
    beat, now = Heartbeat.objects.filter(name="notices").first(), schedule.database_now()
    if beat is None:
        Heartbeat.objects.beat("notices")
        return 0
    recent = Activity.objects.since(beat.at - OVERLAP).with_verbs(*ASKED, *{rule.verb for rule in RULES})
    told = sum(tell_of(activity) for activity in recent.order_by("at", "pk"))
    Heartbeat.objects.filter(name="notices").update(at=now)
    return told


def tell_of(activity) -> int:
    """Rows of every rule about the act. An act that cannot be told keeps nobody from hearing of the others."""
    try:
        with transaction.atomic():
            if activity.verb in ASKED:
                return reminders.tell_missing(activity.target_id, activity.at)
            return sum(tell(activity, rule) for rule in RULES if rule.verb == activity.verb)
    except Exception as error:
        if recording.is_away(error):
            raise  # the next look begins where this one did
        logger.exception("notice_not_made", activity=activity.pk, verb=activity.verb)
        return 0


def tell(activity, rule) -> int:
    """Rows for the people of one rule; who is told of the act already gets no second one."""
    people = set(rule.people(activity)) - (set() if rule.also_actor else {activity.actor_id})
    if not people:
        return 0
    now = schedule.database_now()
    moments = [(zone, country, now, sending.EVERY_WEEKDAY) for zone, country in schedule.places()]
    content = {"activity": activity.pk, "topic": str(rule.topic), "verb": rule.verb}
    if rule.always:
        rows = [owe(person, activity, rule) for person in User.objects.active().filter(pk__in=people)]
        return sum(row is not None for row in rows)
    return sending.enqueue(
        Delivery.Kind.NOTICE,
        f"notice:{activity.pk}:",
        moments,
        topic=rule.topic,
        on=dates.today(now),
        people=people,
        content=content,
    )


def owe(person, activity, rule) -> Delivery | None:
    """A row for the person, whatever he chose to receive; None when it is there already."""
    content = {"topic": str(rule.topic), "verb": rule.verb}
    if rule.invites and admitting.lets_in(person):
        return admitting.invite(person, activity, **content)
    key = f"notice:{activity.pk}:{person.pk}"
    return Delivery.objects.post(
        Delivery.Kind.NOTICE, key=key, person=person, owed=True, activity=activity.pk, **content
    )


def compose(delivery, person):
    """The mail about one act. Raises NotNeeded when the thing is hidden from the person or settled meanwhile."""
    content = delivery.content
    activity = Activity.objects.get(pk=content["activity"])
    rule = rule_of(content["verb"], content["topic"])
    key = (activity.target_type, activity.target_id)
    target = targets.visible(person, [key]).get(key)
    if target is None:
        raise NotNeeded("hidden")
    if not rule.still(activity):
        raise NotNeeded("done")
    context = {
        "person": person,
        "topic": rule.topic,
        "title": str(rule.title) % {"label": localized(target, "title") or localized(target, "name")}
        if rule.title
        else capfirst(localized(activity, "summary"))
        or TITLES[activity.verb] % {"label": activity.target_label},
        "text": "" if targets.is_confidential(target) else rule.text(activity, person),
        "url": activity.target_url,
        "action": str(rule.action),
        "mark": targets.mark(target),
    }
    more = rule.words(activity, person)
    kind = "invitation" if admitting.is_invitation(delivery) else "notice"
    rendered = rendering.render(kind, {**context, **more}, person.language)
    return replace(rendered, calendar=more.get("calendar", b""))


def rule_of(verb, topic) -> Rule:
    """The rule a row was made by; rows may wait while a new release gives the verb another topic."""
    rules = [rule for rule in RULES if rule.verb == verb]
    return next((rule for rule in rules if rule.topic == topic), rules[0])


TITLES = {
    "report.returned": gettext_lazy("報告が戻されました: %(label)s"),
    "report.submitted": gettext_lazy("承認を待つ報告があります: %(label)s"),
}


# --- which acts are told ----------------------------------------------------------------------------

SEE_WORKSHOP = gettext_lazy("ワークショップを見る")
SEE_IDEA, SEE_REPORT = gettext_lazy("アイデアを見る"), gettext_lazy("報告を開く")
SEE_GROUP = gettext_lazy("グループを見る")
SEE, MOVED = gettext_lazy("ポータルで見る"), gettext_lazy("「%(label)s」に動きがありました")
SEE_PLAN = gettext_lazy("計画を見る")
# Every change of an idea's state, told to its author, to those who support it and to those who follow it: each person
# once, because the key of the mail holds the act.
STATES = ("idea.answered", "idea.undone", "idea.merged", "idea.unmerged")
TOLD = (
    (Topic.ANSWER, concerned.author),
    (Topic.SUPPORTED, concerned.supporters),
    (Topic.FOLLOWED, concerned.followers),
)
SEE_THANKS, THANKED = gettext_lazy("お礼を見る"), gettext_lazy("「%(label)s」へのお礼が届きました")
NAMED = gettext_lazy("「%(label)s」の意見であなたの名前が挙がりました")
SEE_LETTER = gettext_lazy("送ったものを見る")
BECAME = (
    ("used", gettext_lazy("送ったものを便りで使います: %(label)s")),
    ("declined", gettext_lazy("送ったものに返事が届きました: %(label)s")),
)
RULES = (
    *(
        Rule(verb, topic, people, SEE_IDEA, text=concerned.answer_words)
        for verb in STATES
        for topic, people in TOLD
    ),
    Rule("idea.mentioned", Topic.MENTION, concerned.named, SEE_IDEA, concerned.still_said, title=NAMED),
    Rule(
        "thanks.given",
        Topic.THANKS,
        concerned.thanked,
        SEE_THANKS,
        concerned.still_shown,
        title=THANKED,
        text=concerned.thanks_words,
    ),
    Rule("disclosure.made", "", concerned.disclosed, SEE_IDEA, text=concerned.who_and_why, always=True),
    Rule(
        "duty.given",
        "",
        concerned.holder,
        gettext_lazy("マイページを見る"),
        concerned.still_holds,
        words=lambda activity, person: {"url": "/me/"},
        title=gettext_lazy("あなたに任された役割"),
        text=concerned.duties_words,
        always=True,
        invites=True,
    ),
    Rule(
        "group.member_added",
        "",
        concerned.taken_in,
        SEE_GROUP,
        concerned.still_in,
        title=gettext_lazy("「%(label)s」に加わりました"),
        text=concerned.duties_words,
        always=True,
        invites=True,
    ),
    Rule("application.answered", Topic.ANSWER, concerned.applicant, SEE_GROUP),
    *(
        Rule(verb, Topic.FOLLOWED, concerned.following, SEE, title=MOVED, text=concerned.what_happened)
        for verb in concerned.ON_FOLLOWED
    ),
    *(
        Rule(verb, Topic.GROUP, concerned.members, SEE_GROUP, title=MOVED, text=concerned.what_happened)
        for verb in concerned.OF_GROUPS
    ),
    *(
        Rule(f"letter.{state}", Topic.LETTER, concerned.writer, SEE_LETTER, title=title)
        for state, title in BECAME
    ),
    Rule("report.returned", Topic.REPORT, concerned.reporter, SEE_REPORT, concerned.still_returned),
    Rule("report.submitted", Topic.REPORT, concerned.approvers, SEE_REPORT, concerned.still_submitted),
    Rule("import.applied", Topic.REPORT, concerned.reporters, SEE_PLAN, text=concerned.own_initiatives),
    *(
        Rule(verb, Topic.WORKSHOP, invitations.person_of, SEE_WORKSHOP, still, invitations.words, True)
        for verb, still in invitations.TO_THE_PERSON
    ),
    *(
        Rule(verb, Topic.WORKSHOP, people, SEE_WORKSHOP, words=invitations.words, also_actor=True)
        for verb, people in invitations.TO_ALL
    ),
    *(
        Rule(verb, Topic.CONSULTATION, people, gettext_lazy("相談を見る"))
        for verb, people in consulting.TELL.items()
    ),
)
