"""Proxies in front of the server: what they say of the browser is believed of them alone."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class BelievedProxies:
    """Reads X-Forwarded-* of requests that come from a proxy's network; others are as they came."""

    def __init__(self, app: Wsgi, *, hops: int, networks: Sequence[str]) -> None:
        """`hops` is how many proxies stand one behind the other."""
        self._app = app
        self._fixed = ProxyFix(app, x_for=hops, x_proto=hops, x_host=hops)
        self._networks = [ip_network(each) for each in networks]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._is_proxy(environ.get("REMOTE_ADDR", "")):
            return self._fixed(environ, start_response)
        return self._app(environ, start_response)

    def _is_proxy(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self._networks)
