"""What a hand scanner set to a US keyboard becomes on a computer with a French one, undone.

The page's script reads key positions, so that this is needed only where a scan was typed into
a form without it.
"""

FRENCH = (
    "&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*wxcvbn,;:!1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µWXCVBN?./§"
)
US = (
    "1234567890-=qwertyuiop[]asdfghjkl;'\\zxcvbnm,./!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:\"|ZXCVBNM<>?"
)
_TO_US = str.maketrans(FRENCH, US)


def as_us(text: str) -> str:
    """Return what was meant when a US scanner typed this text on a French keyboard layout."""
    return text.translate(_TO_US)
