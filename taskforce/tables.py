"""Groups, themes and model departments as tables for XLSX and CSV. Hours are given for a group, never for a person."""

import tablib
from django.utils.translation import gettext as _

from dxportal.text import localized


def groups_dataset(groups):
    """One row a group; groups come with their theme and members."""
    headers = [
        _("記号"),
        _("グループ"),
        _("始めた日"),
        _("閉じた日"),
        _("メンバー(人)"),
        _("月の時間の合計"),
        _("今のテーマ"),
        _("開始"),
        _("見直しの日"),
    ]
    return tablib.Dataset(*(_group_row(group) for group in groups), headers=headers, title=_("グループ"))


def _group_row(group) -> list:
    theme = group.theme
    words = [localized(theme, "title"), theme.starts_on, theme.review_on] if theme else ["", None, None]
    people, hours = len(group.current_members), group.hours
    return [group.slug, localized(group, "name"), group.founded_on, group.closed_on, people, hours, *words]


def themes_dataset(themes):
    """One row a theme, with what came of it as far as the person sees it."""
    headers = [
        _("グループの記号"),
        _("グループ"),
        _("テーマ"),
        _("開始"),
        _("見直しの日"),
        _("見直した日"),
        _("見直しの結果"),
        _("渡した先"),
        _("できたこと"),
        _("学んだこと"),
        _("生まれたもの"),
    ]
    return tablib.Dataset(*(_theme_row(theme) for theme in themes), headers=headers, title=_("テーマ"))


def _theme_row(theme) -> list:
    return [
        theme.group.slug,
        localized(theme.group, "name"),
        localized(theme, "title"),
        theme.starts_on,
        theme.review_on,
        theme.reviewed_on,
        str(theme.get_state_display()),
        localized(theme.handed_to, "name") if theme.handed_to else "",
        localized(theme, "outcome"),
        localized(theme, "learnt"),
        "; ".join(f"{line.word}: {localized(line, 'title')}" for line in theme.results),
    ]


def models_dataset(models):
    """One row a measure of a model department; a department without measures has one row."""
    headers = [
        _("部署コード"),
        _("部署"),
        _("始まり"),
        _("最後の日"),
        _("はかるもの"),
        _("単位"),
        _("前の値"),
        _("前をはかった日"),
        _("後の値"),
        _("後をはかった日"),
        _("出どころ"),
    ]
    rows = [row for model in models for row in _model_rows(model)]
    return tablib.Dataset(*rows, headers=headers, title=_("モデル部署"))


def _model_rows(model):
    head = [model.department.code, localized(model.department, "name"), model.starts_on, model.ends_on]
    for m in model.measures.all():
        values = [m.before, m.before_on, m.after, m.after_on]
        yield [*head, localized(m, "name"), localized(m, "unit"), *values, localized(m, "source")]
    if not model.measures.all():
        yield [*head, "", "", None, None, None, None, ""]
