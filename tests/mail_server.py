"""A real SMTP server in this process, which keeps what it takes and refuses as it is told."""

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "comptoir", "sesame"
SETTLED_SECONDS = 0.05


@dataclass
class Inbox:
    """What was taken, in order; `refusals` answer the next recipients or bodies, one each."""

    mails: list[EmailMessage] = field(default_factory=list)
    refusals: deque[str] = field(default_factory=deque)  # "rcpt 550 …" or "data 451 …"
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    pause_seconds: float = 0.0  # between taking an e-mail and saying so

    @property
    def ids(self) -> list[str]:
        """The Message-ID of everything taken, repetitions included."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def take_recipient(self, server, session, envelope, address, options):
        if self.refusals and self.refusals[0].startswith("rcpt "):
            return self.refusals.popleft().removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def take_body(self, server, session, envelope):
        if self.refusals and self.refusals[0].startswith("data "):
            return self.refusals.popleft().removeprefix("data ")
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(self.pause_seconds)
        return "250 OK: queued"

    def authenticate(self, server, session, envelope, mechanism, data):
        is_right = isinstance(data, LoginPassword) and (
            data.login.decode(),
            data.password.decode(),
        ) == (USER, PASSWORD)
        if is_right:
            self.logins.append(mechanism)
        return AuthResult(success=is_right, handled=False)


# the names by which the server looks for them
for hook, act in (("handle_RCPT", Inbox.take_recipient), ("handle_DATA", Inbox.take_body)):
    setattr(Inbox, hook, act)


class Server(Controller):
    """Ends its connections as it stops: the library leaves them to the collector of garbage."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._connected = WeakSet()

    def factory(self):
        made = super().factory()
        self._connected.add(made)
        return made

    def cancel_tasks(self, stop_loop=True):
        self._ending = self.loop.create_task(self._end(super().cancel_tasks, stop_loop))

    async def _end(self, cancel_tasks, stop_loop):
        for listening in self.server.sockets:
            self.loop.remove_reader(listening.fileno())
        await asyncio.sleep(SETTLED_SECONDS)  # who was just let in is connected by then
        for one in self._connected:
            if one.transport is not None:
                one.transport.abort()
        await asyncio.sleep(0)
        cancel_tasks(stop_loop)


def serve(inbox: Inbox, *, port: int, tls: ssl.SSLContext | None = None, **options) -> Controller:
    """Start a server on this machine; stop it with its `stop`."""
    given = {"require_starttls": True, "tls_context": tls} if tls else {}
    controller = Server(inbox, hostname="127.0.0.1", port=port, **given, **options)
    controller.start()
    return controller


def make_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return the file of a certificate for this machine, and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    for extension, critical in (
        (x509.SubjectAlternativeName(names), False),
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(key, hashes.SHA256())
    chain, secret = folder / "mail.pem", folder / "mail.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return chain, context
