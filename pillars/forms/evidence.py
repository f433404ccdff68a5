"""Adding a file to a report, and taking it back."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal import uploads
from dxportal.text import Confidentiality


class EvidenceForm(forms.Form):
    """The valid `file` is an accepted dxportal.uploads.Upload."""

    file = forms.FileField(
        label=_("ファイル"),
        allow_empty_file=True,  # refused with a sentence of its own
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )
    note = forms.CharField(label=_("何を示すか"), max_length=200, required=False)
    confidentiality = forms.TypedChoiceField(
        label=_("格付"), choices=Confidentiality.choices, coerce=int, initial=Confidentiality.ONE
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _now("png、jpeg、pdf、xlsx、csv。%(limit)sMBまで。") % {
            "limit": settings.UPLOAD_FILE_MB
        }

    def clean_file(self):
        return uploads.accept(self.cleaned_data["file"])
