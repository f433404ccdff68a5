"""Every kind of mail as it leaves: headers, one recipient, hostile names, links that change nothing when followed."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Activity, Duty, Follow, Role
from dxportal import dates
from newsletter import composing, notices, reminders
from newsletter.models import Delivery, Heartbeat, Preference, Topic, Way
from taskforce.models import AuthorDisclosure
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.taskforce import ThemeFactory, WorkingGroupFactory, WorkshopFactory, group_lead
from tests.factories.taskforce_ideas import published_idea, secretary

pytestmark = pytest.mark.django_db
Kind = Delivery.Kind
HOSTILE = "試験\r\nBcc: all@example.jp\u2028X-Evil: 1\x85\x1b"
OWN = r"http://(?:localhost:8000|testserver)"
LINK = re.compile(OWN + r"/[^\s\"'<>)]*")


def person_with_news(**fields):
    """Somebody who leads a group whose theme is due, and follows an idea that was answered."""
    department = DepartmentFactory(timezone="Europe/Paris", country_code="FR")
    person = group_lead(group := WorkingGroupFactory(), department=department, **fields)
    before = [dates.today() - timedelta(days=days) for days in range(1, 7)]
    yesterday = next(day for day in before if reminders.distance(day, dates.today(), "FR") == 1)
    ThemeFactory(group=group, review_on=yesterday, starts_on=yesterday - timedelta(days=50))
    idea = published_idea(author=person, title="当番表を組む")
    words = {"target_type": "idea", "target_id": str(idea.number), "target_label": "x", "target_url": "/"}
    Follow.objects.create(user=person, **words)
    Heartbeat.objects.beat("notices")
    idea.answer("adopted", "やる", by=secretary())
    return person, idea


def issue_copy(person, make_issue):
    return Delivery.objects.for_issue(make_issue(title=person.name)).get(person=person)


def notice(person, make_issue):
    notices.create()
    return Delivery.objects.get(kind=Kind.NOTICE, person=person, content__verb="idea.answered")


def invitation(person, make_issue):
    start = timezone.now() + timedelta(days=3)
    workshop = WorkshopFactory(title=person.name, starts_at=start, ends_at=start + timedelta(hours=1))
    workshop.register(person)
    notices.create()
    return Delivery.objects.get(kind=Kind.NOTICE, person=person, content__verb="workshop.registered")


def owed(person, make_issue):
    """Told whatever was chosen: somebody looked up who wrote an anonymous idea."""
    idea = published_idea(author=person, is_anonymous=True, title=f"{person.name} 2")
    AuthorDisclosure.ask(idea, by=UserFactory(roles=[Role.ADMIN]), reason="通報\r\nX-Evil: 1")
    notices.create()
    return Delivery.objects.get(kind=Kind.NOTICE, person=person, content__verb="disclosure.made")


def admission(person, make_issue):
    """An account mail that is no code: a duty lets the person in who has never been here."""
    duty = Duty(user=person, role=Role.EDITOR, starts_on=dates.today())
    duty.give(by=UserFactory(roles=[Role.SECRETARIAT]), reason=HOSTILE)
    notices.create()
    return Delivery.objects.get(key__startswith="invitation:", person=person)


def posted(kind, **words):
    return lambda person, make_issue: Delivery.objects.post(kind, key=f"{kind}:x", person=person, **words)


def reset(person, make_issue):
    Client().post("/account/reset/", {"email": person.email})
    return Delivery.objects.get(key__startswith="account:", person=person)


READY = {"subject": f"【テスト】{HOSTILE}", "text": "本文", "html": "<p>本文</p>"}
MAKE = {
    "issue": issue_copy,
    "digest": posted(Kind.DIGEST),
    "reminder": posted(Kind.REMINDER),
    "notice": notice,
    "invitation": invitation,
    "owed": owed,
    "account": reset,
    "admission": admission,
    "test": posted(Kind.TEST, **READY),
    "alarm": posted(Kind.ALARM, alarm="relay", words=f"つながりません {HOSTILE}"),
}
OFFICIAL = {
    "owed",
    "account",
    "admission",
    "test",
    "alarm",
}  # nothing to stop: no link, and a sentence where a reader may ask
every_kind = pytest.mark.parametrize("name", MAKE)


def bytes_of(name, person, make_issue):
    row = MAKE[name](person, make_issue)
    now = timezone.now() + timedelta(minutes=1)
    row.started_at = row.mail_date = now
    row.due_at = max(row.due_at, now - timedelta(minutes=1))
    row.expires_at = now + timedelta(days=1)
    return composing.compose(row, composing.IssueShelf()).message


def parsed(name, person, make_issue):
    return message_from_bytes(bytes_of(name, person, make_issue), policy=policy.default)


def part(message, kind):
    return message.get_body((kind,)).get_content()


@every_kind
def test_headers_of_every_kind(name, make_issue):
    person, _idea = person_with_news()
    message = parsed(name, person, make_issue)
    once = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Delivery-Seal")
    assert [len(message.get_all(header)) for header in once] == [1] * len(once)
    assert [address.addr_spec for address in message["To"].addresses] == [person.email]
    assert (message["Cc"], message["Bcc"], message["Auto-Submitted"]) == (None, None, "auto-generated")
    stoppable = name not in OFFICIAL
    assert bool(message["List-Unsubscribe"]) == bool(message["List-Unsubscribe-Post"]) == stoppable
    assert bool(message["List-Id"]) == (name not in OFFICIAL - {"owed"})


@every_kind
def test_no_name_or_subject_makes_another_header(name, make_issue):
    """Names are cleaned at the door, so this is what an import or a hand in the database could bring."""
    person, idea = person_with_news()
    type(person).objects.filter(pk=person.pk).update(name=HOSTILE, name_en=HOSTILE)
    type(idea).objects.filter(pk=idea.pk).update(title=HOSTILE, title_en=HOSTILE)
    person.refresh_from_db()
    content = bytes_of(name, person, make_issue)
    message = message_from_bytes(content, policy=policy.default)
    assert (message["Bcc"], message["X-Evil"]) == (None, None)
    assert [address.addr_spec for address in message["To"].addresses] == [person.email]
    head = content.partition(b"\r\n\r\n")[0]
    assert head.isascii() and not re.search(rb"[^\r]\n|\r[^\n]|\x00", head)


@every_kind
def test_a_scanner_that_follows_every_link_changes_nothing(name, make_issue):
    person, _idea = person_with_news()
    message = parsed(name, person, make_issue)
    bodies = [part(message, kind) for kind in ("plain", "html") if message.get_body((kind,))]
    links = {link.rstrip(".、。") for body in bodies for link in LINK.findall(body)}
    links |= set(LINK.findall(str(message["List-Unsubscribe"] or "")))
    assert not re.search(r"(?:href|src|url)\W{1,3}(?!" + OWN + r"|#)https?://", bodies[-1])  # no other host
    before = everything()
    for link in links:
        for method in ("get", "head"):
            answer = getattr(Client(), method)(link.replace("&amp;", "&"))
            assert answer.status_code in (200, 302), link
    assert everything() == before
    assert links or name == "test"


def everything() -> dict:
    """A fingerprint of every table but the sessions: a visitor's session is no change of anything."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name != "django_session"]
        found = {}
        for table in tables:
            cursor.execute(f'select md5(string_agg(t::text, chr(10) order by t::text)) from "{table}" t')  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found


@every_kind
def test_what_cannot_be_stopped_says_so(name, make_issue):
    person, _idea = person_with_news()
    text = part(parsed(name, person, make_issue), "plain")
    assert ("unsubscribe" in text) == (name not in OFFICIAL)
    assert ("止められません" in text) == (name in ("owed", "alarm"))


def test_plain_text_is_all_that_comes_to_who_chose_it(make_issue):
    person, _idea = person_with_news()
    Preference.objects.of(person).choose({}, plain_text=True)
    for name in MAKE:
        if name not in ("invitation",):
            message = parsed(name, person, make_issue)
            assert (name, message.get_content_type()) == (name, "text/plain")


def test_english_readers_get_every_kind_in_english(make_issue):
    person, _idea = person_with_news(language="en")
    for name in ("digest", "reminder", "notice", "owed", "account", "admission", "alarm"):
        text = part(parsed(name, person, make_issue), "plain")
        own = [line for line in text.splitlines() if line.startswith(("届", "大臣", "このお知らせ"))]
        assert (name, own) == (name, [])
        assert (name, "Business Process Reform Office" in text) == (name, True)


def test_a_long_digest_stays_under_what_mail_programs_cut_off(make_issue):
    person, _idea = person_with_news()
    for number in range(120):
        idea = published_idea(author=person, title=f"題名の長いアイデアで、三十字ほどになるもの {number}")
        Activity.record("idea.answered", idea, by=UserFactory(), summary="要約の長い文" * 15)
    html = part(parsed("digest", person, make_issue), "html")
    assert len(html.encode()) < 102_000
    assert "ほか91件" in html


def test_nobody_is_written_to_at_once_for_what_was_put_into_the_digest(make_issue):
    person, _idea = person_with_news()
    Preference.objects.of(person).choose({Topic.ANSWER: Way.DIGEST, Topic.FOLLOWED: Way.DIGEST})
    notices.create()
    assert not Delivery.objects.filter(kind=Kind.NOTICE, person=person).exists()


def test_an_account_mail_shows_its_lines_and_no_tags(make_issue):
    person, _idea = person_with_news()
    html = part(parsed("account", person, make_issue), "html")
    assert "&lt;p&gt;" not in html and "<p" in html
