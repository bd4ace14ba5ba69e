"""What became of a message, told by whoever carried it: by a call with a token, or a webhook."""

from typing import Any

from flask import Response, current_app, request

from store import message_queue, signatures
from store.json_records import Json
from store.models import CustomerMessage
from store.web import auth
from store.web.api import validation
from store.web.api.blueprint import hooks
from store.web.api.calls import writes
from store.web.clock import now
from store.web.extensions import db, limiter

TYPE = "message."


@writes(
    "POST",
    "/messages/{id}/reports",
    scope="messages:write",
    body="MessageReport",
    answers={200: "MessageState"},
)
def post_message_report(body: Json, uid: str) -> tuple[int, Json]:
    """Tell what became of a message: by our id, the whole Message-ID or the carrier's own id."""
    return 200, _write(_note(uid, body["state"], body.get("reason")))


@hooks.post("/messages")
@auth.public
@limiter.limit("600/minute")
def take_report() -> Response:
    """Take the same as a signed webhook (Standard Webhooks); the same one twice is one."""
    secret: str = current_app.config["COMPTOIR"].messages.report_secret
    signatures.check(secret, request.headers, request.get_data(), now=now())
    told = validation.read_body("MessageHook")
    _note(told["data"]["id"], told["type"].removeprefix(TYPE), told["data"].get("reason"))
    db.session.commit()
    return Response(status=204)


def _note(reference: str, state: str, reason: Any) -> CustomerMessage:
    return message_queue.report(db.session(), reference, state, reason=reason or "", now=now())


def _write(message: CustomerMessage) -> Json:
    return {"id": message.uid, "kind": message.kind, "state": message.state}
