"""The connector to a Comptoir hub, over the machine API that any integrator uses."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import requests

from store import json_catalogue, json_orders, json_records
from store.connectors import answers
from store.connectors.asking import Bearer, ask
from store.connectors.base import Capabilities, Page, Pulled, Purchases, Record
from store.errors import ConnectorError
from store.records import Message

CAPABILITIES = Capabilities(
    pushes=frozenset(
        {"visit", "order", "order_event", "stock_movements", "consent", "back_in_stock"}
    ),
    pulls=frozenset({"customers", "products", "stock", "orders"}),
    has_purchases=True,
)
PAGE_SIZE = 100
TIMELINE_SIZE = 200

READERS: dict[str, Callable[[dict[str, Any]], Record]] = {
    "customers": json_records.read_told_customer,
    "products": json_catalogue.read_product,
    "orders": lambda body: json_orders.read_order(
        body, source=body["source"], external_id=body["external_id"]
    ),
    "stock": json_catalogue.read_stock_change,
}


class HttpConnector:
    """Another Comptoir server, in the role of the hub."""

    name = "hub"
    capabilities = CAPABILITIES

    def __init__(
        self,
        url: str,
        token: str,
        *,
        store: str,
        connect_timeout_seconds: float = 3.0,
        read_timeout_seconds: float = 15.0,
    ) -> None:
        """`url` is the hub's address without path; `store` is the code of this shop."""
        self._base = url.rstrip("/") + "/api/v1"
        self._store = store
        self._timeouts = (connect_timeout_seconds, read_timeout_seconds)
        self._http = requests.Session()
        self._http.auth = Bearer(token)
        self._http.headers["Accept"] = "application/json"

    def push(self, message: Message) -> None:
        """Tell one fact; its uid is the idempotency key."""
        method, path, body = _call(message)
        headers = {"Idempotency-Key": message.uid}
        answer = self._ask(method, path, json=body, headers=headers)
        refused = answer.get("refused")
        if message.kind == "stock_movements" and refused:
            reason = f"refused: {refused[0].get('reason', '')}"
            raise ConnectorError(permanent=True, reason=reason, retry_after_seconds=None)

    def pull(self, cursor: str) -> Page:
        """Return what changed in the hub after `cursor`."""
        kinds = ",".join(sorted(self.capabilities.pulls))
        asked = {"after": cursor, "kinds": kinds, "limit": PAGE_SIZE, "store": self._store}
        answer = self._ask("GET", "/changes", params={k: v for k, v in asked.items() if v})
        told = answer.get("items") or []
        items, unreadable = _read_all(told)
        return Page(
            items=items,
            cursor=answer.get("next") or cursor,
            has_more=len(told) == PAGE_SIZE,
            unreadable=unreadable,
            ticket_keys=tuple(str(key) for key in answer.get("ticket_keys") or ()),
        )

    def pull_purchases(self, customer: str, cursor: str) -> Purchases:
        """Return what a page of the customer's timeline in the hub tells of purchases."""
        asked = {"limit": TIMELINE_SIZE, **({"cursor": cursor} if cursor else {})}
        path = f"/customers/{quote(customer, safe='')}/timeline"
        answer = self._ask("GET", path, params=asked)
        told = [item for item in answer.get("items") or [] if item.get("kind") == "purchase"]
        try:
            items = tuple(json_records.read_purchase(item) for item in told)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"unreadable purchase: {error!r}"
            raise ConnectorError(permanent=True, reason=reason, retry_after_seconds=None) from error
        return Purchases(items=items, cursor=answer.get("next"))

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._http.close()

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        url = self._base + path
        with ask(self._http, method, url, timeouts=self._timeouts, **options) as response:
            return answers.read(response, seconds=self._timeouts[1])


def _call(message: Message) -> tuple[str, str, dict[str, Any]]:
    body = dict(message.payload)
    if message.kind == "order_event":
        return "POST", f"/orders/{quote(body.pop('order'), safe='')}/events", body
    if message.kind == "order":
        name = (quote(body.pop(part), safe="") for part in ("source", "external_id"))
        return "PUT", f"/orders/{'/'.join(name)}", body
    if message.kind == "back_in_stock":
        return "PUT", f"/back-in-stock/{quote(body.pop('id'), safe='')}", body
    paths = {"visit": "/visits", "stock_movements": "/stock/movements", "consent": "/consents"}
    return "POST", paths[message.kind], body


def _read_all(
    told: list[dict[str, Any]],
) -> tuple[tuple[Pulled, ...], tuple[tuple[str, str, str], ...]]:
    items, unreadable = [], []
    for item in told:
        kind, key = str(item.get("kind")), str(item.get("key"))
        try:
            items.append(Pulled(kind=kind, key=key, record=READERS[kind](item["record"])))
        except (KeyError, TypeError, ValueError) as error:
            unreadable.append((kind, key, repr(error)))
    return tuple(items), tuple(unreadable)
