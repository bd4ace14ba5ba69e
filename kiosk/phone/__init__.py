"""The customer's own phone: what the shop's QR codes lead to."""

from kiosk.phone import (
    delivery,
    digital_link,
    handoff,
    order,
    order_acts,
    product,
    receipt,
    reserve,
    shelf_checks,
    shortlist,
)

JOURNEYS = (
    delivery,
    digital_link,
    handoff,
    order,
    order_acts,
    product,
    receipt,
    reserve,
    shelf_checks,
    shortlist,
)
