"""What people write about ideas: the idea itself, comments, and the filter of the list."""

from decimal import Decimal
from unicodedata import east_asian_width

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal import dates
from dxportal.forms import VersionedForm
from dxportal.text import Confidentiality, is_invisible, localized
from pillars.models import Pillar, Plan
from taskforce.models import GoodPractice, Guidance, Idea, IdeaStatus

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
        if self.draft and not any(cleaned.get(name) for name in ("title", "problem", "wish")):
            raise forms.ValidationError(_("まだ何も書かれていません。"), code="empty")
        return cleaned

    @property
    def texts(self) -> dict:
        """The cleaned values by field of Idea."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name not in ("version", "naming")
        }
        return {**values, "is_anonymous": self.cleaned_data["naming"] == "hidden"}

    def similar(self):
        """What the portal holds that is like the idea being written."""
        words = " ".join(str(self[name].value() or "") for name in ("title", "problem", "wish"))
        return similar_things(words, self.user, but=self.instance.pk)


def similar_things(words, user, but=None) -> dict[str, list]:
    """A few ideas, practices and pieces of guidance like `words` that the person may see, the most alike first."""
    ideas = Idea.objects.visible_to(user).listed().exclude(pk=but).similar(words)
    practices = GoodPractice.objects.visible_to(user).published().similar(words)
    return {
        "similar": list(ideas.select_related("department").with_supports(user).with_story()[:4]),
        "practices": list(practices.select_related("department")[:2]),
        "guidance": list(Guidance.objects.visible_to(user).published().similar(words)[:2]),
    }


SORTS = {
    "moved": (_("動きのあった順"), ("-moved_at", "-number")),
    "new": (_("新しい順"), ("-published_at", "-number")),
    "old": (_("古い順"), ("published_at", "number")),
    "supports": (_("賛同の多い順"), ("-support_count", "-number")),
}
AGES = {
    "7": _("7日以内"),
    "30": _("30日以内"),
    "90": _("90日以内"),
    "year": _("1年以内"),
    "older": _("1年より前"),
}
ALL = [("", _("すべて"))]


def short_labels(field, places):
    """Let a filter say 柱1 instead of the whole name. `places` of pillar_places()."""
    field.label_from_instance = lambda pillar: places[pillar.pk].label


class IdeaFilterForm(forms.Form):
    """Narrows the list; everything stands in the address. A value nobody offers is as good as none."""

    stage = forms.ChoiceField(choices=[*ALL, *IdeaStatus.choices], required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("ことば"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    pillar = PillarChoice(
        label=_("柱"), queryset=Pillar.objects.none(), required=False, empty_label=_("すべて")
    )
    department = forms.ModelChoiceField(
        label=_("部署"), queryset=Department.objects.none(), required=False, empty_label=_("すべて")
    )
    age = forms.ChoiceField(label=_("出された時期"), choices=[*ALL, *AGES.items()], required=False)
    sort = forms.ChoiceField(
        label=_("並び順"), choices=[(k, label) for k, (label, _fields) in SORTS.items()], required=False
    )
    mine = forms.BooleanField(label=_("賛同したものだけ"), required=False)

    def __init__(self, *args, user, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["pillar"].queryset = running_pillars(user)
        short_labels(self.fields["pillar"], places)
        self.fields["department"].queryset = Department.objects.filter(
            pk__in=Idea.objects.visible_to(user).listed().values("department")
        )
        self.fields["department"].label_from_instance = lambda department: localized(department, "name")
        self.is_valid()

    def filter(self, ideas, *, today, stage=True):
        """The ideas as asked for; with stage=False all stages, for the counts beside them."""
        asked = self.cleaned_data
        ideas = ideas.search(asked.get("q") or "")
        if stage and asked.get("stage"):
            ideas = ideas.filter(status=asked["stage"])
        for name in ("pillar", "department"):
            if asked.get(name):
                ideas = ideas.filter(**{name: asked[name]})
        if asked.get("mine"):
            ideas = ideas.filter(supports__person=self.user)
        return ideas.filter(**self._published(asked.get("age"), today))

    def _published(self, age, today) -> dict:
        if not age:
            return {}
        days = 365 if age in ("year", "older") else int(age)
        since = dates.local_morning(today - days * dates.DAY, dates.TOKYO, 0)
        return {"published_at__lt" if age == "older" else "published_at__gte": since}

    @property
    def ordering(self) -> tuple:
        return SORTS[self.cleaned_data.get("sort") or "moved"][1]

    @property
    def is_narrowed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")
