"""E-mails over SMTP (RFC 5321), with TLS and a login where they are asked for."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage

from store.connectors.letters import EMAIL, Letter, Sender, write_mail
from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer

REASON_LENGTH = 200
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The mail server that takes our e-mails; `authority` is a file of certificates to trust."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""
    authority: str = ""


class Smtp:
    """Hands each e-mail to the relay over a connection of its own."""

    channels = frozenset({EMAIL})

    def __init__(self, relay: Relay, sender: Sender, *, timeout_seconds: float = 20.0) -> None:
        """`timeout_seconds` is for each answer of the relay."""
        self._relay, self._sender = relay, sender
        self._timeout = timeout_seconds

    def send(self, letter: Letter) -> str:
        """Return once the relay has taken the e-mail."""
        mail = _written(letter, self._sender)
        bounces_to = self._sender.bounces_to or self._sender.address
        link = self._open()
        try:
            link.send_message(mail, from_addr=bounces_to, to_addrs=[_ascii(letter.to)])
        except smtplib.SMTPRecipientsRefused as error:
            status, words = next(iter(error.recipients.values()))
            raise _refusal(status, words) from error
        except smtplib.SMTPSenderRefused as error:
            # our own address is the trouble: every other message would be refused as well
            raise CredentialsRefused(
                permanent=False,
                reason=said(error.smtp_code, error.smtp_error),
                retry_after_seconds=None,
            ) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise _silence(error) from error
        finally:
            _leave(link)
        return ""

    def close(self) -> None:
        """Nothing is kept open."""

    def _open(self) -> smtplib.SMTP:
        """Return a connection that is encrypted and known, as the settings ask."""
        try:
            link = self._connect()
        except smtplib.SMTPResponseException as error:
            reason = said(error.smtp_code, error.smtp_error)
            raise LinkDown(permanent=False, reason=reason, retry_after_seconds=None) from error
        except (smtplib.SMTPException, OSError) as error:
            reason = type(error).__name__
            raise LinkDown(permanent=False, reason=reason, retry_after_seconds=None) from error
        try:
            if self._relay.user:
                link.login(self._relay.user, self._relay.password)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            _leave(link)
            raise _login_refused(error) from error
        return link

    def _connect(self) -> smtplib.SMTP:
        relay = self._relay
        where = (relay.host, relay.port)
        if relay.security == "tls":
            return smtplib.SMTP_SSL(*where, timeout=self._timeout, context=self._context())
        link = smtplib.SMTP(*where, timeout=self._timeout)
        if relay.security == "starttls":
            try:
                link.starttls(context=self._context())
            except BaseException:
                _leave(link)
                raise
        return link

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._relay.authority or None)


def said(status: int, words: bytes | str) -> str:
    """Return what a mail server said, without the addresses that it repeats."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{status} {_ADDRESS.sub('…', ' '.join(text.split()))}"[:REASON_LENGTH].strip()


def _written(letter: Letter, sender: Sender) -> EmailMessage:
    try:
        return write_mail(letter, sender)
    except (ValueError, MessageError, IndexError) as error:  # an address that is none
        reason = type(error).__name__
        raise ConnectorError(permanent=True, reason=reason, retry_after_seconds=None) from error


def _refusal(status: int, words: bytes | str) -> ConnectorError:
    """Return what a status means: 5xx is for good (RFC 5321, 4.2.1)."""
    return ConnectorError(
        permanent=status >= 500, reason=said(status, words), retry_after_seconds=None
    )


def _login_refused(error: Exception) -> ConnectorError:
    if isinstance(error, smtplib.SMTPResponseException):
        reason = said(error.smtp_code, error.smtp_error)
    else:
        reason = type(error).__name__
    return CredentialsRefused(permanent=False, reason=reason, retry_after_seconds=None)


def _silence(error: Exception) -> ConnectorError:
    """Return the error of a connection that ended: the relay may have taken the e-mail."""
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        # an address in letters that this relay does not know
        return ConnectorError(permanent=True, reason=type(error).__name__, retry_after_seconds=None)
    return NoAnswer(permanent=False, reason=type(error).__name__, retry_after_seconds=None)


def _ascii(address: str) -> str:
    """Return an address with its domain as the network knows it."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _leave(link: smtplib.SMTP) -> None:
    try:
        link.quit()
    except (smtplib.SMTPException, OSError):
        link.close()
