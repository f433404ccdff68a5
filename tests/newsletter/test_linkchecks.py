"""Links before they leave: open to everybody inside, honest about where they lead outside (XS4, XS5)."""

import pytest

from newsletter import checks, linkchecks
from tests.factories.newsletter import IssueFactory, sent_issue
from tests.factories.pillars import InitiativeFactory, ObjectiveFactory, PillarFactory

pytestmark = pytest.mark.django_db


def faults(*addresses):
    found = linkchecks.unreadable(addresses, own_number=7)
    return {address: fault.grave for address, fault in found.items()}


def test_pages_of_things_everybody_may_read_are_no_problem():
    shown = InitiativeFactory()
    sent_issue(number=2)
    own = [shown.get_absolute_url(), shown.plan.get_absolute_url(), shown.pillar.get_absolute_url()]
    assert faults(*own, "/newsletter/2/", "/newsletter/7/#a1", "/ideas/", "https://www.mofa.go.jp/") == {}


def test_things_that_are_gone_or_hidden_are_grave():
    hidden = InitiativeFactory(objective=ObjectiveFactory(pillar=PillarFactory(is_restricted=True)))
    IssueFactory(number=3)  # a draft
    grave = [hidden.get_absolute_url(), "/ideas/99/", "/ideas/9999999999/", "/newsletter/3/", "/none/"]
    grave.append("/plans/a%00b/")
    assert faults(*grave) == dict.fromkeys(grave, True)


def test_pages_nobody_can_judge_ask_for_a_look():
    assert faults("/pilots/1/") == {"/pilots/1/": False}


def test_each_kind_of_page_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(2):
        faults(*(f"/ideas/{n}/" for n in range(5)), *(f"/practices/{n}/" for n in range(5)))


@pytest.mark.parametrize(
    ("address", "words", "grave"),
    [
        ("https://evil.example/", "https://www.mofa.go.jp/", True),
        ("https://evil.example/", "www.mofa.go.jp を見る", True),
        ("https://evil.example/", "mofa.go.jp", False),
        ("/ideas/", "https://evil.example/", True),
        ("https://www.mofa.go.jp@evil.example/", "外務省", True),
        ("https://xn--mfa-8cd.go.jp/", "外務省", True),  # a Cyrillic о between Latin letters
        ("https://xn--wgv71a119e.jp/", "日本語", False),
        ("https://evil.example/", "https://ｗｗｗ.mofa.go.jp", True),  # noqa: RUF001 - full width is meant
    ],
)
def test_links_that_deceive(address, words, grave):
    assert linkchecks.deceptive(address, words).grave == grave


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://www.mofa.go.jp/mofaj/", "外務省 mofa.go.jp"),
        ("https://press.mofa.go.jp/", "https://mofa.go.jp"),
        ("/files/1/", "手順書.pdf"),
        ("https://example.jp/a.xlsx", "集計表 v1.2.xlsx"),
        ("mailto:dx@example.jp", "dx@example.jp"),
        ("/plan/", "計画"),
    ],
)
def test_honest_links(address, words):
    assert linkchecks.deceptive(address, words) is None


def test_editor_reads_the_place_and_the_address():
    issue = IssueFactory(articles=[("小技", "[https://www.mofa.go.jp](https://evil.example/)")])
    [problem] = checks.problems(issue)
    assert problem.message == (
        "「小技」の文字は mofa.go.jp だが、行き先は evil.example: https://evil.example/"
    )
    assert problem.blocking
