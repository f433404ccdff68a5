"""The filter of the roadmap. All choices come from the plan the person sees."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal.text import localized
from pillars.overview import Overview
from pillars.templatetags.plan import level, status_in


class RoadmapForm(forms.Form):
    pillar = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False, label=_("状態"))
    department = forms.ChoiceField(required=False, label=_("担当"))
    moved = forms.BooleanField(required=False, label=_("期日を変えたものだけ"))

    def __init__(self, *args, overview: Overview, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        plan, everything = overview.plan, ("", _now("すべて"))
        self.fields["pillar"].label = localized(plan, "pillar_label")
        self.fields["pillar"].choices = [everything] + [
            (column.pillar.code, f"{level(plan, 'pillar', column.number)} {localized(column.pillar, 'name')}")
            for column in overview.columns()
        ]
        self.fields["status"].choices = [everything] + [(s, status_in(s, plan)) for s in overview.counts]
        departments = {line.initiative.lead_department for line in overview.lines}
        self.fields["department"].choices = [everything] + [
            (d.code, localized(d, "name")) for d in sorted(departments, key=lambda d: d.path)
        ]

    def keeps(self, line) -> bool:
        """Whether the filter lets a line through; an unknown choice in the address filters nothing."""
        wanted = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        initiative = line.initiative
        return all(
            (
                wanted.get("pillar") in (None, "", initiative.pillar.code),
                wanted.get("status") in (None, "", line.status),
                wanted.get("department") in (None, "", initiative.lead_department.code),
                line.is_moved or not wanted.get("moved"),
            )
        )
