"""Asking for another day: the plan as of a day, and what changed between two days."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal import dates
from dxportal.forms import JapaneseDateField


class PastDay(JapaneseDateField):
    """A day that has come; `until` is set by the form."""

    until: date | None = None

    def to_python(self, value):
        day = super().to_python(value)
        if day and self.until and day > self.until:
            raise ValidationError(
                _now("先の日の状態はまだありません。きょう(%(today)s)までの日を書いてください。")
                % {"today": dates.format_day(self.until)},
                code="future",
            )
        return day


class AsOfForm(forms.Form):
    """`?as_of=R8.10.1`: the page as it was at the end of that day."""

    as_of = PastDay(label=_("いつの状態を見るか"), edge="end")

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["as_of"].until = today
