"""Forms of the plan's definition. Each writes a proposal (permissions.md: "edit targets, indicators, weights" 2p,
"create a new plan" 2p); the texts of plan, pillar and objective the secretariat edits alone, with an Activity."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal import dates, reading
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import narrow
from pillars import amendments, definitions
from pillars.forms.reports import NumberField
from pillars.models import Initiative, Objective, Pillar, Plan
from pillars.proposals import propose

RESERVED_CODES = ("import", "new", "proposals")


def reason_field(**options):
    return forms.CharField(label=_("変えるわけ"), widget=forms.Textarea(attrs={"rows": 3}), **options)


def fresh(instance):
    """The object as it is in the database: a ModelForm has already written on its own."""
    return type(instance)._base_manager.get(pk=instance.pk)


class FiscalYearField(forms.CharField):
    """A fiscal year as people write it: 令和9年度, R9, 2027, FY2027. Gives the Western year it begins in."""

    def __init__(self, **kwargs):
        super().__init__(help_text=_("令和9年度、R9、2027 の形"), **kwargs)

    def prepare_value(self, value):
        return dates.format_fiscal_year(value, "plain") if isinstance(value, int) else value

    def to_python(self, value):
        written = narrow(value or "").removesuffix("年度").removesuffix("年")
        if not written:
            return None
        try:
            return dates.fiscal_year(
                reading.parse_date(
                    written if written.lower().startswith("fy") else f"{written}年度", edge="start"
                )
            )
        except reading.DateError:
            words = _now("「%(text)s」は年度として読めません。例 令和9年度、2027")
            raise ValidationError(words % {"text": value}, code="invalid") from None

    def has_changed(self, initial, data):
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class TextForm(VersionedForm):
    """Names and descriptions, which the secretariat changes alone."""

    reason = forms.CharField(label=_("直すわけ"), required=False, max_length=300)

    def save(self, *, by):
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in self._meta.fields}
        found = fresh(self.instance)
        found.change(f"{found._meta.model_name}.edited", by=by, reason=self.cleaned_data["reason"], **values)


# Neutral, because each plan has words of its own for its levels.
NAMES = {"name": _("名前"), "name_en": _("名前(英語)")}
TEXTS = ["name", "name_en", "description", "description_en"]
AREAS = {
    "description": forms.Textarea(attrs={"rows": 3}),
    "description_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
}


class PillarTextForm(TextForm):
    class Meta:
        model, fields, widgets, labels = Pillar, TEXTS, AREAS, NAMES


class ObjectiveTextForm(TextForm):
    class Meta:
        model, fields, widgets, labels = Objective, TEXTS, AREAS, NAMES


class PlanTextForm(TextForm):
    decided_on = JapaneseDateField(label=_("策定日"), required=False)

    class Meta:
        model = Plan
        fields = ["name", "name_en", "decided_on", "edition", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class FieldsForm(VersionedForm):
    """Fields of one object, proposed together. `proposes` is a key of KINDS."""

    proposes = ""
    reason = reason_field()

    def values(self) -> dict:
        """The changed fields as JSON can hold them."""
        names = [name for name in self.changed_data if name in self._meta.fields]
        cleaned = {name: self.cleaned_data[name] for name in names}
        return {k: v.pk if isinstance(v, models.Model) else v for k, v in cleaned.items()}

    def propose(self, *, by):
        target, values = fresh(self.instance), self.values()
        changes = amendments.compare(target, values)
        return propose(
            self.proposes, target, by=by, values=values, changes=changes, reason=self.cleaned_data["reason"]
        )


class VisibilityForm(FieldsForm):
    proposes = "pillar_visibility"

    class Meta:
        model, fields = Pillar, ["is_restricted"]


class LeadForm(FieldsForm):
    proposes = "initiative_lead"

    class Meta:
        model, fields = Initiative, ["lead_department"]


class ThresholdsForm(FieldsForm):
    proposes = "plan_thresholds"
    on_track_points = NumberField(label=_("順調の下限(ポイント)"), decimal_places=1, max_digits=5)
    slightly_delayed_points = NumberField(label=_("やや遅れの下限(ポイント)"), decimal_places=1, max_digits=5)

    class Meta:
        model, fields = Plan, ["on_track_points", "slightly_delayed_points"]

    def clean(self):
        cleaned = super().clean()
        first, second = cleaned.get("on_track_points"), cleaned.get("slightly_delayed_points")
        if first is not None and second is not None and second > first:
            self.add_error(
                "slightly_delayed_points", _now("下の段階の下限は、上の段階の下限より大きくできません。")
            )
        return cleaned


class ActivationForm(forms.Form):
    """Begin a draft that has something to do."""

    reason = reason_field()

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self):
        if not self.plan.is_draft:
            raise ValidationError(_now("策定中の計画だけを始められます。"))
        if not self.plan.initiatives.exists():
            raise ValidationError(_now("施策がまだ1つもない計画は始められません。"))
        return super().clean()

    def propose(self, *, by):
        values = {"status": Plan.Status.ACTIVE.value}
        return propose(
            "plan_decide",
            self.plan,
            by=by,
            values=values,
            changes=amendments.compare(self.plan, values),
            reason=self.cleaned_data["reason"],
            plan=self.plan,
        )


class WordsForm(forms.Form):
    """The plan's own names of its levels and states; an empty state takes the common word."""

    def __init__(self, data=None, *, plan):
        super().__init__(data)
        self.plan = plan
        for key, (label, word) in definitions.words_of(plan).items():
            needed = key in definitions.LABEL_FIELDS and not key.endswith("_en")
            self.fields[self.name_of(key)] = forms.CharField(
                label=label, initial=word, required=needed, max_length=30
            )
        self.fields["reason"] = reason_field()

    @staticmethod
    def name_of(key: str) -> str:
        return key.replace(".", "-")

    def propose(self, *, by):
        known = definitions.words_of(self.plan)
        wanted = {key: self.cleaned_data[self.name_of(key)] for key in known}
        values = {key: word for key, word in wanted.items() if known[key][1] != word}
        changes = definitions.word_changes(self.plan, values)
        reason = self.cleaned_data["reason"]
        return propose(
            "plan_words", self.plan, by=by, values=values, changes=changes, reason=reason, plan=self.plan
        )


class NewPlanForm(forms.ModelForm):
    first_fiscal_year = FiscalYearField(label=_("開始年度"))
    last_fiscal_year = FiscalYearField(label=_("終了年度"))
    scale_of = forms.ModelChoiceField(
        label=_("評価の尺度を写す計画"),
        queryset=Plan.objects.exclude(grade_scale=None),
        required=False,
        empty_label=_("写さない"),
    )
    reason = reason_field()

    class Meta:
        model = Plan
        fields = ["code", "name", "name_en", "first_fiscal_year", "last_fiscal_year", "lead_department"]
        fields += definitions.LABEL_FIELDS

    def clean_code(self):
        code = self.cleaned_data["code"]
        if code.lower() in RESERVED_CODES:
            raise ValidationError(_now("この計画コードは使えません。別のコードにしてください。"))
        return code

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_fiscal_year"), cleaned.get("last_fiscal_year")
        if first and last and last < first:
            self.add_error("last_fiscal_year", _now("終了年度は、開始年度より前にできません。"))
        return cleaned

    def propose(self, *, by):
        names = [*self._meta.fields, "scale_of"]
        cleaned = {name: self.cleaned_data[name] for name in names}
        values = {k: v.pk if isinstance(v, models.Model) else v for k, v in cleaned.items()}
        changes = {str(self.fields[k].label): [None, str(v)] for k, v in cleaned.items() if v}
        plan = Plan(code=values["code"], name=values["name"])
        return propose(
            "plan_new", plan, by=by, values=values, changes=changes, reason=self.cleaned_data["reason"]
        )


# --- the grade scale: one line for each step ----------------------------------------------------------------


class StepForm(forms.Form):
    """One step; without a code it is not there."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(label=_("評価"), required=False, max_length=20)
    description = forms.CharField(label=_("意味"), required=False, max_length=200)
    description_en = forms.CharField(label=_("意味(英語)"), required=False, max_length=200)
    share = NumberField(
        label=_("達成割合の下限(%)"),
        required=False,
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    not_measured = forms.BooleanField(label=_("測った指標がないとき"), required=False)

    @property
    def step(self) -> dict | None:
        said = self.cleaned_data
        if not said.get("code"):
            return None
        share = said["share"]
        step = {name: said[name] for name in ("pk", "code", "description", "description_en", "not_measured")}
        return {**step, "minimum_share": None if share is None else share / 100}


class StepsFormSet(forms.BaseFormSet):
    """The whole scale, best step first."""

    def clean(self):
        steps = self.steps
        codes = [step["code"] for step in steps]
        shares = [step["minimum_share"] for step in steps if step["minimum_share"] is not None]
        if len(steps) < 2:
            raise ValidationError(_now("評価の段階は2つ以上にしてください。"))
        if len(set(codes)) < len(codes):
            raise ValidationError(_now("同じ評価が2つあります。"))
        if shares != sorted(set(shares), reverse=True):
            raise ValidationError(_now("達成割合の下限は、上の段階ほど大きくしてください。"))
        if sum(step["not_measured"] for step in steps) > 1:
            raise ValidationError(_now("「測った指標がないとき」は1つだけ選べます。"))

    @property
    def steps(self) -> list[dict]:
        return [step for form in self.forms if hasattr(form, "cleaned_data") and (step := form.step)]


def percent_of(share) -> str | None:
    """0.5 as 50."""
    return None if share is None else amendments.plain(share * 100)


class ScaleForm(forms.Form):
    """The steps of the plan's grade scale and the reason, proposed together."""

    reason = reason_field()
    MOST = 9

    def __init__(self, data=None, *, plan):
        super().__init__(data)
        self.plan = plan
        known = definitions.steps_of(plan)
        initial = [{**step, "share": percent_of(step["minimum_share"])} for step in known]
        extra = max(2, 7 - len(known))
        make = forms.formset_factory(StepForm, formset=StepsFormSet, extra=extra, max_num=self.MOST)
        self.steps = make(data, initial=initial, prefix="step")

    def is_valid(self):
        return all([self.steps.is_valid(), super().is_valid()])  # a list: both show their errors

    def propose(self, *, by):
        steps, plan = self.steps.steps, self.plan
        before = [{"pk": step["pk"], "code": step["code"]} for step in definitions.steps_of(plan)]
        changes = definitions.scale_changes(plan, steps)
        return propose(
            "plan_scale",
            plan,
            by=by,
            values={"steps": steps, "before": before},
            changes=changes,
            reason=self.cleaned_data["reason"],
            plan=plan,
        )
