"""The access point of electronic labels that run OpenEPaperLink, over its HTTP API.

What it takes and answers follows its documentation, https://github.com/OpenEPaperLink/
OpenEPaperLink/wiki/Image-upload, and its source, ESP32_AP-Flasher/src/web.cpp and tag_db.cpp.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from store.connectors import answers
from store.connectors.asking import ask
from store.errors import ConnectorError
from store.records import LabelTold

BUSY = 409
# reasons that the screens have words for
UNKNOWN_MAC, IS_BUSY, NOT_TAKEN = "unknown_mac", "busy", "not_taken"
# it counts its labels by one byte: from 256 on the list would begin again
LAST_POSITION = 255
EARLIEST = 1_600_000_000  # seconds since 1970: before that its clock was not set
NO_BATTERY = (0, 1337)  # what labels tell that have none, or do not know


class AccessPoint:
    """One access point; it has no password: it belongs on a network of the shop's own."""

    def __init__(
        self,
        url: str,
        *,
        connect_timeout_seconds: float = 3.0,
        read_timeout_seconds: float = 20.0,
    ) -> None:
        self._base = url.rstrip("/")
        self._timeouts = (connect_timeout_seconds, read_timeout_seconds)
        self._http = requests.Session()
        self._http.trust_env = False  # in the shop's network, whatever proxy leads out of it

    def upload(self, mac: str, jpeg: bytes) -> None:
        """Hand over the picture of a label, a JPEG of its exact size.

        Raises ConnectorError with the reason `unknown_mac`, `busy`, `not_taken` or what it said,
        LinkDown when it was not reached, NoAnswer.
        """
        # the fields go before the file: it looks for the MAC when the file begins
        status, text = self._ask(
            "POST",
            "/imgupload",
            data={"mac": mac, "dither": "0"},
            files={"file": (f"{mac}.jpg", jpeg, "image/jpeg")},
        )
        if status == BUSY:
            raise _refusal(IS_BUSY)
        if status == 400 and "mac not found" in text:
            raise _refusal(UNKNOWN_MAC, permanent=True)
        if status != 200:
            raise _refusal(f"{status} {text}".strip())
        if not text.lower().startswith("ok"):  # it answers 200 to what it cannot read, too
            raise _refusal(NOT_TAKEN)

    def told(self) -> list[LabelTold]:
        """Return what it says of its labels, the first 256 of them.

        Raises ConnectorError, LinkDown, NoAnswer.
        """
        found: list[LabelTold] = []
        position = 0
        while True:
            answer = self._list(position)
            found += [told for row in answer.get("tags") or () if (told := _read(row))]
            following = answer.get("continu")
            if not isinstance(following, int) or not position < following <= LAST_POSITION:
                return found
            position = following

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._http.close()

    def _list(self, position: int) -> dict[str, Any]:
        status, text = self._ask("GET", "/get_db", params={"pos": str(position)})
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise _refusal(f"{status} not its list of labels") from error
        if status != 200 or not isinstance(answer, dict):
            raise _refusal(f"{status} not its list of labels")
        return answer

    def _ask(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        url = self._base + path
        with ask(self._http, method, url, timeouts=self._timeouts, **options) as response:
            told = answers.body(response, seconds=self._timeouts[1])
            return response.status_code, told.decode(errors="replace")


def _refusal(reason: str, *, permanent: bool = False) -> ConnectorError:
    short = reason[: answers.REASON_LENGTH]
    return ConnectorError(permanent=permanent, reason=short, retry_after_seconds=None)


def _read(row: Mapping[str, Any]) -> LabelTold | None:
    """Return what one row tells; None for one that cannot be read."""
    try:
        seen, battery = int(row.get("lastseen") or 0), int(row.get("batteryMv") or 0)
        return LabelTold(
            mac=str(row["mac"]).upper().zfill(16),
            seen_at=datetime.fromtimestamp(seen, UTC) if seen > EARLIEST else None,
            battery_mv=None if battery in NO_BATTERY else battery,
            is_pending=int(row.get("pending") or 0) > 0,
            kind=int(row.get("hwType") or 0),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
