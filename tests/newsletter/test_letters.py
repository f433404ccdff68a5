"""Letters and proposals: sent once, read by editors, printed without the name where asked, answered (N3, N10)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Activity, EmploymentKind, Role
from dxportal import attention, dates
from dxportal.forms import StaleVersion
from newsletter import drain, markdown, notices
from newsletter.models import Delivery, Heartbeat, Letter
from tests.factories import InitiativeFactory, UserFactory
from tests.factories.newsletter import IssueFactory, LetterFactory, sent_issue
from tests.factories.pillars import PillarFactory
from tests.factories.taskforce_ideas import published_idea
from tests.newsletter.test_pages import page, valid, words

pytestmark = pytest.mark.django_db
State = Letter.State


@pytest.fixture
def writer():
    return UserFactory(name="便り 好子")


@pytest.fixture
def editor():
    return UserFactory(roles=[Role.EDITOR], name="編集 花")


def propose(client, about="", **data):
    return client.post(
        f"{reverse('newsletter:propose')}?about={about}", {"text": "広めたい", **data}, follow=True
    )


# --- sending --------------------------------------------------------------------------------------


def test_a_letter_about_an_issue(client_for, writer):
    issue = sent_issue(number=4)
    answer = client_for(writer).post(
        page(4, "write_letter"), {"text": "助かった\r\n次も", "unnamed": "on"}, follow=True
    )
    letter = Letter.objects.get()
    assert (letter.kind, letter.issue, letter.text, letter.unnamed) == (
        "letter",
        issue,
        "助かった\n次も",
        True,
    )
    assert "助かった 次も" in words(answer)
    assert Activity.objects.of(letter).get().verb == "letter.sent"


def test_a_proposal_about_an_idea(client_for, writer):
    idea = published_idea(title="昼休みを短くする")
    propose(client_for(writer), f"idea:{idea.number}")
    letter = Letter.objects.get()
    assert (letter.kind, letter.about_label, letter.about_url) == (
        "proposal",
        "昼休みを短くする",
        idea.get_absolute_url(),
    )


@pytest.mark.parametrize("about", ["", "idea:999", "user:1", "idea:x", "idea:", "²:1", "idea:99999999999"])
def test_a_proposal_about_nothing_that_is_there(client_for, writer, about):
    assert propose(client_for(writer), about).status_code == 200
    assert Letter.objects.get().about_url == ""


def test_a_restricted_initiative_is_not_named_to_editors(client_for):
    hidden = InitiativeFactory(objective__pillar=PillarFactory(is_restricted=True))
    propose(client_for(UserFactory(roles=[Role.SECRETARIAT])), f"initiative:{hidden.pk}")
    assert Letter.objects.get().about_label == ""


def test_an_outside_expert_may_propose(client_for):
    expert = UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT, roles=[Role.SUPPORT_EXPERT])
    assert propose(client_for(expert)).redirect_chain == [(reverse("newsletter:letters"), 302)]


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("あ" * 1000, 200), ("あ" * 1001, 422), ("\u3164", 422)]
)
def test_words_that_can_be_seen_up_to_1000(client_for, writer, text, status):
    answer = propose(client_for(writer), text=text)
    assert answer.status_code == status
    assert Letter.objects.count() == (status == 200)


@pytest.mark.django_db(transaction=True)
def test_sent_five_times_at_once_arrives_once(writer):
    def send(_n):
        Letter.objects.send(by=writer, text="ありがとう", kind=Letter.Kind.PROPOSAL)
        connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(send, range(5)))
    assert Letter.objects.count() == 1


def test_the_same_words_again_are_the_same_letter_whatever_they_are_about(writer):
    idea = published_idea(title="昼休みを短くする")
    proposal = {"by": writer, "text": "広めたい", "kind": Letter.Kind.PROPOSAL}
    about_it, about_nothing = Letter.objects.send(about=idea, **proposal), Letter.objects.send(**proposal)
    assert Letter.objects.send(**proposal) == about_nothing
    idea.title = "昼休みをずらす"
    assert Letter.objects.send(about=idea, **proposal) == about_it


def test_the_same_words_about_another_issue_are_another_letter(writer):
    for number in (1, 2):
        issue = sent_issue(number=number)
        Letter.objects.send(by=writer, text="ありがとう", kind=Letter.Kind.LETTER, issue=issue)
    assert Letter.objects.count() == 2


def test_pages_lead_to_a_proposal_about_themselves(client_for, writer):
    idea = published_idea()
    links = [a.get("href") for a in valid(client_for(writer).get(idea.get_absolute_url())).iter("a")]
    assert f"{reverse('newsletter:propose')}?about=idea:{idea.number}" in links


# --- the tray -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_tray_queries(client_for, editor, django_assert_num_queries, number):
    for _n in range(number):
        LetterFactory(issue=sent_issue())
    client = client_for(editor)
    client.get(reverse("newsletter:tray"))
    with django_assert_num_queries(7):
        valid(client.get(reverse("newsletter:tray")))


@pytest.mark.parametrize("number", [1, 3])
def test_own_letters_queries(client_for, writer, django_assert_num_queries, number):
    for _n in range(number):
        LetterFactory(issue=sent_issue(), author=writer)
    client = client_for(writer)
    client.get(reverse("newsletter:letters"))
    with django_assert_num_queries(4):
        valid(client.get(reverse("newsletter:letters")))


def test_tray_by_state_and_kind(client_for, editor):
    first, second = LetterFactory(), LetterFactory(kind=Letter.Kind.PROPOSAL)
    first.settle(State.USED, by=editor, version=1)
    client = client_for(editor)
    listed = lambda query: list(client.get(f"{reverse('newsletter:tray')}?{query}").context["page"])  # noqa: E731
    assert listed("state=new") == listed("kind=proposal") == [second]
    assert listed("state=used") == [first]
    assert listed("state=x") == [second, first]


def test_beside_the_text_only_what_waits_oldest_first(client_for, editor):
    used, first, second = LetterFactory(), LetterFactory(), LetterFactory(unnamed=True)
    used.settle(State.USED, by=editor, version=1)
    address = reverse("newsletter:tray") + "?into=id_body"
    html = client_for(editor).get(address, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in html
    assert html.index(first.text[:12]) < html.index(second.text[:12])
    assert used.text[:12] not in html
    assert html.count('data-insert="id_body"') == 2


def test_words_in_print(writer):
    letter = LetterFactory(
        author=writer, text="一行目\n<b>二行目</b>", about_label="昼休み", about_url="/ideas/1/"
    )
    department = writer.department.name
    assert letter.markdown == (
        f"> 一行目\n> <b>二行目</b>\n>\n> 便り 好子 {department}\n\n[昼休み](/ideas/1/)"
    )
    assert "&lt;b&gt;二行目" in markdown.to_html(letter.markdown)
    letter.unnamed = True
    assert "便り 好子" not in letter.markdown


def test_brackets_in_a_title_do_not_end_the_link():
    letter = LetterFactory.build(author=UserFactory(), about_label="[案]](x)", about_url="/ideas/1/")
    assert '<a href="/ideas/1/"' in markdown.to_html(letter.markdown)


# --- what becomes of it ---------------------------------------------------------------------------


def press(client, letter, act, version=1, **data):
    return client.post(letter.get_absolute_url(), {"act": act, "version": version, "answer": "", **data})


def test_used_in_an_issue_with_an_answer(client_for, editor, writer):
    letter, issue = LetterFactory(author=writer), IssueFactory(number=7)
    assert press(client_for(editor), letter, "used", used_in=issue.pk, answer="載せます").status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.used_in, letter.answer, letter.settled_by) == (
        "used",
        issue,
        "載せます",
        editor,
    )
    seen = words(client_for(writer).get(reverse("newsletter:letters")))
    assert "便りで使う 第7号" in seen
    assert "載せます" in seen


def test_back_into_the_tray(client_for, editor):
    letter = LetterFactory()
    letter.settle(State.DECLINED, by=editor, version=1)
    press(client_for(editor), letter, "new", version=2)
    letter.refresh_from_db()
    assert (letter.state, letter.settled_by, letter.settled_at) == ("new", None, None)


def test_two_editors_at_once(client_for, editor):
    letter = LetterFactory()
    letter.settle(State.DECLINED, by=UserFactory(roles=[Role.EDITOR]), version=1, answer="先の返事")
    answer = press(client_for(editor), letter, "used", answer="後の返事")
    assert answer.status_code == 422
    assert "先の返事" in words(answer)
    assert Letter.objects.get().state == "declined"


def test_an_old_version_is_stale(editor):
    letter = LetterFactory()
    letter.settle(State.DECLINED, by=editor, version=1)
    with pytest.raises(StaleVersion):
        letter.settle(State.USED, by=editor, version=1)


def test_an_act_that_is_none_is_said(client_for, editor):
    answer = press(client_for(editor), LetterFactory(), "burn")
    assert "「使う」か「見送る」を選んでください。" in words(answer)


def test_others_do_not_know_of_it(client_for):
    assert client_for(UserFactory()).get(LetterFactory().get_absolute_url()).status_code == 404


# --- who is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "answer", "told"),
    [
        ("used", "", 1),
        ("used", "載せます", 1),
        ("declined", "来月に", 1),
        ("declined", "", 0),
        ("new", "", 0),
    ],
)
def test_the_writer_is_told_what_is_worth_telling(editor, writer, state, answer, told):
    Heartbeat.objects.beat("notices")
    letter = LetterFactory(author=writer)
    letter.settle(state, by=editor, version=1, answer=answer)
    notices.create()
    assert list(Delivery.objects.values_list("person", flat=True)) == [writer.pk] * told


@pytest.mark.django_db(transaction=True)
def test_the_mail_says_what_became_of_it(editor, writer, relay, due_now):
    Heartbeat.objects.beat("notices")
    letter = LetterFactory(author=writer, text="引継書の話")
    letter.settle(State.USED, by=editor, version=1, answer="次の号に載せます")
    notices.create()
    due_now()
    drain.drain(seconds=10)
    [mail] = relay.kept
    assert str(mail.message["Subject"]) == "送ったものを便りで使います: 引継書の話"
    assert "次の号に載せます" in mail.part("plain")
    assert letter.get_absolute_url() in mail.part("plain")


def test_editors_owe_one_thing_however_many_wait(editor):
    first = LetterFactory(text="いちばん先の便り")
    LetterFactory()
    items = [item for item in attention.needing(editor, dates.today()) if item.kind == "letter"]
    assert [(item.about, item.url) for item in items] == [(str(first), reverse("newsletter:tray"))]
    assert [i for i in attention.needing(UserFactory(), dates.today()) if i.kind == "letter"] == []
