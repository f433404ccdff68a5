"""What needs this person? Asks `needing` of every app; home, my page, digest and reminders share the answer (A2).

Nothing is stored: an item is gone as soon as the thing is done.
"""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from dxportal import dates
from dxportal.text import localized
from newsletter.models import Issue, Letter, Preference
from pillars import calendar
from pillars.lastyear import owed
from pillars.models import Milestone, ProgressReport, Proposal, PulseRound, ReportRequest
from pillars.rounds import requests_to_begin
from taskforce.models import (
    ActionItem,
    Application,
    Consultation,
    GoodPractice,
    Idea,
    Pilot,
    Theme,
    ThemeRound,
    Workshop,
)


@dataclass(frozen=True)
class Item:
    """One thing to do: what, about what, where, until when (a Tokyo date or None; for events also the instant)."""

    kind: str
    title: str
    about: str
    url: str
    action: str
    due_on: date | None = None
    at: object = None


def needing(user, today: date | None = None) -> list[Item]:
    """Everything the person owes on the Tokyo date `today`, earliest first, things without a date last.

    One query tells which sources have anything, and the rows of PLAIN; then one for each of the others that have. The
    number does not grow with the rows.
    """
    today = today or dates.today()
    found = with_something([(rows(user, today), item) for rows, item in SOURCES], user)
    items = [item(row, today, user) for rows, item in found for row in rows]
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or today, item.title))


# What an item says of these rows, so that they come along with the answer which sources have any.
PLAIN = {
    Proposal: ("pk", "kind", "target_label"),
    GoodPractice: ("pk", "state", "title", "title_en"),
    Consultation: ("pk", "state", "title"),
    Preference: ("pk", "person_id", "refused_address"),
    Letter: ("pk", "text"),
}


def with_something(sources, user) -> list:
    """The (rows, item) pairs without the querysets that would come back empty, found out in one query; plain rows are
    in its answer, the others are asked for afterwards."""
    asked = {
        f"source_{n}": plain(rows) if rows.model in PLAIN else Exists(rows)
        for n, (rows, _item) in enumerate(sources)
        if isinstance(rows, QuerySet)
    }
    told = User.objects.filter(pk=user.pk).values(**asked).get()
    found = []
    for n, (rows, item) in enumerate(sources):
        answer = told.get(f"source_{n}", True)
        if isinstance(answer, list):
            rows = [rows.model(**fields) for fields in answer]
        if answer:
            found.append((rows, item))
    return found


def plain(rows) -> ArraySubquery:
    """The rows as a list of what PLAIN names, in their order."""
    return ArraySubquery(rows.values(told=JSONObject(**{name: name for name in PLAIN[rows.model]})))


# --- plan -----------------------------------------------------------------------------------------


def report_to_begin(request, today, user):
    quarter = dates.format_quarter(request.fiscal_year, request.quarter)
    return Item(
        kind="report",
        title=_("%(quarter)sの進みを報告する") % {"quarter": quarter},
        about=localized(request.initiative, "name"),
        url=request.get_absolute_url(),
        action=_("書く"),
        due_on=request.deadline_on(user.tz),
    )


def report_silent(request, today, user):
    """For the approver: the reporter has not answered in spite of the reminders."""
    quarter = dates.format_quarter(request.fiscal_year, request.quarter)
    return Item(
        kind="silent_report",
        title=_("%(quarter)sの報告がまだ出ていない") % {"quarter": quarter},
        about=localized(request.initiative, "name"),
        url=reverse("pillars:reports") + f"?quarter={request.period}",
        action=_("見る"),
        due_on=request.deadline_on(user.tz),
    )


REPORT_WORDS = {
    "draft": (gettext_lazy("報告の下書きを仕上げる"), gettext_lazy("続ける")),
    "returned": (gettext_lazy("戻された報告を直す"), gettext_lazy("直す")),
    "submitted": (gettext_lazy("報告を承認する"), gettext_lazy("見る")),
    "approved": (gettext_lazy("報告を点検する"), gettext_lazy("見る")),
}


def report_waiting(report, today, user):
    title, action = REPORT_WORDS[report.workflow_state]
    return Item(
        kind="report",
        title=str(title),
        about=localized(report.initiative, "name"),
        url=report.get_edit_url(),
        action=str(action),
        due_on=report_due_on(report, user),
    )


def report_due_on(report, user) -> date:
    """The day of the deadline a call set, on the person's own calendar; the usual day when none was set."""
    if report.asked_deadline:
        return report.asked_deadline.astimezone(user.tz).date()
    return calendar.report_deadline(report.fiscal_year, report.quarter)


def milestones_due(user, today):
    return Milestone.objects.needing(user, today).select_related("initiative__plan")


def milestone_due(milestone, today, user):
    late = milestone.due_on < today
    return Item(
        kind="milestone",
        title=_("期日を過ぎた節目を確かめる") if late else _("近づいた節目を確かめる"),
        about=f"{localized(milestone, 'name')}({localized(milestone.initiative, 'name')})",
        url=milestone.get_absolute_url(),
        action=_("見る"),
        due_on=milestone.due_on,
    )


def proposal_waiting(proposal, today, user):
    return Item(
        kind="proposal",
        title=_("2人目として提案を確かめる"),
        about=f"{proposal.title}: {proposal.target_label}",
        url=proposal.get_absolute_url(),
        action=_("見る"),
    )


def pulse_open(round_, today, user):
    """One thing to do, however many initiatives ask."""
    quarter = dates.format_quarter(round_.fiscal_year, round_.quarter)
    asked = len(round_.asked)
    return Item(
        kind="pulse",
        title=_("負担と効果の質問に答える"),
        about=ngettext("%(quarter)s、%(asked)s施策", "%(quarter)s、%(asked)s施策", asked)
        % {"quarter": quarter, "asked": asked},
        url=round_.get_absolute_url(),
        action=_("答える"),
        due_on=round_.closes_on,
    )


# --- the last year of a plan: one item for a plan, its list says for which initiatives ----------------


def turnover_tasks(user, today):
    """(title, URL name, filter, deadline, plan) of everything owed in a plan that is handed over."""
    for plan in owed(user, today):
        write, confirm = _("計画期間の振り返りを書く(%(number)s件)"), _("振り返りを確かめる(%(number)s件)")
        if n := plan.to_write:
            yield write % {"number": n}, "pillars:reviews", {}, plan.review_due_on, plan
        if n := plan.to_confirm:
            only = {"review": "submitted"}
            yield confirm % {"number": n}, "pillars:reviews", only, plan.review_due_on, plan
        if n := plan.to_decide:
            title = _("引き継ぎの提案を決める(%(number)s件)") % {"number": n}
            yield title, "pillars:carry_over", {"state": "proposed"}, None, plan
        if n := plan.to_answer:
            title = _("案への意見に答える(%(number)s件)") % {"number": n}
            yield title, "pillars:comments", {"state": "open"}, None, plan
        if plan.to_comment:
            yield _("次の計画の案に意見を出す"), "pillars:comments", {}, plan.comments_due_on, plan


def turnover_task(task, today, user):
    title, page, query, due_on, plan = task
    url = reverse(page, args=[plan.code], query=query)
    return Item("turnover", title, localized(plan, "name"), url, _("見る"), due_on)


# --- taskforce ------------------------------------------------------------------------------------


def idea_waiting(idea, today, user):
    return Item(
        kind="idea",
        title=idea.request_to(user, today),
        about=localized(idea, "title") or _("題名のない下書き"),
        url=idea.get_absolute_url(),
        action=_("見る"),
        due_on=None if idea.is_draft else idea.answer_due_on,
    )


def pilot_to_decide(pilot, today, user):
    return Item(
        kind="pilot",
        title=_("試行の結果を書いて決める"),
        about=localized(pilot.idea, "title"),
        url=pilot.get_absolute_url(),
        action=_("書く"),
        due_on=pilot.ends_on,
    )


def practice_waiting(practice, today, user):
    return Item(
        kind="practice",
        title=practice.request_to(user, today),
        about=localized(practice, "title"),
        url=practice.get_absolute_url(),
        action=_("見る"),
    )


def theme_to_review(theme, today, user):
    return Item(
        kind="theme",
        title=_("テーマを見直す"),
        about=f"{localized(theme.group, 'name')} {localized(theme, 'title')}",
        url=reverse("taskforce:theme_review", args=[theme.group.slug]),
        action=_("書く"),
        due_on=theme.review_on,
    )


def theme_choice(round_, today, user):
    """A member's vote until the last day, then the lead's choice."""
    to_pick = round_.closes_on < today
    return Item(
        kind="theme_choice" if to_pick else "theme_vote",
        title=_("次のテーマを選ぶ") if to_pick else _("次のテーマに投票する"),
        about=localized(round_.group, "name"),
        url=round_.get_absolute_url(),
        action=_("見る"),
        due_on=round_.closes_on,
    )


def application_waiting(application, today, user):
    return Item(
        kind="application",
        title=_("参加の申込みに返事をする"),
        about=f"{localized(application.call.group, 'name')} {application.person.display_name}",
        url=application.get_absolute_url(),
        action=_("見る"),
    )


def action_item_open(action_item, today, user):
    return Item(
        kind="action_item",
        title=action_item.text,
        about=localized(action_item.group, "name"),
        url=action_item.get_absolute_url(),
        action=_("見る"),
        due_on=action_item.due_on,
    )


def workshop_soon(workshop, today, user):
    return Item(
        kind="workshop",
        title=_("ワークショップに出る"),
        about=localized(workshop, "title"),
        url=workshop.get_absolute_url(),
        action=_("参加先を見る"),
        due_on=workshop.starts_at.astimezone(user.tz).date(),
        at=workshop.starts_at,
    )


def workshop_asking(workshop, today, user):
    return Item(
        kind="workshop_answer",
        title=_("ワークショップの感想を答える"),
        about=localized(workshop, "title"),
        url=workshop.get_absolute_url(),
        action=_("答える"),
        due_on=workshop.asks_until().astimezone(user.tz).date(),
    )


def workshop_lacking(workshop, today, user):
    return Item(
        kind="workshop_material",
        title=_("ワークショップの録画か資料を載せる"),
        about=localized(workshop, "title"),
        url=reverse("taskforce:workshop_materials", args=[workshop.pk]),
        action=_("載せる"),
    )


CONSULTATION_WORDS = {
    "received": gettext_lazy("相談の担当を決める"),
    "assigned": gettext_lazy("相談に答える"),
    "answered": gettext_lazy("相談の答えを読む"),
}


def consultation_waiting(consultation, today, user):
    return Item(
        kind="consultation",
        title=str(CONSULTATION_WORDS[consultation.state]),
        about=consultation.title,
        url=consultation.get_absolute_url(),
        action=_("見る"),
    )


# --- newsletter -----------------------------------------------------------------------------------


def issue_waiting(issue, today, user):
    checking = issue.state == Issue.State.CHECKING
    return Item(
        kind="issue",
        title=_("便りを確かめて承認する") if checking else _("便りの配信を決める"),
        about=str(issue),
        url=reverse("newsletter:approve" if checking else "newsletter:edit", args=[issue.number]),
        action=_("見る") if checking else _("書く"),
        due_on=issue.issued_on,
    )


def address_unreached(preference, today, user):
    """The own address; or, for those who keep the list, that there is one: the oldest stands for all."""
    own = preference.person_id == user.pk
    return Item(
        kind="address",
        title=_("届かなくなった自分の宛先を確かめる") if own else _("メールが届かない宛先を確かめる"),
        about=preference.refused_address,
        url=reverse("newsletter:preferences" if own else "newsletter:addresses"),
        action=_("見る"),
    )


def letter_waiting(letter, today, user):
    """One thing to do, however many wait: the oldest stands for all of them."""
    return Item(
        kind="letter",
        title=_("届いたお便りと提案を見る"),
        about=str(letter),
        url=reverse("newsletter:tray"),
        action=_("見る"),
    )


# Where tasks come from: how the rows are found for (user, today), and how a row becomes an Item.
SOURCES = (
    (requests_to_begin, report_to_begin),
    (ReportRequest.objects.silent, report_silent),
    (ProgressReport.objects.needing, report_waiting),
    (milestones_due, milestone_due),
    (Proposal.objects.needing, proposal_waiting),
    (PulseRound.objects.needing, pulse_open),
    (turnover_tasks, turnover_task),
    (Idea.objects.needing, idea_waiting),
    (Pilot.objects.needing, pilot_to_decide),
    (GoodPractice.objects.needing, practice_waiting),
    (Theme.objects.needing, theme_to_review),
    (ThemeRound.objects.needing, theme_choice),
    (Application.objects.needing, application_waiting),
    (ActionItem.objects.needing, action_item_open),
    (Workshop.objects.needing, workshop_soon),
    (Workshop.objects.asking, workshop_asking),
    (Workshop.objects.lacking_material, workshop_lacking),
    (Consultation.objects.needing, consultation_waiting),
    (Issue.objects.needing, issue_waiting),
    (Preference.objects.needing, address_unreached),
    (Letter.objects.needing, letter_waiting),
)
