from datetime import date

import pytest
from django import forms
from django.db import transaction
from django.utils import translation

from dxportal.forms import JapaneseDateField, StaleVersion, VersionedForm, claim_version
from taskforce.models import Theme
from tests.factories.taskforce import ThemeFactory


class ThemeForm(VersionedForm):
    class Meta:
        model = Theme
        fields = ["title", "goal"]


def posted(theme, version, **changes):
    data = {"title": theme.title, "goal": theme.goal, "version": version, **changes}
    return ThemeForm(data, instance=Theme.objects.get(pk=theme.pk))


@pytest.mark.django_db
def test_current_version_is_accepted():
    theme = ThemeFactory()
    assert posted(theme, theme.version, title="新しい題").is_valid() is True


@pytest.mark.django_db
def test_old_version_shows_both_texts_and_saves_nothing():
    theme = ThemeFactory(title="元の題", goal="同じ")
    Theme.objects.filter(pk=theme.pk).update(title="先の題", version=2)
    form = posted(theme, 1, title="私の題")
    assert form.is_valid() is False
    assert form.conflicts == [
        {"label": Theme._meta.get_field("title").verbose_name, "theirs": "先の題", "mine": "私の題"}
    ]
    assert Theme.objects.get(pk=theme.pk).title == "先の題"


@pytest.mark.django_db
def test_refused_form_carries_the_version_it_would_overwrite():
    theme = ThemeFactory()
    Theme.objects.filter(pk=theme.pk).update(version=7)
    form = posted(theme, 1)
    form.is_valid()
    assert form["version"].value() == 7
    assert posted(theme, 7).is_valid() is True


@pytest.mark.django_db
def test_version_is_taken_once():
    theme = ThemeFactory()
    with transaction.atomic():
        claim_version(theme, 1)
    with pytest.raises(StaleVersion):
        claim_version(theme, 1)
    assert (theme.version, Theme.objects.get(pk=theme.pk).version) == (2, 2)


class DueForm(forms.Form):
    due = JapaneseDateField(edge="end")


@pytest.mark.parametrize("typed", ["R8.3.31", "令和８年３月", "2026-03-31", "R8.3末", "31 Mar 2026"])
def test_date_field_reads_every_form(typed):
    form = DueForm({"due": typed})
    assert form.is_valid() and form.cleaned_data["due"] == date(2026, 3, 31)


def test_date_field_names_the_days_it_cannot_choose_from():
    form = DueForm({"due": "8.3末"})
    assert form.errors["due"] == ["「8.3末」はどの日か決められません(2026-03-31、2008-03-31、1996-03-31)"]


def test_date_field_shows_the_day_in_the_readers_calendar():
    form = DueForm(initial={"due": date(2026, 3, 31)})
    assert 'value="R8.3.31"' in str(form["due"])
    with translation.override("en"):
        assert 'value="31 Mar 2026"' in str(form["due"])
