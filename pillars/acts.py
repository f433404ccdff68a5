"""Who stands behind a change of the record: the act of a person (Activity), or only what the database knows.

An act and the rows it wrote are of one transaction, so they lie within seconds of each other. A change without an act
was made past the portal's pages, by SQL or in the administration: 「記録だけの変更」.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Activity, User

NEAR = timedelta(seconds=60)
# Steps on the way of a report that leave no trace in what is published.
UNSEEN = Q(verb__startswith="report.") & ~Q(verb="report.published") & ~Q(verb="report.corrected")
UNSEEN |= Q(verb__startswith="review.") & ~Q(verb="review.confirmed") | Q(verb__startswith="carry_over.")


@dataclass
class Told:
    """Who, when, why and out of what; `act` is None for a change that only the record knows."""

    at: datetime
    who: str
    on_behalf_of: str = ""
    reason: str = ""
    source: str = ""
    act: Activity | None = None

    @property
    def is_only_recorded(self) -> bool:
        return self.act is None


def tell(changes: Iterable, user) -> None:
    """Fill `told` of the changes, for any number of them in two queries."""
    changes = list(changes)
    steps = [step for change in changes for step in change.steps]
    if not steps:
        return
    first, last = min(s.at for s in steps) - NEAR, max(s.at for s in steps) + NEAR
    keys = {change.home.history_key for change in changes}
    acts = by_key(Activity.objects.filter(of_keys(keys), at__range=(first, last)).exclude(UNSEEN))
    people = names_of(steps)
    for change in changes:
        near = acts.get(change.home.history_key, [])
        change.told = [told_of(step, change, near, people) for step in change.steps]


def of_keys(keys: Iterable[tuple[str, str]]) -> Q:
    """Acts on any of the objects."""
    wanted, by_type = Q(pk__in=[]), {}
    for target_type, target_id in keys:
        by_type.setdefault(target_type, []).append(target_id)
    for target_type, ids in by_type.items():
        wanted |= Q(target_type=target_type, target_id__in=ids)
    return wanted


def by_key(acts: Iterable[Activity]) -> dict[tuple, list[Activity]]:
    found = {}
    for act in acts:
        found.setdefault((act.target_type, act.target_id), []).append(act)
    return found


def names_of(steps) -> dict[int, str]:
    """Names of the people the record knows only by number."""
    numbers = {step.context["user"] for step in steps if step.context and step.context.get("user")}
    return dict(User.objects.filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}


def told_of(step, change, acts: list[Activity], people: dict[int, str]) -> Told:
    """The nearest act that fits best: it names the field, or at least the row."""
    label = str(change.subject)
    near = [act for act in acts if abs(act.at - step.at) <= NEAR]
    fits = lambda act: (change.label not in act.changes, act.target_label != label, abs(act.at - step.at))  # noqa: E731
    act = min(near, key=fits, default=None)
    if act is None:
        return Told(step.at, recorded_by(step.context, people))
    return Told(act.at, act.actor_name or _("ポータル"), act.on_behalf_of, act.reason, act.source, act)


def recorded_by(context: dict | None, people: dict[int, str]) -> str:
    """What the record itself knows: the person of the request, or nobody."""
    return people.get((context or {}).get("user"), "") or _("ポータルの外")


def source_url(source: str, user) -> str:
    """Where the source can be read: an import, for those who may open imports."""
    kind, _colon, number = source.partition(":")
    if kind == "import" and number.isdigit() and user.is_secretariat:
        return reverse("pillars:import", args=[number])
    return ""
