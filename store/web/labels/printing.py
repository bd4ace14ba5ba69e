"""Sheets made by a program of its own, so that what draws them is never in the server's memory."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import current_app

from store.errors import SheetsNotDrawn
from store.label_faces import Face
from store.web import statics
from store.web.labels import words
from store.web.labels.layouts import SHEETS, Layout
from store.web.labels.texts import Texts

PROGRAM = "store.web.labels.sheets"
LONGEST_SECONDS = 120.0
OWN = "own"


def pdf(faces: Sequence[Face], *, title: str) -> bytes:
    """Return the PDF of these labels, laid out as the settings say.

    500 labels take some 5 seconds. Raises SheetsNotDrawn when that fails, Invalid when the
    settings describe a sheet that cannot be.
    """
    return _drawn(words.texts(faces), title=title)


def places_pdf(names: Sequence[str], *, shop: str, title: str) -> bytes:
    """Return the PDF of the labels of staging places; it raises what `pdf` raises.

    Their QR holds the name alone, as it would be typed.
    """
    return _drawn([words.place(name, shop=shop) for name in names], title=title)


def _drawn(labels: Sequence[Texts], *, title: str) -> bytes:
    job = {
        "labels": [asdict(one) for one in labels],
        "layout": asdict(layout()),
        "fonts": str(statics.drawing_fonts()),
        "title": title,
    }
    return _run(json.dumps(job).encode())


def layout() -> Layout:
    """Return the sheet that the settings name or describe; raises Invalid when it cannot be."""
    settings = current_app.config["COMPTOIR"].labels
    chosen = _own(settings) if settings.sheet == OWN else SHEETS[settings.sheet]
    chosen.check()
    if settings.cut_marks == "auto":
        return chosen
    return Layout(**{**asdict(chosen), "marks": settings.cut_marks == "on"})


def _own(settings: Any) -> Layout:
    return Layout(
        label_width=settings.label_width_mm,
        label_height=settings.label_height_mm,
        columns=settings.columns,
        rows=settings.rows,
        margin_left=settings.margin_left_mm,
        margin_top=settings.margin_top_mm,
        gutter_x=settings.gutter_x_mm,
        gutter_y=settings.gutter_y_mm,
        page_width=settings.page_width_mm,
        page_height=settings.page_height_mm,
    )


def _run(job: bytes) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", PROGRAM],
            input=job, capture_output=True, timeout=LONGEST_SECONDS, check=True,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        raise SheetsNotDrawn(reason=lines[-1] if lines else "") from error
    except subprocess.TimeoutExpired as error:
        raise SheetsNotDrawn(reason="too slow") from error
    return done.stdout
