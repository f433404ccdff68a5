"""What became of an idea, step by step and line by line. Works on ideas with_story(); asks the database nothing."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dxportal import dates
from dxportal.text import localized_html
from taskforce.models import IdeaStatus

LATEST = 3  # of the departments that began to use it; all of them are in the drawing
REVIEW = (IdeaStatus.UNDER_REVIEW, IdeaStatus.ADOPTED)


def track(idea) -> list[dict]:
    """The four steps, or two for an idea that was declined."""
    standing = [a for a in idea.told_answers if not a.undone_at]
    rows = [_received(idea), _review(idea, standing)]
    if idea.status == IdeaStatus.DECLINED:
        rows = [rows[0], _step(_("見送り"), _day(standing, [IdeaStatus.DECLINED]))]
        return _marked(rows, 1)
    rows += [_pilot(idea, standing), _in_use(idea, standing)]
    return _marked(rows, idea.step - 1)


def _step(label, on=None, note="") -> dict:
    return {"label": label, "on": on, "note": note}


def _marked(rows, now) -> list[dict]:
    states = {True: "past", False: ""}
    return [{**row, "state": "now" if k == now else states[k < now]} for k, row in enumerate(rows)]


def _day(answers, statuses):
    return next((dates.today(a.at) for a in answers if a.status in statuses), None)


def _received(idea) -> dict:
    note = ""
    if idea.first_answered_at:
        days = (dates.today(idea.first_answered_at) - dates.today(idea.published_at)).days
        note = ngettext("%(days)s日で返事", "%(days)s日で返事", days) % {"days": days}
    return _step(_("受付"), dates.today(idea.published_at), note)


def _review(idea, answers) -> dict:
    who = format_html(_("{}が担当"), localized_html(idea.group, "name")) if idea.group else ""
    return _step(_("検討"), _day(answers, REVIEW), who)


def _pilot(idea, answers) -> dict:
    pilot = idea.pilot
    if pilot is None:
        return _step(_("試行"), _day(answers, [IdeaStatus.PILOTING]))
    number = len(pilot.departments.all())
    return _step(_("試行"), pilot.starts_on, ngettext("%(n)s部署", "%(n)s部署", number) % {"n": number})


def _in_use(idea, answers) -> dict:
    number = idea.department_count
    note = ngettext("%(n)s部署", "%(n)s部署", number) % {"n": number} if number else ""
    return _step(_("使われている"), _day(answers, [IdeaStatus.REALISED]), note)


def feed(idea) -> list[dict]:
    """Lines of 経過と返事, newest first."""
    lines = [
        {"on": dates.today(idea.published_at), "tag": _("受付"), "who": _place(idea.department), "text": ""}
    ]
    lines += [_answer(answer) for answer in idea.told_answers]
    lines += [line for pilot in idea.told_pilots for line in _pilot_lines(pilot)]
    if idea.practice:
        lines += [_replication(row) for row in idea.practice.adopters[-LATEST:]]
    return sorted(lines, key=lambda line: line["on"], reverse=True)


def _place(department):
    return localized_html(department, "name") if department else ""


def _answer(answer) -> dict:
    undone = None
    if answer.undone_at:
        undone = {"who": answer.undone_by.display_name, "reason": answer.undone_reason}
    who = f"{answer.by.display_name} / {answer.get_status_display()}"
    return {
        "on": dates.today(answer.at),
        "tag": _("返事"),
        "who": who,
        "text": localized_html(answer, "text"),
        "undone": undone,
    }


def _pilot_lines(pilot):
    number = len(pilot.departments.all())
    where = ngettext("%(n)s部署", "%(n)s部署", number) % {"n": number}
    yield {"on": pilot.starts_on, "tag": _("試行"), "who": where, "text": localized_html(pilot, "question")}
    if pilot.is_over:
        text = localized_html(pilot, "decision_text")
        yield {
            "on": dates.today(pilot.decided_at),
            "tag": _("試行の結果"),
            "who": pilot.get_decision_display(),
            "text": text,
        }


def _replication(row) -> dict:
    text = localized_html(row, "note")
    if not text and row.learnt_from:
        name = localized_html(row.learnt_from, "name")
        text = format_html(_("{}に教わった。"), name)
    return {"on": row.started_on, "tag": _("導入"), "who": _place(row.department), "text": text}
