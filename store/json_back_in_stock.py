"""Wishes to be told that an article is back, as the machine API writes them in JSON, and back."""

from store.json_records import Body, Json, moment, read_ref, read_time, write_ref, write_time
from store.records import BackInStockRecord


def write(record: BackInStockRecord) -> Json:
    """Return a wish as the API has it."""
    return {
        "id": record.uid,
        "store": record.store,
        "sku": record.sku,
        "state": record.state,
        "contact": write_ref(record.contact),
        "language": record.language,
        "channel": record.channel,
        "asked_at": write_time(record.asked_at),
        "forget_at": write_time(record.forget_at),
        "ended_at": write_time(record.ended_at),
    }


def read(body: Body, *, uid: str) -> BackInStockRecord:
    """Return the wish that `body` describes; it must be valid by store/web/api/schemas.py."""
    return BackInStockRecord(
        uid=uid,
        store=body["store"],
        sku=body["sku"],
        state=body["state"],
        contact=read_ref(body.get("contact")),
        language=body.get("language") or "",
        channel=body.get("channel") or "web",
        asked_at=moment(body["asked_at"]),
        forget_at=read_time(body.get("forget_at")),
        ended_at=read_time(body.get("ended_at")),
    )
