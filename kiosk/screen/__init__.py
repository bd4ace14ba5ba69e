"""The touchscreen: one module per journey; each puts its views on the kiosk's blueprint."""

from kiosk.screen import (
    assistance,
    card,
    closed,
    home,
    pickup,
    product,
    scan,
    search,
    session,
    shelf_checks,
    visitor,
)

JOURNEYS = (
    *(assistance, card, closed, home, pickup, product),
    *(scan, search, session, shelf_checks, visitor),
)
