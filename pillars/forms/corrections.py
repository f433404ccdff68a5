"""Correcting a published report: the words of the form again, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pillars.forms.reports import WordsForm
from pillars.models import ProgressReport


class CorrectionForm(WordsForm):
    """The correctable fields as they are published. `late` says that it becomes a 訂正 for everybody to see."""

    reason = forms.CharField(label=_("直すわけ"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    class Meta(WordsForm.Meta):
        fields = list(ProgressReport.CORRECTABLE)

    def __init__(self, *args, late=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("訂正の説明") if late else _("直すわけ")
        for name in ("status", "results"):
            self.fields[name].required = True

    def correct(self, report, *, by, at):
        """Apply the changes to the report as it is stored. Raises what `ProgressReport.correct` raises."""
        values = {name: self.cleaned_data[name] for name in self._meta.fields if name in self.changed_data}
        version = self.cleaned_data["version"]
        return report.correct(by=by, at=at, reason=self.cleaned_data["reason"], version=version, **values)
