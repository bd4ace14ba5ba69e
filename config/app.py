"""create_app: what a server is made of, to be read as a table of contents."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

from flask import Flask, g

from config import __version__, clocks, folder, places
from config.proxies import BelievedProxies
from config.settings import Settings
from store import changes
from store.order_tickets import Signer
from store.web import (
    addresses,
    auth,
    errors,
    extensions,
    filters,
    forms,
    health,
    languages,
    security,
    sessions,
    sightings,
    statics,
    steady_clock,
    uploads,
)
from store.web.api import problems
from store.web.live import Bus
from store.web.turning import Turned

LARGEST_BODY = 4 * 1024 * 1024  # bytes; 1,000 stock movements are about 200 kB

SHARED = (
    *("store.web.api:api", "store.web.api:hooks", "store.web.health:health"),
    "store.web.root:root",
    "store.web.pictures:pictures",
)
STORE_SURFACES = ("clienteling:tablet", "clienteling.enrol:enrol", "kiosk:kiosk", "kiosk:phone")
HUB_SURFACES = ("clienteling:tablet", "clienteling.enrol:enrol", "clienteling.hub:hub")
DEMO = ("store.web.demo_messages:demo",)


class Application(Flask):
    """Flask, told that no view of ours is a coroutine: it looks twenty times a page."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func


def create_app(settings: Settings, *, bus: Bus | None = None) -> Flask:
    """Return the Flask application of one server; it signals its commits on `bus`."""
    app = Application("comptoir", template_folder=places.TEMPLATES, static_folder=places.STATIC)
    configure(app, settings)
    follow(app, bus or Bus())  # first: what is told while a page is drawn, its stream tells again
    uploads.init_app(app)
    bind_extensions(app)
    for blueprint in blueprints(settings):
        register(app, blueprint)
    statics.init_app(app)
    sightings.init_app(app)
    steady_clock.init_app(app, clocks.open_clock(settings.data_dir))
    auth.init_app(app)
    security.init_app(app)
    sessions.init_app(app)
    errors.init_app(app)
    problems.init_app(app)
    health.init_app(app)
    filters.install(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Translate our settings into Flask's."""
    app.config.update(
        COMPTOIR=settings,
        COMPTOIR_VERSION=__version__,
        SECRET_KEY=settings.server.secret_key or folder.secret_key(settings.data_dir),
        COMPTOIR_TICKETS=Signer(folder.ticket_seeds(settings.data_dir)),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SESSION_COOKIE_NAME=f"comptoir_{settings.server.role}_session",
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,  # the tablet's moment of the last touch does it
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # addresses change with the content
        WTF_CSRF_TIME_LIMIT=None,  # a tablet stays on one page all day
        RATELIMIT_ENABLED=True,
        BABEL_TRANSLATION_DIRECTORIES=str(places.TRANSLATIONS),
    )
    app.jinja_env.globals["form_key"] = forms.form_key  # imported macros see no context
    app.jinja_env.globals["page_path"] = addresses.of_page
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.wsgi_app = Turned(app.wsgi_app)  # within the proxies: they speak of the browser once
    if settings.server.trusted_proxies:
        app.wsgi_app = BelievedProxies(
            app.wsgi_app,
            hops=settings.server.trusted_proxies,
            networks=settings.server.proxy_networks,
        )


def bind_extensions(app: Flask) -> None:
    """Bind each Flask extension to this application."""
    extensions.db.init_app(app)
    extensions.csrf.init_app(app)
    extensions.limiter.init_app(app)
    extensions.htmx.init_app(app)
    extensions.babel.init_app(
        app, locale_selector=languages.choose, timezone_selector=languages.zone
    )


def blueprints(settings: Settings) -> tuple[str, ...]:
    """Name the surfaces that a server of this role has, as `module:attribute`."""
    surfaces = STORE_SURFACES if settings.server.role == "store" else HUB_SURFACES
    return (*SHARED, *surfaces, *(DEMO if settings.demo.on else ()))


def register(app: Flask, name: str) -> None:
    """Add one surface; its module brings the views with it."""
    module, attribute = name.split(":")
    app.register_blueprint(getattr(import_module(module), attribute))


def follow(app: Flask, bus: Bus) -> None:
    """Let pages know where the live stream stands, and the stream know of every commit."""
    app.extensions["comptoir_bus"] = bus
    changes.listen(bus.publish)

    @app.before_request
    def remember_position() -> None:
        g.live_position = bus.position()

    @app.context_processor
    def live() -> dict[str, object]:
        return {"live_position": g.get("live_position", "")}
