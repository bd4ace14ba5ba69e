"""How a colour looks by its name: the swatch by which it is chosen, and the tone of a still life.

Only a name that says one colour and nothing else is drawn as one: of "bleu à pois" nobody knows
how it looks, and its name is shown instead.
"""

from collections.abc import Iterable

from store import words

# how the style sheet calls it (hue-…), the tone of the design, and its names
SHADES = (
    ("red", "cerise", "red, rouge"),
    ("burgundy", "cerise", "burgundy, bordeaux, rouge bordeaux, lie de vin"),
    ("brick", "abricot", "brick, brique, rouge brique, terracotta, rust, rouille"),
    ("orange", "abricot", "orange"),
    ("coral", "abricot", "coral, corail, salmon, saumon, apricot, abricot, peach, pêche"),
    ("copper", "abricot", "copper, cuivre, cuivré"),
    ("yellow", "mimosa", "yellow, jaune"),
    ("mustard", "mimosa", "mustard, moutarde, jaune moutarde, ocre, ochre"),
    ("gold", "mimosa", "gold, golden, doré"),
    ("green", "pistache", "green, vert"),
    ("mint", "pistache", "mint, menthe, vert menthe, vert d'eau, mint green"),
    ("khaki", "pistache", "khaki, kaki, vert kaki, olive, vert olive"),
    ("teal", "canard", "teal, canard, bleu canard, pétrole, bleu pétrole"),
    ("turquoise", "canard", "turquoise, bleu turquoise"),
    ("blue", "ciel", "blue, bleu"),
    ("sky", "ciel", "bleu ciel, sky blue, bleu clair, light blue"),
    ("navy", "ciel", "navy, navy blue, marine, bleu marine, bleu nuit"),
    ("purple", "parme", "purple, violet, violette"),
    ("lilac", "parme", "lilac, lilas, lavender, lavande, mauve, parme"),
    ("plum", "parme", "plum, prune, aubergine"),
    ("pink", "dragee", "pink, rose"),
    ("fuchsia", "dragee", "fuchsia, rose fuchsia, framboise, raspberry"),
    ("brown", "chocolat", "brown, marron, brun"),
    ("chocolate", "chocolat", "chocolate, chocolat"),
    ("camel", "craie", "camel, caramel, fauve, tan"),
    ("beige", "craie", "beige, sand, sable"),
    ("ecru", "craie", "ecru, écru, natural, naturel, linen, lin"),
    ("cream", "blanc", "cream, crème"),
    ("ivory", "blanc", "ivory, ivoire, off-white, blanc cassé"),
    ("white", "blanc", "white, blanc, blanche"),
    ("silver", "zinc", "silver, argenté"),
    ("grey", "zinc", "grey, gray, gris"),
    ("charcoal", "noir", "charcoal, anthracite, gris anthracite"),
    ("black", "noir", "black, noir"),
    ("many", "", "multicoloured, multicolored, multicolour, multicolore"),
)


def _by_name() -> dict[tuple[str, ...], tuple[str, str]]:
    known = {}
    for shade, tone, names in SHADES:
        for name in names.split(", "):
            *before, last = words.split(name)
            known[*before, last] = known[*before, f"{last}e"] = (shade, tone)
    return known


_KNOWN = _by_name()


def of(colour: str) -> str:
    """Return what the style sheet calls this colour; empty when the name says more, or another."""
    return _found(colour)[0]


def tone(colour: str) -> str:
    """Return the tone in which goods of this colour are drawn; empty when it is not known."""
    return _found(colour)[1]


def of_all(colours: Iterable[str]) -> dict[str, str]:
    """Return each colour's shade; nothing unless each has one and no two look alike."""
    shades = {colour: of(colour) for colour in colours}
    are_told_apart = all(shades.values()) and len(set(shades.values())) == len(shades)
    return shades if are_told_apart else {}


def _found(colour: str) -> tuple[str, str]:
    return _KNOWN.get(tuple(words.split(colour)), ("", ""))
