"""The customer's own phone: what the shop's QR codes lead to."""

from kiosk.phone import product, shelf_checks

JOURNEYS = (product, shelf_checks)
