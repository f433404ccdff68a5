"""Fixtures of the whole suite: people who click, a browser, a mail server, a real Celery worker."""

import os
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation

from dxportal import catalogues
from tests import database
from tests.live import BROWSER_FLAGS, MailServer, Worker, axe_violations, free_port


def pytest_configure(config):
    """What tests want otherwise than the running portal: cheap passwords, a cache of their own, no demonstration."""
    project_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    project_settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    project_settings.DEMO = False
    project_settings.WHITENOISE_AUTOREFRESH = True  # or each test client walks through all static files first
    project_settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    TransactionTestCase._fixture_teardown = lambda case: database.empty(connection)
    if not hasattr(config, "workerinput"):  # once, not in every process of xdist
        for app in catalogues.APPS:
            catalogues.compile_catalogue(app)


def pytest_collection_modifyitems(items):
    """Whatever uses the browser or the worker carries the marker, so that `-m "not browser"` leaves nothing behind."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "browser" in names:
            item.add_marker(pytest.mark.browser)
        if "worker" in names:
            item.add_marker(pytest.mark.worker)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """The database of this process is a copy of the one that has every migration applied."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"] |= {"TEMPLATE": database.migrated(connection), "MIGRATE": False}


@pytest.fixture(autouse=True)
def empty_cache():
    """Rate limits of one test must not slow the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def japanese():
    """A page shown in English leaves the thread in English: the next test begins in Japanese again."""
    translation.activate("ja")


@pytest.fixture
def client_for():
    """client_for(user): a client signed in as the user. client_for(user, language="en") asks for English."""

    def sign_in(user=None, **headers):
        client = Client(headers={name.replace("_", "-"): value for name, value in headers.items()})
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def smtp(settings):
    """A real SMTP server on the loopback that keeps what it gets in `smtp.messages`; the settings lead to it."""
    server = MailServer(free_port()).start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def worker(transactional_db, smtp, tmp_path):
    """A real Celery worker for both queues on the test database; its mails arrive in `smtp`. worker.send(task, …)."""
    running = Worker(log=tmp_path / "worker.log", mail_port=smtp.port, number=xdist_number()).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, started once."""
    from playwright.sync_api import sync_playwright

    from dxportal.local.browser import find

    path = find()
    if path is None:
        pytest.skip("no Chromium here; `make browser` says how to get one")
    # Playwright's loop lives in this thread; Django would take it for an async view and refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser, live_server, settings):
    """new_page(user, width=390, javascript=False): a page in a new window, signed in. Script or CSP errors fail."""
    settings.SITE_URL = live_server.url
    contexts, troubles = [], []

    def opened(user=None, *, width=1366, height=900, javascript=True, locale="ja-JP", dark=False):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Asia/Tokyo",
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url, settings.SESSION_COOKIE_NAME)])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if "Content Security Policy" in m.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(new_page):
    """A page of the browser, not signed in."""
    return new_page()


@pytest.fixture
def axe():
    """axe(page): the accessibility rules the page breaks, as lines; an empty list is what we want."""
    return axe_violations


def session_cookie(user, url: str, name: str) -> dict:
    """A cookie that signs the user in, as after the sign-in page."""
    client = Client()
    client.force_login(user)
    return {"name": name, "value": client.cookies[name].value, "url": url}


def xdist_number() -> int:
    """0, 1, … for the process of this test."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return project_settings.BASE_DIR


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Uploaded files of a test stay in the test, and how full the machine's disk is matters to none."""
    settings.UPLOAD_ALARM_PERCENT = 101
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
