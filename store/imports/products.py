"""CSV of products: one line per variant; lines with the same reference make one product."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from store import products, shades
from store.imports import fields
from store.imports.batches import Written, write_each
from store.imports.fields import Values
from store.imports.kinds import Kind, Reading
from store.imports.tables import Column
from store.records import ProductRecord, VariantRecord

COLUMNS = (
    Column(name="reference", others=("product", "produit")),
    Column(name="sku", is_required=True, others=("code", "article")),
    Column(name="gtin", others=("ean", "ean13", "code_barres", "barcode")),
    Column(name="name", is_required=True, others=("nom", "name_fr", "libelle", "libellé")),
    Column(name="name_en"),
    Column(name="description"),
    Column(name="brand", others=("marque",)),
    Column(name="category", others=("categorie", "catégorie")),
    Column(name="family", others=("famille",)),
    Column(name="size", others=("taille",)),
    Column(name="colour", others=("color", "couleur", "coloris")),
    Column(name="tone", others=("teinte",)),
    Column(name="content", others=("contenance", "contenu")),
    Column(name="price", is_required=True, others=("prix",)),
    Column(name="currency", others=("devise",)),
)


def key(values: Values, _reading: Reading) -> str:
    """Name the product that a line belongs to."""
    return fields.text(values, "reference", fields.text(values, "sku"))


def build(lines: Sequence[Values], reading: Reading) -> ProductRecord:
    """Return the product that its lines make; the first says what it is called."""
    first = lines[0]
    texts = {
        name: fields.text(first, name) for name in ("name_en", "description", "brand", "category")
    }
    return ProductRecord(
        reference=key(first, reading),
        name=fields.required(first, "name"),
        family=fields.text(first, "family", "gift"),
        source=reading.source,
        variants=tuple(_variant(values) for values in lines),
        **texts,
    )


def _variant(values: Values) -> VariantRecord:
    colour = fields.text(values, "colour")
    return VariantRecord(
        sku=fields.required(values, "sku"),
        gtin=fields.text(values, "gtin") or None,
        size=fields.text(values, "size"),
        colour=colour,
        tone=fields.text(values, "tone") or shades.tone(colour),
        content=fields.text(values, "content"),
        price_minor=fields.money(values, "price"),
        currency=fields.text(values, "currency", "EUR").upper(),
    )


def write(session: Session, records: Sequence[Any], reading: Reading) -> Written:
    """Write a batch by the rule of the catalogue; what it refuses is told by its place."""
    return write_each(session, records, lambda s, one: products.upsert(s, one, now=reading.now))


KIND = Kind(columns=COLUMNS, key=key, build=build, write=write)
