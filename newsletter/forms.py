"""Forms of the newsletter: writing, checking, stopping, correcting, and what each person wants to receive."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from dxportal import dates, officedays, pictures
from dxportal.forms import JapaneseDateField, VersionedForm, posted_number, typed_in
from dxportal.text import is_invisible
from newsletter.markdown import LONGEST
from newsletter.models import Article, Issue, IssueImage, Letter, Preference, Topic, Way
from newsletter.models.images import LONGEST_SIDE
from newsletter.models.preferences import ways_of

LONGEST_LETTER = Letter._meta.get_field("text").max_length


class LinesField(forms.CharField):
    """A long text with line ends as they are kept: \\n."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class PartForm(VersionedForm):
    """A part of an issue in the editor. `typed`: the person's own words that were kept and not saved."""

    BODY = "body"  # the field that ready-made pieces go into and the preview shows

    def __init__(self, *args, typed=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= typed_in(typed or {}, self._meta.fields, self.prefix)

    @property
    def as_typed(self) -> dict:
        """{name: text} of what was posted, right or wrong."""
        return {name: self.data.get(self.add_prefix(name), "") for name in self._meta.fields}

    @property
    def typed_numbers(self) -> dict:
        """What the window that posted has seen: the version of the part, and how often its words were kept."""
        return {
            "base": posted_number(self.data, "version"),
            "typed": posted_number(self.data, "draft_version"),
        }

    @property
    def as_shown(self) -> dict:
        """{name: text} as the fields of the page hold it."""
        return {name: str(self[name].value() or "") for name in self._meta.fields}

    def lock(self) -> None:
        """To be read and copied from, not written into."""
        for field in self.fields.values():
            choices = isinstance(field.widget, forms.Select)
            field.widget.attrs["disabled" if choices else "readonly"] = True


class IssueForm(PartForm):
    BODY = "lead"

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


class ArticleForm(PartForm):
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


def form_of(part):
    """The form of a part of an issue: its head, or a section."""
    return ArticleForm if isinstance(part, Article) else IssueForm


class SectionForm(forms.Form):
    """A new section at the end. Its field stands inside the page's form, so it has a name of its own."""

    new_label = forms.CharField(
        label=_("新しい節の名前"), max_length=30, widget=forms.TextInput(attrs={"form": "write"})
    )


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

    DAY, COMPRESSED, NOW = "day", "compressed", "now"
    FASTER = 360  # a day of mornings in four minutes

    when = forms.ChoiceField(label=_("いつ送るか"), widget=forms.RadioSelect)
    on = JapaneseDateField(label=_("配信する日"), required=False)
    people = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the number the approver has seen

    def __init__(self, *args, today, demo, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        hurried = [
            (self.COMPRESSED, _("各地の朝9時を、数分のうちに縮めて送る(実演だけ)")),
            (self.NOW, _("いますぐ送る(実演だけ)")),
        ]
        choices = [(self.DAY, _("次の日の、各地の朝9時に届ける")), *(hurried if demo else [])]
        self.fields["when"].choices = choices

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") in (self.DAY, self.COMPRESSED) and "on" in cleaned:
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
        when, people = self.cleaned_data["when"], self.cleaned_data["people"]
        return {
            "now": when == self.NOW,
            "compression": self.FASTER if when == self.COMPRESSED else 1,
            "on": None if when == self.NOW else self.cleaned_data["on"],
            "people": people,
        }


class CorrectionForm(forms.Form):
    body = LinesField(label=_("本文"), max_length=LONGEST)
    note = forms.CharField(
        label=_("訂正の説明"), max_length=300, help_text=_("読者に見える。何をどう直したかを書く。")
    )


class LetterForm(forms.ModelForm):
    """What a reader writes to the editors: a letter, or what should be in the newsletter."""

    text = LinesField(label=_("本文"), max_length=LONGEST_LETTER, widget=forms.Textarea(attrs={"rows": 6}))

    class Meta:
        model = Letter
        fields = ["text", "unnamed"]

    def clean_text(self):
        text = self.cleaned_data["text"].strip()
        if is_invisible(text):
            raise forms.ValidationError(_("目に見える文字を書いてください。"))
        return text


class SettleForm(VersionedForm):
    """What becomes of a letter: the answer is sent to its writer."""

    answer = LinesField(
        label=_("書いた人への返事"),
        required=False,
        max_length=LONGEST_LETTER,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("使うとき、または返事を書いたとき、本人にメールで知らせる。"),
    )

    class Meta:
        model = Letter
        fields = ["answer", "used_in"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["used_in"].queryset = Issue.objects.light().in_the_making().order_by("number")
        self.fields["used_in"].empty_label = _("まだ決めない")

    def save(self, state, *, by):
        """Through the letter's own verb, on a fresh row."""
        letter = Letter.objects.get(pk=self.instance.pk)
        letter.settle(state, by=by, **self.cleaned_data)


class TrayFilter(forms.Form):
    """?state=new&kind=letter: what does not fit is ignored, as in every list."""

    state = forms.ChoiceField(required=False, choices=Letter.State)
    kind = forms.ChoiceField(required=False, choices=Letter.Kind)

    def filter(self, letters):
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        return letters.filter(**wanted)


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
