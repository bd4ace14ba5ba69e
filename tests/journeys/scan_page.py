"""One page with the scan component, so that it is tested without the shop around it."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, redirect, render_template_string, request
from flask_babel import Babel
from werkzeug.serving import make_server

from store.recognition import Unknown, recognise
from store.web import filters
from store.web.forms import form_key
from store.web.security import HEADERS

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_suffix(".html").read_text()
REFUSED = """{% from 'components/scan.html' import scan_refused with context %}
{{ scan_refused('Ce code n’est pas connu ici', 'Saisissez-le ou cherchez par le nom.') }}"""

FOUND = '<!DOCTYPE html><title>Trouvé</title><link rel="icon" href="data:,"><h1>Trouvé</h1>'


@dataclass
class ScanPage:
    """The running page: its address, and the forms that it received."""

    port: int
    forms: list[dict[str, list[str]]] = field(default_factory=list)

    def url(self, host: str = "localhost", **options: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"http://{host}:{self.port}/?{query}"

    @property
    def kinds(self) -> list[str]:
        """What each received form was recognised as, in order."""
        return [type(self._recognised(form)).__name__ for form in self.forms]

    @staticmethod
    def _recognised(form):
        return recognise(form["code"][0], alt=form.get("alt", []))


@contextmanager
def serve() -> Iterator[ScanPage]:
    """Serve the page on a free port of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    page = ScanPage(port=0)
    server = make_server("127.0.0.1", 0, _app(page), threaded=True)
    page.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield page
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _app(page: ScanPage) -> Flask:
    app = Flask("scan", template_folder=ROOT / "templates", static_folder=ROOT / "static")
    Babel(app, default_locale="fr")
    filters.install(app)
    app.jinja_env.globals.update(csrf_token=lambda: "token", form_key=form_key)
    app.after_request(_protect)
    app.after_request(_from_memory)
    app.add_url_rule("/", "show", _show)
    app.add_url_rule("/answer", "answer", lambda: _answer(page), methods=["POST"])
    app.add_url_rule("/found", "found", lambda: FOUND)
    return app


def _from_memory(response: Response) -> Response:
    """Close a file before it is sent: werkzeug leaves it open when the browser goes away."""
    if response.direct_passthrough:
        response.direct_passthrough = False
        whole = response.get_data()
        response.close()
        response.set_data(whole)
    return response


def _protect(answer: Response) -> Response:
    answer.headers.update(HEADERS)
    return answer


def _show(refused: str = "") -> str:
    surface = request.args.get("surface", "tablet")
    return render_template_string(
        PAGE,
        surface=surface,
        sheet={"tablet": "clienteling"}.get(surface, surface),
        htmx=request.args.get("htmx"),
        refused=refused,
    )


def _answer(page: ScanPage):
    form = request.form.to_dict(flat=False)
    page.forms.append(form)
    code = recognise(form["code"][0], alt=form.get("alt", []))
    if isinstance(code, Unknown):
        htmx = "HX-Request" in request.headers
        return (render_template_string(REFUSED) if htmx else _show("Ce code n’est pas connu"), 422)
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": "/found"})
    return redirect("/found", 303)
