"""What staff touch: the tablet's pages, one module per journey."""

from clienteling import (
    back_in_stock,
    calls,
    customers,
    labels,
    lists,
    messages,
    new_orders,
    paperless,
    pickup_board,
    pickups,
    pictures,
    reservations,
    scan,
    screens,
    server_clock,
    shelf_checks,
    shell,
    sign_in,
    stock,
    sync_page,
    unmet,
    visits,
)
from clienteling.blueprint import tablet

JOURNEYS = (
    back_in_stock,
    calls,
    customers,
    labels,
    lists,
    messages,
    new_orders,
    paperless,
    pickup_board,
    pickups,
    pictures,
    reservations,
    scan,
    screens,
    server_clock,
    shelf_checks,
    shell,
    sign_in,
    stock,
    sync_page,
    unmet,
    visits,
)
"""Each module puts its views on the blueprint as it is imported."""

__all__ = ["JOURNEYS", "tablet"]
