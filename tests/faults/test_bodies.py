"""Bodies that are too long, or that do not say how long they are, against a real server."""

from datetime import UTC, datetime

import pytest
import requests

from store import tokens
from store.database import writing

PRODUCT = b'{"name": "Tasse", "price": {"amount_minor": 295, "currency": "EUR"}}'


@pytest.fixture
def put(hub, hub_engine):
    with writing(hub_engine) as session:
        scopes = ["catalogue:write"]
        secret = tokens.create(session, name="erp", scopes=scopes, now=datetime.now(UTC))[1]
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    return lambda data: requests.put(
        f"{hub.url}/api/v1/products/A", data=data, headers=headers, timeout=120
    )


def test_bodies_are_read_whole_or_refused_in_words(put):
    assert put(PRODUCT).status_code == 201
    assert put(iter([PRODUCT[:20], PRODUCT[20:]])).status_code == 200

    for body in (b"x" * 50_000_000, iter([b"x" * 1_000_000] * 50)):
        answer = put(body)
        assert answer.status_code == 413
        assert answer.headers["Content-Type"] == "application/problem+json"

    assert put(PRODUCT).status_code == 200
