"""What customers agree to: a ledger of dated statements, the newest of which counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from store import as_records, changes, customers, json_records, outbox
from store.errors import Invalid, NotFound
from store.models import Consent
from store.records import ConsentRecord

PURPOSES = ("marketing", "suggestions", "store_history")
CHANNELS = ("", "email", "sms")
STATES = ("granted", "withdrawn")


Stated = tuple[str, str, str, datetime]  # purpose, channel, state, moment

_CONSENT = Consent.__table__.c
# "granted" sorts before "withdrawn", so that the withdrawal is laid over it
_STATED = (
    select(_CONSENT.purpose, _CONSENT.channel, _CONSENT.state, _CONSENT.stated_at)
    .where(_CONSENT.customer_id == bindparam("customer_id"))
    .order_by(_CONSENT.stated_at, _CONSENT.state, _CONSENT.id)
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What holds now for one purpose on one channel."""

    purpose: str
    channel: str
    granted: bool
    stated_at: datetime


def state(
    session: Session,
    record: ConsentRecord,
    *,
    now: datetime,
    tells: bool = False,
    is_hearsay: bool = False,
) -> tuple[Consent, bool]:
    """Add one statement; told again by (source, source_id) it is the same one.

    `tells`: the central system must learn of it from us. `is_hearsay`: the central system tells
    it, whose clock may be ahead of ours. Returns the statement and whether it is new.

    Raises NotFound for an unknown customer, Invalid for an unknown purpose, channel or state, or
    a date that has not come yet.
    """
    known = session.scalar(
        select(Consent).where(
            Consent.source == record.source, Consent.source_id == record.source_id
        )
    )
    if known is not None:
        return known, False
    _check(record, until=None if is_hearsay else now)
    customer = customers.resolve(session, record.customer)
    if customer is None:
        raise NotFound(kind="customer", key=record.customer.id or record.customer.external_id)
    consent = Consent(
        customer=customer,
        purpose=record.purpose,
        channel=record.channel,
        state=record.state,
        text_version=record.text_version,
        language=record.language,
        place=record.place,
        staff_code=record.staff,
        proof=record.proof,
        source=record.source,
        source_id=record.source_id,
        stated_at=record.stated_at,
    )
    session.add(consent)
    session.flush()
    changes.record(session, "customers", customer.uid, now=now)
    if tells:
        _tell(session, consent, now=now)
    return consent, True


def list_standing(session: Session, customer_id: int) -> Sequence[Standing]:
    """Return what holds now for each purpose and channel that was ever stated, in their order.

    Of two statements of one moment the withdrawal counts.
    """
    rows = session.connection().execute(_STATED, {"customer_id": customer_id})
    return standing_of([tuple(row) for row in rows])


def standing_of(stated: Sequence[Stated]) -> Sequence[Standing]:
    """Return what holds after these statements, given in the order in which they were made."""
    newest = {(one[0], one[1]): one for one in stated}
    return [
        Standing(purpose=purpose, channel=channel, granted=state == "granted", stated_at=at)
        for purpose, channel, state, at in (newest[key] for key in sorted(newest))
    ]


def _tell(session: Session, consent: Consent, *, now: datetime) -> None:
    payload = json_records.write_consent(as_records.of_consent(consent, consent.customer))
    subject = f"customer:{consent.customer.uid}"
    outbox.add(session, kind="consent", subject=subject, payload=payload, now=now)


def _check(record: ConsentRecord, *, until: datetime | None) -> None:
    allowed = {"purpose": PURPOSES, "channel": CHANNELS, "state": STATES}
    for field, known in allowed.items():
        if getattr(record, field) not in known:
            raise Invalid(field=field, problem="unknown")
    if until is not None and record.stated_at > until:
        raise Invalid(field="stated_at", problem="future")
