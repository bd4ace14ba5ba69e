"""What lacks, settled on the sheet of its order: asked, answered for the customer, found, come."""

from flask import url_for

from clienteling import line_acts
from clienteling.blueprint import tablet
from clienteling.order_sheet import own, said_here
from store.web import auth
from store.web.forms import once


@tablet.post("/pickups/<uid>/lines/<line_uid>", endpoint="settle_line")
@auth.staff()
@said_here
@once
def settle(uid: str, line_uid: str) -> str:
    """Do with a line that lacks what `act` says: see line_acts.ON_THE_SHEET."""
    own(uid)
    line_acts.carry_out(line_acts.ON_THE_SHEET, uid, line_uid)
    return url_for("tablet.handover", uid=uid)
