"""The quarterly report on one page: words and status, dates of milestones, values of the year (mock 15)."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dxportal import reading
from dxportal.forms import VersionedForm
from pillars.forms.milestones import errors_of, milestone_forms
from pillars.models import Indicator, IndicatorValue, Initiative, ProgressReport, ProgressStatus


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


class WordsForm(VersionedForm):
    """Status, percent and the three texts. Everything may be missing in a draft."""

    percent = NumberField(
        label=_("進捗率(%)"),
        required=False,
        decimal_places=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        model = ProgressReport
        fields = [
            "status",
            "override_reason",
            "percent",
            "results",
            "issues",
            "next_steps",
            "needs_support",
            "support_note",
            "confidentiality",
        ]
        labels = {
            "status": _("状態"),
            "override_reason": _("数字と違う状態にするわけ"),
            "results": _("進んだこと"),
            "issues": _("困っていること"),
            "next_steps": _("次の四半期にやること"),
            "needs_support": _("支援がほしい"),
            "support_note": _("ほしい支援"),
        }
        widgets = {
            "status": forms.RadioSelect,
            "override_reason": forms.Textarea(attrs={"rows": 2}),
            "results": forms.Textarea(attrs={"rows": 4}),
            "issues": forms.Textarea(attrs={"rows": 4}),
            "next_steps": forms.Textarea(attrs={"rows": 4}),
            "support_note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plan = self.instance.initiative.plan
        self.fields["status"].choices = [(value, plan.status_label(value)) for value in ProgressStatus.values]

    def is_complete(self) -> bool:
        """Add an error to every field that is still missing before the report can be handed in."""
        written = self.instance
        written.suggested_status = ""  # what the numbers say is known once dates and values are saved
        try:
            written.check_complete()
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors

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


class ValueForm(VersionedForm):
    """The actual value of one indicator in the year of the report, and how firm it is."""

    actual_value = NumberField(label=_("今回の値"), required=False, max_digits=18, decimal_places=4)
    value_status = forms.ChoiceField(
        label=_("確からしさ"), choices=IndicatorValue.Status.choices[:3], required=False
    )

    class Meta:
        model = IndicatorValue
        fields = ["actual_value", "value_status"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = self.instance.indicator
        if self.instance.actual_value is None:
            self.initial["value_status"] = IndicatorValue.Status.PRELIMINARY
        else:
            self.initial["actual_value"] = shortest(self.instance.actual_value)

    def clean(self):
        cleaned = super().clean()
        blank = cleaned.get("actual_value") is None
        status = cleaned.get("value_status") or IndicatorValue.Status.PRELIMINARY
        return {**cleaned, "value_status": IndicatorValue.Status.NONE if blank else status}

    def save(self, *, by, measured_on, source="web"):
        actual = self.cleaned_data["actual_value"]
        if self.instance.pk:
            value = IndicatorValue.objects.select_related("indicator").get(pk=self.instance.pk)
        elif actual is None:
            return
        else:
            value = IndicatorValue(indicator=self.indicator, fiscal_year=self.instance.fiscal_year)
        if (value.actual_value, value.value_status) == (actual, self.cleaned_data["value_status"]):
            return
        if not value.pk:
            value.save()
        value.enter(
            actual, status=self.cleaned_data["value_status"], by=by, measured_on=measured_on, source=source
        )


def shortest(number):
    """46.5000 as 46.5, 230.0000 as 230."""
    return f"{number.normalize():f}"


def value_forms(report, *, data=None) -> list[ValueForm]:
    """One form for each indicator the initiative owns; `before` is the value of the year before."""
    indicators = Indicator.objects.filter(initiative=report.initiative_id).prefetch_related("values")
    found = []
    for indicator in indicators.select_related("initiative__plan", "objective"):
        values = {value.fiscal_year: value for value in indicator.values.all()}
        value = values.get(report.fiscal_year) or IndicatorValue(fiscal_year=report.fiscal_year)
        value.indicator = indicator
        form = ValueForm(data, instance=value, prefix=f"kpi{indicator.pk}")
        earlier = values.get(report.fiscal_year - 1)
        form.target, form.earlier = value.target_value, earlier.actual_value if earlier else None
        form.now = value.actual_value
        found.append(form)
    return found


class ReportEntry:
    """All forms of one report. `save` writes everything or nothing."""

    def __init__(self, report: ProgressReport, *, today, data=None):
        self.report, self.today = report, today
        self.milestones = milestone_forms(report.initiative, today=today, data=data, only_open=True)
        self.values = value_forms(report, data=data)
        self.words = WordsForm(data, instance=report)

    @property
    def forms(self) -> list:
        return [*self.milestones, *self.values, self.words]

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])  # a list: every form shows its errors

    @property
    def part_errors(self) -> list[tuple[str, str]]:
        """(id of the field, error) for the tables of milestones and values."""
        return errors_of([*self.milestones, *self.values])

    def save(self, *, by, submit=False) -> bool:
        """Save the draft, and hand it in when `submit`. False: nothing was saved and the forms say why."""
        if not all([self.is_valid(), not submit or self.words.is_complete()]):
            return False
        try:
            with transaction.atomic():
                self._write(by=by, submit=submit)
        except ValidationError as error:
            self.words.add_error(None, error)
            return False
        return True

    def _write(self, *, by, submit):
        source = f"report:{self.report.fiscal_year}Q{self.report.quarter}"
        for form in self.milestones:
            form.save(by=by, source=source)
        for form in self.values:
            form.save(by=by, source=source, measured_on=min(self.report.period_end, self.today))
        saved = self.words.save(by=by)
        if submit:
            saved.initiative = Initiative.objects.with_progress(self.today).get(pk=saved.initiative_id)
            self.progress = saved.initiative.progress(self.today)
            saved.submit(by=by, today=self.today)
        self.saved = saved
