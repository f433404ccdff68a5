"""Filter of the list of all themes."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dxportal import dates
from dxportal.text import localized
from taskforce.models import Theme, WorkingGroup

FIRST_YEAR = 2021


class ThemeFilterForm(forms.Form):
    """All filters stand in the address; what cannot be read filters nothing."""

    group = forms.ChoiceField(label=_("グループ"), required=False)
    year = forms.ChoiceField(label=_("年度"), required=False)
    state = forms.ChoiceField(
        label=_("見直しの結果"), required=False, choices=[("", _("すべて")), *Theme.State.choices]
    )
    q = forms.CharField(label=_("ことば"), required=False, max_length=60)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        groups = WorkingGroup.objects.visible_to(user)
        self.fields["group"].choices = [("", _("すべて"))] + [(g.slug, localized(g, "name")) for g in groups]
        years = range(dates.fiscal_year(dates.today()), FIRST_YEAR - 1, -1)
        named = [(str(year), dates.format_fiscal_year(year, "short")) for year in years]
        self.fields["year"].choices = [("", _("すべて")), *named]

    @property
    def is_filtered(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def filter(self, themes):
        chosen = self.cleaned_data if self.is_valid() else {}
        if slug := chosen.get("group"):
            themes = themes.filter(group__slug=slug)
        if year := chosen.get("year"):
            year = int(year)
            themes = themes.filter(starts_on__range=(dates.year_start(year), dates.year_end(year)))
        if state := chosen.get("state"):
            themes = themes.filter(state=state)
        if q := chosen.get("q"):
            fields = ("title", "title_en", "outcome", "outcome_en", "learnt", "learnt_en")
            words = Q()
            for name in fields:
                words |= Q(**{f"{name}__icontains": q})
            themes = themes.filter(words)
        return themes.order_by("-starts_on", "group")
