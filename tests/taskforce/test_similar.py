"""While somebody writes an idea, the form offers ideas, practices and guidance like it (T5)."""

import pytest
from django.urls import reverse_lazy

from taskforce.models import Consultation, Guidance
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import published_idea, published_practice, secretary

pytestmark = pytest.mark.django_db
SIMILAR = reverse_lazy("taskforce:idea_similar")


def test_practices_and_guidance_are_offered_too(client_for):
    practice = published_practice(title="電話当番表のひな形", summary="案が自動でできる。")
    guidance_like("電話当番表の直し方").publish(by=secretary())
    guidance_like("電話当番表の古い手引き").save()  # taken back, or not out yet
    shown = client_for(UserFactory()).get(SIMILAR, {"q": "公館の電話当番表"}).content.decode()
    words = (practice.title, "電話当番表の直し方", "電話当番表の古い手引き", 'name="seen"')
    assert [word in shown for word in words] == [True, True, False, True]


def guidance_like(title):
    asker, helper = UserFactory(), secretary()
    found = Consultation.ask(by=asker, title=title, text="毎月3時間かかる。")
    found.answer("予定表から写す。", by=helper)
    found.resolve(by=asker)
    return Guidance(consultation=found, title=title, question="毎月かかる。", answer="予定表から写す。")


@pytest.mark.parametrize("count", [1, 3])
def test_similar_asks_the_same_for_any_number(client_for, count, django_assert_num_queries):
    for number in range(count):
        published_idea(title=f"電話当番表を{number}月から自動で決める")
        published_practice(title=f"電話当番表のひな形 {number}", summary="案。")
        guidance_like(f"電話当番表の直し方 {number}").publish(by=secretary())
    client = client_for(UserFactory())
    client.get(SIMILAR, {"q": "電話当番表"})
    with django_assert_num_queries(9):
        client.get(SIMILAR, {"q": "電話当番表"})
