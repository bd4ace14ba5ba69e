"""What every answer says to the browser about what it may do with the page."""

from pathlib import PurePath

from flask import Flask, Response, request

# 'wasm-unsafe-eval' is what the barcode decoder needs; it does not allow eval of text
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
# A style sheet, font, picture or module does nothing by itself: the page that asks for it is bound
# by its own policy. A worker is bound by what it comes with, and so is an SVG that is opened alone.
PARTS = frozenset((".css", ".js", ".mjs", ".woff2", ".wasm", ".png", ".jpg", ".webp"))
WORKER = "worker.js"
FOR_PARTS = {"X-Content-Type-Options": HEADERS["X-Content-Type-Options"]}  # public, no secret
FOR_DRAWINGS = {**FOR_PARTS, "Content-Security-Policy": "default-src 'none'"}
TWO_YEARS = 2 * 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Put the headers on every answer; pages are never stored, static files are."""
    app.after_request(_protect)


def _wanted() -> dict[str, str]:
    if request.endpoint != "static" or request.path.endswith(WORKER):
        return HEADERS
    kind = PurePath(request.path).suffix
    if kind == ".svg":
        return FOR_DRAWINGS
    return FOR_PARTS if kind in PARTS else HEADERS


def _protect(answer: Response) -> Response:
    present = {name for name, _value in answer.headers}
    for name, value in _wanted().items():
        if name not in present:
            answer.headers.add(name, value)
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    return answer
