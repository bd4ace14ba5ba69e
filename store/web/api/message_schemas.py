"""The shapes of what carriers tell of messages to customers."""

from store.message_queue import REPORTS
from store.web.api.schema_words import UID, Schema, answer, maybe, one_of, text, thing

MESSAGES: dict[str, Schema] = {
    "MessageReport": thing(
        {"state": one_of(*REPORTS), "reason": maybe(text(500))},
        "state",
        description="what became of a message to a customer; `reason` without personal data",
    ),
    "MessageHook": thing(
        {
            "type": one_of(*(f"message.{state}" for state in REPORTS)),
            "data": thing({"id": text(300, least=1), "reason": maybe(text(500))}, "id"),
        },
        *("type", "data"),
        description="the same as a signed webhook to /hooks/messages",
    ),
    "MessageState": answer({"id": UID, "kind": text(40), "state": text(40)}),
}
