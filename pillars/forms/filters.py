"""The filters above the lists of a plan. Every choice comes from what the person sees of the plan."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal import dates
from dxportal.text import localized
from pillars.models import Initiative, Pillar
from pillars.progress import SHOWN_STATUSES
from pillars.templatetags.plan import level, status_in


class PlanFilter(forms.Form):
    """Words, pillar and department; what an address asks that is no choice here filters nothing."""

    q = forms.CharField(required=False, label=_("ことば"), max_length=100)
    pillar = forms.ChoiceField(required=False)
    department = forms.ChoiceField(required=False, label=_("担当"))

    def __init__(self, data, *, plan, user):
        super().__init__(data, use_required_attribute=False)
        self.plan, self.user, self.everything = plan, user, ("", _now("すべて"))
        self.fields["pillar"].label = localized(plan, "pillar_label")
        self.fields["pillar"].choices = [self.everything, *self._pillars()]
        self.fields["department"].choices = [self.everything, *self._departments()]

    def _pillars(self):
        pillars = plan_pillars(self.plan, self.user)
        return [(p.code, f"{level(self.plan, 'pillar', p.number)} {localized(p, 'name')}") for p in pillars]

    def _departments(self):
        seen = Initiative.objects.readable_by(self.user).filter(plan=self.plan).order_by()
        leading = Department.objects.filter(pk__in=seen.values("lead_department")).order_by("path")
        return [(department.code, localized(department, "name")) for department in leading]

    @property
    def wanted(self) -> dict:
        """The choices that are valid and not empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, rows, *, pillar: str, department: str):
        """The rows the choices leave; `pillar` and `department` are the lookups that lead to them."""
        wanted = self.wanted
        if "pillar" in wanted:
            rows = rows.filter(**{f"{pillar}__code": wanted["pillar"]})
        if "department" in wanted:
            rows = rows.filter(**{f"{department}__code": wanted["department"]})
        return rows


def plan_pillars(plan, user) -> list[Pillar]:
    """The pillars the person may see, each with its number in the whole plan."""
    found = list(plan.pillars.marked_for(user).order_by("position", "code"))
    for number, pillar in enumerate(found, 1):
        pillar.number = number
    return [pillar for pillar in found if pillar.is_open]


class InitiativeFilter(PlanFilter):
    status = forms.ChoiceField(required=False, label=_("状態"))

    def __init__(self, data, *, plan, user):
        super().__init__(data, plan=plan, user=user)
        self.fields["status"].choices = [self.everything, *statuses(plan, SHOWN_STATUSES)]

    def rows(self, initiatives):
        found = self.narrow(initiatives, pillar="objective__pillar", department="lead_department")
        return found.search(self.wanted.get("q", ""))


class MilestoneFilter(PlanFilter):
    def rows(self, milestones):
        found = self.narrow(
            milestones, pillar="initiative__objective__pillar", department="initiative__lead_department"
        )
        words = self.wanted.get("q", "")
        return named(found, words, Q(initiative__in=Initiative.objects.search(words).order_by()))


class IndicatorFilter(PlanFilter):
    def rows(self, indicators):
        found = self.narrow(indicators, pillar="objective__pillar", department="initiative__lead_department")
        return named(found, self.wanted.get("q", ""))


class ReportFilter(PlanFilter):
    """Published reports of one quarter, the newest one first offered."""

    quarter = forms.ChoiceField(required=False, label=_("四半期"))
    status = forms.ChoiceField(required=False, label=_("状態"))

    def __init__(self, data, *, plan, user, quarters):
        super().__init__(data, plan=plan, user=user)
        self.quarters = quarters
        self.fields["quarter"].choices = [
            (f"{year}Q{number}", dates.format_quarter(year, number, short=True)) for year, number in quarters
        ]
        self.fields["status"].choices = [self.everything, *statuses(plan, SHOWN_STATUSES[:-1])]

    @property
    def chosen(self) -> tuple[int, int] | None:
        """Fiscal year and number of the quarter that is shown; None while nothing was published."""
        year, _q, number = self.wanted.get("quarter", "").partition("Q")
        return (int(year), int(number)) if year else next(iter(self.quarters), None)

    def rows(self, reports):
        found = self.narrow(
            reports, pillar="initiative__objective__pillar", department="initiative__lead_department"
        )
        if "status" in self.wanted:
            found = found.filter(status=self.wanted["status"])
        if "q" in self.wanted:
            found = found.filter(initiative__in=Initiative.objects.search(self.wanted["q"]))
        return found


def statuses(plan, codes):
    return [(code, status_in(code, plan)) for code in codes]


def named(rows, words, also=None):
    """Rows whose code or name has the words, or for which `also` holds; all of them without words."""
    if not words:
        return rows
    own = Q(code__iexact=words) | Q(name__icontains=words) | Q(name_en__icontains=words)
    return rows.filter(own | also if also else own)
