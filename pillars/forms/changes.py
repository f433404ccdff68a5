"""The two days of a comparison, and what of it is shown. Everything stands in the address."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal import dates
from dxportal.text import localized
from pillars.calendar import last_quarter_end
from pillars.changes import KINDS, Change, Comparison
from pillars.forms.past import PastDay
from pillars.models import Initiative, Objective, Pillar
from pillars.templatetags.plan import level


def spans(today: date) -> list[tuple[str, date]]:
    """The usual first days, each with its name."""
    year = dates.year_start(dates.fiscal_year(today)) - dates.DAY
    return [
        (_now("先週から"), today - 7 * dates.DAY),
        (_now("前の四半期末から"), last_quarter_end(today)),
        (_now("年度の初めから"), year),
    ]


def with_usual_days(asked, today: date) -> dict:
    """The address with the days nobody chose: from the last quarter's end until today."""
    first, last = asked.get("from"), asked.get("to")
    return {
        "from": first or dates.format_day(last_quarter_end(today)),
        "to": last or dates.format_day(today),
    }


class SpanForm(forms.Form):
    """From the end of one day to the end of another."""

    to = PastDay(label=_("いつまで"), edge="end")

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.today = today
        self.fields["from"] = PastDay(label=_("いつから"), edge="end")
        self.order_fields(["from", "to"])
        for day in self.fields.values():
            day.until = today

    def clean(self):
        data = super().clean()
        if data.get("from") and data.get("to") and data["from"] > data["to"]:
            raise ValidationError({"to": _now("「いつから」よりあとの日を書いてください。")})
        return data

    @property
    def days(self) -> tuple[date, date]:
        """Both days; the usual ones when what was typed cannot be used."""
        if self.is_valid():
            return self.cleaned_data["from"], self.cleaned_data["to"]
        return last_quarter_end(self.today), self.today


class ChangesForm(forms.Form):
    """Narrows the list by part of the plan, kind of change and department."""

    pillar = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False, label=_("種類"))
    department = forms.ChoiceField(required=False, label=_("担当"))

    def __init__(self, *args, comparison: Comparison, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        seen, everything = comparison.now, ("", _now("すべて"))
        self.fields["pillar"].label = localized(seen.plan, "pillar_label")
        self.fields["pillar"].choices = [everything] + [
            (c.pillar.code, f"{level(seen.plan, 'pillar', c.number)} {localized(c.pillar, 'name')}")
            for c in seen.rolled_up()
        ]
        self.fields["kind"].choices = [everything, *KINDS.items()]
        led = {line.initiative.lead_department for line in seen.lines}
        self.fields["department"].choices = [everything] + [
            (d.code, localized(d, "name")) for d in sorted(led, key=lambda d: d.path)
        ]

    def keeps(self, change: Change) -> bool:
        """Whether the filter lets a line through; an unknown choice in the address filters nothing."""
        wanted = self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}
        home = change.home
        department = home.lead_department.code if isinstance(home, Initiative) else None
        return all(
            (
                wanted.get("pillar") in (None, "", pillar_of(home)),
                wanted.get("kind") in (None, "", change.kind),
                wanted.get("department") in (None, "", department),
            )
        )


def pillar_of(home) -> str | None:
    """The code of the pillar a part lies in; None for the plan itself."""
    if isinstance(home, Initiative):
        return home.objective.pillar.code
    if isinstance(home, Objective):
        return home.pillar.code
    return home.code if isinstance(home, Pillar) else None
