"""The one way by which tests open pages: each is checked as a browser's user would want it."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from store.web.clock import now
from tests.shop import PIN

# what html5lib calls an error although HTML allows it: SVG attributes and a trailing slash
HARMLESS = {"non-void-element-with-trailing-slash"}
LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = ("hidden", "submit", "button")
# what a browser refuses by itself, in its own words and language
REFUSED_TYPES = ("number", "email", "url", "date", "time")
# what is another at each drawing of a page; no fault hangs on it
FRESH = re.compile(
    r"""(?:name="(?:csrf_token|key)" value=|"X-CSRFToken": |name="server-time" content=)"[^"]*"|"""
    r"""&amp;since=[^"]*"""
)
UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_faultless: set[bytes] = set()  # pages of this run: most tests open the same few on their way


@dataclass(frozen=True)
class Page:
    """An answer and its parsed HTML."""

    answer: TestResponse

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        """The words on the page, one space between them, no-break spaces as plain ones."""
        return re.sub(r"\s+", " ", self.soup.get_text(" ")).strip()

    def form(self, action: str) -> dict[str, str]:
        """Return what the form that goes to this path would send, untouched."""
        return dict(_fields(self._form(action)))

    def address(self, action: str) -> str:
        """Return where the form that goes to this path is sent, its query included."""
        return str(self._form(action)["action"])

    def _form(self, action: str) -> Tag:
        form = self.soup.find("form", action=re.compile(rf"^{re.escape(action)}(\?|$)"))
        assert isinstance(form, Tag), f"no form to {action}"
        return form


class PageClient:
    """A browser without JavaScript that looks hard at every page."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def become(self, secret: str, kind: str) -> "PageClient":
        """Carry the cookie of an enrolled device."""
        role = self.app.config["COMPTOIR"].server.role
        self.client.set_cookie(f"comptoir_{role}_{kind}", secret)
        return self

    def sign_in(self, uid: str, pin: str = PIN) -> "PageClient":
        """Sign a person in through the keypad's form."""
        page = self.get(f"/tablet/sign-in?who={uid}")
        fields = page.form("/tablet/sign-in")
        answer = self.post("/tablet/sign-in", fields | {"pin": pin})
        assert answer.status == 303, answer.text
        return self

    def seat(self, uid: str) -> "PageClient":
        """Be somebody who has signed in: `sign_in` without the keypad and its cost."""
        with self.client.session_transaction() as session:
            session.permanent = True
            session.update(staff=uid, seen_at=now().timestamp())
        return self

    def get(self, path: str, *, status: int = 200, **headers: str) -> Page:
        """Open a page and check it."""
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return self._looked_at(answer, path)

    def block(self, path: str, *, status: int = 200) -> Page:
        """Read a page again as htmx does."""
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        assert "HX-Request" in answer.headers.get("Vary", "")
        return Page(answer)

    def post(self, path: str, fields: dict[str, Any], *, follow: bool = False) -> Page:
        """Send a form; `follow` opens the page that it leads to."""
        answer = self.client.post(path, data=fields, follow_redirects=follow)
        return self._looked_at(answer, path)

    def send(self, page: Page, action: str, **changed: Any) -> Page:
        """Fill in the form of an opened page that goes to `action`, send it and follow."""
        return self.post(page.address(action), page.form(action) | changed, follow=True)

    def _looked_at(self, answer: TestResponse, path: str) -> Page:
        page = Page(answer)
        if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303):
            _look(page, path)
        return page


def _look(page: Page, path: str) -> None:
    """Fail on a page with a fault; one that was drawn before is known."""
    text = page.answer.text
    name = blake2b(_lasting(text).encode(), digest_size=16).digest()
    if name not in _faultless:
        assert not faults(text, page.soup), (path, faults(text, page.soup))
        _faultless.add(name)


def _lasting(text: str) -> str:
    """Return what of a page is the same in every test: a uid is told by when it is first met."""
    met: dict[str, str] = {}
    fresh = FRESH.sub("", text)
    return UID.sub(lambda found: met.setdefault(found[0], f"uid:{len(met)}"), fresh)


def faults(text: str, soup: BeautifulSoup) -> list[str]:
    """Return everything that no page may have."""
    return [
        *_invalid(text),
        *_structure(soup),
        *_unlabelled(soup),
        *_repeated_ids(soup),
        *_inline(soup),
        *(
            f"form without action: {form}"
            for form in soup.find_all("form")
            if not form.get("action")
        ),
        *_unprotected(soup),
        *_refused_by_the_browser(soup),
        *_without_another_language(soup),
    ]


def _invalid(text: str) -> list[str]:
    parser = html5lib.HTMLParser()
    parser.parse(text)
    return [f"HTML: {at} {code}" for at, code, _data in parser.errors if code not in HARMLESS]


def _structure(soup: BeautifulSoup) -> list[str]:
    found = []
    if len(soup.find_all("h1")) != 1:
        found.append(f"{len(soup.find_all('h1'))} h1")
    if not (soup.title and soup.title.get_text(strip=True)):
        found.append("no title")
    if not (soup.html and soup.html.get("lang")):
        found.append("no lang")
    if len(soup.find_all("main")) != 1:
        found.append(f"{len(soup.find_all('main'))} main")
    return found


def _unlabelled(soup: BeautifulSoup) -> list[str]:
    return [
        f"no label: {field}"
        for field in soup.find_all(LABELLED)
        if field.get("type") not in UNLABELLED_TYPES and not _label_of(soup, field)
    ]


def _label_of(soup: BeautifulSoup, field: Tag) -> bool:
    named = field.get("aria-label") or field.get("aria-labelledby")
    wrapped = field.find_parent("label")
    pointed = field.get("id") and soup.find("label", attrs={"for": field["id"]})
    return bool(named or wrapped or pointed)


def _repeated_ids(soup: BeautifulSoup) -> list[str]:
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    return [f"id twice: {name}" for name in sorted({i for i in ids if ids.count(i) > 1})]


def _inline(soup: BeautifulSoup) -> list[str]:
    scripts = [s for s in soup.find_all("script") if not s.get("src")]
    handlers = [t for t in soup.find_all() if any(a.startswith("on") for a in t.attrs)]
    styled = soup.find_all(style=True) + soup.find_all("style")
    return [f"inline: {str(tag)[:80]}" for tag in (*scripts, *handlers, *styled)]


def _unprotected(soup: BeautifulSoup) -> list[str]:
    posts = [f for f in soup.find_all("form") if f.get("method", "").lower() == "post"]
    return [
        f"no CSRF token: {f.get('action')}"
        for f in posts
        if not f.find(attrs={"name": "csrf_token"})
    ]


def _refused_by_the_browser(soup: BeautifulSoup) -> list[str]:
    """Return the fields whose faults are not said in our words; js/keypad.js speaks for a code."""
    return [
        f"not novalidate: {field}"
        for field in soup.find_all(LABELLED)
        if (field.has_attr("required") or field.get("type") in REFUSED_TYPES)
        and not _form_of(soup, field).has_attr("novalidate")
        and not field.find_parent(attrs={"data-code": True})
    ]


def _form_of(soup: BeautifulSoup, field: Tag) -> Tag:
    form = soup.find("form", id=field["form"]) if field.get("form") else field.find_parent("form")
    return form if isinstance(form, Tag) else soup


def _fields(form: Tag) -> list[tuple[str, str]]:
    found = []
    for field in form.find_all(["input", "textarea", "select"]):
        kind, name = field.get("type"), field.get("name")
        if not name or (kind in ("checkbox", "radio") and not field.has_attr("checked")):
            continue
        value = field.get_text() if field.name == "textarea" else field.get("value", "")
        found.append((name, value))
    return found


def _without_another_language(soup: BeautifulSoup) -> list[str]:
    """A customer's own phone offers the other language on every page, faults included."""
    html = soup.find("html")
    is_phone = isinstance(html, Tag) and html.get("data-surface") == "phone"
    return ["no other language"] if is_phone and not soup.select("button[name=language]") else []
