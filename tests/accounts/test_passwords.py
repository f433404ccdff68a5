"""Rules of passwords (AU17): said plainly, long ones welcome, never cut, full width is the same key."""

import pytest

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    user = UserFactory(email="sakura.yamada@example.jp", name_en="Sakura YAMADA", password=PASSWORD)
    client.post("/login/", {"login": user.email, "password": PASSWORD})
    return client


def change(client, new: str):
    return client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})


@pytest.mark.parametrize("bad", ["password1234", "sakura yamada", "seven77", "123456789012"])
def test_weak_password_is_refused_with_the_rule(signed_in, bad):
    assert 'role="alert"' in change(signed_in, bad).content.decode()


@pytest.mark.parametrize(
    "good", ["長い文のほうが覚えやすいのです", "x" * 63 + "y", "ab " * 66 + "cd", "  spaces at both ends  "]
)
def test_long_password_is_kept_whole(signed_in, client, good):
    assert change(signed_in, good).url == "/me/settings/"
    client.post("/logout/")
    shorter = client.post("/login/", {"login": "sakura.yamada@example.jp", "password": good[:-1]})
    assert shorter.status_code == 200
    assert client.post("/login/", {"login": "sakura.yamada@example.jp", "password": good}).status_code == 302


def test_full_width_letters_open_the_same_door(client):
    user = UserFactory(password="abcdefgh-12345")
    response = client.post("/login/", {"login": user.email, "password": "abcdefgh-12345"})
    assert response.status_code == 302


def test_changing_ends_other_sessions(signed_in, client_for):
    other = client_for(User.objects.get(email="sakura.yamada@example.jp"))
    change(signed_in, "an entirely new sentence")
    assert signed_in.get("/me/settings/").status_code == 200
    assert other.get("/me/settings/").url == "/login/?next=/me/settings/"
