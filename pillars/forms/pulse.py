"""Answering about burden and effect, choosing whom an initiative asks, and asking."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal import dates, reading
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import localized
from pillars import calendar
from pillars.models import PulseAudience, PulseInvitation, PulseRound
from pillars.models.pulse import SCALE

MOST_HOURS = 400  # hours of a month that somebody can work
OPEN_DAYS = 14


class HoursField(forms.DecimalField):
    """Hours a month as people write them: 3, 1.5, full-width digits."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, Decimal):
            return value or None
        try:
            hours = reading.parse_number(str(value).strip().removesuffix("時間").removesuffix("h"))
            if hours is None:  # a dash
                return None
            possible = 0 <= hours <= MOST_HOURS
        except (ValueError, InvalidOperation):
            possible = False
        if not possible:
            raise ValidationError(
                _now("時間は 0 から %(most)s までの数で入れてください。") % {"most": MOST_HOURS}, code="hours"
            )
        return Decimal(hours).quantize(Decimal("0.1"), ROUND_HALF_UP)


class AnswerForm(forms.Form):
    """What one person says about one initiative; all of it may be left blank."""

    burden = forms.TypedChoiceField(
        label=_("負担"),
        choices=[(k, str(k)) for k in SCALE],
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )
    effect = forms.TypedChoiceField(
        label=_("効果"),
        choices=[(k, str(k)) for k in SCALE],
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )
    hours_taken = HoursField(label=_("かかる時間"), required=False)
    hours_given = HoursField(label=_("浮く時間"), required=False)
    words = forms.CharField(label=_("現場のひとこと"), max_length=200, required=False)

    def __init__(self, *args, initiative, **kwargs):
        super().__init__(*args, prefix=f"i{initiative.pk}", **kwargs)
        self.initiative = initiative

    def clean(self):
        said = super().clean()
        scores = [said.get("burden"), said.get("effect")]
        filled = any(said.get(name) not in (None, "") for name in ("hours_taken", "hours_given", "words"))
        for name, score in zip(("burden", "effect"), scores, strict=True):
            if score is None and (filled or any(scores)) and name not in self.errors:
                self.add_error(name, _now("1から5のどれかを選んでください。"))
        return said

    @property
    def is_blank(self) -> bool:
        return self.cleaned_data["burden"] is None


class PulseEntry:
    """All answers of one person in the open round of a plan, on one screen."""

    def __init__(self, plan, user, today, data=None):
        self.user, self.today = user, today
        self.round = plan.pulses.open(today).first()
        asking = PulseInvitation.objects.asking(user, today, self.round) if self.round else []
        self.initiatives = sorted((found.initiative for found in asking), key=in_plan)
        for initiative in self.initiatives:
            initiative.plan = plan
        self.before = self.round.own_answers(user, self.initiatives) if self.initiatives else {}
        self.forms = [self._form(initiative, data) for initiative in self.initiatives]

    def _form(self, initiative, data):
        given = self.before.get(initiative.pk)
        names = AnswerForm.base_fields
        initial = {name: getattr(given, name) for name in names} if given else {}
        return AnswerForm(data, initiative=initiative, initial=initial)

    @property
    def wrong(self) -> list:
        """The forms with something to put right."""
        return [form for form in self.forms if form.is_bound and form.errors]

    def save(self) -> bool:
        """Keep the answers; False when something has to be put right first."""
        if not all([form.is_valid() for form in self.forms]):
            return False
        said = {form.initiative: form.cleaned_data for form in self.forms}
        self.round.take(said, by=self.user, today=self.today)
        return True


def in_plan(initiative):
    """Sort key: the order of the plan."""
    objective = initiative.objective
    pillar = objective.pillar
    return (pillar.position, pillar.code, objective.position, initiative.position, initiative.code)


class DepartmentsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, department):
        """The name, set in by its depth in the organisation."""
        return "\u3000" * (department.path.count("/") - 1) + localized(department, "name")


class AudienceForm(VersionedForm):
    departments = DepartmentsField(
        label=_("聞く部署"),
        queryset=Department.objects.active(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 14}),
        help_text=_("複数選べる(Ctrlキーを押しながら)。下の組織もふくむ"),
    )

    class Meta:
        model = PulseAudience
        fields = ["departments", "all_posts"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("departments") and not cleaned.get("all_posts") and not self.errors:
            self.add_error("departments", _now("1つ以上の部署か、すべての在外公館を選んでください。"))
        return cleaned

    def save(self, *, by):
        said = self.cleaned_data
        self.instance.choose(said["departments"], said["all_posts"], by=by)


class RoundForm(forms.Form):
    """Asking about a quarter: the one that ended, or the running one, as far as it was not asked about."""

    period = forms.ChoiceField(label=_("四半期"))
    closes_on = JapaneseDateField(label=_("最後の日"))

    def __init__(self, *args, plan, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.today = plan, today
        quarters = [calendar.due_quarter(today), (dates.fiscal_year(today), dates.quarter(today))]
        asked = set(plan.pulses.values_list("fiscal_year", "quarter"))
        self.fields["period"].choices = [
            (f"{year}Q{number}", dates.format_quarter(year, number))
            for year, number in quarters
            if (year, number) not in asked and year in plan.fiscal_years
        ]
        self.initial.setdefault("closes_on", today + timedelta(days=OPEN_DAYS))

    @property
    def has_choice(self) -> bool:
        return bool(self.fields["period"].choices)

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day <= self.today:
            raise ValidationError(_now("最後の日は、あすより後にしてください。"), code="past")
        return day

    def save(self, *, by) -> bool:
        if not self.is_valid():
            return False
        year, quarter = map(int, self.cleaned_data["period"].split("Q"))
        days = {"opens_on": self.today, "closes_on": self.cleaned_data["closes_on"]}
        try:
            PulseRound(plan=self.plan, fiscal_year=year, quarter=quarter, **days).begin(by=by)
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True
