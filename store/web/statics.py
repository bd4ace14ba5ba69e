"""Static files: compressed once, kept for a year under an address that changes with the content."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory
from werkzeug.security import safe_join

COMPRESSED = {".css", ".js", ".mjs", ".svg", ".wasm", ".json", ".txt"}
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
# a tenth of what our own files weigh; in a module only whole lines, where nothing else can stand
COMMENTS = {
    ".js": re.compile(r"^[ \t]*//.*$", re.MULTILINE),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Serve the files of the static folder in our way."""
    app.view_functions["static"] = serve


def serve(filename: str) -> Response:
    """Answer one file, compressed when the browser can read that; 404 when there is none."""
    kind = TYPES.get(Path(filename).suffix)
    answer = send_from_directory(str(current_app.static_folder), filename, mimetype=kind)
    if Path(filename).suffix in COMPRESSED:
        answer.vary.add("Accept-Encoding")
        if answer.status_code == 200 and request.accept_encodings.quality("gzip"):
            compress(answer, filename)
    keep(answer)
    return answer


def compress(answer: Response, filename: str) -> None:
    """Put the compressed file in the place of the plain one."""
    path = Path(safe_join(str(current_app.static_folder), filename) or "")
    answer.close()
    answer.direct_passthrough = False
    answer.set_data(gzipped(path, path.stat().st_mtime_ns))
    answer.content_encoding = "gzip"


def compress_page(answer: Response) -> Response:
    """Compress a page for browsers that can read that.

    Only for pages that repeat nothing of what was asked: else the length of the answer tells,
    guess by guess, what secret stands beside it (the BREACH attack).
    """
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip"):
        answer.set_data(gzip.compress(answer.get_data(), compresslevel=6))
        answer.content_encoding = "gzip"
    return answer


@lru_cache(maxsize=200)
def gzipped(path: Path, _changed_at: int) -> bytes:
    """Return the compressed content of a file, made again when the file has changed."""
    return gzip.compress(_without_comments(path), mtime=0)


def _without_comments(path: Path) -> bytes:
    """Return a file as browsers need it."""
    comment = COMMENTS.get(path.suffix)
    if comment is None or "vendor" in path.parts:
        return path.read_bytes()
    return comment.sub("", path.read_text(encoding="utf-8")).encode()


def keep(answer: Response) -> None:
    """Let browsers keep what has a version in its address, and ask again about the rest."""
    answer.cache_control.clear()
    for name in ("Content-Disposition", "Expires", "Accept-Ranges"):  # a third of what is sent
        answer.headers.pop(name, None)
    if "v" in request.args:
        for name in ("ETag", "Last-Modified"):  # nobody asks again about what does not change
            answer.headers.pop(name, None)
        answer.cache_control.immutable = True
        answer.cache_control.max_age = ONE_YEAR
    else:
        answer.cache_control.no_cache = True


def drawing_fonts() -> Path:
    """Return the folder of the fonts that labels and slips are drawn with."""
    return Path(str(current_app.static_folder), "vendor", "fonts", "labels")
