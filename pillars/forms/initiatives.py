"""Editing the text of an initiative and the dates of its milestones."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dxportal.forms import VersionedForm
from pillars.forms.milestones import errors_of, milestone_forms
from pillars.models import Initiative


class InitiativeForm(VersionedForm):
    reason = forms.CharField(label=_("直すわけ"), required=False, max_length=300)

    class Meta:
        model = Initiative
        fields = ["name", "name_en", "summary", "summary_en", "confidentiality"]
        labels = {"name": _("名前"), "name_en": _("名前(英語)")}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "summary_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        }

    def save(self, *, by):
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in self._meta.fields}
        initiative = Initiative.objects.select_related("plan", "objective").get(pk=self.instance.pk)
        initiative.change("initiative.edited", by=by, reason=self.cleaned_data["reason"], **values)


class InitiativeEdit:
    """The edit page: the initiative and its milestones, saved together or not at all."""

    def __init__(self, initiative: Initiative, *, today, data=None):
        self.milestones = milestone_forms(initiative, today=today, data=data)
        self.text = InitiativeForm(data, instance=initiative)

    def is_valid(self) -> bool:
        return all(
            [form.is_valid() for form in (*self.milestones, self.text)]
        )  # a list: every form shows its errors

    @property
    def part_errors(self) -> list[tuple[str, str]]:
        """(id of the field, error) for the table of milestones."""
        return errors_of(self.milestones)

    def save(self, *, by) -> bool:
        """False: nothing was saved and the forms say why."""
        if not self.is_valid():
            return False
        with transaction.atomic():
            for form in self.milestones:
                form.save(by=by)
            self.text.save(by=by)
        return True
