"""Mails that follow from what somebody did: an idea is answered, a report comes back (N13).

The other apps only record an Activity. One table says which verbs are told to whom; the delivery's key holds the
activity, so that nobody hears of one act twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Activity, Duty, Follow, Role
from dxportal import dates
from dxportal.text import localized
from newsletter import consulting, invitations, reminders, rendering, schedule, sending, targets
from newsletter.composing import NotNeeded
from newsletter.models import Delivery, Heartbeat, Topic
from pillars.models import Initiative, PlanImport, ProgressReport
from taskforce.models import Application, Comment, Idea, IdeaMerge, Mention, Support, Thanks

ASKED = (
    "call.opened",
    "call.reminded",
)  # no notices: they join the reminder of the day, so there is one mail a day
MOST_NAMES = 20  # of initiatives in one mail
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


def create() -> int:
    """Delivery rows for acts since the last look; how many are new. On the first look nothing is told of the past."""
    beat = Heartbeat.objects.filter(name="notices").first()
    if beat is None:
        Heartbeat.objects.beat("notices")
        return 0
    recent = Activity.objects.since(beat.at - OVERLAP).with_verbs(*ASKED, *{rule.verb for rule in RULES})
    activities = list(recent.order_by("at", "pk"))
    Heartbeat.objects.beat("notices")
    asked = [activity for activity in activities if activity.verb in ASKED]
    told = sum(reminders.tell_missing(activity.target_id, activity.at) for activity in asked)
    return told + sum(
        tell(activity, rule) for activity in activities for rule in RULES if rule.verb == activity.verb
    )


def tell(activity, rule) -> int:
    """Rows for the people of one rule; who is told of the act already gets no second one."""
    people = set(rule.people(activity)) - (set() if rule.also_actor else {activity.actor_id})
    if not people:
        return 0
    now = schedule.database_now()
    moments = [(zone, country, now, sending.EVERY_WEEKDAY) for zone, country in schedule.places()]
    content = {"activity": activity.pk, "topic": str(rule.topic), "verb": rule.verb}
    prefix = f"notice:{activity.pk}:"
    return sending.enqueue(
        Delivery.Kind.NOTICE,
        prefix,
        moments,
        topic=rule.topic,
        on=dates.today(now),
        people=people,
        content=content,
    )


def compose(delivery, person):
    """The mail about one act. Raises NotNeeded when the thing is hidden from the person or settled meanwhile."""
    content = delivery.content
    activity = Activity.objects.get(pk=content["activity"])
    rule = next(rule for rule in RULES if rule.verb == content["verb"] and rule.topic == content["topic"])
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
        else localized(activity, "summary") or TITLES[activity.verb] % {"label": activity.target_label},
        "text": "" if targets.is_confidential(target) else rule.text(activity, person),
        "url": activity.target_url,
        "action": str(rule.action),
    }
    more = rule.words(activity, person)
    rendered = rendering.render("notice", {**context, **more}, person.language)
    return replace(rendered, calendar=more.get("calendar", b""))


TITLES = {
    "report.returned": gettext_lazy("報告が戻されました: %(label)s"),
    "report.submitted": gettext_lazy("承認を待つ報告があります: %(label)s"),
}


# --- whom it concerns -------------------------------------------------------------------------------


def author(activity):
    """Who wrote the idea or one that was merged into it; not who acted, also where history does not name him."""
    written = Q(number=activity.target_id) | Q(merged_into__number=activity.target_id)
    authors = Idea.objects.filter(written, author__is_active=True).values_list("author", flat=True)
    return set(authors) - {activity.actor_id}


def supporters(activity):
    """Who supports the idea, also where a merge has just moved the votes; authors are told under another topic."""
    given = Q(idea__number=activity.target_id) | Q(moved_from__number=activity.target_id)
    return set(Support.objects.filter(given).values_list("person", flat=True)) - author(activity)


def followers(activity):
    """Who follows the idea; of a merge also those whose follow moved with it."""
    moved = IdeaMerge.objects.filter(source__number=activity.target_id).values_list("follows", flat=True)
    rows = Q(target_type="idea", target_id=activity.target_id) | Q(pk__in=[pk for pks in moved for pk in pks])
    return set(Follow.objects.filter(rows).values_list("user", flat=True)) - author(activity)


def named(activity):
    """People whom the comment began to name by this act."""
    mentions = Mention.objects.filter(comment=_comment(activity), at=activity.at)
    return mentions.values_list("person", flat=True)


def still_said(activity) -> bool:
    """The comment is neither withdrawn nor hidden."""
    shown = {"withdrawn_at": None, "hidden_at": None}
    return Comment.objects.filter(pk=_comment(activity), **shown).exists()


def _comment(activity) -> int:
    return int(activity.source.removeprefix("comment:"))


def thanked(activity):
    """The person; everybody in the group or department; the hidden author, whom no row of the note names."""
    note = _thanks(activity)
    if note.to_author:
        return [note.idea.author_id]
    if note.group_id:
        return note.group.memberships.filter(left_on=None).values_list("person", flat=True)
    if note.department_id:
        return note.department.people.active().values_list("pk", flat=True)
    return [note.person_id]


def thanks_words(activity, person) -> str:
    return _thanks(activity).text


def still_shown(activity) -> bool:
    return _thanks(activity).hidden_at is None


def _thanks(activity):
    return Thanks.objects.select_related("idea", "group", "department").get(
        pk=activity.source.removeprefix("thanks:")
    )


def reporter(activity):
    return _reports(activity, ProgressReport.State.RETURNED).values_list("submitted_by", flat=True)


def approvers(activity):
    """Who may approve the report: approvers whose duty covers the lead department, never the submitter."""
    waiting = _reports(activity, ProgressReport.State.SUBMITTED).select_related("initiative__lead_department")
    held = Duty.objects.on(dates.today(activity.at)).of_role(Role.PROGRESS_APPROVER)
    duties = list(held.select_related("department"))
    return {
        duty.user_id
        for report in waiting
        for duty in duties
        if duty.user_id != report.submitted_by_id and duty.covers(report.initiative.lead_department)
    }


def imported(activity):
    """The initiatives an import made or changed, when the importer wanted their reporters to know."""
    number = activity.source.removeprefix("import:")
    if not PlanImport.objects.filter(pk=number, tells=True).exists():
        return Initiative.objects.none()
    acts = Activity.objects.filter(source=activity.source, target_type="initiative").exclude(pk=activity.pk)
    ids = {int(found) for found in acts.values_list("target_id", flat=True)}
    return Initiative.objects.filter(pk__in=ids).select_related("lead_department", "plan")


def reporters(activity):
    """Who reports on what the import changed."""
    held = Duty.objects.on(dates.today(activity.at)).of_role(Role.PROGRESS_REPORTER)
    duties, departments = (
        list(held.select_related("department")),
        {i.lead_department for i in imported(activity)},
    )
    return {duty.user_id for duty in duties if any(duty.covers(department) for department in departments)}


def own_initiatives(activity, person) -> str:
    """The names of those the person reports on and may see, one a line. Raises NotNeeded when none is left."""
    found = imported(activity) & Initiative.objects.visible_to(person)
    names = [localized(initiative, "name") for initiative in found if initiative.can_report(person)]
    if not names:
        raise NotNeeded("hidden")
    more = len(names) - MOST_NAMES
    return "\n".join(names[:MOST_NAMES] + ([_("ほか%(number)s件") % {"number": more}] if more > 0 else []))


def _reports(activity, state):
    return ProgressReport.objects.filter(initiative=activity.target_id, workflow_state=state)


def applicant(activity):
    """Whose application to a group was answered by this act."""
    answered = Application.objects.filter(call__group__slug=activity.target_id, answered_at=activity.at)
    return answered.values_list("person", flat=True)


def still_returned(activity) -> bool:
    return _reports(activity, ProgressReport.State.RETURNED).exists()


def still_submitted(activity) -> bool:
    return _reports(activity, ProgressReport.State.SUBMITTED).exists()


SEE_WORKSHOP = gettext_lazy("ワークショップを見る")
SEE_IDEA, SEE_REPORT = gettext_lazy("アイデアを見る"), gettext_lazy("報告を開く")
SEE_GROUP = gettext_lazy("グループを見る")
SEE_PLAN = gettext_lazy("計画を見る")
# Every change of an idea's state, told to its author, to those who support it and to those who follow it: each person
# once, because the key of the mail holds the act.
STATES = ("idea.answered", "idea.undone", "idea.merged", "idea.unmerged")
TOLD = ((Topic.ANSWER, author), (Topic.SUPPORTED, supporters), (Topic.FOLLOWED, followers))
SEE_THANKS, THANKED = gettext_lazy("お礼を見る"), gettext_lazy("「%(label)s」へのお礼が届きました")
NAMED = gettext_lazy("「%(label)s」の意見であなたの名前が挙がりました")
RULES = (
    *(Rule(verb, topic, people, SEE_IDEA) for verb in STATES for topic, people in TOLD),
    Rule("idea.mentioned", Topic.MENTION, named, SEE_IDEA, still_said, title=NAMED),
    Rule("thanks.given", Topic.THANKS, thanked, SEE_THANKS, still_shown, title=THANKED, text=thanks_words),
    Rule("application.answered", Topic.ANSWER, applicant, SEE_GROUP),
    Rule("report.returned", Topic.REPORT, reporter, SEE_REPORT, still_returned),
    Rule("report.submitted", Topic.REPORT, approvers, SEE_REPORT, still_submitted),
    Rule("import.applied", Topic.REPORT, reporters, SEE_PLAN, text=own_initiatives),
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
