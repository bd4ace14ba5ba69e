"""Addresses of this server that a QR carries: upper case, so that the QR stays small."""

from flask import current_app, request


def printed(path: str) -> str:
    """Return the whole address of a path in upper case, for a QR that a phone reads."""
    public = current_app.config["COMPTOIR"].server.public_url or request.host_url
    return public.rstrip("/").upper() + path.upper()
