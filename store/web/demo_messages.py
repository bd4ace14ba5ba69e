"""The demo's mailbox: what its shop would have sent, read from the folder that it writes into."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from flask import Response, abort, current_app

from store.web import auth
from store.web.demo import demo
from store.web.htmx import page_or_block

MOST = 50
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message: an e-mail with a page of its own, or a text."""

    uid: str
    is_mail: bool
    to: str
    subject: str  # of a text, what it says
    at: datetime


@demo.get("/demo/messages")
@auth.public
def messages() -> Response:
    """Show what the shop has written, the newest first."""
    return page_or_block("demo_messages.html", "list", messages=_list())


@demo.get("/demo/messages/<uuid:uid>")
@auth.public
def message(uid: UUID) -> Response:
    """Answer the page of one e-mail, as a mail program shows it: alone, with nothing of ours."""
    mail = _read(_folder() / f"{uid}.eml")
    page = mail.get_body(("html",))
    if page is None:
        abort(404)
    # as the browser reads it, or the digest of its style would be another
    html = _with_pictures(page.get_content().replace("\r\n", "\n"), mail)
    styles = " ".join(f"'sha256-{_digest(text)}'" for text in _STYLE.findall(html))
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles}; img-src data:; sandbox allow-popups "
        "allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    )
    return answer


@demo.get("/demo/messages/<uuid:uid>/text")
@auth.public
def message_text(uid: UUID) -> Response:
    """Answer the plain text of one e-mail with its headers."""
    mail = _read(_folder() / f"{uid}.eml")
    heads = "\n".join(f"{name}: {value}" for name, value in mail.items())
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    return Response(f"{heads}\n\n{text}", mimetype="text/plain")


def _folder() -> Path:
    name = current_app.config["COMPTOIR"].messages.folder
    if not name:
        abort(404)
    return Path(name)


def _list() -> list[Sent]:
    files = [path for path in _folder().glob("[!.]*") if path.suffix in (".eml", ".txt")]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [_sent(path) for path in files[:MOST]]


def _sent(path: Path) -> Sent:
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if path.suffix == ".txt":
        to, _, text = path.read_text(encoding="utf-8").partition("\n")
        return Sent(uid=path.stem, is_mail=False, to=to, subject=text.strip(), at=at)
    mail = _read(path)
    to, subject = str(mail["To"]), str(mail["Subject"])
    return Sent(uid=path.stem, is_mail=True, to=to, subject=subject, at=at)


def _read(path: Path) -> EmailMessage:
    if not path.is_file():
        abort(404)
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _with_pictures(html: str, mail: EmailMessage) -> str:
    for part in mail.walk():
        name = str(part["Content-ID"] or "").strip("<>")
        if name and isinstance(part, EmailMessage):
            picture = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{picture}")
    return html


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
