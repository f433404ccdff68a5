"""Ideas, practices and their spread as tables for XLSX and CSV; no cell says who wrote an anonymous idea."""

import tablib
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dxportal import dates
from dxportal.text import localized
from pillars import exports


def ideas_dataset(ideas, viewer):
    """One row an idea; the author's cell is empty behind an anonymous one, for everybody."""
    headers = [
        _("アイデアの番号"),
        _("題名"),
        pgettext("アイデア", "困っていること"),
        _("こんなツールがあれば"),
        _("状態"),
        _("出した日"),
        _("部署コード"),
        _("部署"),
        _("出した人"),
        _("柱コード"),
        _("賛同"),
        _("1年の見込み(時間)"),
        _("最初の返事の約束"),
        _("最初の返事"),
        _("返事"),
        _("情報の格付"),
    ]
    rows = ideas.select_related("author", "department", "pillar").with_supports(viewer).with_story()
    return tablib.Dataset(*(_idea_row(idea) for idea in rows), headers=headers, title=_("アイデア"))


def _idea_row(idea) -> list:
    answer = idea.last_answer
    return [
        idea.number,
        localized(idea, "title"),
        idea.problem,
        idea.wish,
        str(idea.get_status_display()),
        dates.today(idea.published_at),
        idea.department.code if idea.department else "",
        localized(idea.department, "name") if idea.department else "",
        "" if idea.is_anonymous else idea.author.display_name,
        idea.pillar.code if idea.pillar else "",
        idea.support_count,
        round(idea.hours_a_year, 1) if idea.hours_a_year is not None else None,
        idea.answer_due_on,
        dates.today(idea.first_answered_at) if idea.first_answered_at else None,
        localized(answer, "text") if answer else "",
        idea.confidentiality,
    ]


def practices_dataset(practices):
    """One row a department that uses a practice, the one where it began first."""
    headers = [
        _("好事例の番号"),
        _("題名"),
        _("部署コード"),
        _("部署"),
        _("どこまで"),
        _("使い始めた日"),
        _("教わった部署"),
        _("減った時間(1年に何時間)"),
    ]
    rows = []
    for practice in practices.select_related("department").with_spread():
        rows.append(_spread_row(practice, practice, _("始めた部署"), None))
        rows += [
            _spread_row(practice, r, str(r.get_status_display()), r.learnt_from) for r in practice.spread
        ]
    return tablib.Dataset(*rows, headers=headers, title=_("好事例"))


def _spread_row(practice, place, word, teacher) -> list:
    name, started, hours = localized(place.department, "name"), place.started_on, place.hours_saved
    learnt = localized(teacher, "name") if teacher else ""
    return [
        practice.pk,
        localized(practice, "title"),
        place.department.code,
        name,
        word,
        started,
        learnt,
        hours,
    ]


def answer(dataset, kind, name):
    """The download asked for by ?export=xlsx or ?export=csv."""
    if kind == "csv":
        return exports.download(exports.csv(dataset), exports.CSV, f"{name}.csv")
    return exports.download(exports.xlsx([dataset]), exports.XLSX, f"{name}.xlsx")
