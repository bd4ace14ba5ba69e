"""What a French keyboard layout makes of the keys of a US scanner."""

from store import layouts

_TO_FRENCH = str.maketrans(layouts.US, layouts.FRENCH)


def as_french(text):
    """Return what is written where a US scanner's keys meet a French layout."""
    return text.translate(_TO_FRENCH)
