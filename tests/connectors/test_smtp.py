"""E-mails reach a real SMTP server, and what it refuses is understood."""

from datetime import UTC, datetime

import pytest

from store.connectors.letters import Letter, Sender
from store.connectors.smtp import Relay, Smtp
from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer
from tests.mail_server import PASSWORD, USER, Inbox, make_certificate, serve
from tests.servers import free_port

SENDER = Sender(
    address="retraits@maboutique.example",
    reply_to="bonjour@maboutique.example",
    bounces_to="retours@maboutique.example",
)


def letter(**told):
    facts = {
        "uid": "0d4f",
        "channel": "email",
        "to": "camille@example.org",
        "subject": "Votre commande 482 915 est prête",
        "text": "Elle vous attend à Lille.",
        "html": "<p>Elle vous attend à <b>Lille</b>.</p><img src='cid:qr'>",
        "sender": "Lille, Grand'Place",
        "language": "fr",
        "at": datetime(2026, 11, 21, 13, 32, tzinfo=UTC),
        "pictures": {"qr": b"\x89PNG"},
    }
    return Letter(**{**facts, **told})


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def start(inbox):
    """Start the server as a test wants it, and return how to reach it."""
    running = []

    def start(**options):
        port = free_port()
        running.append(serve(inbox, port=port, **options))
        return port

    yield start
    for controller in running:
        controller.stop()


def smtp(port, **told):
    facts = {"security": "none", **told}
    return Smtp(Relay(host="127.0.0.1", port=port, **facts), SENDER, timeout_seconds=20)


def refused(link, **told):
    with pytest.raises(ConnectorError) as raised:
        link.send(letter(**told))
    return raised.value


def test_an_email_arrives_whole(start, inbox):
    smtp(start()).send(letter())

    (mail,) = inbox.mails
    assert mail["Message-ID"] == "<0d4f@maboutique.example>"
    assert mail["From"].addresses[0].display_name == "Lille, Grand'Place"
    assert mail["Subject"] == "Votre commande 482 915 est prête"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "fr")
    assert mail["Reply-To"] == SENDER.reply_to
    assert mail.get_body(("plain",)).get_content().strip() == "Elle vous attend à Lille."
    assert "<b>Lille</b>" in mail.get_body(("html",)).get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_content()) == ("<qr>", b"\x89PNG")
    assert inbox.envelopes == [(SENDER.bounces_to, ["camille@example.org"])]


def test_it_is_encrypted_and_signed_in_where_that_is_asked(start, inbox, tmp_path):
    authority, tls = make_certificate(tmp_path)
    port = start(tls=tls, authenticator=inbox.authenticate, auth_required=True)
    told = {"security": "starttls", "authority": str(authority), "user": USER}

    smtp(port, password=PASSWORD, **told).send(letter())
    wrong = refused(smtp(port, password="wrong", **told))
    nobody = refused(smtp(port, security="starttls", user=USER, password=PASSWORD))

    assert len(inbox.mails) == 1
    assert inbox.logins
    assert isinstance(wrong, CredentialsRefused)
    assert wrong.reason.startswith("535 ")
    assert isinstance(nobody, LinkDown)
    assert nobody.reason == "SSLCertVerificationError"


def test_a_mailbox_that_does_not_exist_is_refused_for_good_without_its_name(start, inbox):
    inbox.refusals.append("rcpt 550 5.1.1 <camille@example.org>: no such user")

    error = refused(smtp(start()))

    assert error.permanent
    assert error.reason == "550 5.1.1 …: no such user"


@pytest.mark.parametrize("answer", ["rcpt 451 4.7.1 greylisted", "data 452 4.2.2 mailbox full"])
def test_what_may_go_better_later_is_not_for_good(answer, start, inbox):
    inbox.refusals.append(answer)
    link = smtp(start())

    error = refused(link)
    link.send(letter())

    assert (error.permanent, error.reason) == (False, answer.partition(" ")[2])
    assert len(inbox.mails) == 1


def test_a_server_that_is_not_there_was_told_nothing():
    assert isinstance(refused(smtp(free_port())), LinkDown)


def test_a_server_that_goes_silent_may_have_taken_it(start, inbox):
    inbox.refusals.append("data 421 4.3.2 going away")

    error = refused(smtp(start()))

    assert not error.permanent


def test_an_address_with_a_foreign_domain_is_reached(start, inbox):
    smtp(start()).send(letter(to="camille@crème.example"))

    assert inbox.envelopes[0][1] == ["camille@xn--crme-6oa.example"]


def test_an_impossible_address_is_refused_for_good(start):
    error = refused(smtp(start()), to="camille\r\nBcc: x@example.org@example.org")

    assert error.permanent
    assert not isinstance(error, NoAnswer)
