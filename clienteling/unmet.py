"""What customers asked for and the shop could not show, for its manager: ranked, and as a file."""

import csv
import io
from datetime import timedelta

from flask import Response, g, render_template, request

from clienteling import unmet_words as say
from clienteling.blueprint import tablet
from store import calls, unmet
from store.unmet import Wish
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import local

PERIODS = (7, 30, 90)
CALLS_DAYS = 30  # calls are kept no longer
SHOWN = 100
EXPORTED = 10_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@tablet.get("/unmet", endpoint="unmet")
@auth.staff("manager")
def show() -> str:
    """Show what was asked for in vain, the most frequent first."""
    session, days = db.session(), _days()
    since, store_id = now() - timedelta(days=days), g.store.id
    calls_since = now() - timedelta(days=min(days, CALLS_DAYS))
    return render_template(
        "clienteling/unmet.html",
        days=days,
        periods=PERIODS,
        kinds=unmet.count_kinds(session, store_id=store_id, since=since),
        rows=say.rows(unmet.list_ranked(session, store_id=store_id, since=since, limit=SHOWN)),
        calls=say.calls_in_words(
            calls.tally(session, store_id, since=calls_since, until=now()),
            days=min(days, CALLS_DAYS),
        ),
    )


@tablet.get("/unmet.csv", endpoint="unmet_csv")
@auth.staff("manager")
def export() -> Response:
    """Answer the same as a file for a spreadsheet."""
    since = now() - timedelta(days=_days())
    wishes = unmet.list_ranked(db.session(), store_id=g.store.id, since=since, limit=EXPORTED)
    name = f"demandes-{g.store.code}-{local(now()):%Y-%m-%d}.csv"
    answer = Response("\ufeff" + _csv(wishes), mimetype="text/csv")  # or Excel reads Latin-1
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv(wishes: list[Wish] | tuple[Wish, ...]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    writer.writerow(("kind", "text", "sku", "article", "times", "last_at"))
    for row in say.rows(wishes):
        told = (row.kind, row.text, row.sku, row.article)
        last_at = local(row.last_at).isoformat(timespec="minutes")
        writer.writerow((*map(_plain, told), row.times, last_at))
    return lines.getvalue()


def _plain(text: str) -> str:
    """Keep a spreadsheet from running what a stranger typed."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _days() -> int:
    asked = request.args.get("days", type=int)
    return asked if asked in PERIODS else PERIODS[1]
