"""No page waits for another machine: a handler that opens a connection fails its test."""

import socket
from collections.abc import Iterator

import pytest
from flask import has_request_context, request


class CalledOut(AssertionError):
    """A request handler opened a network connection."""


@pytest.fixture(autouse=True)
def no_call_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection made while a request is handled."""
    connect = socket.socket.connect

    def guarded(self, address):
        if has_request_context():
            self.close()
            raise CalledOut(f"{request.path} called {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield
