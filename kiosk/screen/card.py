"""My card: the balance and the tier, on the showing of the card."""

from flask import Response, g, render_template, session, url_for

from kiosk.blueprint import kiosk
from kiosk.screen import session as kiosk_session
from store import audit, loyalty
from store.loyalty import FoundCustomer
from store.models import Customer
from store.web import auth, rewards
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import see_other


@kiosk.get("/card")
@auth.device("kiosk")
def card() -> str:
    """Ask for the loyalty card."""
    return render_template("kiosk/card.html", refusal=None)


def show(found: FoundCustomer) -> str:
    """Open a customer's balance, noted in the audit, and return where it is; the caller commits."""
    audit.write(
        db.session(),
        "card.shown",
        now=now(),
        device=g.device,
        subject_kind="customer",
        subject_uid=found.uid,
        reason="kiosk",
    )
    session["card"] = found.uid
    return url_for("kiosk.balance")


@kiosk.get("/card/balance")
@auth.device("kiosk")
def balance() -> Response | str:
    """Show first name, points and tier of the card that was shown in this session."""
    uid = session.get("card")
    customer = db.session.query(Customer).filter_by(uid=uid).one_or_none() if uid else None
    if customer is None:
        return see_other(url_for("kiosk.card"))
    pending = loyalty.points_pending(db.session(), customer.id, since=customer.points_at)
    points = customer.points_snapshot + pending
    return render_template(
        "kiosk/balance.html",
        first_name=customer.first_name,
        initial=customer.last_name[:1].upper(),
        tier=customer.tier,
        points=points,
        reward=rewards.after(points),
        pending=pending,
        points_at=customer.points_at,
        idle=kiosk_session.idle(personal=True),
    )
