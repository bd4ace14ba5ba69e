"""The touchscreen: one module per journey; each puts its views on the kiosk's blueprint."""

from kiosk.screen import (
    assistance,
    back_in_stock,
    card,
    closed,
    filters,
    handoff,
    home,
    maintenance,
    pickup,
    product,
    product_acts,
    reservation,
    scan,
    search,
    session,
    shelf_checks,
    shelves,
    shortlist,
    visitor,
)

JOURNEYS = (
    *(assistance, back_in_stock, card, closed, filters, handoff, home, maintenance, pickup),
    *(product, product_acts, reservation, scan, search, session, shelf_checks, shelves),
    *(shortlist, visitor),
)
