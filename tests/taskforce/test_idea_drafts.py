"""An idea that is being written survives: kept while typing, listed, continued, thrown away (T5, P18, CO7)."""

import pytest
from django.urls import reverse

from accounts.models import Activity
from dxportal.forms import StaleVersion
from taskforce.models import Idea, IdeaDraft
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import draft_idea, published_idea, secretary
from tests.taskforce.test_idea_views import TEXTS, at, body

pytestmark = pytest.mark.django_db


def typing(client, address=None, **words):
    answer = client.post(address or at("idea_new"), {**TEXTS, **words, "action": "autosave"})
    return answer, (answer.json() if answer["Content-Type"] == "application/json" else None)


def test_typing_begins_a_draft_and_is_there_when_the_page_opens_again(client_for):
    author = UserFactory()
    client = client_for(author)
    _answer, told = typing(client, title="長" * 40, minutes_each="百", wish="")
    idea = Idea.objects.get()
    assert (idea.is_draft, idea.problem, idea.title) == (True, TEXTS["problem"], "")
    assert (told["url"], told["version"], told["key"]) == (
        at("idea_edit", idea.number),
        2,
        f"idea-{idea.number}",
    )
    page = body(client.get(told["url"]))
    assert "長" * 40 in page and 'value="百"' in page and told["saved"] in page
    assert Activity.objects.of(idea).count() == 0


def test_one_window_goes_on_with_the_same_draft(client_for):
    client = client_for(UserFactory())
    _answer, told = typing(client)
    _answer, told = typing(client, told["url"], version=told["version"], problem="書き足した文")
    assert (Idea.objects.get().problem, told["version"]) == ("書き足した文", 3)
    client.post(told["url"], {**TEXTS, "version": told["version"], "seen": "1"})
    assert (Idea.objects.get().is_draft, IdeaDraft.objects.count()) == (False, 0)


def test_nothing_typed_begins_nothing(client_for):
    answer, told = typing(client_for(UserFactory()), title="", problem=" ", wish="", minutes_each="5")
    assert (answer.status_code, told["url"], Idea.objects.count()) == (200, at("idea_new"), 0)


def test_two_new_windows_are_two_drafts(client_for):
    client = client_for(UserFactory())
    urls = {typing(client, title="", wish="", problem="同じ")[1]["url"] for _window in range(2)}
    assert (len(urls), Idea.objects.count()) == (2, 2)


def test_the_older_window_is_told_and_both_texts_are_shown_when_it_saves(client_for):
    idea = draft_idea()
    client, page = client_for(idea.author), at("idea_edit", idea.number)
    typing(client, page, version=1, problem="新しい窓の文")
    answer, told = typing(client, page, version=1, problem="古い窓の文")
    assert (answer.status_code, "別の画面で" in told["warning"]) == (409, True)
    shown = client.post(page, {**TEXTS, "version": 1, "problem": "古い窓の文", "draft": "1"})
    assert shown.status_code == 409
    assert "新しい窓の文" in body(shown) and "古い窓の文" in body(shown)
    assert Idea.objects.get().problem == "新しい窓の文"


def test_typing_beside_a_published_idea_changes_nothing_that_others_see(client_for):
    idea = published_idea()
    client, page = client_for(idea.author), at("idea_edit", idea.number)
    typing(client, page, version=idea.version, problem="まだ見せない文")
    idea.refresh_from_db()
    assert idea.problem != "まだ見せない文" and Activity.objects.of(idea).count() == 1
    assert "まだ見せない文" in body(client.get(page))
    assert "まだ見せない文" not in body(client_for(secretary()).get(idea.get_absolute_url()))
    discard = at("idea_typed_discard", idea.number)
    assert client.get(discard).status_code == 200 and IdeaDraft.objects.exists()
    client.post(discard)
    assert "まだ見せない文" not in body(client.get(page))


def test_what_others_type_is_refused(client_for):
    idea, other = draft_idea(), published_idea()
    client = client_for(UserFactory())
    for number, status in ((idea.number, 404), (other.number, 403)):
        assert typing(client, at("idea_edit", number), version=1)[0].status_code == status
    assert IdeaDraft.objects.count() == 0


def test_stale_version_leaves_the_kept_text():
    idea = draft_idea()
    IdeaDraft.keep(idea, {"title": "一"}, version=1)
    with pytest.raises(StaleVersion):
        IdeaDraft.keep(idea, {"title": "二"}, version=1)
    assert IdeaDraft.objects.get().fields == {"title": "一"}


def test_own_drafts_are_listed_to_go_on_or_throw_away(client_for):
    mine = draft_idea(title="題のある下書き")
    nameless = draft_idea(mine.author, title="", wish="別")
    draft_idea(title="ほかの人の下書き")
    for page in (at("ideas"), reverse("portal:me")):
        shown = body(client_for(mine.author).get(page))
        assert "題のある下書き" in shown and "題名のない下書き" in shown and "ほかの人の下書き" not in shown
        for number in (mine.number, nameless.number):
            assert at("idea_edit", number) in shown and at("idea_withdraw", number) in shown
    client_for(mine.author).post(at("idea_withdraw", nameless.number))
    assert set(Idea.objects.unfinished_of(mine.author)) == {mine}


def test_idea_with_unsaved_words_is_among_the_drafts(client_for):
    idea = published_idea()
    IdeaDraft.keep(idea, {"title": "直し"}, version=idea.version)
    shown = body(client_for(idea.author).get(at("ideas")))
    assert at("idea_typed_discard", idea.number) in shown
    assert "自分の下書き" not in body(client_for(UserFactory()).get(at("ideas")))


@pytest.mark.parametrize("rows", (1, 3))
def test_list_costs_the_same_for_any_number_of_drafts(client_for, django_assert_num_queries, rows):
    author = UserFactory()
    published_idea()
    for number in range(rows):
        draft_idea(author, title=f"下書き{number}")
    client = client_for(author)
    client.get(at("ideas"))
    with django_assert_num_queries(13):
        client.get(at("ideas"))
