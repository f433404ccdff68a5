"""Typed words are kept beside the issue, editors see each other, sections move (N1, P16, P18, CO7)."""

from datetime import UTC, datetime, timedelta

import html5lib
import pytest
from django.urls import reverse

from accounts.models import Activity, Role
from dxportal.forms import StaleVersion
from newsletter.models import Issue, Sitting
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def editor():
    return UserFactory(roles=[Role.EDITOR], name="編集 花")


@pytest.fixture
def other():
    return UserFactory(roles=[Role.EDITOR], name="佐伯 みのり")


@pytest.fixture
def part():
    return IssueFactory(number=3).articles.get()


def words(response) -> str:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())
    return " ".join("".join(tree.find("body").itertext()).split())


def typing(body, version=1, draft_version=0, **more):
    data = {"label": "小技", "title": "", "body": body, "version": version, "draft_version": draft_version}
    return {**data, "action": "autosave", **more}


def presence(part=None, **more):
    return {"part": part.pk if part else "", **more}


# --- words that are not saved -------------------------------------------------------------------------------


def test_typed_words_are_kept_beside_the_issue(client_for, editor, part):
    answer = client_for(editor).post(part.get_edit_url(), typing("書きかけ"))
    assert answer.json()["draft_version"] == 1
    part.refresh_from_db()
    assert (part.body, part.version) == ("**人**、期限、置き場所の3枚。", 1)
    assert not Activity.objects.filter(verb="issue.article_edited").exists()


def test_typed_words_come_back_in_another_window(client_for, editor, part):
    client = client_for(editor)
    client.post(part.get_edit_url(), typing("書きかけ"))
    response = client.get(part.get_edit_url())
    assert response.context["form"]["body"].value() == "書きかけ"
    assert response.context["form"]["version"].value() == 1
    assert "保存していない書きかけを開いています" in words(response)


def test_typed_words_are_seen_by_their_writer_alone(client_for, editor, other, part):
    client_for(editor).post(part.get_edit_url(), typing("書きかけ"))
    assert client_for(other).get(part.get_edit_url()).context["form"]["body"].value() == part.body


def test_second_window_of_the_same_person_is_warned(client_for, editor, part):
    client = client_for(editor)
    client.post(part.get_edit_url(), typing("一つ目の窓"))
    answer = client.post(part.get_edit_url(), typing("二つ目の窓"))
    assert answer.status_code == 409
    assert "別の画面で" in answer.json()["warning"]
    assert Sitting.objects.get().fields["body"] == "一つ目の窓"


def test_words_typed_on_an_old_version_are_shown_beside_the_new_one(client_for, editor, other, part):
    client = client_for(editor)
    client.post(part.get_edit_url(), typing("後から書いた文"))
    part.edit(by=other, version=1, body="先に保存した文")
    text = words(client.get(part.get_edit_url()))
    assert "先に保存した文" in text
    assert "後から書いた文" in text


def test_saving_forgets_what_was_kept(client_for, editor, part):
    client = client_for(editor)
    client.post(part.get_edit_url(), typing("書きかけ"))
    client.post(part.get_edit_url(), {**typing("できた", draft_version=1), "action": "", "act": "save"})
    part.refresh_from_db()
    assert part.body == "できた"
    assert Sitting.objects.get().fields == {}


def test_giving_up_brings_the_saved_text_back(client_for, editor, part):
    client = client_for(editor)
    client.post(part.get_edit_url(), typing("書きかけ"))
    client.post(part.get_edit_url(), {**typing("書きかけ"), "action": "", "act": "discard"})
    assert client.get(part.get_edit_url()).context["form"]["body"].value() == part.body


def test_head_keeps_a_day_that_cannot_be_read(client_for, editor, part):
    client, head = client_for(editor), part.issue.get_edit_url()
    data = {"title": "題", "lead": "", "issued_on": "あした", "confidentiality": "2", "version": 1}
    client.post(head, {**data, "action": "autosave"})
    form = client.get(head).context["form"]
    assert (form["issued_on"].value(), form["confidentiality"].value()) == ("あした", "2")


def test_nothing_is_kept_of_an_approved_issue(client_for, editor):
    part = sent_issue(number=3).articles.get()
    assert client_for(editor).post(part.get_edit_url(), typing("書きかけ")).status_code == 403
    assert not Sitting.objects.exclude(fields={}).exists()


def test_words_typed_while_it_was_approved_stay_on_the_page(client_for, editor):
    part = sent_issue(number=3).articles.get()
    answer = client_for(editor).post(part.get_edit_url(), {**typing("書きかけ"), "action": "", "act": "save"})
    assert answer.context["form"]["body"].value() == "書きかけ"
    assert "承認されたので、保存していません" in words(answer)
    part.refresh_from_db()
    assert part.body != "書きかけ"


def test_words_typed_into_a_section_that_was_taken_out_come_back_with_it(client_for, editor, other, part):
    client = client_for(editor)
    part.remove(by=other)
    answer = client.post(
        part.get_edit_url(), {**typing("書きかけ"), "action": "", "act": "save"}, follow=True
    )
    assert "書いた文は残してあり" in words(answer)
    part.restore(by=other)
    assert client.get(part.get_edit_url()).context["form"]["body"].value() == "書きかけ"


def test_moving_a_section_that_was_taken_out_says_so(client_for, editor, other, part):
    part.remove(by=other)
    client = client_for(editor)
    answer = client.post("/newsletter/3/sections/", {"act": f"up:{part.pk}", "part": part.pk}, follow=True)
    assert "は外してあります" in words(answer)


@pytest.mark.parametrize("number", ["9" * 12, "9" * 5000, "²", "x"])
def test_a_version_that_is_no_number_is_an_old_one(client_for, editor, part, number):
    answer = client_for(editor).post(part.get_edit_url(), typing("書きかけ", version=number))
    assert answer.json()["version"] == 0


# --- who else is here -----------------------------------------------------------------------------------------


def test_second_editor_reads_until_he_decides_to_write(client_for, editor, other, part):
    client_for(editor).get(part.get_edit_url())
    client = client_for(other)
    response = client.get(part.get_edit_url())
    assert "編集 花さんが" in words(response)
    assert "readonly" in str(response.context["form"]["body"])
    assert "保存して確認を頼む" not in words(response)
    client.post(reverse("newsletter:presence", args=[3]), presence(part, act="take"))
    assert "保存して確認を頼む" in words(client.get(part.get_edit_url()))


def test_first_editor_hears_that_somebody_writes_now(client_for, editor, other, part):
    first, second = client_for(editor), client_for(other)
    first.get(part.get_edit_url())
    second.get(part.get_edit_url())
    address = reverse("newsletter:presence", args=[3])
    second.post(address, presence(part, act="take"))
    told = first.post(address, presence(part, told=str(other.pk)))
    assert "佐伯 みのりさんも、この節を開いています" in told.content.decode()
    again = first.post(address, presence(part, told=f"{other.pk} waits"))
    assert again.status_code == 204


def test_waiting_editor_hears_that_he_may_write(client_for, editor, other, part):
    client_for(editor).get(part.get_edit_url())
    second, address = client_for(other), reverse("newsletter:presence", args=[3])
    second.get(part.get_edit_url())
    told = f"{editor.pk} waits"
    assert second.post(address, presence(part, told=told, locked=1)).status_code == 204
    Sitting.objects.filter(person=editor).update(seen_at=NOON)
    answer = second.post(address, presence(part, told=told, locked=1)).content.decode()
    assert "先に開いていた人が離れました" in answer


def test_editors_of_different_sections_do_not_wait(client_for, editor, other, part):
    client_for(editor).get(part.issue.get_edit_url())
    assert client_for(other).get(part.get_edit_url()).context["others"] == []


def test_who_has_left_is_not_waited_for(editor, other, part):
    Sitting.objects.open(part.issue, part, by=editor, at=NOON)
    later = Sitting.objects.open(part.issue, part, by=other, at=NOON + 2 * MINUTE)
    assert later.others(NOON + 2 * MINUTE) == []


def test_who_typed_lately_still_counts_as_writing(editor, other, part):
    Sitting.objects.keep(part.issue, part, {"body": "…"}, by=editor, base=1, typed=0, at=NOON)
    later = Sitting.objects.open(part.issue, part, by=other, at=NOON + 5 * MINUTE)
    assert [sitting.person for sitting in later.others(NOON + 5 * MINUTE)] == [editor]


def test_coming_back_after_an_absence_is_a_new_sitting(editor, part):
    Sitting.objects.open(part.issue, part, by=editor, at=NOON)
    assert Sitting.objects.open(part.issue, part, by=editor, at=NOON + MINUTE / 2).opened_at == NOON
    back = NOON + 10 * MINUTE
    assert Sitting.objects.open(part.issue, part, by=editor, at=back).opened_at == back


def test_stale_count_is_refused(editor, part):
    keep = {"by": editor, "base": 1}
    Sitting.objects.keep(part.issue, part, {"body": "一"}, typed=0, **keep)
    Sitting.objects.keep(part.issue, part, {"body": "二"}, typed=1, **keep)
    with pytest.raises(StaleVersion):
        Sitting.objects.keep(part.issue, part, {"body": "三"}, typed=1, **keep)
    assert Sitting.objects.get().fields == {"body": "二"}


# --- the order of sections ------------------------------------------------------------------------------------


def labels():
    return [part.label for part in Issue.objects.get().sections]


@pytest.mark.parametrize(
    ("act", "order"),
    [("up:{}", "二一三"), ("down:{}", "一三二"), ("place-1:{}", "二一三"), ("place-9:{}", "一三二")],
)
def test_second_section_moves(client_for, editor, act, order):
    issue = IssueFactory(number=3, articles=[(label, "…") for label in "一二三"])
    act = act.format(issue.sections[1].pk)
    client_for(editor).post(reverse("newsletter:sections", args=[3]), {"act": act})
    assert "".join(labels()) == order


def test_moving_answers_with_the_list_and_says_where_it_went(client_for, editor):
    issue = IssueFactory(number=3, articles=[(label, "…") for label in "一二三"])
    address = reverse("newsletter:sections", args=[3])
    answer = client_for(editor).post(
        address, {"act": f"up:{issue.sections[1].pk}"}, headers={"hx-request": "true"}
    )
    html = answer.content.decode()
    assert "「二」は1番目です。" in html
    assert html.index(">二<") < html.index(">一<")


def test_moving_without_javascript_keeps_what_was_typed(client_for, editor):
    issue = IssueFactory(number=3, articles=[(label, "…") for label in "一二"])
    first, second = issue.sections
    data = {**typing("書きかけ"), "action": "", "part": first.pk, "act": f"up:{second.pk}"}
    client = client_for(editor)
    answer = client.post(reverse("newsletter:sections", args=[3]), data, follow=True)
    assert answer.redirect_chain == [(first.get_edit_url(), 302)]
    assert answer.context["form"]["body"].value() == "書きかけ"
    assert labels() == ["二", "一"]


def test_english_tab_follows_the_form(client_for, editor, part):
    data = {"title": "題", "title_en": "Typed", "english_summary": "*Now*", "lead": "", "act": "preview"}
    html = client_for(editor).post(part.issue.get_edit_url(), data).content.decode()
    assert '<p lang="en"><b>Typed</b></p>' in html
    assert "<em>Now</em>" in html
