"""Nobody but the author learns who wrote an anonymous idea: not from pages, history, exports or the order of lists."""

from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Activity
from taskforce.models import Idea, IdeaStatus
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import draft_idea, published_idea, secretary

pytestmark = pytest.mark.django_db

NAME, NAME_EN, MAIL = "匿名 希望子", "Anna NYMOUS", "anna.nymous@example.jp"


@pytest.fixture
def hidden():
    """An anonymous idea through its whole life."""
    author = UserFactory(name=NAME, name_en=NAME_EN, email=MAIL, staff_number="T999123")
    idea, clerk = published_idea(author, is_anonymous=True), secretary()
    idea.comment("部の中だけでも助かります。", by=author)
    idea.edit(by=author, problem="書き直した困りごと")
    idea.answer(IdeaStatus.UNDER_REVIEW, "見る", by=clerk)
    idea.withdraw(by=author)
    idea.restore(by=author)
    return Idea.objects.get()


def leaks(text, idea):
    return [word for word in (NAME, NAME_EN, MAIL, "T999123") if word in text]


@pytest.mark.parametrize("page", ["ideas", "idea", "idea_history", "triage_idea", "triage"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_do_not_name_the_author(hidden, client_for, page, language):
    reader = secretary(language=language)
    args = [] if page in ("ideas", "triage") else [hidden.number]
    shown = client_for(reader).get(reverse(f"taskforce:{page}", args=args), {"show": "open"})
    assert (shown.status_code, leaks(shown.content.decode(), hidden)) == (200, [])


def test_author_sees_the_own_name(hidden, client_for):
    shown = client_for(hidden.author).get(hidden.get_absolute_url())
    assert NAME in shown.content.decode()


def test_history_has_no_actor_for_acts_of_the_author(hidden):
    rows = Activity.objects.of(hidden).values_list("verb", "actor_id", "actor_name")
    by_author = {row[1:] for row in rows if row[0] != "idea.answered"}
    assert by_author == {(None, "")}
    assert leaks(str(list(Activity.objects.of(hidden).values())), hidden) == []


def test_exports_do_not_name_the_author(hidden, client_for):
    client = client_for(secretary())
    csv = client.get(reverse("taskforce:ideas"), {"export": "csv"}).content.decode("utf-8-sig")
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("taskforce:ideas"), {"export": "xlsx"}).content))
    cells = str([[cell.value for cell in row] for row in book.active])
    assert (leaks(csv, hidden), leaks(cells, hidden)) == ([], [])
    assert hidden.title in csv and hidden.title in cells


def test_comment_of_the_author_stays_nameless_after_a_merge(hidden, client_for):
    target = published_idea()
    hidden.merge_into(target, by=secretary())
    text = client_for(UserFactory()).get(target.get_absolute_url()).content.decode()
    assert "部の中だけでも助かります。" in text
    assert leaks(text, hidden) == []


def test_search_does_not_find_an_idea_by_its_author(hidden):
    assert not Idea.objects.search("希望子").exists()


def test_published_name_cannot_be_hidden_afterwards():
    idea = published_idea()
    with pytest.raises(ValidationError):
        idea.edit(by=idea.author, is_anonymous=True)


def test_draft_with_a_name_can_still_be_published_without(client_for):
    idea = draft_idea()
    idea.edit(by=idea.author, is_anonymous=True)
    idea.publish(by=idea.author)
    assert list(Activity.objects.of(idea).values_list("actor_id", flat=True)) == [None]


def test_author_is_told_though_nameless(hidden):
    answered = Activity.objects.of(hidden).with_verbs("idea.answered").get()
    commented = Activity.objects.of(hidden).with_verbs("idea.commented").get()
    assert set(hidden.people_to_tell(answered)) == {hidden.author}
    assert set(hidden.people_to_tell(commented)) == set()
