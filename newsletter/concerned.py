"""Whom an act concerns, and whether it still holds: what the table of newsletter/notices.py names.

Every function takes the Activity; those that give people give user ids.
"""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Activity, Duty, Follow, Role
from dxportal import dates
from dxportal.text import localized
from newsletter import admitting
from newsletter.composing import NotNeeded
from newsletter.models import Letter
from pillars.models import Initiative, PlanImport, ProgressReport
from pillars.templatetags.plan import ACTS
from taskforce.models import (
    Application,
    AuthorDisclosure,
    Comment,
    GroupMembership,
    Idea,
    IdeaAnswer,
    IdeaMerge,
    Mention,
    Support,
    Thanks,
    WorkingGroup,
)

OF_LETTERS = {"letter.used": gettext_lazy("便りで使う"), "letter.declined": gettext_lazy("返事が届いた")}
MOST_NAMES = 20  # of initiatives in one mail
# Acts on things that can be followed, and on groups, that are worth a mail of their own to who asked for it.
ON_FOLLOWED = ("report.published", "milestone.completed", "milestone.moved", "pilot.started", "pilot.ended")
ON_FOLLOWED += ("replication.started",)
OF_GROUPS = ("meeting.saved", "theme.started", "theme.reviewed")


def author(activity):
    """Who wrote the idea or one that was merged into it; not who acted, also where history does not name him."""
    written = Q(number=activity.target_id) | Q(merged_into__number=activity.target_id)
    authors = Idea.objects.filter(written, author__is_active=True).values_list("author", flat=True)
    return set(authors) - {activity.actor_id}


def disclosed(activity):
    """Whose name an administrator looked up; no row of the act names him."""
    return AuthorDisclosure.objects.filter(pk=activity.target_id).values_list("idea__author", flat=True)


def who_and_why(activity, person) -> str:
    return _("確かめた人: %(who)s\nわけ: %(why)s") % {"who": activity.actor_name, "why": activity.reason}


def holder(activity):
    """Who was given the duty."""
    return [int(activity.target_id)]


def still_holds(activity) -> bool:
    """The person has a duty now or will have one; an expert's ends by its date."""
    return any(duty.is_open(dates.today()) for duty in Duty.objects.filter(user=activity.target_id))


def taken_in(activity):
    """Whom a group took in by this act, where that lets the person into the portal at all; the others see it there."""
    names = {after for _before, after in activity.changes.values()}
    members = GroupMembership.objects.current().filter(group__slug=activity.target_id, person__name__in=names)
    return [row.person_id for row in members.select_related("person") if admitting.lets_in(row.person)]


def still_in(activity) -> bool:
    return bool(taken_in(activity))


def duties_words(activity, person) -> str:
    """Every duty the person holds or is about to, one a line, and how to get in for who has never been here."""
    duties = Duty.objects.filter(user=person).select_related("department").order_by("starts_on", "pk")
    lines = [_duty_line(duty) for duty in duties if duty.is_open(dates.today())]
    if person.last_login is None:
        lines.append(_("ログインの画面で「番号をメールで受け取る」を選ぶと、このアドレスに番号が届きます。"))
    return "\n".join(lines)


def _duty_line(duty) -> str:
    first, last = (dates.format_day(day) if day else "" for day in (duty.starts_on, duty.ends_on))
    words = (str(duty.get_role_display()), _duty_place(duty), f"{first}{_('〜')}{last}")
    return " ".join(word for word in words if word)


def _duty_place(duty) -> str:
    """Where the duty holds, in words: department or group by its name, of other scopes the key ("pillar:P4": P4)."""
    if duty.department:
        return localized(duty.department, "name")
    kind, _colon, key = duty.scope.partition(":")
    group = WorkingGroup.objects.filter(slug=key).first() if kind == "group" else None
    return localized(group, "name") if group else key


def answer_words(activity, person) -> str:
    """The answer in the reader's language where it was written in it; what else befell an idea has its reason."""
    answer = IdeaAnswer.objects.filter(idea__number=activity.target_id, at=activity.at).first()
    return localized(answer, "text") if answer else activity.reason


def supporters(activity):
    """Who supports the idea, also where a merge has just moved the votes; authors are told under another topic."""
    given = Q(idea__number=activity.target_id) | Q(moved_from__number=activity.target_id)
    return set(Support.objects.filter(given).values_list("person", flat=True)) - author(activity)


def followers(activity):
    """Who follows the idea; of a merge also those whose follow moved with it."""
    moved = IdeaMerge.objects.filter(source__number=activity.target_id).values_list("follows", flat=True)
    rows = Q(target_type="idea", target_id=activity.target_id) | Q(pk__in=[pk for pks in moved for pk in pks])
    return set(Follow.objects.filter(rows).values_list("user", flat=True)) - author(activity)


def following(activity):
    """Who follows the thing."""
    same = {"target_type": activity.target_type, "target_id": activity.target_id}
    return Follow.objects.filter(**same).values_list("user", flat=True)


def members(activity):
    """Who is in the group now."""
    standing = GroupMembership.objects.filter(group__slug=activity.target_id, left_on=None)
    return standing.values_list("person", flat=True)


def what_happened(activity, person=None) -> str:
    """The sentence of the act, or the words for acts that have none of their own; "" when there are neither."""
    return localized(activity, "summary") or str(ACTS.get(activity.verb) or OF_LETTERS.get(activity.verb, ""))


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


def writer(activity):
    """Who wrote a letter that is used, or that was answered; of one passed over in silence nobody is told."""
    letters = Letter.objects.filter(pk=activity.target_id, state=activity.verb.removeprefix("letter."))
    return letters.exclude(state=Letter.State.DECLINED, answer="").values_list("author", flat=True)


def still_returned(activity) -> bool:
    return _reports(activity, ProgressReport.State.RETURNED).exists()


def still_submitted(activity) -> bool:
    return _reports(activity, ProgressReport.State.SUBMITTED).exists()
