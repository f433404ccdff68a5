"""The mail reader of the demonstration."""

import pytest

from dxportal.local.catcher import Keeper

MAIL = (
    "From: portal@example.jp\r\nTo: {to}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n文字の本文\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    '<html><head></head><body><p style="color:red">絵の本文</p><script>1</script></body></html>\r\n--b--\r\n'
)


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    (tmp_path / "mail").mkdir()
    return Keeper(tmp_path / "mail")


def keep(keeper, to="a@example.jp", subject="Hello"):
    return keeper.keep("portal@example.jp", [to], MAIL.format(to=to, subject=subject).encode()).stem


@pytest.mark.django_db
def test_the_list_shows_the_newest_first(client, demo):
    keep(demo, subject="First")
    keep(demo, subject="Second")

    body = client.get("/demo/mail/").content.decode()

    assert 0 < body.index("Second") < body.index("First")


@pytest.mark.django_db
def test_the_list_can_be_narrowed_to_one_person(client, demo):
    keep(demo, to="hanako@example.jp", subject="For Hanako")
    keep(demo, to="taro@example.jp", subject="For Taro")

    body = client.get("/demo/mail/", {"to": "Hanako"}).content.decode()

    assert ("For Hanako" in body, "For Taro" in body) == (True, False)


@pytest.mark.django_db
def test_an_empty_box_says_so(client, demo):
    assert "メールはまだありません" in client.get("/demo/mail/").content.decode()


@pytest.mark.django_db
def test_a_mail_shows_text_headers_and_a_frame(client, demo):
    name = keep(demo)

    body = client.get(f"/demo/mail/{name}/").content.decode()

    for part in ("文字の本文", "X-Original-To", f"/demo/mail/{name}/html"):
        assert part in body


@pytest.mark.django_db
def test_the_html_is_shut_in(client, demo):
    response = client.get(f"/demo/mail/{keep(demo)}/html")

    policy = response["Content-Security-Policy"]
    assert "絵の本文" in response.content.decode()
    assert ("default-src 'none'" in policy, "script-src" in policy, "sandbox" in policy) == (
        True,
        False,
        True,
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/demo/mail/", "/demo/mail/{name}/", "/demo/mail/{name}/html"])
def test_nothing_of_it_exists_outside_the_demonstration(client, demo, settings, address):
    settings.DEMO = False

    assert client.get(address.format(name=keep(demo))).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["..", "nothing", "20260101T000000.000000-1-000001-a@example.jp"])
def test_a_name_that_is_no_mail_is_not_found(client, demo, name):
    assert client.get(f"/demo/mail/{name}/html").status_code == 404


@pytest.mark.django_db
def test_the_list_reads_only_the_mails_it_shows(client, demo, django_assert_num_queries):
    for number in range(3):
        keep(demo, to=f"p{number}@example.jp")

    with django_assert_num_queries(0):
        assert client.get("/demo/mail/").status_code == 200
