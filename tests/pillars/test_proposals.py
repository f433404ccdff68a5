"""Changes that take two people: proposing, confirming, declining, taking back; once and never alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Activity
from dxportal import attention
from pillars.models import Proposal
from tests.factories import PillarFactory, UserFactory, visibility_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def second():
    return UserFactory(roles=["secretariat"], name="佐藤 花子")


def address(name, proposal):
    return reverse(f"pillars:{name}", args=[proposal.pk])


def test_accepted_change_is_done_and_names_both_people(second):
    proposal = visibility_proposal(by=UserFactory(roles=["secretariat"], name="山田 太郎"))
    proposal.accept(by=second)
    act = Activity.objects.get(verb="pillar.changed")
    assert proposal.target.is_restricted is True
    assert (act.actor_name, act.reason) == (
        "佐藤 花子",
        "対策の内容をふくむため(提案 山田 太郎、確認 佐藤 花子)",
    )
    assert (act.source, act.changes) == (f"proposal:{proposal.pk}", {"閲覧を限る": ["いいえ", "はい"]})


def test_the_one_who_proposed_cannot_accept():
    proposal = visibility_proposal()
    with pytest.raises(PermissionDenied):
        proposal.accept(by=proposal.proposed_by)
    assert proposal.target.is_restricted is False


def test_the_database_refuses_one_person_in_both_roles():
    proposal = visibility_proposal()
    mine = Proposal.objects.filter(pk=proposal.pk)
    with pytest.raises(IntegrityError, match="proposal_decided_by_another"), transaction.atomic():
        mine.update(state="accepted", decided_by=proposal.proposed_by, decided_at=proposal.proposed_at)


def test_people_outside_the_secretariat_neither_propose_nor_accept():
    with pytest.raises(PermissionDenied):
        visibility_proposal(by=UserFactory())
    with pytest.raises(PermissionDenied):
        visibility_proposal().accept(by=UserFactory(roles=["admin"]))


def test_declining_needs_a_note_and_changes_nothing(second):
    proposal = visibility_proposal()
    with pytest.raises(ValidationError, match="見送るわけ"):
        proposal.decline(" ", by=second)
    proposal.decline("公表済みのため", by=second)
    assert (proposal.state, proposal.decision_note) == ("declined", "公表済みのため")
    assert proposal.target.is_restricted is False


def test_withdrawn_only_by_the_one_who_proposed(second):
    proposal = visibility_proposal()
    with pytest.raises(PermissionDenied):
        proposal.withdraw(by=second)
    proposal.withdraw(by=proposal.proposed_by)
    assert (proposal.state, proposal.decided_by) == ("withdrawn", None)


def test_a_decided_proposal_cannot_be_decided_again(second):
    proposal = visibility_proposal()
    proposal.accept(by=second)
    with pytest.raises(ValidationError, match="もう決まっています"):
        proposal.decline("やめる", by=second)


def test_one_waiting_proposal_for_each_target_and_kind():
    proposal = visibility_proposal()
    with pytest.raises(ValidationError, match="まだ確認を待っています"):
        visibility_proposal(proposal.target)
    proposal.withdraw(by=proposal.proposed_by)
    assert visibility_proposal(proposal.target).state == "waiting"


def test_stale_proposal_needs_a_look_at_the_present_state(second):
    proposal = visibility_proposal()
    proposal.target.change("pillar.changed", by=second, name="新しい名前")
    with pytest.raises(ValidationError, match="提案のあとで"):
        proposal.accept(by=second)
    proposal.accept(by=second, seen=proposal.standing)
    assert (proposal.target.is_restricted, proposal.target.name) == (True, "新しい名前")


@pytest.mark.django_db(transaction=True)
def test_five_equal_posts_accept_once(second):
    proposal = visibility_proposal()

    def post(_):
        client = Client()
        client.force_login(second)
        try:
            return client.post(address("proposal_accept", proposal)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(post, range(5)))
    assert answers == [302, 422, 422, 422, 422]
    assert Activity.objects.filter(verb="pillar.changed").count() == 1


def test_needing_is_for_the_second_person_only(second):
    proposal = visibility_proposal()
    today = date(2026, 11, 25)
    urls = [item.url for item in attention.needing(second, today)]
    assert urls == [proposal.get_absolute_url()]
    assert attention.needing(proposal.proposed_by, today) == []


def test_page_shows_both_states_of_a_stale_proposal(client_for, second):
    proposal = visibility_proposal()
    proposal.target.change("pillar.changed", by=second, name="別の名前")
    html = client_for(second).get(proposal.get_absolute_url()).content.decode()
    assert "提案のあとで対象が直されています" in html
    assert f'name="seen" value="{proposal.standing}"' in html


def test_refused_decline_keeps_the_page_and_says_why(client_for, second):
    proposal = visibility_proposal()
    answer = client_for(second).post(address("proposal_decline", proposal), {"note": " "})
    assert (answer.status_code, "見送るわけを書いてください。" in answer.content.decode()) == (422, True)


def test_list_filters_by_state_and_exports(client_for, second):
    visibility_proposal().accept(by=second)
    waiting = visibility_proposal(PillarFactory(name="=柱"))
    client, url = client_for(second), reverse("pillars:proposals")
    page = client.get(url, {"state": "waiting", "sort": "-date"}).context["page"]
    assert [p.pk for p in page] == [waiting.pk]
    answer = client.get(url, {"state": "waiting", "export": "csv"})
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert rows[1].split(",")[:6] == [str(waiting.pk), "閲覧の範囲の変更", waiting.plan.code, "'=柱"] + [
        "閲覧を限る",
        "いいえ",
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_any_number(client_for, second, rows, django_assert_num_queries):
    for _n in range(rows):
        visibility_proposal()
    client = client_for(second)
    client.get(reverse("pillars:proposals"))
    with django_assert_num_queries(7):
        client.get(reverse("pillars:proposals"))
