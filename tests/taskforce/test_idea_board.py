"""The board of those who answer, and the way from a line of the list to the idea and back (T6, T8)."""

from datetime import date, datetime

import pytest

from dxportal import dates
from pillars.models import Plan
from taskforce.models import IdeaStatus
from taskforce.templatetags.ideas import office_age
from tests.factories import PillarFactory, PlanFactory
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import published_idea, secretary
from tests.taskforce.test_idea_views import at, body

pytestmark = pytest.mark.django_db


def listed(client, **asked):
    return list(client.get(at("triage"), asked).context["page"])


def test_board_is_narrowed_by_state_owner_and_pillar(client_for):
    clerk = secretary()
    pillar = PillarFactory(plan=PlanFactory(status=Plan.Status.ACTIVE))
    wanted, other = published_idea(pillar=pillar), published_idea()
    wanted.assign(triage_owner=clerk, by=clerk)
    client = client_for(clerk)
    for asked in ({"owner": clerk.pk}, {"pillar": pillar.pk}, {"show": "mine"}):
        assert listed(client, **asked) == [wanted]
    other.answer(IdeaStatus.REALISED, "使える", by=clerk)
    assert (listed(client), listed(client, status="realised")) == ([wanted], [other])
    assert listed(client, status="x", owner="9", pillar="?") == [wanted]


def test_board_says_pillar_office_days_and_median(client_for):
    clerk = secretary()
    pillar = PillarFactory(plan=PlanFactory(status=Plan.Status.ACTIVE), name="働き方の柱")
    published_idea(pillar=pillar)
    answered = published_idea(at=datetime(2026, 11, 17, 12, tzinfo=dates.TOKYO))
    answered.answer("adopted", "使う", by=clerk, at=datetime(2026, 11, 19, 12, tzinfo=dates.TOKYO))
    shown = client_for(clerk).get(at("triage"))
    assert (shown.context["waiting"], shown.context["median"], shown.context["promise"]) == (1, 2, 5)
    assert "働き方の柱" in body(shown) and "開庁日" in body(shown)


def test_age_counts_office_days_until_the_first_answer():
    idea = published_idea(at=datetime(2026, 11, 20, 12, tzinfo=dates.TOKYO))  # Friday; Monday is a holiday
    assert office_age(idea, date(2026, 11, 25)) == 2
    idea.answer("adopted", "使う", by=secretary(), at=datetime(2026, 11, 24, 9, tzinfo=dates.TOKYO))
    assert office_age(idea, date(2026, 12, 25)) == 1


def test_own_ideas_alone_are_found(client_for):
    author = UserFactory()
    mine, _other = published_idea(author, is_anonymous=True), published_idea()
    assert list(client_for(author).get(at("ideas"), {"own": "on"}).context["page"]) == [mine]
    assert list(client_for(UserFactory()).get(at("ideas"), {"own": "on"}).context["page"]) == []


def test_way_back_leads_to_the_filter_and_the_line(client_for):
    idea, client = published_idea(title="電話当番"), client_for(UserFactory())
    shown = body(client.get(at("ideas"), {"q": "電話", "page": "1"}))
    link = f"{idea.get_absolute_url()}?list=q%3D%25E9%259B%25BB%25E8%25A9%25B1%26page%3D1"
    assert f'href="{link}"' in shown
    back = f'href="{at("ideas")}?q=%E9%9B%BB%E8%A9%B1&amp;page=1#idea-{idea.number}"'
    assert back in body(client.get(link))
    assert f'href="{at("ideas")}#idea-{idea.number}"' in body(client.get(idea.get_absolute_url()))


@pytest.mark.parametrize(
    "place", ["//example.com/", "javascript:alert(1)", '"><b>', "%00", "q=" + "x" * 5000]
)
def test_way_back_never_leaves_the_list(client_for, place):
    idea = published_idea()
    shown = body(client_for(UserFactory()).get(idea.get_absolute_url(), {"list": place}))
    crumb = shown[shown.index('class="crumb"') :]
    assert crumb[crumb.index('href="') + 6 :].startswith(at("ideas"))
    assert "<b>" not in crumb[: crumb.index("</nav>")]
