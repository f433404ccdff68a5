"""The bounce mailbox over IMAP, against a server that speaks TLS (N16)."""

from collections import Counter

import pytest

from newsletter import bounces, postbox
from newsletter.models import Bounce, Heartbeat
from tests.newsletter.imap import Server, certificate
from tests.newsletter.returned import letter, report, sent_mail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def make_server(tmp_path, settings, monkeypatch):
    """make_server(): a trusted IMAP server with one report and one letter; the settings lead to it."""
    servers = []

    def make(**options):
        file = certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        server = Server(file, **options)
        servers.append(server)
        server.messages.update({11: report(sent_mail()[1]), 12: letter()})
        settings.MAIL_BOUNCES = server.url
        return server

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("can_move", [True, False])
def test_reports_are_put_away_and_letters_stay(make_server, can_move):
    server = make_server(can_move=can_move)
    content = server.messages[11]
    assert [bounces.collect() for _n in range(2)] == [Counter(gone=1, unknown=1), Counter()]
    assert server.processed == [content]
    assert set(server.messages) - server.deleted == {12}


def test_a_mailbox_that_was_set_up_anew_counts_nothing_twice(make_server):
    server = make_server()
    bounces.collect()
    server.validity = 8  # every uid now means another message
    assert bounces.collect() == Counter()
    assert sorted(Bounce.objects.values_list("name", flat=True)) == ["7:11", "8:12"]


def test_a_wrong_password_is_trouble_and_no_error(make_server):
    server = make_server()
    server.password = "another"
    assert bounces.collect() == Counter()
    assert Bounce.objects.count() == 0
    assert Heartbeat.objects.filter(name="bounces").exists()


def test_a_server_with_a_certificate_of_nobody_gets_no_password(make_server, monkeypatch):
    make_server()
    monkeypatch.delenv("SSL_CERT_FILE")
    assert bounces.collect() == Counter()
    assert Bounce.objects.count() == 0


def test_another_kind_of_address_is_refused_in_words():
    with pytest.raises(ValueError, match="maildir:, imaps:// or imap"), postbox.opened("pop3://x"):
        pass
