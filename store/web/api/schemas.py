"""The shapes of the machine API: what openapi.json tells and what every request is checked by."""

from store.pickup_states import HAPPENINGS, LINE_STATES, STATES
from store.web.api.back_in_stock_schemas import BACK_IN_STOCK
from store.web.api.event_schemas import DETAILS, GREATEST_MINOR, RETURNS
from store.web.api.message_schemas import MESSAGES
from store.web.api.schema_words import (
    CURRENCY,
    DAY,
    NAME,
    SKU,
    SOURCE,
    STORE,
    TIME,
    UID,
    Schema,
    answer,
    listed,
    maybe,
    one_of,
    page,
    ref,
    text,
    thing,
    whole,
)

GREATEST_QUANTITY = 1_000_000
PAGE_LIMIT = 200
MOVEMENTS_LIMIT = 1000

PRICE = answer(
    {"amount_minor": whole(0, GREATEST_MINOR), "currency": CURRENCY},
    description="an amount in minor units: 255 GBP are 2.55 pounds",
)

AMOUNT = answer({"amount_minor": {"type": "integer"}, "currency": CURRENCY})

CUSTOMER_REF = thing(
    {
        "id": UID,
        "source": text(100),
        "external_id": text(200),
        "code": text(200, description="a loyalty card, as scanned"),
        "email": text(320),
        "phone": text(40),
        "name": text(200, description="shown when nobody is found"),
    },
    description="a customer by any identity; the first that is known wins",
)
CUSTOMER_FIELDS = {
    "first_name": text(),
    "last_name": text(),
    "email": text(320),
    "phone": text(40),
    "city": text(),
    "country": text(60),
    "language": one_of("", "fr", "en"),
    "joined_on": maybe(DAY),
    "tier": text(40, description="discovery, silver or gold"),
    "points": maybe(whole(-1_000_000_000, 1_000_000_000)),
    "points_at": maybe(TIME),
    "cards": listed(text(200, least=1), most=20),
}
PRODUCT_FIELDS = {
    "reference": text(64, description="of the product that has this SKU; the SKU when left out"),
    "name": NAME,
    "name_en": text(),
    "description": text(10_000),
    "brand": text(),
    "category": text(),
    "family": text(60, description="the drawn object where there is no picture"),
    "source": text(100),
}
VARIANT_FIELDS = {
    "gtin": maybe(text(20, description="8, 12, 13 or 14 digits")),
    "size": text(60),
    "colour": text(60),
    "tone": text(60),
    "content": text(20, description="what it holds, such as 120 g: for the unit price"),
    "price": ref("Price"),
}
MOVEMENT = thing(
    {
        "source": SOURCE,
        "source_id": text(200, least=1),
        "store": STORE,
        "sku": SKU,
        "kind": one_of("count", "delta"),
        "quantity": whole(-GREATEST_QUANTITY, GREATEST_QUANTITY),
        "occurred_at": TIME,
        "reason": text(500),
        "aisle": text(20, description="where the article stands in the store from now on"),
    },
    *("source", "source_id", "store", "sku", "kind", "quantity", "occurred_at"),
    description="one change of stock; applied once by (source, source_id)",
)
STOCK = answer(
    {
        "store": STORE,
        "sku": SKU,
        "on_hand": {"type": "integer"},
        "reserved": {"type": "integer"},
        "safety": {"type": "integer"},
        "available": {"type": "integer", "minimum": 0},
        "aisle": text(20, description="where it stands in the store, empty when not known"),
        "incoming": {"type": "integer"},
        "incoming_on": maybe(DAY),
        "as_of": TIME,
        "source": text(100),
    }
)
ORDER_LINE = thing(
    {
        "sku": SKU,
        "quantity": whole(1, 1000),
        "unit_price": ref("Price"),
        "label": text(),
    },
    *("sku", "quantity"),
)
ORDER_FIELDS = {
    "number": text(64, least=1),
    "store": STORE,
    "customer": maybe(ref("CustomerRef")),
    "placed_at": TIME,
    "promised_at": maybe(TIME),
    "pickup_by": maybe(DAY),
    "paid": {"type": "boolean"},
    "channel": one_of("web", "kiosk", "phone", "tablet", "transfer"),
    "fulfilment": one_of("pickup", "delivery"),
    "hold_until": maybe(TIME),
    "language": {"type": "string", "enum": ["", "fr", "en"], "description": "of the customer"},
    "delivery": maybe(ref("Delivery")),
}
ORDER_KEYS = {
    "id": {**UID, "description": "given by the store in which the order was placed"},
    "code": text(64, description="what the order's QR carries"),
    "pickup_code": {"type": "string", "pattern": "^([0-9]{6})?$"},
}
VISIT_FIELDS = {
    "id": UID,
    "store": STORE,
    "staff": text(64, description="code of the assistant"),
    "staff_name": text(),
    "customer": maybe(ref("CustomerRef")),
    "opened_by": text(40),
    "started_at": TIME,
    "ended_at": TIME,
    "reason": text(40),
    "outcome": text(40),
    "products": listed(ref("Shown"), most=200),
    "note": text(5000),
    "next_step": text(40),
}
CONSENT_FIELDS = {
    "source": SOURCE,
    "source_id": text(200, least=1),
    "purpose": one_of("marketing", "suggestions", "store_history"),
    "channel": one_of("", "email", "sms"),
    "state": one_of("granted", "withdrawn"),
    "text_version": text(60),
    "language": one_of("", "fr", "en"),
    "place": text(100),
    "staff": text(64),
    "proof": text(500),
    "stated_at": TIME,
}
CHANGE_KINDS = ("customers", "orders", "products", "stock")

SCHEMAS: dict[str, Schema] = {
    "Problem": thing(
        {
            "type": text(200, description="urn:comptoir:problem:KIND"),
            "title": text(),
            "status": whole(400, 599),
            "detail": text(1000),
            "errors": listed(answer({"pointer": text(500), "detail": text(500)}), most=50),
        },
        *("type", "title", "status"),
        description="RFC 9457",
    ),
    "Price": PRICE,
    "CustomerRef": CUSTOMER_REF,
    "CustomerBody": thing(CUSTOMER_FIELDS),
    "Customer": answer(
        {
            "id": UID,
            "source": SOURCE,
            "external_id": text(200, least=1),
            **CUSTOMER_FIELDS,
            "consents": {
                "type": "array",
                "items": ref("Statement"),
                "description": "the newest statement of each purpose and channel",
            },
            "purchases": {"type": "integer", "description": "how many the timeline holds"},
        }
    ),
    "Statement": answer(CONSENT_FIELDS),
    "CustomerPage": page("Customer"),
    "TimelineEntry": answer(
        {
            "kind": one_of("purchase", "order", "visit", "points"),
            "id": text(200),
            "at": TIME,
            "store": maybe(STORE),
            "title": text(500, description="first article, order number, or who advised"),
            "detail": text(500, description="sale or return, order state, outcome, or reason"),
            "channel": text(40),
            "articles": {"type": "integer"},
            "amount": maybe(AMOUNT),
            "points": maybe({"type": "integer"}),
            "minutes": maybe({"type": "integer"}),
            "source": maybe(SOURCE),
            "lines": maybe(
                {
                    "type": "array",
                    "items": ref("PurchaseLine"),
                    "description": "of a purchase",
                }
            ),
        }
    ),
    "PurchaseLine": answer(
        {
            "sku": maybe(SKU),
            "label": text(500),
            "quantity": {"type": "integer"},
            "amount": AMOUNT,
        }
    ),
    "TimelinePage": page("TimelineEntry"),
    "ProductBody": thing({**PRODUCT_FIELDS, **VARIANT_FIELDS}, "name", "price"),
    "Product": answer({"sku": SKU, **PRODUCT_FIELDS, **VARIANT_FIELDS}),
    "WholeProduct": answer(
        {
            **PRODUCT_FIELDS,
            "variants": {
                "type": "array",
                "items": answer({"sku": SKU, **VARIANT_FIELDS}),
            },
        }
    ),
    "Stock": STOCK,
    "StockPage": page("Stock"),
    "Movement": MOVEMENT,
    "Movements": thing({"items": listed(ref("Movement"), least=1, most=MOVEMENTS_LIMIT)}, "items"),
    "Applied": answer(
        {
            "applied": whole(0, MOVEMENTS_LIMIT),
            "repeated": whole(0, MOVEMENTS_LIMIT),
            "refused": listed(
                answer({"index": whole(0, MOVEMENTS_LIMIT), "reason": text()}),
                most=MOVEMENTS_LIMIT,
            ),
        }
    ),
    **BACK_IN_STOCK,
    **MESSAGES,
    "OrderLine": ORDER_LINE,
    "Delivery": thing(
        {
            "name": NAME,
            "address": NAME,
            "postcode": text(20, least=1),
            "city": NAME,
            "country": text(60),
            "email": text(320),
            "phone": text(40),
        },
        *("name", "address", "postcode", "city"),
        description="where an order goes; told to whoever delivers it, never in the changes",
    ),
    "OrderBody": thing(
        {**ORDER_KEYS, **ORDER_FIELDS, "lines": listed(ref("OrderLine"), least=1, most=200)},
        *("number", "store", "placed_at", "lines"),
    ),
    "Order": answer(
        {
            "id": UID,
            "source": SOURCE,
            "external_id": text(200, least=1),
            **ORDER_FIELDS,
            "state": one_of(*sorted(STATES)),
            "state_at": {**TIME, "description": "since when it is in this state"},
            "code": text(64, description="opens the order's page on the customer's phone"),
            "ticket": text(200, description="what its QR carries, signed; empty for a delivery"),
            "pickup_code": text(20),
            "staging_place": text(60),
            "lines": {
                "type": "array",
                "items": answer(
                    {
                        "id": UID,
                        "sku": SKU,
                        "quantity": {"type": "integer"},
                        "unit_price": ref("Price"),
                        "label": text(),
                        "state": one_of(*sorted(LINE_STATES)),
                        "reason": text(500),
                        "substitute": maybe(
                            answer({"sku": SKU, "label": text(), "unit_price": ref("Price")})
                        ),
                    }
                ),
            },
            # of the customer, that the shop has not acted on yet
            "answers": listed(answer({"proposal": UID, "choice": text(80), "at": TIME}), most=200),
            "returns": RETURNS,
        }
    ),
    "OrderPage": page("Order"),
    "OrderEvent": thing(
        {
            "id": maybe(UID),
            "type": one_of(*HAPPENINGS),
            "lines": maybe(
                listed(
                    thing({"sku": SKU, "quantity": whole(1, 1000)}, "sku", "quantity"),
                    least=1,
                    most=200,
                )
            ),
            "reason": maybe(text(500)),
            "identity_check": text(20),
            "staff": text(64),
            "details": DETAILS,
            "occurred_at": TIME,
        },
        *("type", "occurred_at"),
        description="`lines` null or left out: all that the event can concern",
    ),
    "Shown": thing(
        {
            "sku": SKU,
            "kind": one_of("shown", "tried", "wanted"),
            "tried": {"type": "boolean"},
            "wanted": {"type": "boolean"},
            "shown": {"type": "boolean"},
        },
        "sku",
        description="how far it went, by `kind` or by one of the three words",
    ),
    "VisitBody": thing(VISIT_FIELDS, "id", "store", "started_at", "ended_at"),
    "Visit": answer({**VISIT_FIELDS, "received_at": maybe(TIME)}),
    "VisitPage": page("Visit"),
    "ConsentBody": thing(
        {**CONSENT_FIELDS, "customer": ref("CustomerRef")},
        *("source", "source_id", "customer", "purpose", "state", "stated_at"),
    ),
    "Consent": answer({**CONSENT_FIELDS, "customer": ref("CustomerRef")}),
    "StockPlan": answer(
        {
            "store": STORE,
            "safety": whole(0, 10**9),
            "incoming": whole(0, 10**9),
            "incoming_on": maybe(DAY),
            "aisle": text(20),
        }
    ),
    "StockChange": answer(
        {
            "sku": SKU,
            "movements": {
                "type": "array",
                "items": ref("Movement"),
                "description": "of the store that asks, from its newest count on",
            },
            "levels": {
                "type": "array",
                "items": ref("Stock"),
                "description": "of the other stores",
            },
            "plan": {
                **maybe(ref("StockPlan")),
                "description": "of the store that asks",
            },
        }
    ),
    "Change": answer(
        {
            "id": whole(1, 2**63 - 1),
            "kind": one_of(*CHANGE_KINDS),
            "key": text(200, description="id of a customer or order, SKU of a product or stock"),
            "at": TIME,
            "record": {
                "anyOf": [
                    ref("Customer"),
                    ref("Order"),
                    ref("WholeProduct"),
                    ref("StockChange"),
                ],
                "description": "the thing as it is now",
            },
        }
    ),
    # public keys (Ed25519, hexadecimal) of those who sign the tickets
    "ChangePage": page("Change", ticket_keys={"type": "array", "items": text(64)}),
}
