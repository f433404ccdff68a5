"""Files of an idea: who adds, opens and takes them out, and what nobody learns from them (T5, FI)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Activity
from dxportal import uploads
from taskforce.models import Idea, IdeaFile
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import draft_idea, published_idea, secretary
from tests.taskforce.test_idea_views import TEXTS, at, body

pytestmark = pytest.mark.django_db


def sheet(name="様式.csv", text="名前,日\n一,2\n"):
    return SimpleUploadedFile(name, text.encode())


def kept(idea, name="様式.csv", text="名前,日\n一,2\n"):
    return IdeaFile.add(idea, uploads.accept(sheet(name, text)), by=idea.author)


def posted(client, *files, number=None, **more):
    page = at("idea_edit", number) if number else at("idea_new")
    return client.post(page, {**TEXTS, "seen": "1", "files": list(files), **more})


def test_files_are_published_with_the_idea_and_leave_no_line_of_their_own(client_for):
    author = UserFactory()
    posted(client_for(author), sheet(), sheet("二.csv", "a,b\n"))
    idea = Idea.objects.get()
    assert (idea.is_draft, [file.name for file in idea.files.all()]) == (False, ["様式.csv", "二.csv"])
    assert [act.verb for act in Activity.objects.of(idea)] == ["idea.published"]
    shown = body(client_for(UserFactory()).get(idea.get_absolute_url()))
    assert "様式.csv" in shown and "二.csv" in shown


def test_file_is_given_out_to_save_only(client_for):
    file = kept(published_idea())
    answer = client_for(UserFactory()).get(file.get_absolute_url())
    assert b"".join(answer.streaming_content) == "名前,日\n一,2\n".encode()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "private, no-store"


def test_file_of_a_draft_is_nothing_to_others(client_for):
    file = kept(draft_idea())
    people = (file.idea.author, UserFactory(), secretary())
    answers = [client_for(user).get(file.get_absolute_url()).status_code for user in people]
    assert answers == [200, 404, 404]


def test_file_of_a_withdrawn_idea_follows_the_idea(client_for):
    file = kept(published_idea())
    file.idea.withdraw(by=file.idea.author)
    people = (file.idea.author, secretary(), UserFactory())
    answers = [client_for(user).get(file.get_absolute_url()).status_code for user in people]
    assert answers == [200, 200, 404]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("図.png", b"<html><script>alert(1)</script>", "中身が PNG ではありません"),
        ("図.svg", b"<svg/>", "この種類は受け取れません"),
        ("表.csv", b"", "ファイルが空です"),
    ],
)
def test_refused_file_is_named_and_nothing_is_saved(client_for, name, content, words):
    shown = posted(client_for(UserFactory()), sheet(), SimpleUploadedFile(name, content))
    assert (Idea.objects.count(), IdeaFile.objects.count()) == (0, 0)
    assert f"{name}: {words}" in body(shown) and "選び直して" in body(shown)
    assert TEXTS["problem"] in body(shown)


def test_five_files_and_no_more(client_for):
    client = client_for(UserFactory())
    six = [sheet(f"{number}.csv", f"a,{number}\n") for number in range(6)]
    assert "資料は5つまでです" in body(posted(client, *six))
    posted(client, *[sheet(f"{number}.csv", f"a,{number}\n") for number in range(5)])
    idea = Idea.objects.get()
    swap = {"drop": str(idea.files.first().pk), "version": idea.version}
    assert posted(client, sheet("新.csv"), number=idea.number, **swap).status_code == 302
    names = [file.name for file in idea.files.standing()]
    assert names == ["1.csv", "2.csv", "3.csv", "4.csv", "新.csv"]


def test_files_wait_in_a_draft_while_similar_ideas_are_shown(client_for):
    known, client = published_idea(title=TEXTS["title"]), client_for(UserFactory())
    shown = client.post(at("idea_new"), {**TEXTS, "files": [sheet()]}, follow=True)
    draft = Idea.objects.drafts_of(shown.wsgi_request.user).get()
    assert known.title in body(shown) and "まだ出していません" in body(shown) and "様式.csv" in body(shown)
    client.post(at("idea_edit", draft.number), {**TEXTS, "version": draft.version, "seen": "1"})
    draft.refresh_from_db()
    assert (draft.is_draft, draft.files.count()) == (False, 1)


def test_author_takes_a_file_out_while_editing(client_for):
    file = kept(published_idea())
    more = {"drop": str(file.pk), "version": file.idea.version}
    posted(client_for(file.idea.author), number=file.idea.number, **more)
    assert client_for(file.idea.author).get(file.get_absolute_url()).status_code == 404
    acts = Activity.objects.of(file.idea).with_verbs("idea.file_withdrawn")
    assert acts.get().changes == {"資料": ["様式.csv", None]}


def test_draft_forgets_a_file_and_its_bytes(client_for, django_capture_on_commit_callbacks):
    one, two = kept(draft_idea()), kept(draft_idea(title="別"))
    with django_capture_on_commit_callbacks(execute=True):
        one.take_out(by=one.idea.author)
        two.idea.withdraw(by=two.idea.author)
    assert IdeaFile.objects.count() == 0
    assert not one.file.storage.exists(one.file.name) and not two.file.storage.exists(two.file.name)


def test_secretariat_takes_a_file_out_with_a_reason_that_history_keeps(client_for):
    file, clerk = kept(published_idea()), secretary(name="渡邊 奈々")
    page = at("idea_file_remove", file.idea.number, file.pk)
    people = (UserFactory(), file.idea.author, clerk)
    assert [client_for(user).get(page).status_code for user in people] == [403, 403, 200]
    assert client_for(clerk).post(page, {"reason": " "}).status_code == 422
    client_for(clerk).post(page, {"reason": "個人の情報が入っている"})
    act = Activity.objects.of(file.idea).with_verbs("idea.file_removed").get()
    assert (act.actor_name, act.reason) == ("渡邊 奈々", "個人の情報が入っている")
    assert client_for(clerk).get(file.get_absolute_url()).status_code == 404


def test_behind_an_anonymous_idea_the_name_is_our_own_except_for_the_author(client_for):
    idea = published_idea(is_anonymous=True)
    file = kept(idea, "金子学の案.csv")
    for user, name in ((idea.author, "金子学の案.csv"), (secretary(), "資料1.csv")):
        assert name in body(client_for(user).get(idea.get_absolute_url()))
    answer = client_for(secretary()).get(file.get_absolute_url())
    assert (
        "資料1.csv" in answer["Content-Disposition"]
        or "%E8%B3%87%E6%96%991.csv" in answer["Content-Disposition"]
    )
    act = Activity.objects.of(idea).with_verbs("idea.file_added").get()
    assert (act.actor_id, act.actor_name, act.changes) == (None, "", {"資料": [None, "資料1.csv"]})


def test_the_same_file_twice_is_one():
    idea = published_idea()
    assert kept(idea) == kept(idea)


@pytest.mark.parametrize("rows", (1, 3))
def test_pages_cost_the_same_for_any_number_of_files(client_for, django_assert_num_queries, rows):
    idea = published_idea()
    for number in range(rows):
        kept(idea, f"{number}.csv", f"a,{number}\n")
    reader, author = client_for(UserFactory()), client_for(idea.author)
    pages = (
        (reader, idea.get_absolute_url(), 12),
        (author, reverse("taskforce:idea_edit", args=[idea.number]), 9),
    )
    for client, page, number in pages:
        client.get(page)
        with django_assert_num_queries(number):
            assert client.get(page).status_code == 200
