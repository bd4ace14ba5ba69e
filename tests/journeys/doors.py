"""The way to where a journey begins: the same forms, sent as a browser does, no page drawn."""

import re
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from playwright.sync_api import APIResponse, BrowserContext


def send(context: BrowserContext, address: str, action: str, **typed: str) -> APIResponse:
    """Open a page, send its form that goes to `action`, and return the page that it leads to."""
    form = _page(context.request.get(address)).find("form", action=re.compile(rf"^{action}(\?|$)"))
    assert form, f"no form to {action} on {address}"
    fields = {one["name"]: one.get("value", "") for one in form.find_all("input", {"name": True})}
    answer = context.request.post(urljoin(address, form["action"]), form=fields | typed)
    assert answer.ok, answer.text()
    return answer


def open_screen(context: BrowserContext, base: str, kind: str, *, language: str) -> APIResponse:
    """Make the browser a device of the demo that speaks the language, and return its first page."""
    if language == "en":
        send(context, f"{base}/demo", "/language", language=language)
    return send(context, f"{base}/demo", f"/demo/screens/{kind}")


def sign_in(context: BrowserContext, asked: APIResponse, first_name: str, pin: str) -> APIResponse:
    """Choose a name on the page that asks who takes the tablet, give the PIN, and go in."""
    people = _page(asked).find_all("a", href=re.compile("who="))
    person = next(one for one in people if first_name in one.get_text())
    address = urljoin(asked.url, person["href"])
    answer = send(context, address, "/tablet/sign-in", pin=pin)
    assert "sign-in" not in answer.url
    return answer


def _page(answer: APIResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text(), "html.parser")
