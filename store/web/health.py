"""Is the server up, can it serve, how is it doing: for watchdogs and Prometheus."""

import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from sqlalchemy.exc import DBAPIError

from store import audit, flows, messages, migrations
from store.json_records import write_time
from store.models import AuditCheck
from store.web import auth, steady_clock
from store.web.api import problems
from store.web.clock import now
from store.web.extensions import db

health = Blueprint("health", __name__)


@health.get("/healthz")
@auth.public
def alive() -> Response:
    """Answer as long as the process does."""
    answer = jsonify(status="ok")
    # the kiosk's own waiting page, a local file, asks too; there is nothing to learn here
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@health.get("/readyz")
@auth.public
def ready() -> Response:
    """Answer 200 when the database answers with the tables that this program knows.

    What the last look over the audit found is told too, and how far the clock leapt; neither is a
    reason not to serve.
    """
    try:
        is_current = migrations.is_current(db.engine)
        check = audit.find_check(db.session()) if is_current else None
    except DBAPIError:
        return problems.problem(503, "database", "The database does not answer")
    if not is_current:
        return problems.problem(503, "schema", "The database waits for its migrations")
    return jsonify(status="ok", audit=_audit(check), clock={"leap_seconds": _leap_seconds()})


def _audit(check: AuditCheck | None) -> dict[str, Any]:
    is_whole = None if check is None else check.broken_id is None
    return {"checked_at": check and write_time(check.checked_at), "is_whole": is_whole}


def _leap_seconds() -> int:
    doubt = steady_clock.of(current_app).find_doubt()
    return round(doubt.by.total_seconds()) if doubt else 0


@health.get("/metrics")
@auth.token("metrics")
def metrics() -> Response:
    """Answer the figures of this server in Prometheus's text format."""
    registry: CollectorRegistry = current_app.extensions["comptoir_metrics"]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def init_app(app: Flask) -> None:
    """Count every request of the application, and how long it took."""
    registry = CollectorRegistry()
    registry.register(StateOfStore())
    answered = app.extensions["comptoir_answered"] = Answered(registry)
    app.extensions["comptoir_metrics"] = registry

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(answer: Response) -> Response:
        taken = time.perf_counter() - g.started if "started" in g else None
        answered.count(request.endpoint or "none", request.method, answer.status_code, taken)
        return answer


class Answered:
    """How many requests were answered, and how long that took; safe from any thread."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("endpoint", "method", "status")
        self._requests = Counter(
            "comptoir_requests", "Requests answered", labels, registry=registry
        )
        self._seconds = Histogram(
            "comptoir_request_seconds", "Time to answer", ("endpoint",), registry=registry
        )

    def count(self, endpoint: str, method: str, status: int, seconds: float | None) -> None:
        """Count one request; `seconds` is None when nobody knows when it began."""
        self._requests.labels(endpoint, method, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(endpoint).observe(seconds)


def answered(app: Flask) -> Answered:
    """Return what counts the requests of an application."""
    found: Answered = app.extensions["comptoir_answered"]
    return found


class StateOfStore:
    """What is read from the database, and from the live bus, when somebody asks."""

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Read the queues, the flows and the open streams."""
        status = flows.status(db.session(), now=now())
        oldest = (now() - status.oldest_at).total_seconds() if status.oldest_at else 0.0
        yield _gauge("comptoir_outbox_waiting", "Facts still to be told", status.waiting)
        yield _gauge("comptoir_outbox_set_aside", "Facts that were refused", status.set_aside)
        yield _gauge("comptoir_outbox_oldest_seconds", "Age of the oldest fact that waits", oldest)
        yield _of_flows("comptoir_sync_lag_seconds", "How far behind", status, "lag_seconds")
        yield _failing(status)
        told = messages.summary(db.session())
        yield _gauge("comptoir_messages_waiting", "Messages to customers that wait", told.waiting)
        yield _gauge(
            "comptoir_messages_troubled", "Customers to be told by somebody", told.troubled
        )
        yield from _checked(audit.find_check(db.session()))
        leap = "How far the clock leapt, while nobody has confirmed it"
        yield _gauge("comptoir_clock_leap_seconds", leap, _leap_seconds())
        streams = len(current_app.extensions["comptoir_bus"].followers)
        yield _gauge("comptoir_live_streams", "Screens that follow", streams)


def _checked(check: AuditCheck | None) -> Iterator[Metric]:
    if check is not None:
        at, broken = check.checked_at.timestamp(), float(check.broken_id is not None)
        yield _gauge("comptoir_audit_checked_timestamp_seconds", "Last look over the audit", at)
        yield _gauge("comptoir_audit_broken", "1 when the audit was changed", broken)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _of_flows(name: str, words: str, status: flows.Status, field: str) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["flow"])
    for flow in status.flows:
        value = getattr(flow, field)
        if value is not None:
            family.add_metric([flow.flow], value)
    return family


def _failing(status: flows.Status) -> Metric:
    family = GaugeMetricFamily("comptoir_sync_failing", "1 when a flow fails", labels=["flow"])
    for flow in status.flows:
        family.add_metric([flow.flow], float(flow.state == "failing"))
    return family
