"""What a plan that has ended still takes (domain.md 3.4): final values and the last evaluation, and nothing else.

Two steps. From 1 April after its last fiscal year the plan stands as it was decided, but what happened until then may
still be told: the last reports, milestones completed in time, reviews and decisions on what goes on. Once it is
closed only final values and evaluations are taken, and the database refuses every other update of its parts.
"""

import pgtrigger

FINAL = ("indicator.entered", "indicator.foreseen", "evaluation.")
TELLING = ("report.", "initiative.reported", "milestone.completed", "review.", "carry_over.")


def allowed_after_end(verb: str, *, closed: bool) -> bool:
    """Whether the act `verb` is still taken by a plan past its end."""
    return verb.startswith(FINAL if closed else FINAL + TELLING)


def read_only_when_closed() -> pgtrigger.Trigger:
    """A row of a closed plan is neither changed nor deleted. Rows may be added: old plans are imported as closed."""
    return pgtrigger.Trigger(
        name="closed_plan",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func="""
            IF (SELECT status FROM pillars_plan WHERE id = OLD.plan_id) = 'closed' THEN
                RAISE EXCEPTION 'the plan is closed: only final values and evaluations may change';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
