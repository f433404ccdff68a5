"""Asking for the next plan, and for the end of the old one."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal.text import localized
from pillars.models import Plan
from pillars.models.base import validate_code
from pillars.outlines import Wish

MOST_PILLARS = 12


class WishForm(forms.Form):
    """The new plan, its pillars one a line, and for each old objective the number of the new pillar."""

    code = forms.CharField(label=_("計画コード"), max_length=40, validators=[validate_code])
    name = forms.CharField(label=_("計画名"), max_length=200)
    name_en = forms.CharField(label=_("計画名(英語)"), max_length=200, required=False)
    first_fiscal_year = forms.IntegerField(label=_("開始年度"), min_value=1990, max_value=2200)
    last_fiscal_year = forms.IntegerField(label=_("終了年度"), min_value=1990, max_value=2200)
    pillars = forms.CharField(
        max_length=4000,
        help_text=_("1行に1つ。英語名は「|」のあとに書く"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    reason = forms.CharField(
        label=_("作るわけ"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["pillars"].label = localized(plan, "pillar_label")
        self.objectives = list(plan.objectives.select_related("pillar"))
        numbers = {pillar.pk: number for number, pillar in enumerate(plan.pillars.all(), 1)}
        for objective in self.objectives:
            self.fields[place_name(objective)] = forms.IntegerField(
                label=localized(objective, "name"),
                min_value=1,
                max_value=MOST_PILLARS,
                initial=numbers[objective.pillar_id],
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def places(self) -> list:
        """(old objective, its field) in the order of the old plan."""
        return [(objective, self[place_name(objective)]) for objective in self.objectives]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Plan.objects.filter(code=code).exists():
            raise ValidationError(_now("コード %(code)s の計画はもうあります。") % {"code": code})
        return code

    def clean_pillars(self) -> list[tuple[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["pillars"].splitlines() if line.strip()]
        if len(lines) > MOST_PILLARS:
            raise ValidationError(_now("%(most)sまでです。") % {"most": MOST_PILLARS})
        pairs = [re.split(r"[|｜]", line, maxsplit=1) for line in lines]
        return [(pair[0].strip()[:200], pair[1].strip()[:200] if len(pair) > 1 else "") for pair in pairs]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_fiscal_year"), cleaned.get("last_fiscal_year")
        if first and first <= self.plan.last_fiscal_year:
            self.add_error("first_fiscal_year", _now("いまの計画が終わったあとの年度にしてください。"))
        if first and last and last < first:
            self.add_error("last_fiscal_year", _now("開始年度より前です。"))
        number = len(cleaned.get("pillars") or ())
        for objective in self.objectives:
            if number and (cleaned.get(place_name(objective)) or 0) > number:
                message = _now("%(number)sまでの番号で書いてください。") % {"number": number}
                self.add_error(place_name(objective), message)
        return cleaned

    @property
    def wish(self) -> Wish:
        said = self.cleaned_data
        places = {objective.code: said[place_name(objective)] for objective in self.objectives}
        named = ("code", "name", "name_en", "first_fiscal_year", "last_fiscal_year", "pillars")
        return Wish(**{name: said[name] for name in named}, places=places)


def place_name(objective) -> str:
    return f"place-{objective.pk}"


def suggested(plan: Plan) -> dict:
    """What the form begins with: as many years as the old plan, its pillars as they are called."""
    first = plan.last_fiscal_year + 1
    lines = [" | ".join(filter(None, (pillar.name, pillar.name_en))) for pillar in plan.pillars.all()]
    return {
        "first_fiscal_year": first,
        "last_fiscal_year": first + plan.last_fiscal_year - plan.first_fiscal_year,
        "pillars": "\n".join(lines),
    }


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("わけ"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
