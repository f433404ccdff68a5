from django import forms
from django.utils.translation import gettext_lazy as _


class OnDateForm(forms.Form):
    """The date on which the structure is shown."""

    on = forms.DateField(
        label=_("いつの体制か"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
