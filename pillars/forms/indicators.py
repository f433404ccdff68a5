"""Indicators: definition, end, target values of all years. Each change is a proposal (permissions.md:
"edit targets, indicators, weights" 2p)."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal.text import localized
from pillars import amendments, figures
from pillars.forms.definitions import FieldsForm, FiscalYearField, reason_field
from pillars.forms.reports import NumberField
from pillars.models import Indicator, IndicatorValue
from pillars.proposals import propose

DEFINITION = [
    "name",
    "name_en",
    "initiative",
    "kind",
    "unit",
    "unit_en",
    "direction",
    "aggregation",
    "decimals",
    "baseline_value",
    "baseline_fiscal_year",
    "lead_department",
    "note",
]


class IndicatorForm(FieldsForm):
    """The definition of an indicator, without its values."""

    proposes = "indicator_changed"
    baseline_value = NumberField(label=_("基準値"), required=False, max_digits=18, decimal_places=4)
    baseline_fiscal_year = FiscalYearField(label=_("基準年度"), required=False)

    class Meta:
        model = Indicator
        fields = DEFINITION
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["initiative"].queryset = self.instance.objective.initiatives.all()
        self.fields["initiative"].label = localized(self.instance.objective.plan, "initiative_label")
        self.fields["decimals"].max_value = 4
        self.order_fields([*self._meta.fields, "reason", "version"])

    def clean(self):
        cleaned = super().clean()
        asked = cleaned.get("baseline_fiscal_year") or "baseline_fiscal_year" in self.errors
        if cleaned.get("baseline_value") is not None and not asked:
            self.add_error("baseline_fiscal_year", _now("基準値の年度を入れてください。"))
        if (cleaned.get("decimals") or 0) > 4:
            self.add_error("decimals", _now("小数桁数は4までです。"))
        return cleaned


class NewIndicatorForm(IndicatorForm):
    class Meta(IndicatorForm.Meta):
        fields = ["code", *DEFINITION]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Indicator.objects.filter(plan=self.instance.objective.plan, code=code).exists():
            raise ValidationError(_now("同じコードの指標がもうあります。別のコードにしてください。"))
        return code

    def propose(self, *, by):
        objective = self.instance.objective
        cleaned = {name: self.cleaned_data[name] for name in self._meta.fields}
        values = {k: v.pk if isinstance(v, models.Model) else v for k, v in cleaned.items()}
        blank = Indicator(objective=objective, direction="", aggregation="", decimals=None)
        return propose(
            "indicator_new",
            Indicator(code=values["code"], name=values["name"], objective=objective),
            by=by,
            values={**values, "objective": objective.pk},
            changes=amendments.compare(blank, values),
            reason=self.cleaned_data["reason"],
            plan=objective.plan,
            part=objective.plan.code,
        )


class EndForm(FieldsForm):
    """The last year an indicator is measured; its values stay."""

    last_fiscal_year = FiscalYearField(label=_("測る最後の年度"))

    class Meta:
        model, fields = Indicator, ["last_fiscal_year"]

    proposes = "indicator_ended"

    def clean_last_fiscal_year(self):
        year = self.cleaned_data["last_fiscal_year"]
        if year not in self.instance.plan.fiscal_years:
            raise ValidationError(_now("計画の期間のなかの年度を入れてください。"))
        return year


class TargetsForm(forms.Form):
    """The target of every year of the plan on one form."""

    reason = reason_field()

    def __init__(self, data=None, *, indicator):
        super().__init__(data)
        self.indicator = indicator
        known = amendments.targets_of(indicator)
        last = indicator.last_fiscal_year or indicator.plan.last_fiscal_year
        self.years = sorted({*(y for y in indicator.plan.fiscal_years if y <= last), *known})
        for year in self.years:
            target = known.get(year)
            self.fields[f"y{year}"] = NumberField(
                label=figures.year_label(indicator, year),
                required=False,
                max_digits=18,
                decimal_places=4,
                initial=None if target is None else amendments.plain(target),
            )

    @property
    def cells(self) -> list:
        """(year, bound field, value of the year or an empty one) for the table."""
        values = {value.fiscal_year: value for value in self.indicator.values.all()}
        return [(year, self[f"y{year}"], values.get(year) or IndicatorValue()) for year in self.years]

    def propose(self, *, by):
        known = amendments.targets_of(self.indicator)
        wanted = {year: self.cleaned_data[f"y{year}"] for year in self.years}
        changed = {year: target for year, target in wanted.items() if known.get(year) != target}
        return propose(
            "targets",
            self.indicator,
            by=by,
            values={str(year): None if t is None else str(t) for year, t in changed.items()},
            changes=amendments.target_changes(self.indicator, changed),
            reason=self.cleaned_data["reason"],
        )


class WeightsForm(forms.Form):
    """The weights of an initiative's milestones on one form."""

    reason = reason_field()

    def __init__(self, data=None, *, initiative):
        super().__init__(data)
        self.initiative = initiative
        self.milestones = list(initiative.milestones.filter(is_cancelled=False))
        for milestone in self.milestones:
            self.fields[f"m{milestone.pk}"] = NumberField(
                label=_("重み"),
                max_digits=6,
                decimal_places=2,
                initial=amendments.plain(milestone.weight),
                validators=[MinValueValidator(0)],
            )

    @property
    def cells(self) -> list:
        return [(milestone, self[f"m{milestone.pk}"]) for milestone in self.milestones]

    def propose(self, *, by):
        wanted = {m.pk: self.cleaned_data[f"m{m.pk}"] for m in self.milestones}
        changed = {m.pk: wanted[m.pk] for m in self.milestones if m.weight != wanted[m.pk]}
        return propose(
            "weights",
            self.initiative,
            by=by,
            values={str(pk): str(weight) for pk, weight in changed.items()},
            changes=amendments.weight_changes(self.milestones, changed),
            reason=self.cleaned_data["reason"],
        )
