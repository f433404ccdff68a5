"""A pilot: where, when and to find out what; what was measured; what was decided (T9)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import localized
from taskforce.models import Pilot, PilotMeasure


class PilotForm(VersionedForm):
    """A new pilot, or what is known of a running one."""

    starts_on = JapaneseDateField(label=_("始める日"), edge="start")
    ends_on = JapaneseDateField(label=_("終える日"), edge="end")

    class Meta:
        model = Pilot
        fields = ["departments", "starts_on", "ends_on", "people_count", "question", "question_en"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        departments = self.fields["departments"]
        departments.queryset = Department.objects.active()
        if self.instance.pk:
            departments.queryset |= Department.objects.filter(pilots=self.instance)
        departments.queryset = departments.queryset.distinct()
        departments.label_from_instance = lambda department: localized(department, "name")
        departments.help_text = _("いくつか選ぶときは、Ctrl(Macは⌘)を押しながら選びます。")
        departments.widget.attrs["size"] = 8

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("終える日は、始める日より後にしてください。"))
        return cleaned

    @property
    def texts(self) -> dict:
        """The cleaned values by field of Pilot."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PilotEndForm(forms.ModelForm):
    """What a pilot showed and what was decided."""

    decision = forms.ChoiceField(
        label=_("決めたこと"), choices=Pilot.Decision.choices, widget=forms.RadioSelect
    )
    until = JapaneseDateField(
        label=_("もう一度試すときの、次の終える日"),
        edge="end",
        required=False,
        help_text=_("次の試行が、同じ部署と測り方で始まります。"),
    )

    class Meta:
        model = Pilot
        fields = [
            "result", "result_en", "problems", "problems_en", "decision", "until", "decision_text",
            "decision_text_en",
        ]  # fmt: skip

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["decision_text"].required = True
        self.fields["result"].required = True

    def clean(self):
        cleaned = super().clean()
        until = cleaned.get("until")
        if cleaned.get("decision") == Pilot.Decision.EXTEND:
            if not until and "until" not in self.errors:
                self.add_error("until", _("もう一度試すなら、次の終える日を書いてください。"))
            elif until and until <= max(self.instance.ends_on, self.today):
                self.add_error("until", _("次の終える日は、きょうといまの終える日より後にしてください。"))
        return cleaned


class MeasureForm(forms.ModelForm):
    class Meta:
        model = PilotMeasure
        fields = ["label", "unit", "before", "after", "people", "note", "label_en", "unit_en", "note_en"]

    ENGLISH = ("label_en", "unit_en", "note_en")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            self.fields[name].localize = False

    def clean(self):
        cleaned = super().clean()
        filled = any(cleaned.get(name) not in (None, "") for name in ("before", "after", "note"))
        if filled and not cleaned.get("label"):
            raise ValidationError(_("何を測ったかを書いてください。"), code="label")
        return cleaned

    @property
    def main(self):
        return [bound for bound in self.visible_fields() if bound.name not in (*self.ENGLISH, "DELETE")]

    @property
    def english(self):
        return [self[name] for name in self.ENGLISH]


MeasureFormSet = forms.inlineformset_factory(
    Pilot, PilotMeasure, form=MeasureForm, extra=3, max_num=12, can_delete=True, can_delete_extra=False
)


class PilotFilterForm(forms.Form):
    STATES = [("", _("すべて")), ("running", _("試行中")), ("waiting", _("決めるのを待つもの"))]

    q = forms.CharField(
        label=_("ことば"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label=_("どこまで"), choices=[*STATES, *Pilot.Decision.choices], required=False)
    department = forms.ModelChoiceField(
        label=_("試す部署"), queryset=Department.objects.none(), required=False, empty_label=_("すべて")
    )

    def __init__(self, *args, pilots, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["department"].queryset = Department.objects.filter(pilots__in=pilots).distinct()
        self.fields["department"].label_from_instance = lambda department: localized(department, "name")
        self.is_valid()

    def filter(self, pilots):
        """The pilots asked for: those without a decision first, then the newest decisions."""
        asked = self.cleaned_data
        state = asked.get("state") or ""
        if state in ("running", "waiting"):
            pilots = pilots.running(self.today) if state == "running" else pilots.undecided(self.today)
        elif state:
            pilots = pilots.filter(decision=state)
        if place := asked.get("department"):
            pilots = pilots.filter(departments=place)
        return pilots.about(asked.get("q") or "").order_by("-decided_at", "-ends_on", "-pk")
