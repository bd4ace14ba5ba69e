"""Colours by their names in French and in English: who types one means the other too."""

from store import words

# each line is one colour, as it is typed: plurals and most feminines have the same stem
COLOURS = (
    ("red", "rouge"),
    ("blue", "bleu"),
    ("black", "noir"),
    ("white", "blanc", "blanche"),
    ("green", "vert"),
    ("yellow", "jaune"),
    ("pink", "rose"),
    ("orange",),
    ("purple", "violet", "violette"),
    ("grey", "gray", "gris"),
    ("brown", "marron", "brun"),
    ("beige",),
    ("ivory", "ivoire"),
    ("cream", "crème"),
    ("gold", "golden", "doré"),
    ("silver", "argenté"),
    ("turquoise",),
    ("lilac", "lilas"),
    ("burgundy", "bordeaux"),
    ("multicoloured", "multicolored", "multicolour", "multicolore"),
)


def _by_stem() -> dict[str, tuple[str, ...]]:
    groups = [dict.fromkeys(words.stem(words.fold(name)) for name in names) for names in COLOURS]
    return {
        one: tuple(other for other in group if other != one) for group in groups for one in group
    }


_OTHERS = _by_stem()


def others(stem: str) -> tuple[str, ...]:
    """Return the stems of what a colour is called besides; none for a word that is no colour."""
    return _OTHERS.get(stem, ())
