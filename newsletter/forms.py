"""Forms of the newsletter: writing, checking, stopping, correcting, and what each person wants to receive."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dxportal import dates, pictures
from dxportal.forms import JapaneseDateField, VersionedForm
from newsletter.markdown import LONGEST
from newsletter.models import Article, Issue, IssueImage, Preference, Topic, Way
from newsletter.models.images import LONGEST_SIDE


class LinesField(forms.CharField):
    """A long text with line ends as they are kept: \\n."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class IssueForm(VersionedForm):
    lead = LinesField(
        label=_("リード"), required=False, max_length=LONGEST, help_text=_("題名のすぐ下に出る2、3文。")
    )
    english_summary = LinesField(
        label=_("英語の要約"),
        required=False,
        max_length=LONGEST,
        help_text=_("英語の読者には、これが先に出る。"),
    )
    editor_note = LinesField(label=_("編集後記"), required=False, max_length=LONGEST)
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
        max_length=LONGEST,
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


def said_or_decorative(form) -> None:
    """A picture says something to those who cannot see it, or is decoration: never neither, never both."""
    alt, is_decorative = form.cleaned_data.get("alt"), form.cleaned_data.get("is_decorative")
    if not alt and not is_decorative and "alt" not in form.errors:
        form.add_error(
            "alt", _("何が写っているかを書いてください。情報のない画像なら「飾りの画像」を選びます。")
        )
    elif alt and is_decorative:
        form.add_error(
            "is_decorative", _("飾りの画像は読み上げられません。文を消すか、選択を外してください。")
        )


class ImageForm(forms.ModelForm):
    """A new picture of an issue; `picture` is what dxportal.pictures made of the file."""

    file = forms.FileField(
        label=_("画像のファイル"),
        allow_empty_file=True,  # refused with a sentence of its own
        help_text=_("png、jpeg、webp。長い辺を1,200画素に縮め、撮影の場所などの情報は消す。"),
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
    )

    class Meta:
        model = IssueImage
        fields = ["alt", "is_decorative"]

    field_order = ["file", "alt", "is_decorative"]

    def clean_file(self):
        return pictures.accept(self.cleaned_data["file"], longest=LONGEST_SIDE)

    def clean(self):
        super().clean()
        said_or_decorative(self)

    def keep(self, issue, *, by) -> IssueImage | None:
        """The kept picture, or None with the reason on the form."""
        try:
            return IssueImage.add(
                issue,
                self.cleaned_data["file"],
                by=by,
                alt=self.cleaned_data["alt"],
                is_decorative=self.cleaned_data["is_decorative"],
            )
        except forms.ValidationError as error:
            self.add_error("file", error)
            return None

    def _post_clean(self):
        """The row is made by IssueImage.add, which knows the rest of its fields."""


class ImageWordsForm(VersionedForm):
    """What a picture shows, said anew."""

    class Meta:
        model = IssueImage
        fields = ["alt", "is_decorative"]

    def clean(self):
        cleaned = super().clean()
        said_or_decorative(self)
        return cleaned

    def save(self, *, by):
        image = IssueImage.objects.select_related("issue").get(pk=self.instance.pk)
        image.describe(by=by, **self.cleaned_data)
        return image


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("わけ"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ApprovalForm(forms.Form):
    """The day of the mornings, or at once where the installation is a demonstration."""

    DAY, NOW = "day", "now"

    when = forms.ChoiceField(label=_("いつ送るか"), widget=forms.RadioSelect)
    on = JapaneseDateField(label=_("配信する日"), required=False)

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
        return cleaned

    def terms(self) -> dict:
        """Arguments of Issue.approve."""
        now = self.cleaned_data["when"] == self.NOW
        return {"now": now, "on": None if now else self.cleaned_data["on"]}


class CorrectionForm(forms.Form):
    body = LinesField(label=_("本文"), max_length=LONGEST)
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
