"""Uploading a plan file, and choosing what is taken of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dxportal.text import localized
from pillars.models import Plan
from pillars.workbook.files import MAX_FILE

ACCEPTED = ".xlsx,.csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,text/csv"


class PlanField(forms.ModelChoiceField):
    def label_from_instance(self, plan):
        return localized(plan, "name")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("計画のExcel(.xlsx)全体、またはその1シートのCSV。10MBまで。"),
        allow_empty_file=True,  # refused with a sentence of its own when it is read
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    plan = PlanField(
        label=_("1シートだけのときの計画"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=_("いま実施中の計画"),
        help_text=_("全体のExcelのときは、ファイルの中の計画コードで決まります。"),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = Plan.objects.visible_to(user)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("ファイルが大きすぎます。10MBまでです。"), code="size")
        return file


class Numbers(forms.Field):
    """Any number of whole numbers posted under one name; what is no number is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        return {int(number) for number in value or () if str(number).isascii() and str(number).isdigit()}


class ChoiceForm(forms.Form):
    """The ticks of one page of a preview. `version` names the preview they were made on."""

    version = forms.IntegerField()
    shown = Numbers(required=False)
    take = Numbers(required=False)
    over = Numbers(required=False)
    tell = forms.BooleanField(required=False)
    go = forms.CharField(required=False)
