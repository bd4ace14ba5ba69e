"""The customer's own phone: what the shop's QR codes lead to."""

from kiosk.phone import (
    back_in_stock,
    delivery,
    digital_link,
    handoff,
    home,
    order,
    order_acts,
    product,
    receipt,
    reserve,
    shelf_checks,
    shortlist,
)

JOURNEYS = (
    back_in_stock,
    delivery,
    digital_link,
    handoff,
    home,
    order,
    order_acts,
    product,
    receipt,
    reserve,
    shelf_checks,
    shortlist,
)
