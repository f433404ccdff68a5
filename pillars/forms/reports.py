"""The parts of the quarterly report (mock 15): words and status, values of the year. entry.py joins them."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from dxportal import reading
from dxportal.forms import VersionedForm, typed_in
from pillars.models import Indicator, IndicatorValue, ProgressReport, ProgressStatus
from pillars.models.pulse import SCALE
from pillars.progress import is_met


class NumberField(forms.DecimalField):
    """A number as people write it: full-width digits, thousands separators, ▲ or △ as minus."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            number = reading.parse_number(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        return None if number is None else super().to_python(number)


class DraftedForm(VersionedForm):
    """A form that can open with what was typed and not saved (`typed`), under the version it was typed on.

    A row that is not there yet has version 0: when somebody else makes it meanwhile, that is an old version as well.
    """

    def __init__(self, *args, typed=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["version"] = 0
        self.initial |= typed_in(typed or {}, self._meta.fields, self.prefix)


def step_field(label) -> forms.TypedChoiceField:
    """One of five steps; none when the reporter says nothing."""
    return forms.TypedChoiceField(
        label=label,
        choices=[(step, str(step)) for step in SCALE],
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )


class WordsForm(DraftedForm):
    """Status, percent and the texts. Everything may be missing in a draft."""

    percent = NumberField(
        label=_("進捗率(%)"),
        required=False,
        decimal_places=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    burden = step_field(_("現場の負担"))
    effect = step_field(_("現場での効果"))

    class Meta:
        model = ProgressReport
        fields = [
            "status",
            "override_reason",
            "percent",
            "results",
            "issues",
            "cause",
            "next_steps",
            "needs_support",
            *ProgressReport.SUPPORT,
            "support_note",
            *ProgressReport.JUDGED,
            "confidentiality",
        ]
        labels = {
            "status": _("状態"),
            "override_reason": _("数字と違う状態にするわけ"),
            "results": _("進んだこと"),
            "issues": _("困っていること"),
            "cause": _("遅れのわけ"),
            "next_steps": _("次の四半期にやること"),
            "needs_support": _("支援がほしい"),
            "support_team": _("DXサポートチーム"),
            "support_budget": _("予算"),
            "support_coordination": _("他課室との調整"),
            "support_note": _("ほしい支援"),
        }
        widgets = {
            "status": forms.RadioSelect,
            "override_reason": forms.Textarea(attrs={"rows": 2}),
            "results": forms.Textarea(attrs={"rows": 4}),
            "issues": forms.Textarea(attrs={"rows": 4}),
            "cause": forms.Textarea(attrs={"rows": 3}),
            "next_steps": forms.Textarea(attrs={"rows": 4}),
            "support_note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plan = self.instance.initiative.plan
        self.fields["status"].choices = [(value, plan.status_label(value)) for value in ProgressStatus.values]

    def is_complete(self, suggested: str | None) -> bool:
        """Add an error to every field that is still missing before the report can be handed in; `suggested` is the
        status the numbers suggest with the dates as typed."""
        written = self.instance
        written.suggested_status = suggested or ""
        try:
            written.check_complete()
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors

    def clean(self):
        cleaned = super().clean()
        if any(cleaned.get(name) for name in ProgressReport.SUPPORT):
            cleaned["needs_support"] = True
        return cleaned

    def clean_percent(self):
        percent = self.cleaned_data["percent"]
        return None if percent is None else int(percent)

    def save(self, *, by, source="web") -> ProgressReport:
        """Keep the draft and return it; only the fields that were changed are written."""
        names = self.changed_data if self.instance.pk else self._meta.fields
        values = {name: self.cleaned_data[name] for name in self._meta.fields if name in names}
        report = copy_of(self.instance)
        report.save_draft(by=by, source=source, **values)
        return report


def copy_of(report: ProgressReport) -> ProgressReport:
    """The report as it is in the database; a new one that the form has not written on."""
    if report.pk:
        return ProgressReport.objects.select_related("initiative__plan", "initiative__lead_department").get(
            pk=report.pk
        )
    return ProgressReport(
        initiative=report.initiative, fiscal_year=report.fiscal_year, quarter=report.quarter
    )


class ValueForm(DraftedForm):
    """The actual value of one indicator in the year of the report, how firm it is, and from autumn on where the year
    is expected to end."""

    actual_value = NumberField(label=_("今回の値"), required=False, max_digits=18, decimal_places=4)
    value_status = forms.ChoiceField(
        label=_("確からしさ"), choices=IndicatorValue.Status.choices[:3], required=False
    )
    forecast_value = NumberField(label=_("着地見込み"), required=False, max_digits=18, decimal_places=4)

    class Meta:
        model = IndicatorValue
        fields = ["actual_value", "value_status", "forecast_value"]

    def __init__(self, *args, asks_forecast=False, typed=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = self.instance.indicator
        for name in ("actual_value", "forecast_value"):
            if self.initial[name] is not None:
                self.initial[name] = shortest(self.initial[name])
        if self.instance.actual_value is None:
            self.initial["value_status"] = IndicatorValue.Status.PRELIMINARY
        self.asks_forecast = asks_forecast
        if not asks_forecast:
            del self.fields["forecast_value"]
        self.initial |= typed_in(typed or {}, self.fields, self.prefix)

    def clean(self):
        cleaned = super().clean()
        blank = cleaned.get("actual_value") is None
        status = cleaned.get("value_status") or IndicatorValue.Status.PRELIMINARY
        return {**cleaned, "value_status": IndicatorValue.Status.NONE if blank else status}

    @property
    def misses_target(self) -> bool:
        """Whether the value as it is typed does not reach the target of the year."""
        typed = IndicatorValue(
            target_value=self.instance.target_value, actual_value=self.cleaned_data.get("actual_value")
        )
        return is_met(self.indicator, typed) is False

    def save(self, *, by, measured_on, source="web"):
        actual, status = self.cleaned_data["actual_value"], self.cleaned_data["value_status"]
        forecast = self.cleaned_data.get("forecast_value", self.instance.forecast_value)
        if self.instance.pk:
            value = IndicatorValue.objects.select_related("indicator").get(pk=self.instance.pk)
        elif actual is None and forecast is None:
            return
        else:
            value = IndicatorValue(indicator=self.indicator, fiscal_year=self.instance.fiscal_year)
            value.save()
        if (value.actual_value, value.value_status) != (actual, status):
            value.enter(actual, status=status, by=by, measured_on=measured_on, source=source)
        if value.forecast_value != forecast:
            value.foresee(forecast, by=by, source=source)


def shortest(number):
    """46.5000 as 46.5, 230.0000 as 230."""
    return f"{number.normalize():f}"


def asks_forecast(report) -> bool:
    """着地見込み is asked from autumn on: with the report on the second quarter and later, while the year runs."""
    return report.quarter >= 2


def value_forms(report, *, data=None, typed=None) -> list[ValueForm]:
    """One form for each indicator the initiative owns, with target, the value now and the one of the year before."""
    indicators = Indicator.objects.filter(initiative=report.initiative_id).prefetch_related("values")
    found, options = [], {"asks_forecast": asks_forecast(report), "typed": typed}
    for indicator in indicators.select_related("initiative__plan", "objective"):
        values = {value.fiscal_year: value for value in indicator.values.all()}
        value = values.get(report.fiscal_year) or IndicatorValue(fiscal_year=report.fiscal_year)
        value.indicator = indicator
        form = ValueForm(data, instance=value, prefix=f"kpi{indicator.pk}", **options)
        earlier = values.get(report.fiscal_year - 1)
        form.target, form.earlier = value.target_value, earlier.actual_value if earlier else None
        form.now = value.actual_value
        found.append(form)
    return found
