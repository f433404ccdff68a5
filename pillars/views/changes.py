"""What has changed in a plan between two days (P10)?"""

from itertools import groupby

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
from pillars.forms.changes import ChangesForm, SpanForm, pillar_of, spans, with_usual_days
from pillars.record import first_day
from pillars.views.plan import get_plan

PER_PAGE = 100


@require_safe
def changes(request, plan):
    """Grouped by the parts of the plan, each line with who, when and why; `?export=` takes the list out."""
    plan, today = get_plan(request, plan), dates.today()
    span = SpanForm(with_usual_days(request.GET, today), today=today)
    first, last = span.days
    seen = Comparison(plan, request.user, first, last)
    form = ChangesForm(request.GET or None, comparison=seen)
    shown = [change for change in seen.changes if form.keeps(change)]
    if request.GET.get("export") in ("xlsx", "csv", "cp932"):
        return export(request, seen, shown)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    tell(page.object_list, request.user)
    context = {"plan": plan, "span": span, "form": form, "page": page, "quick": spans(today), "today": today}
    status = 422 if span.errors else 200
    return render(request, "pillars/changes.html", context | told(seen, page.object_list), status=status)


def told(seen, found) -> dict:
    """What the page says of the comparison as a whole, and the lines it shows."""
    plan = seen.record.plan
    return {
        "seen": seen,
        "counts": counted(seen.changes),
        "columns": pairs(seen),
        "sections": sections(seen, found),
        "begins": None if plan.pk in seen.record.plans else first_day(plan),
    }


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


def sections(seen, found) -> list[tuple]:
    """(pillar as it is now or None for the plan itself, its parts with their lines)."""
    columns = {column.pillar.code: column for column in seen.now.rolled_up()}
    by_pillar = groupby(found, key=lambda change: pillar_of(change.home))
    return [(columns.get(code), parts(seen, of_pillar)) for code, of_pillar in by_pillar]


def parts(seen, found) -> list[dict]:
    """The lines of each part, with its figures on both days where it is an initiative."""
    then, now = ({x.initiative.pk: x for x in overview.lines} for overview in (seen.then, seen.now))
    groups = []
    for (kind, key), part in groupby(found, key=lambda change: change.home.history_key):
        lines, pk = list(part), int(key) if kind == "initiative" else None
        groups.append({"home": lines[0].home, "changes": lines, "then": then.get(pk), "now": now.get(pk)})
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


def export(request, seen, found):
    """The list as a file, in Japanese like every export; mere administrators take no figures out."""
    if request.user.roles == {Role.ADMIN}:
        raise PermissionDenied
    tell(found, request.user)
    rows = []
    for change in found:
        told = change.told[-1] if change.told else None
        home = change.home
        line = [pillar_of(home) or "", str(home._meta.verbose_name), home.code, home.name, change.title]
        line += [str(KINDS[change.kind]), change.label, change.before, change.after, change.note]
        when = told.at.astimezone(dates.TOKYO).isoformat(" ", "minutes")[:16] if told else ""
        line += [when, told.who, told.on_behalf_of, told.reason, told.source] if told else [""] * 5
        rows.append(line)
    name = f"{seen.plan.code}-changes-{seen.first:%Y%m%d}-{seen.last:%Y%m%d}"
    return exports.file_response(request, _("変わったところ"), HEADINGS, rows, name=name)
