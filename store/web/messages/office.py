"""How a server writes to customers, and what becomes of a message that it was to write."""

from collections.abc import Collection
from dataclasses import dataclass

from store.connectors.letters import EMAIL, SMS, Letter

UNREACHABLE, OUTDATED = "unreachable", "withdrawn"
NO_ADDRESS, NOT_SO = "no address", "not so any more"


@dataclass(frozen=True, kw_only=True)
class Office:
    """How this server writes: the channels that it has, the one preferred, and its own address.

    `address` is where the shop's pages are reached from outside, or empty.
    """

    channels: Collection[str]
    prefer: str
    address: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter to send, or the state in which the message ends without one."""

    letter: Letter | None = None
    state: str = ""
    reason: str = ""
    sent_to: str = ""
    wish: str = ""  # to hear that an article is back; it ends with this message


def channel_of(office: Office, *, by_mail: bool, by_text: bool) -> str:
    """Return the preferred channel among those that both sides have; empty when there is none."""
    may = {EMAIL: by_mail, SMS: by_text}
    order = (SMS, EMAIL) if office.prefer == SMS else (EMAIL, SMS)
    return next((one for one in order if may[one] and one in office.channels), "")
