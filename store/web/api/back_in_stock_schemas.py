"""The shapes of a wish to be told that an article is back."""

from store.web.api.schema_words import (
    SKU,
    STORE,
    TIME,
    UID,
    Schema,
    answer,
    maybe,
    one_of,
    page,
    ref,
    thing,
)

FIELDS = {
    "store": STORE,
    "sku": SKU,
    "state": one_of("waiting", "told", "time", "customer", description="or how it ended"),
    "contact": {
        **maybe(ref("CustomerRef")),
        "description": "email, phone, or a known customer; for this one notice, null once it ended",
    },
    "language": one_of("", "fr", "en"),
    "channel": one_of("web", "kiosk", "phone", "tablet"),
    "asked_at": TIME,
    "forget_at": {**maybe(TIME), "description": "who it was is forgotten then at the latest"},
    "ended_at": maybe(TIME),
}

BACK_IN_STOCK: dict[str, Schema] = {
    "BackInStockBody": thing(FIELDS, "store", "sku", "state", "asked_at"),
    "BackInStock": answer({"id": UID, **FIELDS}),
    "BackInStockPage": page("BackInStock"),
}
