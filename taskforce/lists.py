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
    """One row a practice: how many departments use it, and the hours in use and planned apart."""
    headers = [
        _("好事例の番号"),
        _("題名"),
        _("状態"),
        _("部署コード"),
        _("始めた部署"),
        _("始めた日"),
        _("使う部署"),
        _("やるつもりの部署"),
        _("1年に減った時間"),
        _("減った時間の数え方"),
        _("もとのアイデア"),
        _("今も正しいと確かめた日"),
        _("情報の格付"),
    ]
    rows = practices.select_related("department", "idea").with_users_counted()
    told = [
        [
            practice.pk,
            localized(practice, "title"),
            str(practice.get_state_display()),
            practice.department.code,
            localized(practice.department, "name"),
            practice.started_on,
            practice.used + 1,
            practice.planned,
            practice.hours,
            localized(practice, "hours_method"),
            practice.idea.number if practice.idea else None,
            practice.confirmed_on,
            practice.confidentiality,
        ]
        for practice in rows
    ]
    return tablib.Dataset(*told, headers=headers, title=_("好事例"))


def replications_dataset(practices):
    """One row a department that uses a practice, the one where it began first."""
    rows = []
    for practice in practices.select_related("department").with_spread():
        rows.append(_spread_row(practice, practice, _("始めた部署"), None))
        rows += [_replication_row(practice, row) for row in practice.spread]
    return _spread_table(rows)


def department_dataset(replications):
    """What one department, with those below it, has taken up."""
    found = replications.select_related("practice", "department", "learnt_from")
    return _spread_table([_replication_row(row.practice, row) for row in found])


def _spread_table(rows):
    headers = [
        _("好事例の番号"),
        _("題名"),
        _("部署コード"),
        _("部署"),
        _("どこまで"),
        _("使い始めた日"),
        _("教わった部署"),
        _("減った時間(1年に何時間)"),
        _("やることにした日"),
        _("やめた日"),
        _("ひとこと"),
    ]
    return tablib.Dataset(*rows, headers=headers, title=_("横展開"))


def _replication_row(practice, row) -> list:
    more = [row.planned_on, row.stopped_on, localized(row, "note")]
    return _spread_row(practice, row, str(row.get_status_display()), row.learnt_from, more)


def _spread_row(practice, place, word, teacher, more=(None, None, "")) -> list:
    return [
        practice.pk,
        localized(practice, "title"),
        place.department.code,
        localized(place.department, "name"),
        word,
        place.started_on,
        localized(teacher, "name") if teacher else "",
        place.hours_saved,
        *more,
    ]


def pilots_dataset(pilots):
    """One row for each thing measured; a pilot that measured nothing has one row too."""
    headers = [
        _("試行の番号"),
        _("アイデアの番号"),
        _("題名"),
        _("試す部署"),
        _("始める日"),
        _("終える日"),
        _("人数"),
        _("確かめたいこと"),
        _("測ったこと"),
        _("単位"),
        _("使う前"),
        _("使った後"),
        _("測った人数"),
        _("うまくいかなかった点"),
        _("決めたこと"),
        _("決めたわけ"),
        _("情報の格付"),
    ]
    rows = [
        _pilot_row(pilot, measure)
        for pilot in pilots.for_lists()
        for measure in (list(pilot.measures.all()) or [None])
    ]
    return tablib.Dataset(*rows, headers=headers, title=_("試行"))


def _pilot_row(pilot, measure) -> list:
    places = "、".join(localized(place, "name") for place in pilot.departments.all())
    measured = [None] * 5
    if measure:
        words = localized(measure, "label"), localized(measure, "unit")
        measured = [*words, measure.before, measure.after, measure.people]
    return [
        pilot.pk,
        pilot.idea.number,
        localized(pilot.idea, "title"),
        places,
        pilot.starts_on,
        pilot.ends_on,
        pilot.people_count,
        localized(pilot, "question"),
        *measured,
        localized(pilot, "problems"),
        str(pilot.get_decision_display()),
        localized(pilot, "decision_text"),
        pilot.idea.confidentiality,
    ]


def workshops_dataset(workshops):
    """One row a workshop with its numbers; no names of those who take part, no link to take part by."""
    headers = [
        _("ワークショップの番号"),
        _("題名"),
        _("シリーズ"),
        _("開始(日本時間)"),
        _("終了(日本時間)"),
        _("講師・主催"),
        _("会場"),
        _("定員"),
        _("参加"),
        _("順番待ち"),
        _("中止"),
        _("録画"),
    ]
    rows = workshops.select_related("series")
    return tablib.Dataset(*(_workshop_row(row) for row in rows), headers=headers, title=_("ワークショップ"))


def _workshop_row(workshop) -> list:
    return [
        workshop.pk,
        localized(workshop, "title"),
        localized(workshop.series, "name") if workshop.series else "",
        *(f"{at.astimezone(dates.TOKYO):%Y-%m-%d %H:%M}" for at in (workshop.starts_at, workshop.ends_at)),
        localized(workshop, "host"),
        localized(workshop, "place"),
        workshop.capacity,
        workshop.taken,
        workshop.waiting,
        _("中止") if workshop.is_cancelled else "",
        workshop.recording_url,
    ]


def consultations_dataset(consultations):
    """One row a consultation the reader may see; addresses are in none."""
    headers = [
        _("相談の番号"),
        _("題名"),
        _("状態"),
        _("部署"),
        _("相談した人"),
        _("答える人"),
        _("相談した日"),
        _("答えた日"),
        _("解決した日"),
        _("情報の格付"),
    ]
    rows = consultations.select_related("department", "asker", "expert")
    return tablib.Dataset(*(_consultation_row(row) for row in rows), headers=headers, title=_("相談"))


def _consultation_row(row) -> list:
    moments = (row.asked_at, row.first_answered_at, row.resolved_at)
    return [
        row.pk,
        row.title,
        str(row.get_state_display()),
        localized(row.department, "name") if row.department else "",
        row.asker.display_name,
        row.expert.display_name if row.expert else "",
        *(dates.today(at) if at else None for at in moments),
        row.confidentiality,
    ]


def guidance_dataset(guidance):
    headers = [_("手引きの番号"), _("題名"), _("どんなときか"), _("どうするか"), _("公開した日")]
    fields = ("title", "question", "answer")
    rows = [[g.pk, *(localized(g, f) for f in fields), dates.today(g.published_at)] for g in guidance]
    return tablib.Dataset(*rows, headers=headers, title=_("手引き"))


def answer(dataset, kind, name):
    """The download asked for by ?export=xlsx or ?export=csv."""
    if kind == "csv":
        return exports.download(exports.csv(dataset), exports.CSV, f"{name}.csv")
    return exports.download(exports.xlsx([dataset]), exports.XLSX, f"{name}.xlsx")
