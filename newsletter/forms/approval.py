"""Checking, approving, stopping: when an issue leaves, and why it does not."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dxportal import dates, officedays
from dxportal.forms import JapaneseDateField


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("わけ"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ApprovalForm(forms.Form):
    """The day of the mornings, or at once where the installation is a demonstration."""

    DAY, COMPRESSED, NOW = "day", "compressed", "now"
    FASTER = 360  # a day of mornings in four minutes

    when = forms.ChoiceField(label=_("いつ送るか"), widget=forms.RadioSelect)
    on = JapaneseDateField(label=_("配信する日"), required=False)
    people = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the number the approver has seen

    def __init__(self, *args, today, demo, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        hurried = [
            (self.COMPRESSED, _("各地の朝9時を、数分のうちに縮めて送る(実演だけ)")),
            (self.NOW, _("いますぐ送る(実演だけ)")),
        ]
        choices = [(self.DAY, _("次の日の、各地の朝9時に届ける")), *(hurried if demo else [])]
        self.fields["when"].choices = choices

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") in (self.DAY, self.COMPRESSED) and "on" in cleaned:
            if cleaned["on"] is None:
                self.add_error("on", _("配信する日を入れてください。"))
            elif cleaned["on"] < self.today:
                self.add_error("on", _("過ぎた日です。きょうかその先の日を入れてください。"))
            elif not officedays.is_office_day(cleaned["on"]):
                self._move_off_holiday(cleaned["on"])
        return cleaned

    def _move_off_holiday(self, day) -> None:
        """Put the next office day into the field and ask again (promises.md MA5)."""
        moved = officedays.next_office_day(day)
        self.data = {**self.data.dict(), "on": moved.isoformat()}
        words = _(
            "%(day)sは本省の休みです。次の開庁日の%(moved)sに移しました。よければもう一度押してください。"
        )
        days = {"day": dates.format_day(day, "full"), "moved": dates.format_day(moved, "full")}
        self.add_error("on", words % days)

    def terms(self) -> dict:
        """Arguments of Issue.approve."""
        when, people = self.cleaned_data["when"], self.cleaned_data["people"]
        return {
            "now": when == self.NOW,
            "compression": self.FASTER if when == self.COMPRESSED else 1,
            "on": None if when == self.NOW else self.cleaned_data["on"],
            "people": people,
        }
