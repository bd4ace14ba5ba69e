"""Everything that can go wrong in the shop: one tree, a class per thing the caller can do."""

from datetime import date, datetime
from typing import Any


class ComptoirError(Exception):
    """The root of our errors; what happened is in the attributes, words are made elsewhere."""

    def __init__(self, **data: Any) -> None:
        super().__init__(", ".join(f"{name}={value!r}" for name, value in data.items()))
        self.data = data
        for name, value in data.items():
            setattr(self, name, value)


# --- the server's own state -------------------------------------------------------------------


class DatabaseUnsafe(ComptoirError):
    """The database does not keep what it acknowledges (`pragma`, `wanted`, `found`)."""

    pragma: str


class DatabaseBusy(ComptoirError):
    """Another writer held the database for too long; the same act can be tried again."""


class DiskFull(ComptoirError):
    """Nothing more can be written until there is room on the disk; reading goes on."""


class SchemaTooNew(ComptoirError):
    """The database was made by a newer version (`found`, `known`)."""


class DataFolderInUse(ComptoirError):
    """Another server runs on this data folder (`folder`, `pid`)."""


class PortTaken(ComptoirError):
    """Another program listens on the port (`host`, `port`)."""


# --- not there --------------------------------------------------------------------------------


class NotFound(ComptoirError):
    """Nothing by this key (`kind`, `key`)."""

    kind: str
    key: str


class SoldNoMore(NotFound):
    """An article that was taken out of the catalogue (`key` is its SKU)."""


class UnknownCode(ComptoirError):
    """A scanned or typed code that leads nowhere (`reason` is a key such as `empty`)."""

    reason: str


# --- refused ----------------------------------------------------------------------------------


class Invalid(ComptoirError):
    """A field holds what it cannot (`field`, `problem` is a key such as `too_long`)."""

    field: str
    problem: str


class PictureRefused(ComptoirError):
    """A file is no photo that we take (`reason` is a key such as `too_large`, `limit` or None)."""

    reason: str

    def __init__(self, *, reason: str, limit: int | None = None) -> None:
        super().__init__(reason=reason, limit=limit)
        self.limit = limit


class SheetsNotDrawn(ComptoirError):
    """The program that draws sheets of labels failed (`reason`)."""

    reason: str


class WrongPin(ComptoirError):
    """The PIN is not this person's (`left` tries before the lock)."""

    left: int


class Locked(ComptoirError):
    """Too many wrong PINs; try again after `until`."""

    until: datetime


class NotAllowed(ComptoirError):
    """This person or device may not do that (`needs` names the missing right)."""

    needs: str


class FileClosed(ComptoirError):
    """The customer's file is not open in these hands, or not any more (`key`)."""

    key: str


class Unauthorised(ComptoirError):
    """The caller did not say who it is, or by a token that is not valid (any more)."""


class SignatureRefused(ComptoirError):
    """A webhook is not signed as it should be, or was signed too long ago."""


class EnrolmentRefused(ComptoirError):
    """The enrolment code is unknown, used or past its time."""


class KeyReused(ComptoirError):
    """The same idempotency key came with another body (`key`)."""

    key: str


# --- pickups ----------------------------------------------------------------------------------


class ForbiddenTransition(ComptoirError):
    """The order is not in a state that allows this (`order`, `state`, `wanted`)."""

    state: str
    wanted: str


class AlreadyCollected(ForbiddenTransition):
    """The goods have left the shop (`closed_at`, `closed_by`)."""

    closed_at: datetime | None
    closed_by: str


class NotReversible(ForbiddenTransition):
    """A handover cannot be undone (`why`: returned, articles of it came back; or not_last)."""

    why: str


class OrderCancelled(ForbiddenTransition):
    """The order was cancelled (`closed_at`, `reason`)."""

    closed_at: datetime | None
    reason: str


class OrderExpired(ForbiddenTransition):
    """The pickup-by date has passed (`pickup_by`)."""

    pickup_by: date | None


class NotReady(ForbiddenTransition):
    """The order is not prepared yet (`promised_at`)."""

    promised_at: datetime | None


class AlreadyReturned(ComptoirError):
    """The same units have come back in another shop before (`reason` says where and when)."""

    reason: str


class ExtensionsUsed(ComptoirError):
    """A customer may not put the pickup-by date off once more (`pickup_by`)."""

    pickup_by: date | None


class DelegateGone(ComptoirError):
    """The code of a delegate has been used or taken back (`reason`, `ended_at`)."""

    reason: str
    ended_at: datetime | None


class AlreadyTaken(ComptoirError):
    """A colleague is already with the customer (`number`, `by` is the name)."""

    number: str
    by: str


class ForgedTicket(ComptoirError):
    """A signed order code was not written by who it says."""


class UnknownSigner(ComptoirError):
    """A signed order code was written by somebody whom this server knows nothing of."""


class StoreUnknown(ComptoirError):
    """An order waits in a store of which this one has not heard (`number`)."""

    number: str


class TicketExpired(ComptoirError):
    """A signed order code of an unknown order is too old (`number`, `expired_on`)."""

    number: str
    expired_on: date


class WrongStore(ComptoirError):
    """The order waits in another shop (`store`), so many `kilometres` away if that is known."""

    store_code: str
    number: str
    store: Any
    kilometres: float | None


class StoreClosed(ComptoirError):
    """Nobody is in the shop to hear what a customer says from afar (`opens_at`, where known)."""

    opens_at: datetime | None


class TooSoon(ComptoirError):
    """The customer was written a moment ago; again from `until` on."""

    until: datetime


class MessageOutdated(ComptoirError):
    """What the message says is not so any more (`kind`, `state` of the order)."""

    kind: str
    state: str


class WrongArticle(ComptoirError):
    """The scanned article is in none of the orders that are being prepared (`sku`)."""

    sku: str


class EnoughScanned(ComptoirError):
    """All units of the article have been scanned (`sku`, `quantity`): this is one too many."""

    sku: str
    quantity: int


class NotAllScanned(ComptoirError):
    """Something of the order has not been picked yet (`number`, `left` units)."""

    number: str
    left: int


class InAnotherWave(ComptoirError):
    """A colleague already prepares the order (`number`, `by` is the name or empty)."""

    number: str
    by: str


class AlreadyAnswered(ComptoirError):
    """The question was answered otherwise before, or is no longer asked (`choice`, `at`)."""

    choice: str
    at: datetime | None


# --- stock ------------------------------------------------------------------------------------


class NotEnoughStock(ComptoirError):
    """Fewer units are free than were asked for (`sku`, `available`, never below 0)."""

    sku: str
    available: int


class HoldEnded(ComptoirError):
    """The hold of this name was released before; a new one needs a new name (`source_id`)."""

    source_id: str


class AlreadyChecked(ComptoirError):
    """A colleague has looked at the shelf (`by` is the name, `at`, `seen` units)."""

    by: str
    at: datetime | None
    seen: int | None


# --- on the floor -----------------------------------------------------------------------------


class HandoffGone(ComptoirError):
    """A hand-off cannot be taken (`reason` is used, expired or unknown; `ended_at` or None)."""

    reason: str
    ended_at: datetime | None


class CallTaken(ComptoirError):
    """A colleague already goes to the customer (`by` is the name)."""

    by: str


class CallEnded(ComptoirError):
    """The customer who called does not wait any more (`ended_at`)."""

    ended_at: datetime


# --- visits -----------------------------------------------------------------------------------


class VisitClosed(ComptoirError):
    """The visit is already recorded (`uid`, `ended_at`)."""

    uid: str
    ended_at: datetime


# --- the central system -----------------------------------------------------------------------


# a reason that begins so is what a carrier said with an answer that was good otherwise
REFUSED = "refused: "


class ConnectorError(ComptoirError):
    """The central system did not take or give something.

    `permanent` says that trying the same again is useless; `retry_after_seconds` is what the
    system asked for, or None; `reason` is what it said, without personal data.
    """

    permanent: bool
    reason: str
    retry_after_seconds: float | None


class LinkDown(ConnectorError):
    """The central system cannot be reached; nothing was tried."""


class NoAnswer(ConnectorError):
    """The central system was told something and did not answer; it may have taken it."""


class CredentialsRefused(ConnectorError):
    """The central system does not know our token; nothing leaves until it is renewed."""
