"""The filters of the list of ideas and of the board of those who answer; everything stands in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from dxportal import dates
from dxportal.text import localized
from pillars.models import Pillar
from taskforce.forms.ideas import PillarChoice, running_pillars
from taskforce.models import Idea, IdeaStatus

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
    own = forms.BooleanField(label=_("自分のアイデアだけ"), required=False)

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
        if asked.get("own"):
            ideas = ideas.filter(author=self.user)
        return ideas.filter(**self._published(asked.get("age"), today))

    def _published(self, age, today) -> dict:
        if not age:
            return {}
        days = 365 if age in ("year", "older") else int(age)
        since = dates.local_morning(today - days * dates.DAY, dates.TOKYO, 0)
        return {"published_at__lt" if age == "older" else "published_at__gte": since}

    @property
    def asked_stage(self) -> str:
        return self.cleaned_data.get("stage") or ""

    @property
    def ordering(self) -> tuple:
        return SORTS[self.cleaned_data.get("sort") or "moved"][1]

    @property
    def is_narrowed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")


OPEN = [
    ("", _("まだ返事のないもの")),
    ("open", _("決まっていないものすべて")),
    ("mine", _("自分が担当のもの")),
]


class TriageFilterForm(forms.Form):
    """Narrows the board; everything stands in the address. A value nobody offers is as good as none."""

    show = forms.ChoiceField(choices=OPEN, required=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=_("状態"), choices=[("", _("すべて")), *IdeaStatus.choices], required=False
    )
    owner = forms.ModelChoiceField(
        label=_("返事の担当"), queryset=User.objects.none(), required=False, empty_label=_("すべて")
    )
    pillar = PillarChoice(
        label=_("柱"), queryset=Pillar.objects.none(), required=False, empty_label=_("すべて")
    )

    def __init__(self, *args, user, ideas, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["owner"].queryset = User.objects.filter(pk__in=ideas.values("triage_owner"))
        self.fields["owner"].label_from_instance = lambda person: person.display_name
        self.fields["pillar"].queryset = running_pillars(user)
        self.is_valid()

    def filter(self, ideas):
        """The ideas as asked for; a chosen state looks among the answered ones too."""
        asked = self.cleaned_data
        for name, field in (("status", "status"), ("owner", "triage_owner"), ("pillar", "pillar")):
            if asked.get(name):
                ideas = ideas.filter(**{field: asked[name]})
        if asked.get("show") == "mine":
            return ideas.filter(triage_owner=self.user)
        if asked.get("show") == "open":
            return ideas.exclude(status__in=(IdeaStatus.REALISED, IdeaStatus.DECLINED))
        return ideas if asked.get("status") else ideas.filter(first_answered_at=None)

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("status", "owner", "pillar"))
