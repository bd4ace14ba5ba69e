"""The sample's catalogue: the file's goods with French names, prices in euros, invented GTINs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from store import gs1, shades
from store.imports.online_retail.lines import Line
from store.imports.online_retail.survey import survey
from store.records import ProductRecord, VariantRecord
from store.sample import files, looks
from store.sample.files import Name

SOURCE = "sample"
CURRENCY = "EUR"
# GS1 keeps the numbers that begin with 20 to 29 for use inside one company
GTIN_PREFIX = "2900"
FIRST_INVENTED = 10_000
SIZES = ("petit", "moyen", "grand", "grand format")
_COUNTED = re.compile(r"\b(?:lot|boîte) de ([0-9]+)")


def products(sold: Iterable[Line], names: Mapping[str, Name]) -> list[ProductRecord]:
    """Return the products, most sold first; a pound is a euro."""
    found = survey(sold)
    ranked = sorted(found.articles, key=lambda sku: -found.articles[sku].sold.total())
    english = {sku: found.articles[sku].name for sku in ranked if found.articles[sku].prices}
    groups: dict[str, list[str]] = defaultdict(list)
    for sku in english:
        groups[_reference(sku, names)].append(sku)
    numbers = {sku: place for place, sku in enumerate(sorted(english))}
    prices = {sku: found.articles[sku].price_minor for sku in english}
    return [
        _product(reference, skus, names, english, prices, numbers)
        for reference, skus in groups.items()
    ]


def invented() -> list[ProductRecord]:
    """Return goods that come in sizes and colours, of which the file has none."""
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in files.invented():
        groups[row["reference"]].append(row)
    numbers = {row["sku"]: FIRST_INVENTED + place for place, row in enumerate(files.invented())}
    return [_invented(rows, numbers) for rows in groups.values()]


def _invented(rows: list[dict[str, str]], numbers: Mapping[str, int]) -> ProductRecord:
    texts = ("reference", "name", "name_en", "description", "category", "family", "brand")
    return ProductRecord(
        source=SOURCE,
        variants=tuple(
            VariantRecord(
                gtin=gtin(numbers[row["sku"]]),
                price_minor=int(row["price_minor"]),
                currency=CURRENCY,
                **{name: row[name] for name in ("sku", "size", "colour", "tone", "content")},
            )
            for row in rows
        ),
        **{name: rows[0][name] for name in texts},
    )


def gtin(number: int) -> str:
    """Return an invented GTIN-13 of the range for use inside a company."""
    body = f"{GTIN_PREFIX}{number:08}"
    return body + gs1.check_digit(body)


def _reference(sku: str, names: Mapping[str, Name]) -> str:
    return (names[sku].reference or sku) if sku in names else sku


def _product(
    reference: str,
    skus: list[str],
    names: Mapping[str, Name],
    english: Mapping[str, str],
    prices: Mapping[str, int],
    numbers: Mapping[str, int],
) -> ProductRecord:
    first = english[skus[0]]
    french = names.get(skus[0])
    return ProductRecord(
        reference=reference,
        name=french.name if french else first,
        name_en=_common(english[sku] for sku in skus) or first,
        category=Counter(looks.category(english[sku]) for sku in skus).most_common(1)[0][0],
        family=looks.family(first),
        source=SOURCE,
        variants=tuple(
            VariantRecord(
                sku=sku,
                gtin=gtin(numbers[sku]),
                **(kind := _kind(names.get(sku))),
                tone=shades.tone(kind.get("colour", "")) or looks.tone(english[sku]),
                price_minor=prices[sku],
                currency=CURRENCY,
            )
            for sku in skus
        ),
    )


def _kind(name: Name | None) -> dict[str, str]:
    """Return the size, the colour and the content that a French name tells."""
    if name is None:
        return {}
    is_size = name.colour in SIZES
    counted = _COUNTED.search(name.name)
    return {
        "size": name.colour if is_size else "",
        "colour": "" if is_size else name.colour,
        "content": f"{counted[1]} pièces" if counted else "",
    }


def _common(names: Iterable[str]) -> str:
    """Return the words that all names share, as they stand in the first: what is no colour."""
    first, *others = (name.split() for name in names)
    shared = [word for word in first if all(word in other for other in others)]
    return " ".join(shared)
