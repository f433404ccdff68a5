"""The filters of both lists of the last year: reviews and carry-over decisions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dxportal.text import localized
from pillars.lastyear import DECISION_WORDS, MISSING, REVIEW_WORDS
from pillars.models import CarryOver
from pillars.templatetags.plan import level

EVERYTHING = ("", _("すべて"))


class RowFilter(forms.Form):
    """The filters of both lists of the last year; an unknown choice in the address filters nothing."""

    pillar = forms.ChoiceField(required=False)
    department = forms.ChoiceField(required=False, label=_("担当"))
    review = forms.ChoiceField(required=False, label=_("振り返り"))
    state = forms.ChoiceField(required=False, label=_("引き継ぎの状態"))
    decision = forms.ChoiceField(required=False, label=_("引き継ぎ"))

    def __init__(self, *args, seen, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        plan = seen.plan
        self.fields["pillar"].label = localized(plan, "pillar_label")
        lines = [(p.code, f"{level(plan, 'pillar', n)} {localized(p, 'name')}") for n, p in numbered(seen)]
        departments = {row.initiative.lead_department for row in seen.rows}
        named = [(d.code, localized(d, "name")) for d in sorted(departments, key=lambda d: d.path)]
        choices = {
            "pillar": lines,
            "department": named,
            "review": REVIEW_WORDS.items(),
            "state": DECISION_WORDS.items(),
            "decision": CarryOver.Decision.choices,
        }
        for name, found in choices.items():
            self.fields[name].choices = [EVERYTHING, *found]

    def filter(self, rows) -> list:
        wanted = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return [row for row in rows if keeps(row, wanted)]


def numbered(seen):
    """(number, pillar) of the pillars of which the person sees something."""
    shown = {row.number for row in seen.rows}
    return [(number, pillar) for number, pillar in enumerate(seen.pillars, 1) if number in shown]


def keeps(row, wanted) -> bool:
    said = {
        "pillar": row.initiative.pillar.code,
        "department": row.initiative.lead_department.code,
        "review": row.review_state or MISSING,
        "state": row.decision_state,
        "decision": row.decision,
    }
    return all(wanted.get(name) in (None, "", value) for name, value in said.items())
