"""A request handler never talks to another machine."""

import socket

import pytest
from flask import Flask

from tests.socket_guard import CalledOut


def test_a_handler_that_calls_another_machine_is_caught():
    app = Flask("probe")

    @app.get("/")
    def call_out():
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)

    app.testing = True

    with pytest.raises(CalledOut):
        app.test_client().get("/")


def test_a_connection_outside_a_request_is_left_alone():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=2) as caller,
    ):
        assert caller.getpeername() == server.getsockname()
