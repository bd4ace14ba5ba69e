"""Somebody who works on a tablet over real HTTP, and who does not give up."""

import time

import requests
from bs4 import BeautifulSoup

from tests.shop import PIN

PATIENCE_SECONDS = 30


class Assistant:
    """Fills in the tablet's own forms; a form whose answer was lost is sent again as it was."""

    def __init__(self, url, *, device="tablet-secret", who):
        self.url = url
        self.http = requests.Session()
        self.http.cookies.set("comptoir_store_tablet", device)
        page = self.open(f"/tablet/sign-in?who={who}")
        self.send("/tablet/sign-in", form(page, "/tablet/sign-in") | {"pin": PIN})

    def visit(self, card, note):
        """Receive a customer and record the visit; return once the screen says that it is kept."""
        path = self.receive(card)
        page = self.open(path)
        told = form(page, path) | {"outcome": "thinking", "note": note}
        answer = self.send(path, told)
        assert "closed=" in answer.headers["Location"], answer.headers["Location"]

    def receive(self, card):
        """Scan a card and return where the account of the visit is."""
        page = self.open("/tablet/scan")
        answer = self.send("/tablet/scan", form(page, "/tablet/scan") | {"code": card})
        file = self.open(answer.headers["Location"])
        link = file.select_one('a[href^="/tablet/visits/"]')
        assert link, file.get_text(" ", strip=True)[:500]
        return link["href"]

    def open(self, path):
        return BeautifulSoup(self.ask("GET", path, allow_redirects=True).text, "html.parser")

    def send(self, path, fields):
        answer = self.ask("POST", path, data=fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text[-2000:])
        return answer

    def ask(self, method, path, *, allow_redirects=False, **options):
        """Ask until the server is there and answers; the same form, with the same key."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.http.request(
                    method, self.url + path, timeout=5, allow_redirects=allow_redirects, **options
                )
                if answer.status_code < 500:
                    return answer
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, f"{method} {path}: no answer"
            time.sleep(0.05)


def form(page, action):
    """Return what the form that goes to `action` would send, untouched."""
    found = page.find("form", action=action)
    assert found is not None, f"no form to {action}: {page.get_text(' ', strip=True)[:500]}"
    fields = {}
    for field in found.select("input[name], textarea[name]"):
        if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        fields[field["name"]] = field.get("value", field.text if field.name == "textarea" else "")
    return fields
