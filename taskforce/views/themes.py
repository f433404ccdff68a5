"""Themes: chosen, measured, reviewed, and what came of them; all of them on a line of time (T3)."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dxportal import dates
from taskforce import lists, tables, timelines
from taskforce.forms.themelists import ThemeFilterForm
from taskforce.forms.themes import MeasureForm, OutcomeForm, ReviewForm, ThemeForm
from taskforce.models import Theme, ThemeMeasure, WorkingGroup
from taskforce.views.groups import get_group
from taskforce.views.writing import back_to, form_page, saved

PER_PAGE = 30


@require_safe
def themes(request):
    """All themes of all groups: a line of time, and what came of each."""
    form = ThemeFilterForm(request.GET or None, user=request.user)
    found = form.filter(Theme.objects.visible_to(request.user).select_related("group", "handed_to"))
    found = found.with_results(request.user)
    if kind := request.GET.get("export"):
        return lists.answer(tables.themes_dataset(found), kind, "themes")
    groups = list(WorkingGroup.objects.visible_to(request.user))
    every = list(Theme.objects.visible_to(request.user))
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "line": timelines.line_of(groups, every, dates.today()),
        "total": len(every),
        "done": sum(not theme.is_running for theme in every),
        "handed": sum(theme.state == Theme.State.HANDED_OVER for theme in every),
        "today": dates.today(),
    }
    return render(request, "taskforce/themes.html", context)


@require_safe
def theme(request, slug, pk):
    """One theme, and what came of it."""
    group = get_group(slug, request.user)
    found = get_object_or_404(group.themes.select_related("handed_to").with_results(request.user), pk=pk)
    others = group.themes.exclude(pk=pk)
    context = {
        "group": group,
        "theme": found,
        "measures": list(found.measures.all()),
        "chosen_in": getattr(found, "chosen_in", None),
        "next": others.filter(after(found)).order_by("starts_on", "pk").first(),
        "previous": others.exclude(after(found)).order_by("-starts_on", "-pk").first(),
        "may_lead": group.can_lead(request.user),
        "today": dates.today(),
    }
    return render(request, "taskforce/theme.html", context)


def after(theme) -> Q:
    """Condition: the theme came after this one; of two that began on one day the later row."""
    return Q(starts_on__gt=theme.starts_on) | Q(starts_on=theme.starts_on, pk__gt=theme.pk)


def theme_edit(request, slug):
    """Choose the next theme, or mend the running one: one form."""
    group = get_group(slug, request.user, "can_lead")
    if group.closed_on:
        raise PermissionDenied
    running = group.themes.running().first()
    chosen = None if running else group.rounds.picked().select_related("picked").first()
    form = ThemeForm(
        request.POST or None,
        instance=running or Theme(group=group),
        initial=None if running else words_of(chosen),
    )

    def act(version, **fields):
        if running:
            Theme.objects.get(pk=running.pk).edit(by=request.user, version=version, **fields)
        else:
            Theme.begin(group, by=request.user, chosen=chosen, **fields)

    if saved(request, form, act, _("テーマを保存しました。")):
        return back_to(group)
    return form_page(request, group, form, _("テーマを直す") if running else _("テーマを決める"))


def words_of(chosen) -> dict:
    """What the form of the next theme begins with: the words of the proposal that was picked."""
    today = {"starts_on": dates.today()}
    if chosen is None:
        return today
    picked = chosen.picked
    words = {
        "title": picked.title,
        "title_en": picked.title_en,
        "goal": picked.text,
        "goal_en": picked.text_en,
    }
    return {**today, **words}


def theme_review(request, slug):
    """Continue, hand over or end the running theme, with what was learnt and what came of it."""
    group = get_group(slug, request.user, "can_lead")
    found = get_object_or_404(group.themes.running())
    form = ReviewForm(request.POST or None, instance=found, user=request.user)

    def act(decision, **fields):
        Theme.objects.get(pk=found.pk).review(decision, by=request.user, on=dates.today(), **fields)

    if saved(request, form, act, _("見直しの結果を残しました。")):
        return back_to(found)
    return form_page(request, group, form, _("テーマを見直す"), candidates=candidates(group, request.user))


def candidates(group, user) -> list:
    """Ideas given to the group and practices grown from them: likely results of a theme."""
    ideas = group.ideas.visible_to(user).order_by("-number")[:8]
    return list(ideas.prefetch_related("practices"))


def theme_outcome(request, slug, pk):
    """More came of it: words and links, also long after the review."""
    group = get_group(slug, request.user, "can_lead")
    found = get_object_or_404(group.themes.past(), pk=pk)
    form = OutcomeForm(request.POST or None, instance=found, user=request.user)
    act = lambda **fields: Theme.objects.get(pk=pk).tell_outcome(by=request.user, **fields)  # noqa: E731
    if saved(request, form, act, _("保存しました。")):
        return back_to(found)
    more = {"candidates": candidates(group, request.user)}
    return form_page(request, group, form, _("生まれたもの"), **more)


def measure(request, slug, pk=None):
    """A measure of the running theme: where it started, where it stands, where it should be."""
    group = get_group(slug, request.user, "can_write")
    running = get_object_or_404(group.themes.running())
    found = get_object_or_404(running.measures, pk=pk) if pk else ThemeMeasure(theme=running)
    form = MeasureForm(request.POST or None, instance=found)

    def act(**fields):
        fresh = ThemeMeasure.objects.get(pk=pk) if pk else ThemeMeasure(theme=running)
        fresh.record(by=request.user, **fields)

    if saved(request, form, act, _("めやすを保存しました。")):
        return back_to(group)
    return form_page(request, group, form, _("成果のめやす"))
