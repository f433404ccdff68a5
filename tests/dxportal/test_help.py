import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import GradeScaleFactory, PlanFactory, UserFactory

PAGES = ("portal:help", "portal:help_progress", "portal:help_accessibility")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_help_is_open_to_visitors_and_valid(db, name, language):
    answer = Client(headers={"accept-language": language}).get(reverse(name))
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.content.decode())
    assert (answer.status_code, len(page.findall(".//h1"))) == (200, 1)
    assert page.get("lang") == language


@pytest.mark.parametrize("name", PAGES)
def test_help_asks_the_database_for_nothing_but_the_reader(client, django_assert_max_num_queries, db, name):
    client.force_login(UserFactory())
    with django_assert_max_num_queries(6):
        client.get(reverse(name))


def test_help_tells_whom_to_ask(client, db, settings):
    settings.SECRETARIAT_CONTACT = "総務課(内線 1)"
    assert "困ったときは、総務課(内線 1)へ。" in client.get(reverse("portal:help")).content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_help_is_accessible_and_fits_a_phone(new_page, axe, name):
    page = new_page(width=390)
    page.goto(reverse(name))
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True


# --- how progress is computed ---------------------------------------------------------------------


def words(client, query="") -> str:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        client.get(reverse("portal:help_progress") + query).content
    )
    return "".join("".join(page.find("body/main").itertext()).split())


def test_the_example_is_computed_by_the_rules_themselves(client, db):
    shown = words(client)
    assert "実績40%、計画80%、差は−40ポイントで、状態は遅れ。年度末の見込みは100%。" in shown
    assert "事故を0にする401算定不可目標が075%" in shown


def test_thresholds_words_and_grades_are_those_of_the_plan(client, db):
    plan = PlanFactory(
        on_track_points="-2.5",
        slightly_delayed_points=-45,
        status_words={"slightly_delayed": {"ja": "注意", "en": "Watch"}},
        grade_scale=GradeScaleFactory(grades=[("◎", "0.8", False), ("×", None, False)]),
    )
    client.force_login(UserFactory())
    shown = words(client, f"?plan={plan.code}")
    for sentence in (
        "差が−2.5ポイント以上",
        "差が−45ポイント以上、−2.5ポイント未満",
        "差は−40ポイントで、状態は注意。",
        "◎測定した指標の80%以上が目標に達した",
        "×人が決める",
    ):
        assert sentence in shown


def test_a_visitor_sees_nothing_of_a_plan(client, db):
    plan = PlanFactory(name="見せない計画", on_track_points=-1)
    shown = words(client, f"?plan={plan.code}")
    assert ("見せない計画" in shown, "差が−5ポイント以上" in shown) == (False, True)


def test_the_words_of_a_plan_one_may_not_read_stay_hidden(client, db):
    client.force_login(UserFactory())
    draft = PlanFactory(status="draft")
    assert client.get(reverse("portal:help_progress"), {"plan": draft.code}).status_code == 404
