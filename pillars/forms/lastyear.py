"""Looking back on an initiative, and what becomes of it: words, final values, the decision to carry it over."""

from types import SimpleNamespace

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import inside, localized
from pillars.forms.milestones import errors_of
from pillars.forms.reports import value_forms
from pillars.models import CarryOver, Initiative, InitiativeReview, Plan


class ReviewForm(VersionedForm):
    """Everything may be missing in a draft; `InitiativeReview.check_complete` says what handing in needs."""

    class Meta:
        model = InitiativeReview
        fields = ["outcome", "why", "lessons", "confidentiality"]
        widgets = {
            "outcome": forms.RadioSelect,
            "why": forms.Textarea(attrs={"rows": 5}),
            "lessons": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = InitiativeReview.Outcome.choices

    def save(self, *, by) -> InitiativeReview:
        review = fresh_review(self.instance.initiative)
        names = self.changed_data if review.pk else self._meta.fields
        values = {name: self.cleaned_data[name] for name in self._meta.fields if name in names}
        review.save_draft(by=by, **values)
        return review


def fresh_review(initiative) -> InitiativeReview:
    """The review as it is in the database, or a new one."""
    found = InitiativeReview.objects.filter(initiative=initiative).select_related(
        "initiative__plan", "initiative__lead_department"
    )
    return found.first() or InitiativeReview(initiative=initiative)


class CarryOverForm(VersionedForm):
    """A decision with its reason. The initiative to merge into is given by its code."""

    decision = forms.ChoiceField(
        label=_("引き継ぎ"), choices=[("", "—"), *CarryOver.Decision.choices], required=False
    )
    why = forms.CharField(
        label=_("わけ"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    target = forms.CharField(
        label=_("統合先のコード"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "initiatives", "autocomplete": "off"}),
    )

    class Meta:
        model = CarryOver
        fields = ["decision", "why"]

    field_order = ["decision", "target", "why", "version"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.merge_into_id:
            self.initial["target"] = self.instance.merge_into.code
        self.before = {name: getattr(self.instance, name) for name in ("decision", "why", "merge_into_id")}

    def clean_target(self):
        code = self.cleaned_data["target"].strip()
        if not code:
            return None
        found = Initiative.objects.filter(plan=self.instance.initiative.plan_id, code=code).first()
        if found is None:
            what = inside(localized(self.instance.initiative.plan, "initiative_label"), 1)
            message = _now("コード %(code)s の%(what)sはこの計画にありません。")
            raise ValidationError(message % {"code": code, "what": what})
        return found

    def clean(self):
        cleaned = super().clean()
        try:
            if self.says_something and not self.errors:
                self.instance.require_sense(
                    self.cleaned_data["decision"], self.cleaned_data["why"], self.other
                )
        except ValidationError as error:
            named = {"merge_into": "target"}
            for name, messages in error.message_dict.items():
                self.add_error(named.get(name, name), messages)
        return cleaned

    def _post_clean(self):
        """The verb of the model writes, not the form."""

    @property
    def other(self):
        return self.cleaned_data.get("target")

    @property
    def says_something(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("decision", "why", "target"))

    @property
    def is_new(self) -> bool:
        """Differs from what is there: only then a new proposal is made."""
        target = self.other.pk if self.other else None
        said = (self.cleaned_data["decision"], self.cleaned_data["why"], target)
        return said != tuple(self.before.values())

    def write(self, *, by) -> str:
        """Decide when somebody else proposed, propose otherwise; returns the verb for the message."""
        words = (self.cleaned_data["decision"], self.cleaned_data["why"])
        row = CarryOver.objects.filter(initiative=self.instance.initiative).first() or CarryOver()
        row.initiative = self.instance.initiative
        if row.can_decide(by):
            row.decide(*words, merge_into=self.other, by=by)
            return "decided"
        row.propose(*words, merge_into=self.other, by=by)
        return "proposed"


class DecisionForm(CarryOverForm):
    """A row of the board: an empty one is an error, and deciding as proposed is a decision too."""

    @property
    def says_something(self) -> bool:
        return True


def last_year_of(initiative) -> SimpleNamespace:
    """The last quarter of the plan, for which values are entered as in a report."""
    quarter = {"fiscal_year": initiative.plan.last_fiscal_year, "quarter": 4}
    return SimpleNamespace(initiative=initiative, initiative_id=initiative.pk, **quarter)


class ReviewEntry:
    """The page of a reporter: words, what is proposed for the next plan, and the values of the last year."""

    def __init__(self, review: InitiativeReview, *, today, data=None):
        self.review, self.today, self.initiative = review, today, review.initiative
        carry_over = getattr(self.initiative, "carry_over", None) or CarryOver(initiative=self.initiative)
        self.words = ReviewForm(data, instance=review)
        self.proposal = (
            None if carry_over.is_decided else CarryOverForm(data, instance=carry_over, prefix="next")
        )
        self.values = value_forms(last_year_of(self.initiative), data=data)

    @property
    def forms(self) -> list:
        return [*self.values, self.words, *([self.proposal] if self.proposal else [])]

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])  # a list: every form shows its errors

    @property
    def part_errors(self) -> list[tuple[str, str]]:
        return errors_of(self.values)

    def save(self, *, by, submit=False) -> bool:
        """Save the draft, and hand it in when `submit`. False: nothing was saved and the forms say why."""
        if not self.is_valid():
            return False
        try:
            with transaction.atomic():
                self._write(by=by, submit=submit)
        except ValidationError as error:
            self.words.add_error(None, error)
            return False
        return True

    def _write(self, *, by, submit):
        plan = self.initiative.plan
        for form in self.values:
            form.save(by=by, source="review", measured_on=min(plan.ends_on, self.today))
        saved = self.words.save(by=by)
        if self.proposal and self.proposal.says_something and self.proposal.is_new:
            self.proposal.write(by=by)
        if submit:
            saved.submit(by=by)


class FinalValues:
    """The values of the last year alone: all that is still entered when the plan is closed."""

    def __init__(self, initiative, *, today, data=None):
        self.initiative, self.today = initiative, today
        self.values = value_forms(last_year_of(initiative), data=data)

    @property
    def part_errors(self) -> list[tuple[str, str]]:
        return errors_of(self.values)

    def save(self, *, by) -> bool:
        if not all([form.is_valid() for form in self.values]):
            return False
        with transaction.atomic():
            for form in self.values:
                day = min(self.initiative.plan.ends_on, self.today)
                form.save(by=by, source="final", measured_on=day)
        return True


class DeadlineForm(VersionedForm):
    """Until when departments look back; from then on they are asked."""

    review_due_on = JapaneseDateField(label=_("振り返りの締切"), edge="end")

    class Meta:
        model = Plan
        fields = ["review_due_on"]

    def save(self, *, by):
        day = self.cleaned_data["review_due_on"]
        Plan.objects.get(pk=self.instance.pk).change("plan.reviews_asked", by=by, review_due_on=day)
