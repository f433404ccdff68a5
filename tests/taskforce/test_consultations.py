"""Consultations with the support team, and the guidance that comes of them (T15)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from dxportal.forms import StaleVersion
from taskforce.models import Consultation, Guidance, names_in
from tests.factories.accounts import DepartmentFactory, DutyFactory, UserFactory
from tests.factories.taskforce_ideas import secretary

pytestmark = pytest.mark.django_db


def expert():
    person = UserFactory(employment_kind="external_expert", name="遠藤 専門")
    DutyFactory(user=person, role=Role.SUPPORT_EXPERT)
    return person


def asked(**fields):
    asker = UserFactory(name="相川 花子", department=DepartmentFactory(name="旅券第二課"))
    return Consultation.ask(by=asker, title="集計が毎月終わらない", text="表計算で半日かかる。", **fields)


def resolved(**fields):
    found, helper = asked(**fields), expert()
    found.assign(helper, by=secretary(), version=found.version)
    found.answer("ひな形を使う。", by=helper)
    found.resolve(by=found.asker)
    return found


def test_from_question_to_guidance():
    found = resolved()
    guidance = Guidance(
        consultation=found, title="毎月の集計", question="半日かかる。", answer="ひな形を使う。"
    )
    guidance.publish(by=secretary())
    assert (found.state, list(Guidance.objects.published())) == ("resolved", [guidance])


def test_who_sees_a_consultation():
    found, helper, other = asked(), expert(), expert()
    found.assign(helper, by=secretary(), version=1)
    people = (found.asker, helper, secretary(), other, UserFactory())
    assert [Consultation.objects.visible_to(p).exists() for p in people] == [True, True, True, False, False]


def test_expert_whose_duty_ended_sees_nothing():
    found, helper = asked(), expert()
    found.assign(helper, by=secretary(), version=1)
    helper.duties.update(ends_on=timezone.localdate() - timedelta(days=1))
    fresh = type(helper).objects.get(pk=helper.pk)
    assert not Consultation.objects.visible_to(fresh).exists()


def test_who_has_to_do_something():
    found, helper, chief = asked(), expert(), secretary()
    turn = lambda: [Consultation.objects.needing(p, None).exists() for p in (chief, helper, found.asker)]  # noqa: E731
    seen = [turn()]
    found.assign(helper, by=chief, version=1)
    seen.append(turn())
    found.answer("ひな形を使う。", by=helper)
    seen.append(turn())
    found.resolve(by=found.asker)
    assert [*seen, turn()] == [[True, False, False], [False, True, False], [False, False, True], [False] * 3]


def test_asking_on_opens_it_again():
    found = resolved()
    found.add("列が増えたらどうするか。", by=found.asker)
    assert (Consultation.objects.get().state, Consultation.objects.get().resolved_at) == ("assigned", None)


def test_only_who_asked_resolves_and_nobody_answers_the_own_question():
    found = asked()
    found.answer("試す。", by=secretary())
    with pytest.raises(PermissionDenied):
        found.resolve(by=secretary())
    with pytest.raises(PermissionDenied):
        found.answer("自分で。", by=found.asker)


def test_second_of_two_who_assign_is_told():
    found, first, second = asked(), expert(), expert()
    again = Consultation.objects.get()
    found.assign(first, by=secretary(), version=1)
    with pytest.raises(StaleVersion):
        again.assign(second, by=secretary(), version=1)
    assert Consultation.objects.get().expert == first


@pytest.mark.django_db(transaction=True)
def test_resolving_five_times_at_once_counts_once():
    found = asked()
    found.answer("試す。", by=secretary())

    def close(_n):
        try:
            Consultation.objects.get().resolve(by=found.asker)
            return 1
        except ValidationError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(close, range(5))) == 1


def test_objection_stops_publishing(client_for):
    found = resolved()
    found.allow_publishing(False, by=found.asker)
    with pytest.raises(ValidationError):
        Guidance(consultation=found, title="集計", question="a", answer="b").publish(by=secretary())
    url = reverse("taskforce:guidance_edit", args=[found.pk])
    assert client_for(secretary()).get(url).status_code == 403


@pytest.mark.parametrize(
    "words", ["相川さんの課では", "遠藤 専門が答えた", "旅券第二課の集計", "ＡＢ 相川 花子"]
)
def test_names_are_found_in_texts_for_everybody(words):
    assert names_in([words], resolved()) != []


def test_name_in_guidance_is_pointed_out_before_it_is_published(client_for):
    found, client = resolved(), client_for(secretary())
    url = reverse("taskforce:guidance_edit", args=[found.pk])
    words = {"title": "旅券第二課の集計", "question": "半日かかる。", "answer": "ひな形を使う。"}
    refused = client.post(url, words)
    assert (refused.status_code, "旅券第二課" in refused.content.decode()) == (422, True)
    assert client.post(url, {**words, "checked": "on"}).status_code == 302
    assert Guidance.objects.published().count() == 1


def test_guidance_page_tells_nobody_who_asked(client_for):
    found = resolved()
    guidance = Guidance(
        consultation=found, title="毎月の集計", question="半日かかる。", answer="ひな形を使う。"
    )
    guidance.publish(by=secretary())
    page = client_for(UserFactory()).get(guidance.get_absolute_url()).content.decode()
    assert [word in page for word in ("毎月の集計", "相川", "遠藤", "旅券第二課")] == [
        True,
        False,
        False,
        False,
    ]


def test_similar_guidance_is_shown_once_before_sending(client_for):
    Guidance(
        consultation=resolved(), title="毎月の集計", question="表計算で半日かかる。", answer="ひな形。"
    ).publish(by=secretary())
    client, url = client_for(UserFactory()), reverse("taskforce:consultation_new")
    words = {"title": "毎月の集計", "text": "表計算で半日かかる。", "confidentiality": 1}
    shown = client.post(url, words)
    assert (shown.status_code, Consultation.objects.count()) == (200, 1)
    assert client.post(url, {**words, "seen": "1"}).status_code == 302
    assert Consultation.objects.count() == 2


def test_median_wait_and_open_ones_at_a_moment():
    now = timezone.now()
    for days in (1, 3, 9):
        one = asked(at=now - timedelta(days=20))
        one.answer("試す。", by=secretary(), at=now - timedelta(days=20 - days))
    told = Consultation.objects.standing((now, None), (now - timedelta(days=30), None))
    assert told == [{"open": 3, "median": timedelta(days=3)}, {"open": 0, "median": None}]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("consultations", 7), ("guidances", 6)])
def test_list_queries_are_constant(client_for, count, name, queries, django_assert_num_queries):
    for _n in range(count):
        guidance = Guidance(consultation=resolved(), title="集計", question="半日。", answer="ひな形。")
        guidance.publish(by=secretary())
    client = client_for(secretary())
    with django_assert_num_queries(queries):
        client.get(reverse(f"taskforce:{name}"))
