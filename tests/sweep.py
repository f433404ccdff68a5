"""Who may open what: the format of the tables in tests/<app>/sweep.py, which tests/test_permissions.py walks.

Each app keeps a dictionary from URL name to Row, e.g.

    SWEEP = {
        "pillars:plan": Row(get="S T L R D X E P M", kwargs=lambda world: {"plan": world.plan().code}),
        "pillars:edit": Row(get="R D X", post="R D X", kwargs=…, hidden="P"),
    }

`get` and `post` name the roles that are let in (any 2xx, or a redirect that is not to the sign-in page; a form may
answer 4xx other than 401, 403, 404 to the empty body of the walk). Everyone else who is signed in must get 403, those
in `hidden` 404, a visitor must be sent to the sign-in page. EVERYBODY is open to visitors too. `post=None` means that
POST has no meaning there: the walk then asks only that it is refused (405, 403, 404, sign-in) or changes nothing.
`expected` names a status for single roles where the rule is another: {"A": 200, "P": 404}.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

ROLES = {
    "A": "visitor, not signed in",
    "S": "staff",
    "T": "taskforce member",
    "L": "group lead",
    "R": "progress reporter of a department",
    "D": "progress approver of a department",
    "X": "secretariat",
    "E": "newsletter editor",
    "P": "outside expert",
    "M": "administrator",
}
SIGNED_IN = "S T L R D X E P M"
STAFF = "S T L R D X E M"
EVERYBODY = "A S T L R D X E P M"


@dataclass(frozen=True)
class Row:
    """One URL: who may GET and POST it, how to build its address, what it hides from whom."""

    get: str | None = SIGNED_IN
    post: str | None = None
    kwargs: Callable = field(default=lambda world: {})
    data: Callable = field(default=lambda world: {})
    query: str = ""
    hidden: str = ""
    expected: dict | None = None
