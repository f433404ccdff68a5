import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Activity
from newsletter import notices
from newsletter.models import Delivery, Heartbeat
from taskforce.models import Thanks
from tests.factories.accounts import UserFactory
from tests.factories.taskforce import ThemeFactory, WorkshopFactory, group_member
from tests.factories.taskforce_ideas import published_idea, published_practice, secretary

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def body(response):
    return response.content.decode()


def told():
    Heartbeat.objects.update(at="2020-01-01T00:00Z")
    notices.create()
    return sorted(Delivery.objects.filter(content__topic="thanks").values_list("person", flat=True))


@pytest.fixture
def watched():
    Heartbeat.objects.beat("notices")


def test_note_is_written_read_and_on_the_page_of_the_person(client_for, watched):
    idea, giver = published_idea(), UserFactory(job_title="官房長")
    data = {"to": f"person:{idea.author_id}", "text": "現場の声に助けられました。"}
    answer = client_for(giver).post(at("thanks_new", f"idea:{idea.number}"), data)
    assert answer["Location"] == f"{idea.get_absolute_url()}#h-thanks"
    reader = client_for(UserFactory())
    for page in (idea.get_absolute_url(), at("contributions", idea.author_id)):
        assert "現場の声に助けられました。" in body(reader.get(page))
    assert told() == [idea.author_id]
    assert "助けられました" not in str(list(Activity.objects.of(idea).values()))


@pytest.mark.parametrize("kind", ["idea", "practice", "theme", "workshop"])
def test_a_department_is_thanked_for_anything(client_for, kind):
    make = {
        "idea": published_idea,
        "practice": published_practice,
        "theme": ThemeFactory,
        "workshop": WorkshopFactory,
    }
    subject, place = make[kind](), UserFactory().department
    key = f"{kind}:{subject.number if kind == 'idea' else subject.pk}"
    data = {"to": f"department:{place.pk}", "text": "Thank you."}
    assert client_for(UserFactory()).post(at("thanks_new", key), data).status_code == 302
    assert (Thanks.objects.get().about, Thanks.objects.get().receiver) == (subject, place)
    assert "Thank you." in body(client_for(UserFactory()).get(subject.get_absolute_url()))


def test_members_of_a_thanked_group_are_told_once(watched):
    theme, giver = ThemeFactory(), UserFactory()
    member = group_member(theme.group)
    for _click in range(2):
        Thanks.give("助かりました。", by=giver, about=theme, group=theme.group)
    assert (Thanks.objects.count(), told()) == (1, [member.pk])


def test_hidden_author_is_thanked_and_told_without_a_name(client_for, watched):
    author = UserFactory(name="匿名 希望子")
    idea, client = published_idea(author, is_anonymous=True), client_for(UserFactory())
    page = at("thanks_new", f"idea:{idea.number}")
    assert "希望子" not in body(client.get(page))
    client.post(page, {"to": "author:0", "text": "ありがとう。"})
    assert (Thanks.objects.get().person, told()) == (None, [author.pk])
    assert "希望子" not in body(client.get(idea.get_absolute_url()))
    for other in (at("contributions", author.pk), author.get_absolute_url()):
        assert idea.title not in body(client.get(other)) and "ありがとう。" not in body(client.get(other))


def test_hidden_note_keeps_its_reason_and_tells_nobody(client_for, watched):
    idea = published_idea()
    note = Thanks.give("ひどいことば", by=UserFactory(), about=idea, person=idea.author)
    page = at("thanks_hide", note.pk)
    assert [client_for(user).get(page).status_code for user in (UserFactory(), secretary())] == [403, 200]
    client_for(secretary()).post(page, {"reason": "相手を傷つける"})
    shown = body(client_for(UserFactory()).get(idea.get_absolute_url()))
    assert ("ひどいことば" in shown, "相手を傷つける" in shown) == (False, True)
    assert "ひどいことば" not in body(client_for(UserFactory()).get(at("contributions", idea.author_id)))


def test_nobody_thanks_himself_nor_nobody(client_for):
    idea = published_idea()
    with pytest.raises(ValidationError):
        Thanks.give("よくやった", by=idea.author, about=idea, person=idea.author)
    with pytest.raises(IntegrityError), transaction.atomic():
        Thanks.objects.create(by=idea.author, idea=idea, text="x")
    shown = client_for(UserFactory()).post(at("thanks_new", f"idea:{idea.number}"), {"text": "宛名のない文"})
    assert (Thanks.objects.count(), "宛名のない文" in body(shown)) == (0, True)


def test_people_are_looked_up_without_losing_the_text(client_for):
    idea, wanted = published_idea(), UserFactory(name="髙橋 葵")
    page, client = at("thanks_new", f"idea:{idea.number}"), client_for(UserFactory())
    shown = body(client.post(page, {"find": "高橋", "look": "1", "text": "途中の文"}))
    assert "途中の文" in shown and f"person:{wanted.pk}" in shown
    client.post(page, {"to": f"person:{wanted.pk}", "text": "助かった"})
    assert Thanks.objects.get().person == wanted


@pytest.mark.parametrize("key", ["idea:999999", "idea:x", "person:1", "theme:99999999999999", "idea"])
def test_thanks_for_nothing_are_not_found(client_for, key):
    assert client_for(UserFactory()).get(at("thanks_new", key)).status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_page_of_a_person_costs_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, rows):
    person = UserFactory()
    for number in range(rows):
        idea = published_idea(person, title=f"題{number}")
        Thanks.give(f"{number}", by=UserFactory(), about=idea, person=person)
        published_practice(contact=person)
    client = client_for(UserFactory())
    client.get(at("contributions", person.pk))
    with django_assert_num_queries(8):
        client.get(at("contributions", person.pk))
