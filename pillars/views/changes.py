"""What has changed in a plan between two days (P10)?"""

from itertools import groupby

import tablib
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role
from dxportal import dates
from pillars import exports
from pillars.acts import tell
from pillars.changes import KINDS, Comparison
from pillars.forms.changes import ChangesForm, SpanForm, pillar_of, spans
from pillars.record import first_day
from pillars.views.plan import get_plan

PER_PAGE = 100


@require_safe
def changes(request, plan):
    """Grouped by the parts of the plan, each line with who, when and why; `?export=` takes the list out."""
    plan, today = get_plan(request, plan), dates.today()
    span = SpanForm(request.GET or None, today=today)
    first, last = span.days
    seen = Comparison(plan, request.user, first, last)
    form = ChangesForm(request.GET or None, comparison=seen)
    shown = [change for change in seen.changes if form.keeps(change)]
    if request.GET.get("export") in ("xlsx", "csv"):
        return export(request, seen, shown, request.GET["export"])
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    tell(page.object_list, request.user)
    context = {
        "plan": plan,
        "span": span,
        "form": form,
        "seen": seen,
        "page": page,
        "groups": grouped(seen, page.object_list),
        "counts": counted(seen.changes),
        "columns": pairs(seen),
        "quick": spans(today),
        "today": today,
        "begins": None if plan.pk in seen.record.plans else first_day(plan),
    }
    return render(request, "pillars/changes.html", context, status=422 if span.errors else 200)


def counted(found) -> dict[str, int]:
    """How many lines there are of each kind."""
    counts = {kind: 0 for kind in KINDS}
    for change in found:
        counts[change.kind] += 1
    return counts


def pairs(seen) -> list[tuple]:
    """Each pillar as (then, now); then is None for a new one."""
    then = {column.pillar.pk: column for column in seen.then.rolled_up()}
    return [(then.get(column.pillar.pk), column) for column in seen.now.rolled_up()]


def grouped(seen, found) -> list[dict]:
    """The lines of each part, with its progress on both days where it is an initiative."""
    lines = [{line.initiative.pk: line for line in overview.lines} for overview in (seen.then, seen.now)]
    numbers = {column.pillar.code: column for column in seen.now.rolled_up()}
    groups = []
    for key, part in groupby(found, key=lambda change: change.home.history_key):
        part = list(part)
        group = {"home": part[0].home, "changes": part, "column": numbers.get(pillar_of(part[0].home))}
        if key[0] == "initiative":
            group["then"], group["now"] = (known.get(int(key[1])) for known in lines)
        groups.append(group)
    return groups


HEADINGS = [
    "柱コード",
    "段",
    "コード",
    "名前",
    "対象",
    "種類",
    "項目",
    "前",
    "後",
    "補足",
    "日時(日本時間)",
    "変えた人",
    "代わりに",
    "わけ",
    "出どころ",
]


def export(request, seen, found, kind):
    """The list as a file, in Japanese like every export; mere administrators take no figures out."""
    if request.user.roles == {Role.ADMIN}:
        raise PermissionDenied
    tell(found, request.user)
    table = tablib.Dataset(headers=HEADINGS, title=_("変わったところ"))
    for change in found:
        told = change.told[-1] if change.told else None
        home = change.home
        line = [pillar_of(home) or "", str(home._meta.verbose_name), home.code, home.name, change.title]
        line += [str(KINDS[change.kind]), change.label, change.before, change.after, change.note]
        when = told.at.astimezone(dates.TOKYO).isoformat(" ", "minutes")[:16] if told else ""
        line += [when, told.who, told.on_behalf_of, told.reason, told.source] if told else [""] * 5
        table.append(line)
    name = f"{seen.plan.code}-changes-{seen.first:%Y%m%d}-{seen.last:%Y%m%d}.{kind}"
    if kind == "csv":
        return exports.download(exports.csv(table), exports.CSV, name)
    return exports.download(exports.xlsx([table]), exports.XLSX, name)
