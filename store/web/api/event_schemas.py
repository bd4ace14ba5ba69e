"""What an event of an order may say beside its type."""

from store.web.api.schema_words import (
    DAY,
    SKU,
    STORE,
    TIME,
    UID,
    answer,
    listed,
    maybe,
    text,
    thing,
    whole,
)

GREATEST_MINOR = 100_000_000
UNITS = whole(1, 1000)

_SUBSTITUTE = thing(
    {
        "for": SKU,
        "sku": SKU,
        "label": text(),
        "price_minor": whole(0, GREATEST_MINOR),
        "quantity": UNITS,
    },
    *("sku", "price_minor"),
)
_RETURNED = thing(
    {"sku": SKU, "quantity": UNITS, "reason": text(40), "condition": text(40)},
    *("sku", "quantity", "reason"),
)
DETAILS = thing(
    {
        "pickup_by": maybe(DAY),
        "promised_at": maybe(TIME),
        "by": text(20),
        "counter": text(60),
        "till_ticket": text(40),
        "collected_by": text(20),
        "condition": text(20),
        "signed": {"type": "boolean"},
        "missing": UNITS,
        "was": text(40),
        "proposal": UID,
        "choice": text(80),
        "from": STORE,
        "store": STORE,
        "stores": listed(STORE, most=20),
        "substitutes": listed(_SUBSTITUTE, most=20),
        "returned": listed(_RETURNED, least=1, most=200),
    },
    maxProperties=20,
    description="what only some kinds of event have",
)
# in any shop, and counted here: nobody takes the same units back again
RETURNS = listed(
    answer({"id": UID, "store": STORE, "at": TIME, "lines": listed(_RETURNED, most=200)}),
    most=200,
)
