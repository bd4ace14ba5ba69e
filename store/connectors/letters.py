"""A message ready to leave, and what everybody who carries messages does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

EMAIL, SMS = "email", "sms"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message to one person; `html` and its `pictures` (PNG by name) are of e-mails only.

    `uid` is the same however often it is sent.
    """

    uid: str
    channel: str  # email | sms
    to: str
    text: str
    language: str
    at: datetime
    subject: str = ""
    html: str = ""
    sender: str = ""  # the shop's name
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """From which address e-mails come, where answers go and where what cannot be delivered."""

    address: str
    reply_to: str = ""
    bounces_to: str = ""

    @property
    def domain(self) -> str:
        """The right side of the Message-ID."""
        return self.address.rpartition("@")[2]


class Carrier(Protocol):
    """Somebody who takes messages of one channel or more."""

    channels: frozenset[str]

    def send(self, letter: Letter) -> str:
        """Hand over one message and return the id that the carrier gave it, or nothing.

        Raises ConnectorError (permanent: this message will never be taken), LinkDown when nobody
        was reached, CredentialsRefused, NoAnswer when it may have been taken.
        """

    def close(self) -> None:
        """Let the connections go."""


def message_id(letter: Letter, sender: Sender) -> str:
    """Return the Message-ID that follows from the id of the message, so that it stays the same."""
    return f"<{letter.uid}@{sender.domain}>"


def write_mail(letter: Letter, sender: Sender) -> EmailMessage:
    """Return the e-mail as it is sent: plain text, and the same as HTML with its pictures.

    `Auto-Submitted` keeps answering machines silent (RFC 3834).
    """
    mail = EmailMessage(policy=SMTP)
    name, _, domain = sender.address.rpartition("@")
    mail["From"] = Address(letter.sender, name, domain)
    mail["To"] = Address("", *letter.to.rpartition("@")[::2])
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = message_id(letter, sender)
    mail["Auto-Submitted"] = "auto-generated"
    if sender.reply_to:
        mail["Reply-To"] = sender.reply_to
    mail.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        mail.make_alternative()
        mail.attach(_page(letter))
    mail["Content-Language"] = letter.language
    return mail


def _page(letter: Letter) -> EmailMessage:
    """Return the HTML with the pictures that it shows."""
    page = EmailMessage(policy=SMTP)
    page.set_content(letter.html, subtype="html", cte="quoted-printable")
    for cid, png in letter.pictures.items():
        page.add_related(png, "image", "png", cid=f"<{cid}>", disposition="inline")
    return page
