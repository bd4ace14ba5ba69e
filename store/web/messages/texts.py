"""What a text (SMS) is made of: its words, a day and an address, in the letters that it carries.

Fixed words keep to the GSM 7-bit alphabet (3GPP TS 23.038), which has é, è, à and ù but no ê, ç or
À: with one of these a text holds 70 characters instead of 160, and costs twice.
"""

from datetime import date

from store.web.catalogue import gettext as _
from store.web.filters import day, grouped
from store.web.messages.told import Told


def facts(told: Told) -> dict[str, str]:
    """Return what the text of an order may name."""
    return {
        "store": told.store.name,
        "number": told.order.number,
        "code": grouped(told.order.pickup_code),
        "link": f" {told.address}" if told.address else "",
    }


def until(told: Told) -> str:
    """Say until when the order is kept, with a space after it; empty when there is no last day."""
    on = told.order.pickup_by
    return "" if on is None else _("Jusqu'au %(day)s. ", day=in_letters(on))


def in_letters(on: date) -> str:
    """Return a day as a text may say it; août is the one French month with a foreign letter."""
    return day(on).replace("û", "u")


def plain(text: str) -> str:
    """Return a text as a telephone shows it: no signs that would cost a second message."""
    for sign, instead in (("\u202f", " "), ("\u00a0", " "), ("’", "'"), ("–", "-"), ("…", "...")):
        text = text.replace(sign, instead)
    return " ".join(text.split())
