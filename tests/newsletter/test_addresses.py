"""The list of addresses that nothing reaches, and how their people and the secretariat hear of it (N16)."""

import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import Activity, Role, SecurityEvent
from dxportal import attention
from newsletter import addresses
from newsletter.models import Preference
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
REPLY = "550 5.1.1 <x@example.jp>: user unknown"


@pytest.fixture
def chief():
    return UserFactory(roles=[Role.SECRETARIAT])


def refused(reply=REPLY, **fields):
    person = UserFactory(**fields)
    Preference.objects.mark_refused(person.pk, person.email, reply)
    return person


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (REPLY, "この名前の受信箱がない。"),
        ("smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", "この名前の受信箱がない。"),
        ("550 5.4.310 DNS domain gone.example does not exist", "@のあとの名前のサーバーがない。"),
        ("550 no such user", "この名前の受信箱がない。"),
        ("553 bad syntax", "宛先の書き方が正しくない。"),
        ("550 5.2.1 disabled", "受信箱が止められている。"),
        ("smtp; go away", "相手が受け取らない。"),
    ],
)
def test_the_reply_in_words(reply, words):
    assert addresses.in_words(reply) == words


def test_who_left_or_has_a_new_address_is_not_listed(client_for, chief):
    here, left, moved = refused(name="残った人"), refused(name="去った人"), refused(name="直った人")
    type(left).objects.filter(pk=left.pk).update(is_active=False)
    type(moved).objects.filter(pk=moved.pk).update(email="new@example.jp")
    page = client_for(chief).get("/newsletter/addresses/").content.decode()
    assert [person.name in page for person in (here, left, moved)] == [True, False, False]
    assert here.email in page and "この名前の受信箱がない。" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_for_any_number(client_for, chief, django_assert_num_queries, number):
    for _n in range(number):
        refused(department=DepartmentFactory())
    client = client_for(chief)
    client.get("/newsletter/addresses/")
    with django_assert_num_queries(6):
        client.get("/newsletter/addresses/")


def test_the_list_is_searched_and_sorted(client_for, chief):
    refused(name="青木 一", name_kana="アオキ"), refused(name="和田 二", name_kana="ワダ")
    client = client_for(chief)
    found = client.get("/newsletter/addresses/?q=青木").content.decode()
    assert ("青木 一" in found, "和田 二" in found) == (True, False)
    ordered = client.get("/newsletter/addresses/?sort=-name").content.decode()
    assert ordered.index("和田 二") < ordered.index("青木 一")
    assert "あてはまる宛先はありません" in client.get("/newsletter/addresses/?q=だれか").content.decode()


def test_sending_again_is_written_down_and_done_once(client_for, chief):
    person = refused()
    address = f"/newsletter/addresses/{person.preference.pk}/trust/"
    pages = [client_for(chief).post(address, follow=True).content.decode() for _n in range(2)]
    assert ["宛先にまた送ります" in page for page in pages] == [True, False]
    assert Preference.objects.addresses_to_check().count() == 0
    act = Activity.objects.get(verb="preference.trusted")
    assert (act.actor_id, act.target_id, act.changes) == (chief.pk, str(person.pk), {})


def test_a_file_of_people_asks_first_who_is_there(client_for):
    chief = UserFactory(roles=[Role.SECRETARIAT], password=PASSWORD)
    asked = client_for(chief).get("/newsletter/addresses/?export=xlsx")
    assert asked.url == reverse(
        "account_reauthenticate", query={"next": asked.request["PATH_INFO"] + "?export=xlsx"}
    )
    assert SecurityEvent.objects.filter(event="people_exported").count() == 0


def test_a_file_of_people_is_written_down(client_for, chief):
    refused(name="=cmd()")
    answer = client_for(chief).get("/newsletter/addresses/?export=xlsx&q=cmd")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[2]][6] == "この名前の受信箱がない。"
    event = SecurityEvent.objects.get(event="people_exported")
    assert (event.actor_id, event.details["count"]) == (chief.pk, 1)
    assert Activity.objects.filter(verb="addresses.exported", actor_id=chief.pk).count() == 1


def test_the_person_is_told_on_my_page_and_where_mail_is_chosen(client_for):
    person = refused()
    client = client_for(person)
    assert "届かなくなった自分の宛先を確かめる" in client.get("/me/").content.decode()
    assert "あなたのアドレスにメールが届いていません" in client.get("/me/delivery/").content.decode()


def test_the_secretariat_has_one_task_for_all_of_them(chief):
    oldest = refused()
    refused()
    items = [item for item in attention.needing(chief) if item.kind == "address"]
    assert [(item.about, item.url) for item in items] == [(oldest.email, "/newsletter/addresses/")]
    assert [item for item in attention.needing(UserFactory()) if item.kind == "address"] == []
