"""The tablet's first page: a code opens what it stands for, a search finds who has none."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request, url_for

from clienteling import code_faults, files, lists, order_codes, sign_in, visit_words
from clienteling.blueprint import tablet
from clienteling.code_faults import Fault
from clienteling.customer_words import Badge, full_name, tier_badge
from store import customer_search, visits, words
from store.customer_search import Match, Matches
from store.errors import HandoffGone, Invalid
from store.loyalty import FoundCustomer, FoundOrder, FoundStaff, FoundTicket, FoundVariant
from store.models import Visit
from store.web import auth, forms
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.filters import masked_phone, tone
from store.web.htmx import page_or_block, see_other
from store.web.typography import BETWEEN

LONGEST_QUERY = 200
LIST_DIGITS = re.compile(r"\s*\d\s*\d\s*\d\s*\d\s*", re.ASCII)
MOST_TYPED = 64  # characters of a code that are shown again


@dataclass(frozen=True, kw_only=True)
class Row:
    """A customer found; the name is cut where it matches."""

    uid: str
    name: str
    before: str
    match: str
    after: str
    tone: str
    line: str
    tier: Badge | None


def typed() -> str:
    """Return the refused code, to be mended; empty for a hand scanner's.

    What that wrote depends on the keyboard that it pretends to be: nobody can mend it.
    """
    is_written = request.form.get("source") != "wedge"
    return request.form.get("code", "")[:MOST_TYPED] if is_written else ""


# --- the page ---------------------------------------------------------------------------------


@tablet.get("/scan")
@auth.staff()
def scan() -> Response:
    """Wait for a code; `q` searches by name, telephone or e-mail, `closed` is a visit's uid."""
    return _page()


def _page(*, fault: Fault | None = None) -> Response:
    by, query = _asked()
    found = customer_search.search(db.session(), query, by=by) if query else None
    return page_or_block(
        "clienteling/scan.html",
        "found",
        status=422 if fault else 200,
        by=by,
        query=query,
        fault=fault,
        typed=typed() if fault else "",
        reasons=files.reasons(),
        closed=_closed(request.args.get("closed", "")),
        **_list(found, query),
    )


def _asked() -> tuple[str, str]:
    by = request.args.get("by", "")
    text = request.args.get("q", "")[:LONGEST_QUERY].strip()
    return (by if by in customer_search.WAYS else customer_search.WAYS[0]), text


def _list(matches: Matches | None, query: str) -> dict[str, Any]:
    if matches is None:
        return {"found": None, "more": 0, "is_all": True}
    rows = [_row(match, query) for match in matches.found]
    more = max(0, matches.total - len(rows))
    return {"found": rows, "more": more, "is_all": matches.is_all}


def _row(match: Match, query: str) -> Row:
    name = full_name(match)
    before, marked, after = _marked(name, query)
    phone = masked_phone(match.phone) if match.phone else ""
    return Row(
        uid=match.uid,
        name=name,
        before=before,
        match=marked,
        after=after,
        tone=str(tone(match.uid)),
        line=BETWEEN.join(part for part in (match.city, phone) if part),
        tier=tier_badge(match.tier, short=True),
    )


def _marked(name: str, query: str) -> tuple[str, str, str]:
    """Cut a name at the first word that begins as somebody typed."""
    typed = [words.fold(word) for word in query.split()]
    start = 0
    for word in name.split():
        at = name.index(word, start)
        start = at + len(word)
        for text in typed:
            if words.fold(word).startswith(text):
                end = at + len(text)
                return name[:at], name[at:end], name[end:]
    return name, "", ""


# --- a visit that was just closed -------------------------------------------------------------


@tablet.get("/visits/<uid>/delivery")
@auth.staff()
def delivery(uid: str) -> Response:
    """Say alone how far the account of a closed visit has come."""
    return page_or_block("clienteling/_closed.html", "all", closed=_closed(uid))


def _closed(uid: str) -> visit_words.Closed | None:
    visit = db.session().query(Visit).filter_by(uid=uid, store_id=g.store.id).one_or_none()
    if visit is None or visit.ended_at is None:
        return None
    return visit_words.closed(visit, visits.find_delivery(db.session(), visit))


# --- a code -----------------------------------------------------------------------------------


@tablet.post("/scan")
@auth.staff()
@limiter.limit(lookups)
def read_code() -> Response:
    """Go to what a scanned or typed code means, or say on the same page why not."""
    if LIST_DIGITS.fullmatch(typed()):
        try:
            return lists.take_typed(typed())
        except HandoffGone:
            db.session.rollback()  # it may be something else, such as a reference
    found = order_codes.scanned()
    match found:
        case FoundTicket() | FoundOrder():
            return order_codes.open_sheet(found, _refuse)
        case FoundCustomer(uid=uid):
            return _welcome(uid)
        case FoundVariant(sku=sku):
            return see_other(url_for("tablet.product", sku=sku))
        case FoundStaff(uid=uid) if sign_in.with_badge(uid):
            return see_other(url_for("tablet.scan"))
        case _:
            return _refuse(code_faults.of_found(found))


@forms.once
def _welcome(uid: str) -> str:
    """Open the file of who showed a card, and the visit with it."""
    customer = files.open_file(uid, reason=files.BY_CODE)
    visits.start(
        db.session(), store=g.store, staff=g.staff, customer=customer, opened_by="scan", now=now()
    )
    return url_for("tablet.customer", uid=uid)


def _refuse(fault: Fault) -> Response:
    db.session.rollback()
    return _page(fault=fault)


# --- without a code ---------------------------------------------------------------------------


@tablet.post("/customers")
@auth.staff()
@limiter.limit(lookups)
@forms.once
def open_customer() -> str:
    """Open the file of a customer (`uid`) who was searched for, for a stated `reason`."""
    uid, reason = request.form.get("uid", ""), request.form.get("reason", "")
    if reason not in dict(files.reasons()):
        raise Invalid(field="reason", problem="unknown")
    files.open_file(uid, reason=reason)
    return url_for("tablet.customer", uid=uid)


@tablet.post("/visits")
@auth.staff()
@forms.once
def anonymous_visit() -> str:
    """Open the visit of somebody without a card, and show its account."""
    visit = visits.start(
        db.session(), store=g.store, staff=g.staff, customer=None, opened_by="tap", now=now()
    )
    return url_for("tablet.visit", uid=visit.uid)
