"""Dates of one milestone: moving asks a reason, the original date stays (P5). Used by the report and the edit page."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal import dates
from dxportal.forms import JapaneseDateField, VersionedForm, typed_in
from pillars.models import Milestone


class MilestoneForm(VersionedForm):
    due_on = JapaneseDateField(label=_("新しい見込み"), edge="end", help_text="")
    completed_on = JapaneseDateField(label=_("終えた日"), edge="end", required=False, help_text="")
    reason = forms.CharField(
        label=_("期日を変えるわけ"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = Milestone
        fields = ["due_on", "completed_on"]

    def __init__(self, *args, today=None, typed=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= typed_in(typed or {}, self.fields, self.prefix)
        self.today = today or dates.today()
        self.before = {name: getattr(self.instance, name) for name in ("due_on", "completed_on")}

    def clean_completed_on(self):
        day = self.cleaned_data["completed_on"]
        if day and day > self.today:
            raise forms.ValidationError(_now("終えた日は、きょうまでの日付で入れてください。"))
        return day

    def clean(self):
        cleaned = super().clean()
        if (self.moves or self.reopens) and not cleaned.get("reason", "").strip() and not self.errors:
            self.add_error(
                "reason",
                _now("「%(name)s」の期日を変えるわけを書いてください。") % {"name": self.instance.name},
            )
        return cleaned

    @property
    def completes(self) -> bool:
        day = self.cleaned_data.get("completed_on")
        return day is not None and day != self.before["completed_on"]

    @property
    def reopens(self) -> bool:
        return (
            "completed_on" in self.cleaned_data
            and bool(self.before["completed_on"])
            and not self.cleaned_data["completed_on"]
        )

    @property
    def moves(self) -> bool:
        """A new current date; it says nothing once the milestone is complete."""
        due_on = self.cleaned_data.get("due_on")
        return (
            due_on is not None
            and due_on != self.before["due_on"]
            and not self.cleaned_data.get("completed_on")
        )

    def save(self, *, by, source="web"):
        milestone = Milestone.objects.select_related("initiative__plan").get(pk=self.instance.pk)
        reason = self.cleaned_data["reason"]
        if self.reopens:
            milestone.reopen(reason=reason, by=by, source=source)
        if self.moves:
            milestone.move(self.cleaned_data["due_on"], reason=reason, by=by, source=source)
        if self.completes:
            milestone.complete(self.cleaned_data["completed_on"], by=by, source=source)


def milestone_forms(initiative, *, today, data=None, only_open=False, typed=None) -> list[MilestoneForm]:
    """One form for each milestone that was not cancelled; with `only_open` those to be finished. `typed` is what was
    written into the page and not saved."""
    kept = initiative.milestones.filter(is_cancelled=False).select_related("initiative__plan")
    if only_open:
        kept = kept.filter(completed_on=None)
    return [MilestoneForm(data, instance=m, prefix=f"ms{m.pk}", today=today, typed=typed) for m in kept]


def errors_of(forms_in_table) -> list[tuple[str, str]]:
    """(id of the field, error) of forms whose fields stand in cells, for the list above the form."""
    return [
        (bound.id_for_label, error)
        for form in forms_in_table
        for bound in form.visible_fields()
        for error in bound.errors
    ]


class NewMilestoneForm(forms.Form):
    name = forms.CharField(label=_("節目の名前"), max_length=200)
    name_en = forms.CharField(label=_("節目の名前(英語)"), max_length=200, required=False)
    planned_on = JapaneseDateField(label=_("予定日"), edge="end")
    reason = forms.CharField(label=_("加えるわけ"), max_length=300)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("中止するわけ"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
