"""The Atom feed: only what was published, behind an address of one's own that ends (N9, XS12)."""

import xml.etree.ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import EmploymentKind
from newsletter import feeds
from newsletter.models import Issue, Preference, Topic, Way
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue
from tests.newsletter.test_pages import page, valid

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def reader():
    return UserFactory()


def address(person):
    return reverse("newsletter:feed", args=[feeds.token(person)])


def entries(response) -> list[dict]:
    found = ET.fromstring(response.content).iter(f"{ATOM}entry")  # noqa: S314 - our own XML
    return [{part.tag.removeprefix(ATOM): part.get("href") or part.text for part in entry} for entry in found]


def test_published_issues_newest_first(client, reader):
    for number in (1, 2):
        sent_issue(number=number)
    IssueFactory(number=3)
    response = client.get(address(reader))
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    assert [entry["title"][:3] for entry in entries(response)] == ["第2号", "第1号"]


def test_an_entry_is_title_opening_and_link(client, reader, settings):
    sent_issue(number=4, title="冬の号", lead="最初の段落。\n\n次の段落。")
    [entry] = entries(client.get(address(reader)))
    assert (entry["title"], entry["summary"]) == ("第4号 冬の号", "最初の段落。")
    assert entry["link"] == entry["id"] == f"{settings.SITE_URL}/newsletter/4/"


def test_of_class_2_only_title_and_link(client, reader):
    sent_issue(number=4, lead="内々の話", confidentiality=2)
    response = client.get(address(reader))
    assert "内々の話" not in response.content.decode()
    assert "summary" not in entries(response)[0] or not entries(response)[0]["summary"]


def test_in_the_language_of_the_reader(client):
    sent_issue(number=4)
    [entry] = entries(client.get(address(UserFactory(language="en"))))
    assert entry["title"].endswith("Handing over a desk in two weeks")


def test_markup_and_control_characters_are_only_letters(client, reader):
    title = "<script>__pwn=1</script>&]]>\x0b\x1f"
    sent_issue(number=4)
    Issue.objects.update(title=title, lead=title)
    [entry] = entries(client.get(address(reader)))
    assert entry["title"] == "第4号 <script>__pwn=1</script>&]]>"
    assert entry["summary"] == "&lt;script&gt;__pwn=1&lt;/script&gt;&amp;]]&gt;"  # a reader takes it for HTML


def test_a_correction_makes_the_entry_new(client, reader):
    issue = sent_issue(number=4)
    before = entries(client.get(address(reader)))[0]["updated"]
    issue.articles.get().correct(by=issue.approved_by, version=1, body="2枚。", note="枚数")
    assert entries(client.get(address(reader)))[0]["updated"] > before


# --- whose it is ----------------------------------------------------------------------------------


def test_a_new_address_ends_the_old_one(client, client_for, reader):
    old = address(reader)
    shown = client_for(reader).post(reverse("newsletter:feed_address"), follow=True)
    fields = [field.get("value") for field in valid(shown).iter("input") if field.get("id") == "feed"]
    assert client.get(old).status_code == 404
    assert [client.get(field).status_code for field in fields] == [200]


def test_renewing_keeps_what_one_receives(reader):
    Preference.objects.of(reader).choose({Topic.DIGEST: Way.OFF})
    Preference.objects.of(reader).renew_feed()
    assert Preference.objects.of(reader).way(Topic.DIGEST) == Way.OFF


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"employment_kind": EmploymentKind.EXTERNAL_EXPERT}, {"password": "other"}],
)
def test_it_ends_with_leaving_and_with_the_password(client, reader, change):
    old = address(reader)
    type(reader).objects.filter(pk=reader.pk).update(**change)
    assert client.get(old).status_code == 404


@pytest.mark.parametrize("token", ["x", "WzEsMl0:x:y", "%F0%9F%98%80"])
def test_a_word_of_somebody_else_is_not_found(client, token):
    assert client.get(f"/newsletter/feed/{token}.atom").status_code == 404


def test_the_word_of_another_feed_is_not_found(client, reader):
    word = feeds.feeds.token(reader, "taskforce.workshops.feed")
    assert client.get(reverse("newsletter:feed", args=[word])).status_code == 404


# --- caches ---------------------------------------------------------------------------------------


def test_only_the_reader_keeps_it_and_asks_what_is_new(client, reader):
    sent_issue(number=4, published_at=timezone.now())
    first = client.get(address(reader))
    assert first.headers["Cache-Control"] == "private, max-age=900"
    again = client.get(address(reader), headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("number", [1, 3])
def test_feed_queries(client, reader, django_assert_num_queries, number):
    for n in range(number):
        sent_issue(number=n + 1)
    with django_assert_num_queries(5):
        client.get(address(reader))


def test_the_archive_leads_to_it(client_for, reader):
    sent_issue(number=1)
    links = [a.get("href") for a in valid(client_for(reader).get(reverse("newsletter:archive"))).iter("a")]
    assert reverse("newsletter:feed_address") in links
    assert page(1) in links


def test_a_new_address_leaves_what_is_chosen_meanwhile(reader):
    early = Preference.objects.of(reader)
    Preference.objects.of(reader).choose({Topic.NEWSLETTER: Way.OFF})
    early.renew_feed()
    early.renew_feed()
    kept = Preference.objects.of(reader)
    assert (kept.way(Topic.NEWSLETTER), kept.feed_turn) == (Way.OFF, 2)
