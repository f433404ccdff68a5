"""The three sentences for the executives."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal.forms import VersionedForm
from dxportal.text import localized
from pillars.models import ExecutiveNote, Indicator
from pillars.models.notes import INDICATORS

WORDS = ["first", "first_en", "second", "second_en", "third", "third_en"]


class IndicatorChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, indicator):
        return localized(indicator, "name")


class NoteForm(VersionedForm):
    indicators = IndicatorChoice(
        Indicator.objects.none(),
        label=_("いっしょに示す指標"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("研修や多要素認証など、3つまで。数字は計画の指標から取る。"),
    )

    class Meta:
        model = ExecutiveNote
        fields = WORDS
        widgets = {
            name: forms.Textarea(attrs={"rows": 2, **({"lang": "en"} if name.endswith("_en") else {})})
            for name in WORDS
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plan, note = self.instance.plan, self.instance
        self.fields["indicators"].queryset = Indicator.objects.filter(
            plan=plan
        )  # the secretariat reads them all
        self.initial["indicators"] = note.chosen if hasattr(note, "chosen") else list(note.indicators.all())

    def clean_indicators(self):
        chosen = self.cleaned_data["indicators"]
        if len(chosen) > INDICATORS:
            raise forms.ValidationError(
                _now("%(number)s件選ばれています。1枚に収めるため、%(most)s件までにしてください。")
                % {"number": len(chosen), "most": INDICATORS}
            )
        return chosen

    def clean(self):
        cleaned = super().clean()
        if "hand_over" in self.data and not (cleaned.get("first") or "").strip():
            self.add_error("first", _now("1つめを書いてから渡してください。"))
        return cleaned

    def save(self, *, by):
        """Keep what was written; with the second button hand it over as well."""
        data = self.cleaned_data
        note = self.instance
        if note.pk:
            note = ExecutiveNote.objects.get(pk=note.pk)
        words = {name: data[name] for name in WORDS}
        note.write(by=by, version=data.get("version"), indicators=data["indicators"], **words)
        if "hand_over" in self.data:
            note.hand_over(by=by)
        return note
