"""Copies that came back: beside the six states, with reason and what happens next, by name for those who may (N8)."""

import pytest

from accounts.models import Role
from newsletter.figures import not_reached
from newsletter.models import Bounce, Delivery, Preference
from tests.factories import UserFactory
from tests.newsletter.test_pages import words

pytestmark = pytest.mark.django_db
Kind = Bounce.Kind
ANSWER = "550 5.1.1 no such mailbox"


@pytest.fixture
def copies(readers, make_issue):
    """The copies of an issue to three readers, all of them taken by the relay."""
    readers(3)
    rows = Delivery.objects.for_issue(make_issue()).order_by("pk")
    rows.update(state="sent", code="sent")
    return rows


def came_back(row, kind=Kind.GONE, text=ANSWER):
    told = {"kind": kind, "address": row.address, "words": text, "status": "5.1.1"}
    return Bounce.objects.create(fingerprint=f"{row.pk}{kind}{text}", name="x", delivery=row, **told)


def causes(rows) -> dict:
    return {(cause["state"], cause["code"]): cause["n"] for cause in rows.figures()["causes"]}


def test_copies_that_came_back_stay_sent_and_are_counted_apart(copies):
    one, two, three = copies
    came_back(one), came_back(one, text="again"), came_back(two, Kind.FAILED)
    copies.filter(pk=three.pk).update(state="failed", code="refused")
    found = copies.figures()["states"]
    assert (found["sent"], found["failed"], sum(found.values())) == (2, 1, 3)
    assert causes(copies) == {("sent", "back_gone"): 1, ("sent", "back_failed"): 1, ("failed", "refused"): 1}


@pytest.mark.parametrize("kind", [Kind.DELAYED, Kind.REPLY])
def test_a_delay_or_a_reply_is_no_return(copies, kind):
    came_back(copies[0], kind)
    assert (causes(copies), not_reached(copies, at_most=9)) == ({}, [])


def test_names_come_with_the_answer_and_what_happens_next(copies):
    one, two, three = copies
    came_back(one)
    came_back(two)
    Preference.objects.mark_refused(two.person_id, two.address, ANSWER)
    copies.filter(pk=three.pk).update(state="failed", code="refused", reply="")
    found = {row.pk: (row.answer, str(row.next)) for row in not_reached(copies, at_most=9)}
    assert found == {
        one.pk: (ANSWER, "30日のうちに別のメールも戻れば、この宛先に送るのを止める"),
        two.pk: (ANSWER, "新しい宛先が入るまで送らない"),
        three.pk: ("refused", "人事情報と照合し、新しい宛先へ送り直す"),
    }


def test_what_ran_out_of_time_is_not_promised_again(copies):
    copies.update(state="expired", code="mailbox_full")
    told = {str(cause["next"]) for cause in copies.figures()["causes"]}
    assert told == {str(row.next) for row in not_reached(copies, at_most=9)} == {"業務合理化推進室で確かめる"}


@pytest.mark.parametrize(("role", "sees"), [(Role.SECRETARIAT, True), (Role.EDITOR, False)])
def test_who_sees_whose_copy_came_back(copies, client_for, role, sees):
    """The number is a figure of the issue; the names are for the secretariat (permissions.md)."""
    came_back(copies[0])
    shown = words(client_for(UserFactory(roles=[role])).get("/newsletter/3/delivery/"))
    assert "うち後で戻ってきた" in shown
    assert (copies[0].person.name in shown, ANSWER in shown) == (sees, sees)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_what_came_back(copies, client_for, django_assert_num_queries, number):
    for row in copies[:number]:
        came_back(row)
    client = client_for(UserFactory(roles=[Role.SECRETARIAT]))
    client.get("/newsletter/3/delivery/")
    with django_assert_num_queries(10):
        client.get("/newsletter/3/delivery/")
