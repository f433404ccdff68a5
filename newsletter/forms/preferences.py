"""What each person wants to receive, and the addresses nothing reaches."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from dxportal import dates
from dxportal.forms import JapaneseDateField, VersionedForm
from newsletter.models import Preference, Topic, Way
from newsletter.models.preferences import ways_of


class AddressFilter(forms.Form):
    """?q=…: a part of the name or the address."""

    q = forms.CharField(required=False, max_length=100, label=_("名前か宛先"))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.is_valid() and self.cleaned_data["q"])

    def filter(self, preferences):
        if not self.is_narrowed:
            return preferences
        return preferences.filter(person__in=User.objects.search(self.cleaned_data["q"]))


class PreferenceForm(VersionedForm):
    """One row per topic: at once, in the weekly digest, or not at all; and when and how mail comes (N13)."""

    paused_until = JapaneseDateField(
        label=_("この日まで休む"),
        required=False,
        help_text=_("アカウントのメールのほかは、この日まで送らない。"),
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("言語", "ことば"), choices=[("ja", "日本語"), ("en", "English")]
    )

    class Meta:
        model = Preference
        fields = ["digest_weekday", "paused_until", "plain_text"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["language"] = self.instance.person.language
        for topic in Topic:
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                choices=[(way.value, way.label) for way in ways_of(topic)],
                widget=forms.RadioSelect,
                initial=self.instance.way(topic),
            )

    def clean_paused_until(self):
        day = self.cleaned_data["paused_until"]
        if day and day < dates.today():
            raise forms.ValidationError(_("過ぎた日です。きょうかその先の日を入れてください。"))
        return day

    @property
    def loses_digest(self) -> bool:
        """Whether something is to wait for a digest that is switched off."""
        waits = [topic for topic in Topic if self[topic.value].value() == Way.DIGEST]
        return self[Topic.DIGEST.value].value() == Way.OFF and bool(waits)

    def rows(self) -> list[dict]:
        """The matrix of the page: each topic with its choices in the columns' order, None where there is none."""
        return [{"topic": topic, "field": self[topic.value], "cells": self._cells(topic)} for topic in Topic]

    def _cells(self, topic) -> list:
        bound = self[topic.value]
        allowed = {value for value, _label in bound.field.choices}
        chosen = bound.value()
        return [
            {
                "value": way.value,
                "label": way.label,
                "checked": chosen == way.value,
                "id": f"id_{topic.value}_{way.value}",
            }
            if way.value in allowed
            else None
            for way in Way
        ]

    def save(self):
        """Through the person's own verb. Raises StaleVersion when another window saved in the same moment."""
        data = self.cleaned_data
        person = self.instance.person
        preference = Preference.objects.of(person)
        fields = {name: data[name] for name in self.Meta.fields}
        ways = {topic: data[topic.value] for topic in Topic}
        preference.choose(ways, version=data["version"] or 1, **fields)
        if person.language != data["language"]:
            person.language = data["language"]
            person.save(update_fields=["language"])
        return preference
