"""One HTTP request to whoever is at the other end, and what it means when no answer comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    SSLError,
)

from store.errors import ConnectorError, LinkDown, NoAnswer

NOT_REACHED = (NewConnectionError, ConnectTimeoutError, SSLError)


class Bearer(AuthBase):
    """Our token; an auth object, since a .netrc would replace a plain header."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


@contextmanager
def ask(
    http: requests.Session, method: str, url: str, *, timeouts: tuple[float, float], **options: Any
) -> Iterator[requests.Response]:
    """Give the answer to a request, to be read within the block; `timeouts` to connect and to read.

    Raises LinkDown when the request never arrived, NoAnswer when it may have.
    """
    options |= {"timeout": timeouts, "allow_redirects": False, "stream": True}
    try:
        with http.request(method, url, **options) as response:
            yield response
    except requests.RequestException as error:
        raise _explain(error) from error
    except HTTPError as error:  # while the body was read
        reason = type(error).__name__
        raise NoAnswer(permanent=False, reason=reason, retry_after_seconds=None) from error


def _explain(error: requests.RequestException) -> ConnectorError:
    """Tell what never arrived from what may have arrived without an answer."""
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return LinkDown(permanent=False, reason="bad address", retry_after_seconds=None)
    cause = error.args[0] if error.args else None
    inner = cause.reason if isinstance(cause, MaxRetryError) else cause
    reason = type(inner or error).__name__
    kind = LinkDown if isinstance(inner, NOT_REACHED) else NoAnswer
    return kind(permanent=False, reason=reason, retry_after_seconds=None)
