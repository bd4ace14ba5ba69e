"""An access point of electronic labels as OpenEPaperLink documents it, in this process.

After ESP32_AP-Flasher/src/web.cpp (doImageUpload, /get_db) and tag_db.cpp of its source: the MAC
must come before the file; a busy one answers 409; an unknown label 400; a MAC that cannot be read,
an empty 200; the list of labels is cut after 5,000 characters and `continu` says where to go on.
"""

import json
import re
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SIZES = {1: (296, 128), 2: (400, 300)}
CUT_AFTER = 5000


@dataclass
class Tag:
    """One label: what it shows, and whether a picture waits for it to wake up."""

    mac: str
    kind: int = 1
    seen: int = 0
    battery_mv: int = 2900
    pending: int = 0
    waiting: Image.Image | None = None
    shown: Image.Image | None = None

    def told(self) -> dict:
        return {
            "mac": self.mac, "hash": "0" * 32, "lastseen": self.seen, "nextupdate": 0,
            "nextcheckin": 0, "pending": self.pending, "alias": "", "contentMode": 24,
            "LQI": 200, "RSSI": -60, "temperature": 21, "batteryMv": self.battery_mv,
            "hwType": self.kind, "wakeupReason": 0, "capabilities": 0, "modecfgjson": "",
            "isexternal": False, "apip": "0.0.0.0", "rotate": 0, "lut": 0, "invert": 0,
            "updatecount": 0, "updatelast": 0, "ch": 11, "ver": 38,
        }  # fmt: skip


@dataclass
class Double:
    """The access point; `faults` are answered first, one an upload."""

    tags: dict[str, Tag] = field(default_factory=dict)
    uploads: list[dict[str, str]] = field(default_factory=list)
    faults: list[Response] = field(default_factory=list)
    is_running: bool = True
    url: str = ""

    def serve(self, server: HTTPServer) -> "Double":
        server.expect_request("/imgupload", method="POST").respond_with_handler(self.take)
        server.expect_request("/get_db", method="GET").respond_with_handler(self.list)
        self.url = server.url_for("").rstrip("/")
        return self

    def add(self, mac: str, **told) -> Tag:
        self.tags[mac] = Tag(mac=mac, **told)
        return self.tags[mac]

    def wake(self, mac: str, *, at: float) -> None:
        """The label wakes up and fetches what waits for it."""
        tag = self.tags[mac]
        tag.seen, tag.pending = int(at), 0
        tag.shown, tag.waiting = tag.waiting or tag.shown, None

    def take(self, request: Request) -> Response:
        body = request.get_data()
        if self.faults:
            return self.faults.pop(0)
        if not self.is_running:
            return Response("Come back later", 409)
        if not re.search(rb'name="mac".*filename=', body, re.DOTALL):
            return Response("parameters incomplete", 400)
        mac = request.form["mac"]
        if not re.fullmatch(r"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16}", mac):
            return Response("", 200)
        tag = self.tags.get(mac.upper().zfill(16))
        if tag is None:
            return Response("mac not found", 400)
        self.keep(tag, request)
        return Response("Ok, saved", 200)

    def keep(self, tag: Tag, request: Request) -> None:
        """Decode the picture as the firmware does: a baseline JPEG of the label's own size."""
        picture = Image.open(BytesIO(request.files["file"].read()))
        assert picture.format == "JPEG"
        assert not picture.info.get("progressive")
        assert picture.size == SIZES[tag.kind]
        tag.waiting, tag.pending = picture.convert("RGB"), 1
        self.uploads.append({**request.form, "filename": request.files["file"].filename or ""})

    def list(self, request: Request) -> Response:
        position = int(request.args.get("pos", 0)) % 256
        known = [*self.tags.values()]
        answer: dict = {"tags": []}
        for number in range(position, len(known)):
            answer["tags"].append(known[number].told())
            if len(json.dumps(answer)) > CUT_AFTER:
                answer["continu"] = number + 1
                break
        return Response(json.dumps(answer), content_type="application/json")
