"""An IMAP server on the loopback with one account, over TLS: as much of RFC 9051 as a mailbox reader needs."""

import datetime
import ipaddress
import re
import socketserver
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Server(socketserver.ThreadingTCPServer):
    """`messages` {uid: bytes} of INBOX, `processed` what was moved; `can_move` says whether MOVE is offered."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, certificate, *, can_move=True):
        super().__init__(("127.0.0.1", 0), Session)
        self.messages, self.processed, self.deleted = {}, [], set()
        self.can_move, self.validity, self.password = can_move, 7, "geheim@1"
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        connection, address = super().get_request()
        return self.tls.wrap_socket(connection, server_side=True), address

    @property
    def url(self):
        return f"imaps://dx%40example.jp:{self.password.replace('@', '%40')}@127.0.0.1:{self.server_address[1]}/INBOX"


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        move = " MOVE" if self.server.can_move else ""
        self.say(f"* OK [CAPABILITY IMAP4rev1{move}] ready")
        for line in self.rfile:
            tag, _blank, command = line.decode().strip().partition(" ")
            word = command.split()[1 if command.upper().startswith("UID") else 0].lower()
            if not getattr(self, word, self.other)(tag, command):
                self.say(f"{tag} OK done")
            if word == "logout":
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def other(self, tag, command):
        return False

    def capability(self, tag, command):
        self.say(f"* CAPABILITY IMAP4rev1{' MOVE' if self.server.can_move else ''}")

    def login(self, tag, command):
        if self.server.password not in command:
            self.say(f"{tag} NO wrong password")
            return True
        return False

    def select(self, tag, command):
        self.say(f"* {len(self.server.messages)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.server.validity}] fixed")

    def create(self, tag, command):
        self.say(f"{tag} NO is there already")
        return True

    def search(self, tag, command):
        there = sorted(set(self.server.messages) - self.server.deleted)
        self.say("* SEARCH " + " ".join(map(str, there)))

    def fetch(self, tag, command):
        assert "PEEK" in command  # or it would be marked as read
        uid = int(command.split()[2])
        if uid in self.server.messages:
            content = self.server.messages[uid][: int(re.search(r"<0\.(\d+)>", command)[1])]
            self.say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(content)}}}")
            self.wfile.write(content + b")\r\n")

    def move(self, tag, command):
        self.server.processed.append(self.server.messages.pop(int(command.split()[2])))

    def copy(self, tag, command):
        self.server.processed.append(self.server.messages[int(command.split()[2])])

    def store(self, tag, command):
        self.server.deleted.add(int(command.split()[2]))


def certificate(folder):
    """A self-signed certificate for 127.0.0.1 with its key, as one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
    made = made.not_valid_after(now + datetime.timedelta(days=1)).add_extension(address, critical=False)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "imap.pem"
    file.write_bytes(pem + key.private_bytes(*private))
    return file
