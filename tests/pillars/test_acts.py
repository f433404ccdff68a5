"""Every act the plan's code records has words of its own in both languages; no page shows a bare verb."""

import ast
import re

import pytest
from django.utils import translation

from pillars.templatetags.plan import act_word
from tests.house import sources

VERB = re.compile(
    r"(plan|pillar|objective|initiative|milestone|indicator|report|call|review|carry_over|draft|proposal"
    r"|evaluation|evidence|pulse|note|import)\.[a-z_]+\Z"
)


def verbs() -> set[str]:
    """The verbs that stand as an argument of a call in pillars/: Activity.record("report.returned", …)."""
    found = set()
    for path in (sources.ROOT / "pillars").rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
        texts = (arg.value for call in calls for arg in call.args if isinstance(arg, ast.Constant))
        found |= {text for text in texts if isinstance(text, str) and VERB.match(text)}
    return found


def test_the_search_for_verbs_finds_them():
    assert {"report.returned", "milestone.moved", "review.confirmed", "draft.split"} <= verbs()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_act_has_words(language):
    with translation.override(language):
        assert [
            verb for verb in sorted(verbs()) if str(act_word(verb)) in (verb, verb.rpartition(".")[2])
        ] == []
