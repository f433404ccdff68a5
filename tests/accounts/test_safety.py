"""Headers, cookies and a production that refuses to start half-configured (promises.md P24, P32, SE7, OP1)."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from tests.factories import UserFactory

PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "kJ8-" * 12 + "two-more",
    "SITE_URL": "https://dx.example.jp",
    "ALLOWED_HOSTS": "dx.example.jp",
    "DATABASE_URL": "postgres://portal:secret@db.example.jp/portal",
    "REDIS_URL": "rediss://cache.example.jp:6380/0",
    "EMAIL_URL": "smtp+tls://relay.example.jp:587",
}
COOKIES = """from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)"""


def manage(project, environment, *words):
    """manage.py in an environment with nothing but these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=project, env=kept | environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "PRODUCTION"])
def test_production_without_a_setting_says_which_and_what(project, name):
    answer = manage(project, {key: value for key, value in PRODUCTION.items() if key != name}, "check")
    sentence = answer.stderr.strip().splitlines()[-1]
    assert answer.returncode == 1
    assert sentence.startswith(f"django.core.exceptions.ImproperlyConfigured: {name} ")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"DEBUG": "1"}, "DEBUG and DEMO must be off"),
        ({"DEMO": "1"}, "DEBUG and DEMO must be off"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is empty or holds *"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
    ],
)
def test_production_with_an_unsafe_setting_refuses_to_start(project, change, says):
    assert says in manage(project, PRODUCTION | change, "check").stderr


def test_deployment_check_is_clean_and_cookies_are_locked(project):
    answer = manage(project, PRODUCTION, "check", "--deploy", "--fail-level", "INFO")
    assert (answer.returncode, answer.stdout) == (0, "System check identified no issues (0 silenced).\n")
    assert manage(project, PRODUCTION, "shell", "-v", "0", "-c", COOKIES).stdout.split() == [
        "__Host-session",
        "True",
        "True",
        "Lax",
    ]


def test_secret_may_come_from_a_file(project, tmp_path):
    path = tmp_path / "key"
    path.write_text(PRODUCTION["SECRET_KEY"])
    environment = PRODUCTION | {"SECRET_KEY_FILE": str(path)}
    del environment["SECRET_KEY"]
    assert manage(project, environment, "check").returncode == 0


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/login/", "/me/settings/", "/nothing-here/", "/admin/"])
def test_headers_of_every_page(client_for, address):
    headers = client_for(UserFactory(roles=["admin"]) if address != "/login/" else None).get(address).headers
    policy = dict(rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {policy[f"{kind}-src"] for kind in ("script", "style", "img", "connect")} == {"'self'"}
    assert policy["form-action"] == "'self'" and "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/login/", "/language/", "/follow/", "/me/settings/", "/duties/", "/logout/", "/account/reset/"],
)
def test_form_without_its_token_is_refused(address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(roles=["secretariat"]))
    assert client.post(address, {"language": "en"}).status_code == 403


@pytest.mark.django_db
def test_admin_door_is_the_same_door(client, client_for):
    """Django admin has no form of its own to guess at (AU20)."""
    assert client.get("/admin/login/?next=/admin/").url.startswith("/login/?next=")
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).url.startswith("/login/?next=")
    assert client_for(UserFactory(roles=["secretariat"])).get("/admin/").status_code in (302, 403)
    assert client_for(UserFactory(roles=["admin"])).get("/admin/").status_code == 200
