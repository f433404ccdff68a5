"""The history of a part of the plan (P13): acts of people, and the changes only the record knows.

A change without an act near it was made past the portal's pages, by SQL or in the administration. It is shown with what
the record knows: when, what was and what is, and the person and address of the request if there was one.
"""

import json
from collections.abc import Iterable
from decimal import Decimal

from django.db import connection
from django.utils.translation import override

from accounts.models import Activity
from pillars.acts import NEAR, names_of, recorded_by
from pillars.models import (
    Evaluation,
    Indicator,
    IndicatorValue,
    Initiative,
    Milestone,
    Objective,
    Pillar,
    Plan,
)
from pillars.models.base import shown

MOST = 500  # changes of the record that are looked for, the newest first
UNTOLD = {"version", "search_text", "position"}  # columns that say nothing to a reader
# Whose history tells of a row of each kind: the type, and the SQL of the key. Figures of an initiative are its own, the
# others belong to their objective.
MEASURED = "JOIN pillars_indicator i ON i.id = e.indicator_id"
HOMES = (
    (Plan, "plan", "e.id", ""),
    (Pillar, "pillar", "e.id", ""),
    (Objective, "objective", "e.id", ""),
    (Initiative, "initiative", "e.id", ""),
    (Milestone, "initiative", "e.initiative_id", ""),
    (Evaluation, "objective", "e.objective_id", ""),
    (Indicator, "initiative", "e.initiative_id", ""),
    (Indicator, "objective", "CASE WHEN e.initiative_id IS NULL THEN e.objective_id END", ""),
    (IndicatorValue, "initiative", "i.initiative_id", MEASURED),
    (IndicatorValue, "objective", "CASE WHEN i.initiative_id IS NULL THEN i.objective_id END", MEASURED),
)
# The newest states with no act near them come first; only these are compared with the state before.
BRANCH = """
SELECT {kind} AS kind, n.pgh_id, n.pgh_created_at AS at, n.pgh_label AS label, n.pgh_context_id AS context,
       n.home, to_jsonb(n) - 'home' AS after,
       (SELECT to_jsonb(p) FROM {table} p WHERE p.pgh_obj_id = n.pgh_obj_id
            AND (p.pgh_created_at, p.pgh_id) < (n.pgh_created_at, n.pgh_id)
        ORDER BY p.pgh_created_at DESC, p.pgh_id DESC LIMIT 1) AS before
FROM (SELECT e.*, {home} AS home FROM {table} e {joined}
      WHERE {home} = ANY(%s) AND NOT EXISTS (
        SELECT 1 FROM accounts_activity a WHERE a.target_type = '{type}' AND a.target_id = ({home})::text
            AND a.at BETWEEN e.pgh_created_at - interval '{near} s' AND e.pgh_created_at + interval '{near} s')
      ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT {most}) n
"""
WHOLE = """
SELECT kind, at, label, home, after, before, c.metadata FROM ({branches}) s
LEFT JOIN pghistory_context c ON c.id = s.context
WHERE label = 'delete' OR before IS NULL
    OR (label = 'update' AND (after - %s::text[]) IS DISTINCT FROM (before - %s::text[]))
ORDER BY at DESC, pgh_id DESC LIMIT %s
"""
HIDDEN = [*UNTOLD, "pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context_id"]


def only_recorded(targets: dict[str, list[int]]) -> list[Activity]:
    """Changes with no act near them on any of the objects, newest first, in the shape of acts; one query, two with
    names. `targets` is {type: [pk, …]}."""
    homes = [(number, home) for number, home in enumerate(HOMES) if targets.get(home[1])]
    if not homes:
        return []
    branches = " UNION ALL ".join(_branch(number, *home) for number, home in homes)
    keys = [targets[home[1]] for _number, home in homes]
    with connection.cursor() as cursor:
        cursor.execute(WHOLE.format(branches=branches), [*keys, HIDDEN, HIDDEN, MOST])
        rows = [Recorded(*row) for row in cursor.fetchall()]
    people = names_of(rows)
    with override("ja"):
        return [row.as_act(people) for row in rows]


def _branch(number, model, home_type, home, joined) -> str:
    words = {"table": model.pgh_event_model._meta.db_table, "home": home, "joined": joined, "type": home_type}
    return BRANCH.format(kind=number, near=int(NEAR.total_seconds()), most=MOST, **words)


class Recorded:
    """One change as the record keeps it."""

    def __init__(self, number, at, label, home, after, before, metadata):
        self.model, self.home_type, *_sql = HOMES[number]
        self.at, self.label, self.home = at, label, home
        self.context = json.loads(metadata) if isinstance(metadata, str) else metadata
        self.after, self.before = self._row(after), self._row(before)

    def _row(self, text):
        """The kept columns as an object in memory."""
        if text is None:
            return None
        kept = json.loads(text, parse_float=Decimal) if isinstance(text, str) else text
        fields = self.model._meta.concrete_fields
        return self.model(**{f.attname: f.to_python(kept[f.column]) for f in fields if f.column in kept})

    def as_act(self, people) -> Activity:
        """The change in the shape of an act, marked `is_only_recorded`; it is never saved."""
        endings = {"insert": "created", "update": "changed", "delete": "removed"}
        act = Activity(
            at=self.at,
            actor_name=recorded_by(self.context, people),
            verb=f"{self.model._meta.model_name}.{endings[self.label]}",
            target_type=self.home_type,
            target_id=str(self.home),
            target_label=getattr(self.after, "name", "") or getattr(self.after, "code", ""),
            changes=self._changes() if self.label == "update" else {},
            source=(self.context or {}).get("url", ""),
        )
        act.is_only_recorded = True
        return act

    def _changes(self) -> dict:
        told = [f for f in self.model._meta.concrete_fields if f.name not in UNTOLD]
        pairs = {f: [_word(row, f) for row in (self.before, self.after)] for f in told}
        return {str(f.verbose_name): pair for f, pair in pairs.items() if pair[0] != pair[1]}


def _word(row, field):
    """A value without asking the database: related rows by their number."""
    if field.is_relation:
        key = getattr(row, field.attname)
        return None if key is None else f"#{key}"
    return shown(row, field)


class Story:
    """Acts and changes of the record as one list, newest first, for Paginator: it asks only for the acts of a page."""

    def __init__(self, acts, recorded: Iterable[Activity] = ()):
        self.acts, self.recorded = acts, list(recorded)

    def count(self) -> int:
        return self.acts.count() + len(self.recorded)

    def __len__(self):
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Activity]:
        """At most as many acts as there are recorded changes can have slipped out of their place."""
        first = max(0, wanted.start - len(self.recorded))
        near = [*self.acts[first : wanted.stop], *self.recorded]
        near.sort(key=lambda act: act.at, reverse=True)
        return near[wanted.start - first : wanted.stop - first]
