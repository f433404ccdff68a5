"""What each person chooses: nothing lost between two windows; stopped and begun again by a mail's link (N13, MA6)."""

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Activity, Role
from dxportal.forms import StaleVersion
from newsletter.models import Preference, Topic, Way
from newsletter.models.preferences import UNSUBSCRIBE_SALT
from tests.factories import IssueFactory, UserFactory
from tests.newsletter.test_pages import choices, valid, words

pytestmark = pytest.mark.django_db


def stop_address(user, topic=Topic.ANSWER):
    return reverse("newsletter:unsubscribe", args=[Preference.unsubscribe_token(user, topic)])


def test_every_topic_has_its_row_and_every_way_its_column(client_for):
    tree = valid(client_for(UserFactory()).get("/me/delivery/"))
    radios = [(e.get("name"), e.get("value")) for e in tree.iter("input") if e.get("type") == "radio"]
    ways = {topic.value: {value for name, value in radios if name == topic} for topic in Topic}
    assert ways.pop("digest") == {"at_once", "off"}
    assert set(map(frozenset, ways.values())) == {frozenset(Way.values)}


def test_two_windows_lose_nothing(client_for):
    client = client_for(UserFactory())
    assert client.post("/me/delivery/", choices(answer="off")).status_code == 302
    second = client.post("/me/delivery/", choices(answer="digest"))
    assert "ほかの人が先に保存しました" in words(second)
    assert Preference.objects.get().way(Topic.ANSWER) == Way.OFF
    data = choices(answer="digest", version=second.context["form"]["version"].value())
    assert client.post("/me/delivery/", data).status_code == 302
    assert Preference.objects.get().way(Topic.ANSWER) == Way.DIGEST


def test_two_first_choices_in_one_moment_lose_nothing():
    person = UserFactory()
    first, second = Preference.objects.of(person), Preference.objects.of(person)
    first.choose({Topic.ANSWER: Way.OFF})
    with pytest.raises(StaleVersion):
        second.choose({Topic.MENTION: Way.OFF})
    assert Preference.objects.get().choices == {"answer": "off"}


def test_choosing_does_not_forget_that_the_address_was_refused():
    person = UserFactory()
    preference = Preference.objects.of(person)
    preference.choose({})
    Preference.objects.mark_refused(person.pk, person.email, "550 5.1.1")
    preference.choose({Topic.ANSWER: Way.OFF})
    assert Preference.objects.addresses_to_check().count() == 1


def test_the_history_tells_that_it_changed_and_not_what():
    person = UserFactory()
    Preference.objects.of(person).choose({Topic.REPORT: Way.OFF})
    act = Activity.objects.get(verb="preference.changed")
    assert (act.actor_id, act.target_id, act.changes) == (person.pk, str(person.pk), {})


def test_who_switches_the_digest_off_is_told_what_that_loses(client_for):
    user = UserFactory()
    client = client_for(user)
    assert "届きません。" in words(client.post("/me/delivery/", choices(digest="off"), follow=True))
    everything_off = {topic.value: "off" for topic in Topic}
    client.post("/me/delivery/", choices(version=2, **everything_off))
    assert "週のまとめにしたものは届きません" not in words(client.get("/me/delivery/"))


# --- the link in every mail -----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_nothing_but_a_press_changes_anything(client, method):
    getattr(client, method)(stop_address(UserFactory()))
    assert not Preference.objects.exists()


def test_twice_is_said_again_and_changes_nothing_more(client):
    person = UserFactory()
    pages = [words(client.post(stop_address(person))) for _n in range(2)]
    assert ["これからメールで届きません" in page for page in pages] == [True, True]
    assert Preference.objects.get().version == 2


def test_stopped_by_mistake_comes_again_as_before(client):
    person = UserFactory()
    Preference.objects.of(person).choose({Topic.ANSWER: Way.DIGEST})
    page = valid(client.post(stop_address(person)))
    (again,) = [e.get("value") for e in page.iter("input") if e.get("name") == "again"]
    assert "また届きます" in words(client.post(stop_address(person), {"again": again}))
    assert Preference.objects.get().way(Topic.ANSWER) == Way.DIGEST


@pytest.mark.parametrize("word", ["", "nonsense", "digest"])
def test_a_way_that_there_is_not_becomes_the_usual_one(client, word):
    person = UserFactory()
    client.post(stop_address(person, Topic.DIGEST))
    client.post(stop_address(person, Topic.DIGEST), {"again": word})
    assert Preference.objects.get().way(Topic.DIGEST) == Way.AT_ONCE


def test_the_token_is_of_one_person_and_one_topic(client):
    person, other = UserFactory(), UserFactory()
    client.post(stop_address(person), {"topic": "digest", "person": other.pk})
    assert Preference.objects.get().person == person
    assert Preference.objects.get().choices == {"answer": "off"}


def test_a_changed_token_is_refused_in_words(client):
    address = stop_address(UserFactory())
    for broken in (address[:-3] + "xx/", address.replace(":", ""), "/newsletter/unsubscribe/x/"):
        answer = client.post(broken)
        assert (answer.status_code, "このリンクは使えません" in words(answer)) == (404, True)


def test_the_page_speaks_the_readers_language(client):
    assert "Stop" in words(client.get(stop_address(UserFactory(language="en"))))


# --- the sample of the digest, test mails -----------------------------------------------------------


def test_the_sample_shows_the_own_digest_and_changes_nothing(client_for):
    person = UserFactory()
    client = client_for(person)
    assert "いまは送るものがありません" in words(client.get("/me/delivery/sample/"))
    Preference.objects.mark_refused(person.pk, person.email, "550 5.1.1")
    page = client.get("/me/delivery/sample/")
    valid(page)
    assert "届かなくなった自分の宛先を確かめる" in words(page)


def test_so_many_test_mails_an_hour_and_no_more(client_for):
    editor = UserFactory(roles=[Role.EDITOR])
    issue = IssueFactory(created_by=editor)
    for _n in range(20):
        row = issue.send_test(by=editor)
        type(row).objects.filter(pk=row.pk).update(key=f"test:{row.pk}")  # as if in different seconds
    with pytest.raises(ValidationError, match="1時間に20通まで"):
        issue.send_test(by=editor)
    answer = client_for(editor).post(f"/newsletter/{issue.number}/test/", follow=True)
    assert "1時間に20通まで" in words(answer)


def test_stop_link_is_the_same_in_every_copy_of_a_mail():
    person = UserFactory()
    tokens = {Preference.unsubscribe_token(person, Topic.DIGEST) for _n in range(3)}
    assert len(tokens) == 1
    assert Preference.read_token(tokens.pop()) == (person.pk, Topic.DIGEST)


def test_stop_link_of_mails_sent_before_still_works():
    """Links carried the second they were made in; mails with them lie in mailboxes for years."""
    person = UserFactory()
    old = signing.dumps([person.pk, "digest"], salt=UNSUBSCRIBE_SALT)
    assert Preference.read_token(old) == (person.pk, Topic.DIGEST)
