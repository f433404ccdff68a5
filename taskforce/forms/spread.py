"""What the map shows: all practices, or one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dxportal.text import localized
from taskforce.models import GoodPractice


class MapForm(forms.Form):
    practice = forms.ModelChoiceField(
        label=_("好事例"), queryset=GoodPractice.objects.none(), required=False, empty_label=_("すべて")
    )

    def __init__(self, *args, practices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["practice"].queryset = practices.order_by("title")
        self.fields["practice"].label_from_instance = lambda practice: localized(practice, "title")
        self.is_valid()

    @property
    def chosen(self):
        return self.cleaned_data.get("practice")
