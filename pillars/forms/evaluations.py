"""A grade for one objective in one year: proposed here, confirmed by another person."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pillars import evaluations
from pillars.proposals import propose


class GradeChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, grade):
        return f"{grade.code} {grade.label}"


class GradeForm(forms.Form):
    """`cell` is the pillars.evaluations.Cell that is graded."""

    grade = GradeChoiceField(
        label=_("評価"), queryset=None, widget=forms.RadioSelect, empty_label=None, required=True
    )
    override_reason = forms.CharField(
        label=_("数字と違う評価にするわけ"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    comment = forms.CharField(label=_("講評"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data=None, *, cell):
        given = cell.evaluation
        initial = {"grade": cell.suggested}
        if given:
            initial = {name: getattr(given, name) for name in ("grade", "override_reason", "comment")}
        super().__init__(data, initial=initial)
        self.cell = cell
        scale = cell.objective.plan.grade_scale
        self.fields["grade"].queryset = scale.grades.all() if scale else evaluations.Grade.objects.none()

    def clean(self):
        cleaned = super().clean()
        grade, suggested = cleaned.get("grade"), self.cell.suggested
        if grade and suggested and grade != suggested and not cleaned["override_reason"].strip():
            words = _now("数字からの評価は%(grade)sです。違う評価にするわけを書いてください。")
            self.add_error("override_reason", words % {"grade": suggested.code})
        if grade and grade == suggested:
            cleaned["override_reason"] = ""
        if not self.cell.is_gradable:
            raise ValidationError(_now("年度が終わってから評価します。いまの評価は途中のものです。"))
        return cleaned

    def propose(self, *, by):
        objective, year, said = self.cell.objective, self.cell.year, self.cleaned_data
        words = {name: said[name].strip() for name in ("override_reason", "comment")}
        return propose(
            evaluations.GRADE,
            objective,
            by=by,
            values={"grade": said["grade"].pk, **words},
            changes=evaluations.changes_of(objective, year, grade=said["grade"], **words),
            reason=words["override_reason"],
            part=str(year),
        )
