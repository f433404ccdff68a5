"""The filters of list pages, applied to their exports: what is taken out is what was seen (P12)."""

import re

from dxportal import dates
from pillars.forms.roadmap import RoadmapForm
from pillars.overview import Overview

QUARTER = re.compile(r"(\d{4})Q([1-4])\Z")
# How the rows of each list lead to their initiative; lists of higher levels are filtered by their own pillar.
INITIATIVE = {
    "initiatives": "pk",
    "milestones": "initiative",
    "indicators": "initiative",
    "values": "indicator__initiative",
    "reports": "initiative",
}
PILLAR = {
    "pillars": "code",
    "objectives": "pillar__code",
    "evaluations": "objective__pillar__code",
}


def filtered(name, rows, wanted, *, user, plan):
    """The rows of a list the filters in the address let through; an unknown choice filters nothing."""
    if name in INITIATIVE and any(wanted.get(field) for field in RoadmapForm.base_fields):
        seen = Overview(plan, user, dates.today())
        form = RoadmapForm(wanted, overview=seen)
        kept = [line.initiative.pk for line in seen.lines if form.keeps(line)]
        rows = rows.filter(**{f"{INITIATIVE[name]}__in": kept})
    if name in PILLAR and wanted.get("pillar"):
        rows = rows.filter(**{PILLAR[name]: wanted["pillar"]})
    if name == "reports":
        rows = _reports(rows, wanted)
    return rows


def _reports(rows, wanted):
    quarter = QUARTER.match(wanted.get("quarter", ""))
    if quarter:
        rows = rows.filter(fiscal_year=int(quarter[1]), quarter=int(quarter[2]))
    if wanted.get("state") in dict(rows.model.State.choices):
        rows = rows.filter(workflow_state=wanted["state"])
    return rows
