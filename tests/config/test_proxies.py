"""Behind a proxy: who is believed, and cookies that stay on HTTPS."""

import pytest
from flask import Flask, jsonify, request
from werkzeug.test import EnvironBuilder

from config import sources
from config.app import create_app
from config.sources import SettingsError
from store.web import auth
from store.web.extensions import db

TOLD = {"X-Forwarded-For": "192.168.1.77", "X-Forwarded-Proto": "https"}


@pytest.fixture
def behind(database_url, tmp_path):
    """An application behind one proxy, with a page that tells whom it sees."""
    settings = sources.load(
        environ={
            "COMPTOIR_DATA_DIR": str(tmp_path),
            "COMPTOIR_DATABASE__URL": database_url,
            "COMPTOIR_SERVER__TRUSTED_PROXIES": "1",
        }
    )
    app = create_app(settings)
    app.add_url_rule("/seen", "seen", auth.public(seen))
    yield app
    with app.app_context():
        db.engine.dispose()


def seen():
    return jsonify(address=request.remote_addr, scheme=request.scheme)


def ask(app: Flask, path: str, *, peer: str, **headers: str):
    builder = EnvironBuilder(path=path, headers=headers, environ_base={"REMOTE_ADDR": peer})
    return app.test_client().open(builder)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_the_proxy_is_believed(behind, peer):
    told = ask(behind, "/seen", peer=peer, **TOLD).json

    assert told == {"address": "192.168.1.77", "scheme": "https"}


def test_only_the_nearest_word_counts(behind):
    chain = TOLD | {"X-Forwarded-For": "10.9.9.9, 192.168.1.77"}

    assert ask(behind, "/seen", peer="127.0.0.1", **chain).json["address"] == "192.168.1.77"


@pytest.mark.parametrize("peer", ["192.168.1.50", "2001:db8::1", "unknown"])
def test_nobody_else_is_believed(behind, peer):
    told = ask(behind, "/seen", peer=peer, **TOLD).json

    assert told == {"address": peer, "scheme": "http"}


def test_cookies_given_over_https_stay_there(behind):
    over_https = ask(behind, "/enrol", peer="127.0.0.1", **TOLD)
    on_this_machine = ask(behind, "/enrol", peer="127.0.0.1")

    assert "; Secure" in over_https.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in over_https.headers
    assert "; Secure" not in on_this_machine.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in on_this_machine.headers


def test_a_network_that_is_none_is_a_fault(tmp_path):
    with pytest.raises(SettingsError, match="proxy_networks"):
        sources.load(
            environ={
                "COMPTOIR_DATA_DIR": str(tmp_path),
                "COMPTOIR_SERVER__PROXY_NETWORKS": "10.0.0.0/99",
            }
        )
