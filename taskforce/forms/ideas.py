"""What people write about ideas: the idea itself, comments, and the filter of the list."""

from decimal import Decimal
from unicodedata import east_asian_width

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dxportal import traces, uploads
from dxportal.forms import VersionedForm
from dxportal.text import Confidentiality, is_invisible, localized
from pillars.models import Pillar, Plan
from taskforce.models import GoodPractice, Guidance, Idea, IdeaDraft, IdeaFile
from taskforce.models.idea_files import MOST_FILES

TITLE_WIDTH = 30  # full-width letters; a half-width letter counts as half
NAMING = [("named", _("部署名と名前を出す")), ("hidden", _("部署名だけ出す"))]


def width(text: str) -> Decimal:
    """How many full-width letters the text is as wide as."""
    return sum((Decimal(1) if east_asian_width(c) in "WFA" else Decimal("0.5") for c in text), Decimal(0))


def seen(text: str) -> str:
    """The text, unless nothing of it can be seen: blanks, joiners and marks of direction alone say nothing."""
    if text and is_invisible(text):
        raise forms.ValidationError(_("見える文字がありません。ことばで書いてください。"), code="invisible")
    return text


class PillarChoice(forms.ModelChoiceField):
    def label_from_instance(self, pillar):
        return localized(pillar, "name")


def running_pillars(user):
    """The pillars of the running plan the person may read."""
    return Pillar.objects.visible_to(user).filter(plan__in=Plan.objects.running()[:1])


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files as accepted uploads, without traces of who made them."""

    widget = ManyFilesInput(attrs={"accept": uploads.ACCEPT})

    def clean(self, data, initial=None):
        files, errors = [], []
        for file in data or []:
            try:
                files.append(traces.without(uploads.accept(file)))
            except forms.ValidationError as refusal:
                errors += [f"{uploads.shown_name(file.name)}: {words}" for words in refusal.messages]
        if errors:
            raise forms.ValidationError(errors)
        return files


class IdeaForm(VersionedForm):
    """「3つの問い」. With `draft=True` nothing is required but one word somewhere."""

    pillar = PillarChoice(
        queryset=Pillar.objects.none(),
        label=_("いちばん近い柱"),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    naming = forms.ChoiceField(label=_("名前の出し方"), choices=NAMING, widget=forms.RadioSelect)
    confidentiality = forms.TypedChoiceField(
        label=_("情報の格付"), choices=Confidentiality.choices, coerce=int, widget=forms.RadioSelect
    )
    files = ManyFilesField(
        label=_("資料を添える"),
        required=False,
        help_text=_("5つまで。png、jpeg、pdf、xlsx、csv。ファイルに残る作成者の名前や撮った場所は消します。"),
    )
    drop = forms.ModelMultipleChoiceField(
        queryset=IdeaFile.objects.none(),
        label=_("外す資料"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Idea
        fields = [
            "problem",
            "wish",
            "minutes_each",
            "times_a_year",
            "departments_count",
            "title",
            "pillar",
            "language",
            "naming",
            "confidentiality",
        ]
        labels = {"title": _("ひとことで言うと")}
        help_texts = {
            "problem": _("どの仕事で、どのくらい手間や時間がかかっていますか。"),
            "wish": _("思いつく範囲で構いません。仕組みは一緒に考えます。"),
            "title": _("一覧に出る題名です。30字まで(半角は60字まで)。"),
        }
        error_messages = {
            "problem": {"required": _("困っていることを書いてください。")},
            "wish": {"required": _("あったらよいと思うものを書いてください。")},
            "title": {"required": _("題名を入れてください。例 公館の電話当番表を自動で組む")},
        }

    def __init__(self, *args, user=None, draft=False, **kwargs):
        super().__init__(*args, **kwargs)
        # VersionedForm builds a second form without a user to show what was saved first: the author's own words.
        self.user, self.draft = user or self.instance.author, draft
        user = self.user
        self.fields["pillar"].queryset = running_pillars(user)
        self.initial.setdefault("naming", "hidden" if self.instance.is_anonymous else "named")
        if self.instance.pk is None:
            self.initial["language"] = "en" if (get_language() or "").startswith("en") else "ja"
        for name in ("problem", "wish", "title"):
            self.fields[name].widget.attrs["data-similar-src"] = ""
            self.fields[name].required = not draft
        for name in ("minutes_each", "times_a_year", "departments_count"):
            self.fields[name].max_value = 1_000_000
            self.fields[name].widget.attrs.update({"inputmode": "numeric", "max": 1_000_000})
            self.fields[name].validators.append(forms.fields.validators.MaxValueValidator(1_000_000))
        self.fields["naming"].choices = self._namings()
        if self.instance.pk is not None:
            self.fields["drop"].queryset = self.instance.files.standing()
            self.typed = IdeaDraft.objects.filter(idea=self.instance).first()
            self.initial.update(self.typed.fields if self.typed else {})

    typed = None  # what the author was typing when the page was left

    def _namings(self) -> list:
        """How the name may be shown; a name that was shown cannot be hidden afterwards."""
        place = localized(self.user.department, "name") if self.user.department else ""
        named = _("部署名と名前を出す(%(who)s)") % {"who": f"{place} {self.user.display_name}"}
        hidden = NAMING[1:] if self.instance.is_draft or self.instance.is_anonymous else []
        return [(NAMING[0][0], named), *hidden]

    def clean_problem(self):
        return seen(self.cleaned_data["problem"])

    def clean_wish(self):
        return seen(self.cleaned_data["wish"])

    def clean_title(self):
        title = seen(self.cleaned_data["title"].strip())
        if width(title) > TITLE_WIDTH:
            raise forms.ValidationError(_("30字までにしてください(半角は60字まで)。"), code="long")
        return title

    def clean(self):
        cleaned = super().clean()
        if len(cleaned.get("files", ())) > self._room():
            words = _("資料は%(most)sつまでです。") % {"most": MOST_FILES}
            self.add_error("files", forms.ValidationError(words, code="too_many"))
        if self.draft and not any(cleaned.get(name) for name in ("title", "problem", "wish")):
            raise forms.ValidationError(_("まだ何も書かれていません。"), code="empty")
        return cleaned

    def _room(self) -> int:
        """How many files may still come."""
        if self.instance.pk is None:
            return MOST_FILES
        return MOST_FILES - self.fields["drop"].queryset.count() + len(self.cleaned_data.get("drop", ()))

    @property
    def texts(self) -> dict:
        """The cleaned values by field of Idea."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in self.BESIDE}
        if "naming" in self.cleaned_data:
            values["is_anonymous"] = self.cleaned_data["naming"] == "hidden"
        return values

    BESIDE = ("version", "naming", "files", "drop")
    LONGEST = 20_000  # letters of one field that are kept while typing

    @property
    def as_typed(self) -> dict:
        """The fields as they came from the window, right or wrong."""
        names = [name for name in self.fields if name not in ("version", "files", "drop")]
        return {name: str(self.data[name])[: self.LONGEST] for name in names if name in self.data}

    @property
    def says_something(self) -> bool:
        return any(self.as_typed.get(name, "").strip() for name in ("title", "problem", "wish"))

    def similar(self):
        """What the portal holds that is like the idea being written."""
        words = " ".join(str(self[name].value() or "") for name in ("title", "problem", "wish"))
        return similar_things(words, self.user, but=self.instance.pk)


class TakeOutForm(forms.Form):
    reason = forms.CharField(
        label=_("外すわけ"),
        max_length=200,
        help_text=_("履歴に残り、だれでも読めます。名前や中身は書かないでください。"),
    )


class DisclosureForm(forms.Form):
    reason = forms.CharField(
        label=_("確かめるわけ"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("出した本人に、あなたの名前とこのわけを知らせます。"),
    )


def similar_things(words, user, but=None) -> dict[str, list]:
    """A few ideas, practices and pieces of guidance like `words` that the person may see, the most alike first."""
    ideas = Idea.objects.visible_to(user).listed().exclude(pk=but).similar(words)
    practices = GoodPractice.objects.visible_to(user).published().similar(words)
    return {
        "similar": list(ideas.select_related("department").with_supports(user).with_story()[:4]),
        "practices": list(practices.select_related("department")[:2]),
        "guidance": list(Guidance.objects.visible_to(user).published().similar(words)[:2]),
    }
