"""Forms of the newsletter: writing, checking, stopping, correcting, and what each person wants to receive."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dxportal import dates, officedays
from dxportal.forms import JapaneseDateField, VersionedForm
from newsletter.models import Article, Issue, Preference, Topic, Way


class LinesField(forms.CharField):
    """A long text with line ends as they are kept: \\n."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class IssueForm(VersionedForm):
    lead = LinesField(label=_("リード"), required=False, help_text=_("題名のすぐ下に出る2、3文。"))
    english_summary = LinesField(
        label=_("英語の要約"), required=False, help_text=_("英語の読者には、これが先に出る。")
    )
    editor_note = LinesField(label=_("編集後記"), required=False)
    issued_on = JapaneseDateField(label=_("配信する日"))

    class Meta:
        model = Issue
        fields = [
            "title",
            "lead",
            "title_en",
            "english_summary",
            "editor_note",
            "issued_on",
            "confidentiality",
        ]
        help_texts = {"title": _("件名にもなる。30字を超えると携帯で切れる。")}

    def save(self, *, by):
        """Through the issue's own verb; the form has already changed its instance in memory, so a fresh one is used."""
        issue = Issue.objects.get(pk=self.instance.pk)
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        issue.edit(by=by, version=self.cleaned_data["version"], **values)
        return issue


class ArticleForm(VersionedForm):
    # Drawn by the template with its toolbar, so it carries its classes itself.
    body = LinesField(
        label=_("本文"),
        required=False,
        widget=forms.Textarea(
            attrs={
                "class": "inp inp--tall",
                "rows": 12,
                "data-count": "body_count",
                "aria-describedby": "body_count",
            }
        ),
    )

    class Meta:
        model = Article
        fields = ["label", "title", "body"]

    def save(self, *, by):
        article = Article.objects.select_related("issue").get(pk=self.instance.pk)
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        article.edit(by=by, version=self.cleaned_data["version"], **values)
        return article


class SectionForm(forms.Form):
    """A new section at the end."""

    label = forms.CharField(label=_("節の名前"), max_length=30)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("わけ"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ApprovalForm(forms.Form):
    """The day of the mornings, or at once where the installation is a demonstration."""

    DAY, NOW = "day", "now"

    when = forms.ChoiceField(label=_("いつ送るか"), widget=forms.RadioSelect)
    on = JapaneseDateField(label=_("配信する日"), required=False)
    people = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the number the approver has seen

    def __init__(self, *args, today, demo, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        now = [(self.NOW, _("いますぐ送る(実演だけ)"))] if demo else []
        self.fields["when"].choices = [(self.DAY, _("次の日の、各地の朝9時に届ける")), *now]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") == self.DAY and "on" in cleaned:
            if cleaned["on"] is None:
                self.add_error("on", _("配信する日を入れてください。"))
            elif cleaned["on"] < self.today:
                self.add_error("on", _("過ぎた日です。きょうかその先の日を入れてください。"))
            elif not officedays.is_office_day(cleaned["on"]):
                self._move_off_holiday(cleaned["on"])
        return cleaned

    def _move_off_holiday(self, day) -> None:
        """Put the next office day into the field and ask again (promises.md MA5)."""
        moved = officedays.next_office_day(day)
        self.data = {**self.data.dict(), "on": moved.isoformat()}
        words = _(
            "%(day)sは本省の休みです。次の開庁日の%(moved)sに移しました。よければもう一度押してください。"
        )
        days = {"day": dates.format_day(day, "full"), "moved": dates.format_day(moved, "full")}
        self.add_error("on", words % days)

    def terms(self) -> dict:
        """Arguments of Issue.approve."""
        now = self.cleaned_data["when"] == self.NOW
        people = self.cleaned_data["people"]
        return {"now": now, "on": None if now else self.cleaned_data["on"], "people": people}


class CorrectionForm(forms.Form):
    body = LinesField(label=_("本文"))
    note = forms.CharField(
        label=_("訂正の説明"), max_length=300, help_text=_("読者に見える。何をどう直したかを書く。")
    )


class ArchiveFilter(forms.Form):
    """?year=2026&q=…: what does not fit is ignored, as in every list."""

    year = forms.IntegerField(required=False, min_value=1868, max_value=9998)
    q = forms.CharField(required=False, max_length=100, label=_("便りの中を検索"))

    def filter(self, issues):
        self.is_valid()
        if words := self.cleaned_data.get("q"):
            issues = issues.search(words)
        if year := self.cleaned_data.get("year"):
            issues = issues.in_fiscal_year(year)
        return issues


# Topics that cannot wait for a digest have no such choice.
DIRECT = (Topic.NEWSLETTER, Topic.REMINDER, Topic.DIGEST)


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
            ways = [way for way in Way if way != Way.DIGEST or topic not in DIRECT]
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                choices=[(way.value, way.label) for way in ways],
                widget=forms.RadioSelect,
                initial=self.instance.way(topic),
            )

    def clean_paused_until(self):
        day = self.cleaned_data["paused_until"]
        if day and day < dates.today():
            raise forms.ValidationError(_("過ぎた日です。きょうかその先の日を入れてください。"))
        return day

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
        data = self.cleaned_data
        person = self.instance.person
        preference = Preference.objects.of(person)
        fields = {name: data[name] for name in self.Meta.fields}
        preference.choose({topic: data[topic.value] for topic in Topic}, **fields)
        if person.language != data["language"]:
            person.language = data["language"]
            person.save(update_fields=["language"])
        return preference
