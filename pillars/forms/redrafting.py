"""Editing the draft of the next plan."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import localized
from pillars import redrafting, succession
from pillars.models import Initiative, Objective, Pillar, Plan


def labelled(obj) -> str:
    return f"{obj.code} {localized(obj, 'name')}"


def name_of(department) -> str:
    return localized(department, "name")


class DraftInitiativeForm(VersionedForm):
    """Words, department and place of one initiative of the draft."""

    reason = forms.CharField(label=_("直すわけ"), required=False, max_length=300)

    class Meta:
        model = Initiative
        fields = [
            "name",
            "name_en",
            "summary",
            "summary_en",
            "objective",
            "position",
            "lead_department",
            "confidentiality",
        ]
        labels = {"name": _("名前"), "name_en": _("名前(英語)")}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "summary_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        }

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = plan.objectives.select_related("pillar")
        self.fields["objective"].label = localized(plan, "objective_label")
        self.fields["objective"].label_from_instance = labelled
        self.fields["lead_department"].queryset = Department.objects.active().headquarters()
        self.fields["lead_department"].label_from_instance = name_of

    def save(self, *, by) -> bool:
        """False with errors at the fields when the move is refused."""
        names = [name for name in self.changed_data if name in self._meta.fields]
        values = {name: self.cleaned_data[name] for name in names}
        found = Initiative.objects.select_related("plan", "objective__pillar").get(pk=self.instance.pk)
        try:
            redrafting.rewrite(found, by=by, reason=self.cleaned_data["reason"], **values)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


class NewInitiativeForm(forms.Form):
    """新規: an initiative that comes from nothing in the old plan."""

    objective = forms.ModelChoiceField(Objective.objects.none())
    name = forms.CharField(label=_("名前"), max_length=200)
    name_en = forms.CharField(label=_("名前(英語)"), max_length=200, required=False)
    summary = forms.CharField(
        label=_("概要"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead_department = forms.ModelChoiceField(Department.objects.none(), label=_("主管課"))
    reason = forms.CharField(
        label=_("新しく始めるわけ"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = plan.objectives.select_related("pillar")
        self.fields["objective"].label = localized(plan, "objective_label")
        self.fields["objective"].label_from_instance = labelled
        self.fields["lead_department"].queryset = Department.objects.active().headquarters()
        self.fields["lead_department"].label_from_instance = name_of

    def save(self, *, by) -> Initiative:
        return redrafting.add(by=by, **self.cleaned_data)


class DropForm(forms.Form):
    reason = forms.CharField(label=_("外すわけ"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(Initiative.objects.none(), label=_("1つにする相手"))
    reason = forms.CharField(
        label=_("1つにするわけ"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )

    def __init__(self, *args, initiative, **kwargs):
        super().__init__(*args, **kwargs)
        others = initiative.plan.initiatives.exclude(pk=initiative.pk).select_related("plan")
        self.fields["into"].queryset = others
        self.fields["into"].label_from_instance = labelled


class SplitForm(forms.Form):
    name = forms.CharField(label=_("分けた先の名前"), max_length=200)
    name_en = forms.CharField(label=_("名前(英語)"), max_length=200, required=False)
    reason = forms.CharField(label=_("分けるわけ"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)


class DraftPlanForm(VersionedForm):
    """Name, years and deadlines of the draft itself."""

    review_due_on = JapaneseDateField(label=_("振り返りの締切"), required=False)
    comments_due_on = JapaneseDateField(label=_("意見照会の締切"), required=False)

    class Meta:
        model = Plan
        fields = ["name", "name_en", "comments_due_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["review_due_on"]

    def save(self, *, by):
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in self._meta.fields}
        Plan.objects.get(pk=self.instance.pk).change("draft.rewritten", by=by, **values)


class DraftPillarForm(VersionedForm):
    """Name, order and what a pillar of the draft is for."""

    class Meta:
        model = Pillar
        fields = ["name", "name_en", "description", "description_en", "position"]
        labels = {"name": _("名前"), "name_en": _("名前(英語)")}
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "description_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        }

    def save(self, *, by):
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in self._meta.fields}
        found = Pillar.objects.select_related("plan").get(pk=self.instance.pk)
        succession.require_draft(found.plan)
        found.change("draft.rewritten", by=by, **values)
