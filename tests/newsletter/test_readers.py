"""「役に立った」: one voice per person, counted at once, nobody named, only totals after 90 days (N10, CO2, ADR 19)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from newsletter import readership
from newsletter.models import Issue, Vote
from newsletter.models.readers import OPEN_DAYS, pseudonym
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue
from tests.newsletter.test_pages import page, valid, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return sent_issue(number=4, published_at=timezone.now())


@pytest.fixture
def reader():
    return UserFactory()


def press(client, voice, number=4):
    return client.post(page(number, "vote"), {"voice": voice})


def counts(number=4):
    return Issue.objects.values_list("useful_count", "useless_count").get(number=number)


@pytest.mark.parametrize(
    ("pressed", "told"),
    [
        (["useful"], (1, 0)),
        (["useful", "useful"], (1, 0)),
        (["useful", "useless"], (0, 1)),
        (["useless", "none"], (0, 0)),
        (["none"], (0, 0)),
    ],
)
def test_one_voice_that_may_change(client_for, issue, reader, pressed, told):
    client = client_for(reader)
    for voice in pressed:
        assert press(client, voice).headers["Location"] == f"{page(4)}#h-vote"
    assert counts() == told


@pytest.mark.django_db(transaction=True)
def test_pressed_five_times_at_once_counts_once(issue, reader):
    """promises.md P17, CO2."""

    def cast(_n):
        Vote.objects.cast(issue, by=reader, useful=True)
        connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(cast, range(5)))
    assert counts() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted(issue):
    people = [UserFactory() for _n in range(6)]

    def cast(person):
        Vote.objects.cast(issue, by=person, useful=True)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(cast, people))
    assert counts() == (6, 0)


def test_no_row_of_a_voice_names_anybody(issue, reader):
    Vote.objects.cast(issue, by=reader, useful=True)
    fields = {field.name for field in Vote._meta.get_fields()}
    assert fields == {"id", "issue", "voice", "useful"}
    assert Vote.objects.get().voice != pseudonym("read", 4, reader)


def test_the_page_shows_the_count_and_my_own_voice(client_for, issue, reader):
    Vote.objects.cast(issue, by=reader, useful=True)
    mine, other = (client_for(person).get(page(4)) for person in (reader, UserFactory()))
    assert "役に立った(あなたも) 1" in words(mine)
    assert "役に立った 1" in words(other)
    pressed = [
        button.get("aria-pressed") for button in valid(mine).iter("button") if button.get("name") == "voice"
    ]
    assert pressed == ["true", "false"]


@pytest.mark.parametrize("voice", ["", "yes", "useful "])
def test_another_voice_is_not_found(client_for, issue, reader, voice):
    assert press(client_for(reader), voice).status_code == 404


def test_a_draft_has_no_voices(client_for, reader):
    IssueFactory(number=5)
    assert press(client_for(reader), "useful", 5).status_code == 404


def test_after_90_days_only_totals_are_left(client_for, issue, reader):
    Vote.objects.cast(issue, by=reader, useful=True)
    Issue.objects.update(published_at=timezone.now() - OPEN_DAYS - timedelta(minutes=1))
    readership.open_and_close()
    press(client_for(UserFactory()), "useful")
    assert (Vote.objects.count(), counts()) == (0, (1, 0))
    shown = client_for(reader).get(page(4))
    assert "役に立った 1" in words(shown)
    assert [b for b in valid(shown).iter("button") if b.get("name") == "voice"] == []


def test_before_90_days_voices_stay(issue, reader):
    Vote.objects.cast(issue, by=reader, useful=True)
    readership.open_and_close(issue.published_at + OPEN_DAYS - timedelta(minutes=1))
    assert Vote.objects.count() == 1


# --- what the archive makes of them ---------------------------------------------------------------


def test_archive_shows_voices_and_the_tips_most_found_useful(client_for, reader):
    for number, useful in ((1, 7), (2, 0), (3, 9)):
        made = sent_issue(number=number, articles=[("小技", f"添付を軽くする{number}")])
        Issue.objects.filter(pk=made.pk).update(useful_count=useful)
    response = client_for(reader).get(reverse("newsletter:archive"))
    assert [tip.issue.number for tip in response.context["tips"]] == [3, 1]
    cells = [td.text for td in valid(response).iter("td") if td.get("data-label") == "役に立った"]
    assert cells == ["9", "0", "7"]


def test_no_tips_before_anybody_has_said_anything(client_for, reader):
    sent_issue(number=1, articles=[("小技", "添付を軽くする")])
    assert "よく読まれている小技" not in words(client_for(reader).get(reverse("newsletter:archive")))


def test_the_page_tells_how_long_it_takes_and_whom_to_tell(client_for, reader):
    sent_issue(number=1, articles=[("小技", "あ" * 1500)])
    response = client_for(reader).get(page(1))
    assert "3分" in words(response)
    mails = [a.get("href") for a in valid(response).iter("a") if a.get("href").startswith("mailto:")]
    assert len(mails) == 1
    assert "newsletter%2F1%2F" in mails[0]
