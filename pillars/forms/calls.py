"""Opening a reporting call and changing its deadline."""

import unicodedata
import uuid
from datetime import time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal import dates
from dxportal.forms import JapaneseDateField
from dxportal.text import localized
from pillars import calendar
from pillars.models import Initiative, Pillar, Plan, ReportingCall

Scope = ReportingCall.Scope
CHOSEN = {Scope.PILLARS: "pillars", Scope.DEPARTMENTS: "departments", Scope.INITIATIVES: "initiatives"}


class ClockField(forms.TimeField):
    """A time as people write it: 17:00, 17時, full-width digits."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "inp--n"})

    def to_python(self, value):
        if isinstance(value, time) or value in self.empty_values:
            return super().to_python(value)
        text = unicodedata.normalize("NFKC", str(value or "")).strip().replace("時", ":").removesuffix("分")
        return super().to_python(text + "00" if text.endswith(":") else text)


class DeadlineForm(forms.Form):
    """The deadline in Tokyo and the day of publication, with the checks both forms need."""

    deadline_on = JapaneseDateField(label=_("締切の日"))
    deadline_at = ClockField(
        label=_("締切の時刻"),
        input_formats=["%H:%M"],
        initial="17:00",
        help_text=_("東京の時刻。在外公館には、その国の開庁日と時刻で同じ日数がある"),
        error_messages={"invalid": _("時刻は 17:00 の形で入れてください。")},
    )
    publish_on = JapaneseDateField(label=_("まとめて公開する日"), required=False)

    def clean(self):
        cleaned = super().clean()
        day, at = cleaned.get("deadline_on"), cleaned.get("deadline_at")
        if day and at:
            cleaned["deadline"] = dates.local_instant(day, at, dates.TOKYO)
            self._look_at(cleaned)
        return cleaned

    def _look_at(self, cleaned):
        if cleaned["deadline"] <= self.opened_at:
            self.add_error("deadline_on", _("締切は、いまより後の日時にしてください。"))
        if cleaned.get("publish_on") and cleaned["publish_on"] < cleaned["deadline_on"]:
            self.add_error("publish_on", _("公開する日は、締切の日かその後にしてください。"))


class CallForm(DeadlineForm):
    """What is asked of whom. `plan` is the running plan; `now` an instant."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    period = forms.ChoiceField(label=_("四半期"))
    scope = forms.ChoiceField(label=_("範囲"), choices=Scope.choices, widget=forms.RadioSelect)
    pillars = forms.ModelMultipleChoiceField(
        Pillar.objects.none(), label=_("柱"), required=False, widget=forms.CheckboxSelectMultiple
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("部署"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    initiatives = forms.ModelMultipleChoiceField(
        Initiative.objects.none(),
        label=_("施策"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    title = forms.CharField(label=_("件名"), max_length=100, required=False)
    note = forms.CharField(
        label=_("報告する人へのことば"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, plan: Plan, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.opened_at = plan, now
        today = dates.today(now)
        self.fields["period"].choices = periods(plan, today)
        words = {Scope.PILLARS: "pillar_label", Scope.INITIATIVES: "initiative_label"}
        self.fields["scope"].choices = [
            (
                code,
                _now("選んだ%(what)s") % {"what": localized(plan, words[code])} if code in words else label,
            )
            for code, label in Scope.choices
        ]
        self.fields["pillars"].queryset = plan.pillars.all()
        led = plan.initiatives.live()
        self.fields["departments"].queryset = Department.objects.filter(pk__in=led.values("lead_department"))
        self.fields["initiatives"].queryset = led.select_related("plan")
        self.fields["initiatives"].label_from_instance = lambda initiative: (
            f"{initiative.code} {initiative.name}"
        )
        usual = calendar.tokyo_deadline(today).date()
        self.initial |= {"key": uuid.uuid4(), "scope": Scope.PLAN, "deadline_on": usual}
        self.initial |= {"period": self._period_to_ask(today)}

    def _period_to_ask(self, today) -> str:
        """The quarter that is due, or the running one when everybody was asked about it."""
        year, quarter = calendar.due_quarter(today)
        if ReportingCall(plan=self.plan, fiscal_year=year, quarter=quarter).in_scope().exists():
            return f"{year}Q{quarter}"
        return f"{dates.fiscal_year(today)}Q{dates.quarter(today)}"

    def clean(self):
        cleaned = super().clean()
        name = CHOSEN.get(cleaned.get("scope"))
        if name and not cleaned.get(name) and name not in self.errors:
            self.add_error(name, _("1つ以上選んでください。"))
        return cleaned

    @property
    def chosen(self) -> dict:
        """The part of the plan that is asked, for `ReportingCall.open` and `in_scope`."""
        name = CHOSEN.get(self.cleaned_data["scope"])
        return {name: list(self.cleaned_data[name])} if name else {}

    def call(self) -> ReportingCall:
        """The unsaved call of a valid form."""
        year, quarter = map(int, self.cleaned_data["period"].split("Q"))
        names = ("scope", "title", "note", "deadline", "publish_on")
        values = {name: self.cleaned_data[name] for name in names}
        key = {"key": self.cleaned_data["key"]} if self.cleaned_data["key"] else {}
        return ReportingCall(
            plan=self.plan, fiscal_year=year, quarter=quarter, opened_at=self.opened_at, **values, **key
        )

    def open(self, *, by) -> ReportingCall | None:
        """The call, opened; None when the form or the plan says why not."""
        if not self.is_valid():
            return None
        call = self.call()
        try:
            call.open(by=by, **self.chosen)
        except ValidationError as error:
            self.add_error(None, error)
            return None
        return call


def periods(plan, today) -> list[tuple[str, str]]:
    """The running quarter and the three before it, within the plan's years."""
    newest = calendar.serial(dates.fiscal_year(today), dates.quarter(today))
    found = [calendar.from_serial(newest - back) for back in range(4)]
    return [(f"{y}Q{q}", dates.format_quarter(y, q)) for y, q in found if y in plan.fiscal_years]


class NewDeadlineForm(DeadlineForm):
    reason = forms.CharField(label=_("締切を変えるわけ"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, call: ReportingCall, **kwargs):
        super().__init__(*args, **kwargs)
        self.call, self.opened_at = call, call.opened_at
        tokyo = call.deadline.astimezone(dates.TOKYO)
        self.initial |= {"deadline_on": tokyo.date(), "deadline_at": tokyo.strftime("%H:%M")}
        self.initial |= {"publish_on": call.publish_on, "version": call.version}

    def save(self, *, by) -> bool:
        """Move the deadline; False when the form says why not."""
        if not self.is_valid():
            return False
        data = self.cleaned_data
        try:
            self.call.move_deadline(
                data["deadline"],
                publish_on=data["publish_on"],
                reason=data["reason"],
                by=by,
                version=data["version"],
            )
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True
