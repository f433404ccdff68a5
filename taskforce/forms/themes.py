"""What leads and members write about themes: goal and days, measures, review, outcome, proposals and the choice."""

import re

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal import dates
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import localized, narrow
from pillars.models import Initiative, Plan
from taskforce.models import GoodPractice, Idea, Theme, ThemeMeasure, ThemeProposal

SEPARATORS = re.compile(r"[\s、,・;]+")
MAX_DIGITS = 9


class ThemeForm(VersionedForm):
    starts_on = JapaneseDateField(label=_("開始"))
    review_on = JapaneseDateField(label=_("見直しの日"))

    class Meta:
        model = Theme
        fields = ["title", "title_en", "goal", "goal_en", "starts_on", "review_on"]

    def clean(self):
        cleaned = super().clean()
        start, review = cleaned.get("starts_on"), cleaned.get("review_on")
        if start and review and review <= start:
            self.add_error(
                "review_on", _("見直しの日は、開始より後の日付にしてください。ふつうは2〜3か月後です。")
            )
        return cleaned


class MeasureForm(VersionedForm):
    class Meta:
        model = ThemeMeasure
        fields = ["name", "name_en", "unit", "start_value", "current_value", "target_value"]


# --- what came of it ------------------------------------------------------------------------------


class ThingsField(forms.CharField):
    """Things by their numbers or codes, with any mark between them; what is not there is said by name."""

    def __init__(self, rows, key, **kwargs):
        super().__init__(required=False, max_length=300, **kwargs)
        self.rows, self.key = rows, key

    def prepare_value(self, value):
        if isinstance(value, str) or value is None:
            return value
        return "、".join(str(getattr(row, self.key)) for row in value)

    def to_python(self, value):
        typed = [one for one in SEPARATORS.split(narrow(value or "")) if one]
        wanted = list(dict.fromkeys(re.sub(r"(?i)^no\.?", "", one) for one in typed))
        found = {str(getattr(row, self.key)): row for row in self.found(wanted)}
        if missing := [one for one in wanted if one not in found]:
            words = _t("「%(missing)s」は見つかりません。番号を確かめてください。")
            raise forms.ValidationError(words % {"missing": "、".join(missing)})
        return [found[one] for one in wanted]

    def found(self, wanted):
        """The rows whose key is among the words; words that cannot be a number find nothing."""
        if self.key != "code":
            wanted = [one for one in wanted if one.isdecimal() and len(one) < MAX_DIGITS]
        return self.rows.filter(**{f"{self.key}__in": wanted}) if wanted else []

    def validate(self, value):
        """Nothing chosen is an answer too."""

    def run_validators(self, value):
        """The things were looked up; there is no text left to check."""


def results_fields(user) -> dict:
    """Fields for the ideas, practices and initiatives a theme led to, among those the person may see."""
    initiatives = Initiative.objects.visible_to(user).filter(plan__in=Plan.objects.running()[:1])
    code = initiatives.values_list("code", flat=True).first() or "1"
    help_text = _("番号を「、」で区切る。例: %(example)s")
    ideas, practices = Idea.objects.visible_to(user), GoodPractice.objects.visible_to(user)
    return {
        "ideas": ThingsField(
            ideas, "number", label=_("生まれたアイデアの番号"), help_text=help_text % {"example": "12、45"}
        ),
        "practices": ThingsField(
            practices, "pk", label=_("生まれた好事例の番号"), help_text=help_text % {"example": "3"}
        ),
        "initiatives": ThingsField(
            initiatives, "code", label=_("つながる施策の番号"), help_text=help_text % {"example": code}
        ),
    }


class OutcomeForm(VersionedForm):
    """できたこと、学んだこと、生まれたもの: in the review, and later when more comes of it."""

    class Meta:
        model = Theme
        fields = ["outcome", "outcome_en", "learnt", "learnt_en"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].required = self.fields["learnt"].required = True
        if user is not None:  # the form that shows what was saved first has none
            self.fields.update(results_fields(user))
            for name, rows in self.linked(user).items():
                self.initial.setdefault(name, rows)

    def linked(self, user):
        """What is linked already, as far as the person sees it."""
        models = {name: getattr(self.instance, name).model for name in ("ideas", "practices", "initiatives")}
        return {
            name: list(model.objects.visible_to(user).filter(themes=self.instance))
            for name, model in models.items()
        }


class ReviewForm(OutcomeForm):
    """見直し: what came of the theme and what happens next."""

    DECISIONS = [
        (s.value, s.label) for s in (Theme.State.CONTINUED, Theme.State.HANDED_OVER, Theme.State.ENDED)
    ]

    decision = forms.ChoiceField(label=_("見直しの結果"), choices=DECISIONS, widget=forms.RadioSelect)
    handed_to = forms.ModelChoiceField(
        Department.objects.active(), label=_("所管に渡すとき: 渡す先"), required=False, empty_label=_("なし")
    )
    next_review_on = JapaneseDateField(label=_("続けるとき: 次の見直しの日"), required=False)

    field_order = ["decision", "handed_to", "next_review_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["handed_to"].label_from_instance = lambda department: localized(department, "name")

    def clean(self):
        cleaned = super().clean()
        decision, day = cleaned.get("decision"), cleaned.get("next_review_on")
        if decision == Theme.State.HANDED_OVER and not cleaned.get("handed_to"):
            self.add_error("handed_to", _("渡す先の課室を選んでください。"))
        if decision == Theme.State.CONTINUED and (day is None or day <= dates.today()):
            self.add_error(
                "next_review_on", _("続けるときは、次の見直しの日をきょうより後の日付で入れてください。")
            )
        return cleaned


# --- the next theme -------------------------------------------------------------------------------


class RoundForm(forms.Form):
    closes_on = JapaneseDateField(label=_("提案と投票の締切"))

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day < dates.today():
            raise forms.ValidationError(_("締切は、きょうか、きょうより後の日にしてください。"))
        return day


class ProposalForm(forms.ModelForm):
    class Meta:
        model = ThemeProposal
        fields = ["title", "text", "title_en", "text_en"]


class PickForm(forms.Form):
    """The lead's choice; the votes stand beside each proposal."""

    proposal = forms.ModelChoiceField(
        ThemeProposal.objects.none(), label=_("選ぶ提案"), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(label=_("選んだわけ"), max_length=1000, widget=forms.Textarea)
    reason_en = forms.CharField(
        label=_("選んだわけ(英語)"), max_length=2000, widget=forms.Textarea, required=False
    )

    def __init__(self, *args, proposals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposal"].queryset = proposals
        self.fields["proposal"].label_from_instance = lambda one: (
            _t("%(title)s(%(votes)s票)")
            % {
                "title": localized(one, "title"),
                "votes": one.vote_count,
            }
        )
