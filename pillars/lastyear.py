"""The initiatives of a plan in its last year as one person may see them: looked back on, decided upon, or neither."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import tablib
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pillars.models import CarryOver, DraftComment, Initiative, InitiativeReview, Plan
from pillars.models.access import reports
from pillars.models.succession import consulted

MISSING = "missing"
REVIEW_WORDS = {MISSING: _("まだ"), **dict(InitiativeReview.State.choices)}
OPEN, PROPOSED, DECIDED = "open", "proposed", "decided"
DECISION_WORDS = {OPEN: _("提案なし"), PROPOSED: _("提案あり"), DECIDED: _("決定")}


@dataclass
class Row:
    """One initiative with its review and its decision; either may be None."""

    initiative: Initiative
    number: int  # of its pillar in the plan

    @cached_property
    def review(self) -> InitiativeReview | None:
        return getattr(self.initiative, "review", None)

    @cached_property
    def carry_over(self) -> CarryOver | None:
        return getattr(self.initiative, "carry_over", None)

    @property
    def review_state(self) -> str:
        return self.review.state if self.review else MISSING

    @property
    def outcome(self) -> str:
        return self.review.outcome if self.review else ""

    @property
    def decision_state(self) -> str:
        if self.carry_over is None:
            return OPEN
        return DECIDED if self.carry_over.is_decided else PROPOSED

    @property
    def decision(self) -> str:
        return self.carry_over.decision if self.carry_over else ""

    @property
    def review_word(self) -> str:
        return str(REVIEW_WORDS[self.review_state])

    @property
    def decision_word(self) -> str:
        return str(DECISION_WORDS[self.decision_state])


class LastYear:
    """All rows of a plan for a person, in one query for any number of them."""

    def __init__(self, plan, user):
        self.plan = plan
        found = Initiative.objects.visible_to(user).filter(plan=plan)
        found = found.select_related(
            "objective__pillar",
            "lead_department",
            "review",
            "carry_over__merge_into",
            "carry_over__decided_by",
        )
        self.pillars = list(plan.pillars.all())
        numbers = {pillar.pk: number for number, pillar in enumerate(self.pillars, 1)}
        self.rows = [Row(initiative, numbers[initiative.objective.pillar_id]) for initiative in found]
        for row in self.rows:  # one object for the plan: addresses and rights of every row ask for it
            row.initiative.plan = plan
            if row.carry_over:
                row.carry_over.initiative = row.initiative

    @cached_property
    def hidden(self) -> int:
        """How many initiatives the person may not see (P14)."""
        return self.plan.initiatives.count() - len(self.rows)

    # --- counted -------------------------------------------------------------------------------------

    @cached_property
    def review_counts(self) -> dict[str, int]:
        found = Counter(row.review_state for row in self.rows)
        return {state: found[state] for state in REVIEW_WORDS}

    @cached_property
    def decision_counts(self) -> dict[str, int]:
        found = Counter(row.decision_state for row in self.rows)
        return {state: found[state] for state in DECISION_WORDS}

    @property
    def confirmed(self) -> int:
        return self.review_counts[InitiativeReview.State.CONFIRMED]

    @property
    def decided(self) -> int:
        return self.decision_counts[DECIDED]

    @property
    def undecided(self) -> int:
        return len(self.rows) - self.decided

    @cached_property
    def departments(self) -> list[dict]:
        """How many reviews each department owes, those with the most first."""
        found = {}
        for row in self.rows:
            department = row.initiative.lead_department
            line = found.setdefault(department.pk, {"department": department, "counts": Counter()})
            line["counts"][row.review_state] += 1
        for line in found.values():
            line["all"] = line["counts"].total()
            line["confirmed"] = line["counts"][InitiativeReview.State.CONFIRMED]
            line["waiting"] = line["counts"][InitiativeReview.State.SUBMITTED]
            line["owed"] = line["all"] - line["confirmed"] - line["waiting"]
        return sorted(found.values(), key=lambda line: (-line["owed"], line["department"].path))

    @cached_property
    def pillar_lines(self) -> list[dict]:
        """How many decisions are taken in each pillar, and which."""
        lines = []
        for number, pillar in enumerate(self.pillars, 1):
            rows = [row for row in self.rows if row.number == number]
            if rows:
                decided = [row for row in rows if row.decision_state == DECIDED]
                kinds = Counter(row.decision for row in decided)
                cells = [(value, kinds[value]) for value in CarryOver.Decision.values]
                lines.append(
                    {
                        "number": number,
                        "pillar": pillar,
                        "all": len(rows),
                        "decided": len(decided),
                        "open": len(rows) - len(decided),
                        "cells": cells,
                    }
                )
        return lines

    # --- as a file -----------------------------------------------------------------------------------

    def dataset(self, rows) -> tablib.Dataset:
        """The given rows as one table; words of people only where the person may read them."""
        headers = [
            "計画コード", "施策コード", "施策名", "柱コード", "主管課コード", "主管課", "振り返り", "目指したこと",
            "引き継ぎの状態", "引き継ぎ", "わけ", "統合先の施策コード", "決めた日",
        ]  # fmt: skip
        table = tablib.Dataset(headers=headers, title=_now("引き継ぎ"))
        for row in rows:
            table.append(self._cells(row))
        return table

    def _cells(self, row) -> list:
        initiative, decision = row.initiative, row.carry_over
        target = decision.merge_into if decision else None
        return [
            self.plan.code,
            initiative.code,
            initiative.name,
            initiative.pillar.code,
            initiative.lead_department.code,
            initiative.lead_department.name,
            row.review_word,
            str(row.review.get_outcome_display()) if row.review else "",
            row.decision_word,
            str(decision.get_decision_display()) if decision else "",
            decision.why if decision else "",
            target.code if target else "",
            decision.decided_at.date() if decision and decision.decided_at else "",
        ]


def still_open(plan, user) -> dict[str, int]:
    """`all` initiatives of the plan the person may see, how many of them are `decided`, and how many are `undecided`
    or `not_reviewed`: counted in the database, for pages that show only the numbers."""
    seen = Initiative.objects.visible_to(user).filter(plan=plan).order_by()
    found = seen.aggregate(
        all=Count("pk"),
        decided=Count("pk", filter=Q(carry_over__decided_by__isnull=False)),
        reviewed=Count("pk", filter=Q(review__state=InitiativeReview.State.CONFIRMED)),
    )
    undecided, not_reviewed = found["all"] - found["decided"], found["all"] - found["reviewed"]
    return {**found, "undecided": undecided, "not_reviewed": not_reviewed}


def owed(user, today) -> list:
    """Plans in which the person owes a review, its confirmation, a decision, an answer or a word on the draft, in one
    query.

    Each has `to_write`, `to_confirm`, `to_decide` and `to_answer`; with `to_comment` a draft waits for a comment.
    Reviews are asked for once the secretariat has set their deadline, comments until theirs.
    """
    if not (reports(user) or user.is_secretariat):
        return []
    here = OuterRef("pk")
    asked = Q(status=Plan.Status.ACTIVE, review_due_on__isnull=False)
    counts = {
        "to_write": Initiative.objects.to_review(user, today).filter(plan=here),
        "to_confirm": InitiativeReview.objects.needing(user, today).filter(initiative__plan=here),
        "to_decide": CarryOver.objects.needing(user, today).filter(initiative__plan=here),
        "to_answer": DraftComment.objects.needing(user, today).filter(plan=here),
    }
    waiting = consulted(user, today)
    found = Plan.objects.annotate(
        to_comment=Exists(waiting.filter(pk=here)), **{name: number_of(rows) for name, rows in counts.items()}
    )
    mine = Q(to_comment=True) | Q(to_decide__gt=0) | Q(to_answer__gt=0)
    return list(found.filter(asked | mine))


def number_of(rows):
    """How many rows, as part of another query."""
    counted = (
        rows.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def by_pillar(plan, user, now, before) -> dict[int, dict]:
    """{pillar id: counts} as far as the person may read, in one query: what confirmed reviews say (`reached`,
    `partly`, `not_reached`, `reviewed`) and decisions taken (`decided`) by the instant `now`, of `all` initiatives;
    `decided_before` by the earlier one."""
    confirmed = Q(review__state=InitiativeReview.State.CONFIRMED, review__confirmed_at__lt=now)
    outcomes = {
        value: Count("pk", filter=confirmed & Q(review__outcome=value))
        for value in InitiativeReview.Outcome.values
    }
    readable = Initiative.objects.readable_by(user).filter(plan=plan).order_by()
    rows = readable.values("objective__pillar").annotate(
        **outcomes,
        all=Count("pk"),
        reviewed=Count("pk", filter=confirmed),
        decided=Count("pk", filter=Q(carry_over__decided_at__lt=now)),
        decided_before=Count("pk", filter=Q(carry_over__decided_at__lt=before)),
    )
    return {row["objective__pillar"]: row for row in rows}
