"""The worker that sends pictures to electronic labels, made from the settings."""

from flask import Flask
from sqlalchemy import Engine

from config import pace
from config.settings import Settings
from store.connectors.openepaperlink import AccessPoint
from store.web.labels.pushing import Pushing


def make_pushing(app: Flask, settings: Settings, engine: Engine) -> Pushing | None:
    """Return the worker, or None when there is no access point."""
    labels = settings.labels
    if not labels.access_point_url:
        return None
    door = AccessPoint(
        labels.access_point_url,
        connect_timeout_seconds=labels.connect_timeout_seconds,
        read_timeout_seconds=labels.read_timeout_seconds,
    )
    own = pace.of(labels, pass_seconds=labels.pass_seconds)
    return Pushing(app, engine, door, pace=own, told_seconds=labels.told_seconds)
