"""The worker that prints slips and tickets, made from the settings."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from config import pace
from config.settings import Settings
from store.web import acts
from store.web.tickets.printing import ByItself, Printing
from store.web.tickets.spool import Spool

FOLDER = "printing"


def make_printing(app: Flask, settings: Settings, engine: Engine) -> Printing | None:
    """Return the worker, or None on a hub, which prints nothing."""
    if settings.server.role != "store":
        return None
    printing = settings.printing
    return Printing(
        app,
        engine,
        open_door(settings),
        store_code=settings.store.code,
        by_itself=by_itself(settings),
        pace=pace.of(printing, pass_seconds=printing.pass_seconds),
        asked_seconds=printing.asked_seconds,
    )


def open_door(settings: Settings) -> Callable[[str, int], Any]:
    """Return what speaks with the printer at an address."""
    return partial(
        Spool,
        timeout_seconds=settings.printing.answer_seconds,
        home=settings.data_dir / FOLDER,
    )


def by_itself(settings: Settings) -> ByItself:
    """Return what is printed by itself."""
    return ByItself(
        slips_when_ready=settings.printing.slips == "ready",
        acceptance=acts.acceptance_times_of(settings.pickups),
    )
