"""Text messages by a webhook: whoever carries them is told by a signed POST, as JSON."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests

from store import signatures
from store.connectors import answers
from store.connectors.asking import Bearer, ask
from store.connectors.letters import SMS, Letter
from store.errors import REFUSED, ConnectorError

TYPE = "sms.send"
# in an answer of 200, which some carriers give to everything
NOES = ("error", "failed", "failure", "rejected", "refused", "undeliverable")
NOTHING = ("", "0", "none", "null", "false", "no", "ok", "[]", "{}")  # an error that is none


class SmsWebhook:
    """Posts each text to one address, signed after Standard Webhooks.

    The id of the message is `webhook-id` and `Idempotency-Key`: a carrier that keeps them sends a
    repetition once. Any good answer is a yes unless its JSON says no (`error`, `errors`, `success`
    false, `status` rejected …); an `id` in it names the text in later reports.
    """

    channels = frozenset({SMS})

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], datetime],
        secret: str = "",
        token: str = "",
        sender: str = "",
        connect_timeout_seconds: float = 5.0,
        read_timeout_seconds: float = 20.0,
    ) -> None:
        """`clock` tells the time of the signature; without secret or token none is sent."""
        self._url, self._secret, self._sender, self._clock = url, secret, sender, clock
        self._timeouts = (connect_timeout_seconds, read_timeout_seconds)
        self._http = requests.Session()
        self._http.headers["Accept"] = "application/json"
        self._http.trust_env = False
        if token:
            self._http.auth = Bearer(token)

    def send(self, letter: Letter) -> str:
        """Return the carrier's id of the text once it has taken it."""
        told = {
            "type": TYPE,
            "timestamp": letter.at.isoformat(),
            "data": {
                "id": letter.uid,
                "to": letter.to,
                "from": self._sender,
                "text": letter.text,
                "language": letter.language,
            },
        }
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": letter.uid}
        if self._secret:
            headers |= signatures.sign(self._secret, body, uid=letter.uid, now=self._clock())
        return self._post(body, headers)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._http.close()

    def _post(self, body: bytes, headers: dict[str, str]) -> str:
        told = {"data": body, "headers": headers}
        with ask(self._http, "POST", self._url, timeouts=self._timeouts, **told) as response:
            return _id_in(response, self._timeouts[1])


def _id_in(response: requests.Response, seconds: float) -> str:
    """Return the id in a good answer, empty when there is none; many answer nothing but 204."""
    is_json = "json" in response.headers.get("Content-Type", "")
    if 200 <= response.status_code < 300 and not is_json:
        return ""
    answer = answers.read(response, seconds=seconds)
    if no := _no_in(answer):
        reason = f"{REFUSED}{no}"[: answers.REASON_LENGTH]
        raise ConnectorError(permanent=False, reason=reason, retry_after_seconds=None)
    found = answer.get("id")
    return str(found)[:200] if isinstance(found, str | int) else ""


def _no_in(answer: dict[str, Any]) -> str:
    """Return why a good answer means that the text was not taken, empty when it was."""
    for name in ("error", "errors"):
        if _said(wrong := answer.get(name)) not in NOTHING:
            return str(wrong)
    status = _said(answer.get("status"))
    if status in NOES:
        return status
    went_well = (_said(answer.get(name)) for name in ("success", "ok"))
    return "success: false" if any(said in ("false", "no", "0") for said in went_well) else ""


def _said(value: Any) -> str:
    return "" if value is None else str(value).strip().lower()
