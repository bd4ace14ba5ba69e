"""The catalogue: products and variants as their source tells them, and how they are found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, Select, func, select
from sqlalchemy.orm import Session, selectinload

from store import changes, gs1, prices, search_index, unit_prices
from store.errors import Invalid, NotFound
from store.models import Product, Variant
from store.records import ProductRecord, VariantRecord

PRODUCT_FIELDS = ("name", "name_en", "description", "brand", "category", "family", "source")
VARIANT_FIELDS = ("size", "colour", "tone", "content", "price_minor", "currency")


@dataclass(frozen=True, kw_only=True)
class Category:
    """A department of the shop: how many products, and the object most of them look like."""

    name: str
    family: str
    products: int


# by database: the categories, and the number of the newest change that they know
_categories: WeakKeyDictionary[Pool, tuple[int, Sequence[Category]]] = WeakKeyDictionary()


def upsert(session: Session, record: ProductRecord, *, now: datetime) -> Product:
    """Write a product, its variants and its search words as the source tells them.

    Found again by reference, variants by SKU; a variant that the record does not name stays.
    The same record twice changes nothing. Raises Invalid when the reference, the name or an SKU
    is empty, there is no variant, a price is below 0, a content cannot be read, or a GTIN is wrong
    or another variant's.
    """
    check(record)
    product = find_by_reference(session, record.reference)
    if product is None:
        product = Product(reference=normalise(record.reference), name="", changed_at=now)
        session.add(product)
    _refuse_taken_gtins(session, record.variants)
    known = _known_variants(session, product, record.variants)
    prices.keep_former(session, known, record.variants, now=now)
    changed = _assign(product, _product_values(record))
    left = [one.product for one in known.values() if one.product is not product]
    for position, variant in enumerate(record.variants):
        changed |= _write_variant(product, known, variant, position)
    if changed:
        _note_change(session, product, record, now=now)
    for other in dict.fromkeys(left):
        _write_what_is_left(session, other, now=now)
    return product


def check(record: ProductRecord) -> None:
    """Raise Invalid, naming the field, when a record cannot be a product."""
    for field in ("reference", "name"):
        if not getattr(record, field).strip():
            raise Invalid(field=field, problem="empty")
    if not record.variants:
        raise Invalid(field="variants", problem="empty")
    for variant in record.variants:
        if not variant.sku.strip():
            raise Invalid(field="sku", problem="empty")
        if variant.price_minor < 0:
            raise Invalid(field="price_minor", problem="negative")
        normalise_gtin(variant.gtin)
        unit_prices.check(variant.content)


def normalise(reference: str) -> str:
    """Write a reference or an SKU as it is stored: upper case, without spaces around it."""
    return reference.strip().upper()


def normalise_gtin(gtin: str | None) -> str | None:
    """Write a GTIN-8, 12, 13 or 14 with 14 digits; None for an empty one.

    Raises Invalid when the length or the check digit is wrong.
    """
    digits = (gtin or "").replace(" ", "").replace("-", "")
    if not digits:
        return None
    if not gs1.is_gtin(digits):
        raise Invalid(field="gtin", problem="check_digit")
    return digits.zfill(14)


def withdraw(session: Session, reference: str, *, now: datetime) -> Product:
    """Take a product out of the catalogue: it is found by no search and shown on no shelf.

    What was sold and counted of it stays. It comes back when its source tells it again. Raises
    NotFound when there is none with this reference; twice is once.
    """
    product = find_by_reference(session, reference)
    if product is None:
        raise NotFound(kind="product", key=reference)
    if product.withdrawn_at is None:
        product.withdrawn_at = product.changed_at = now
        session.flush()
        search_index.erase(session, product.id)
        skus = [variant.sku for variant in product.variants]
        changes.record_all(session, "products", skus, now=now)
    return product


def find_by_reference(session: Session, reference: str) -> Product | None:
    """Return the product with this reference, or None."""
    return session.scalar(_whole().where(Product.reference == normalise(reference)))


def find_by_uid(session: Session, uid: str) -> Product | None:
    """Return the product with this public id, its variants loaded, or None."""
    return session.scalar(_whole().where(Product.uid == uid))


def get_by_uid(session: Session, uid: str) -> Product:
    """Return the product with this public id; raise NotFound when there is none."""
    product = find_by_uid(session, uid)
    if product is None:
        raise NotFound(kind="product", key=uid)
    return product


def find_by_sku(session: Session, sku: str) -> Variant | None:
    """Return the variant with this SKU, in any case, or None."""
    return session.scalar(select(Variant).where(Variant.sku == normalise(sku)))


def get_by_sku(session: Session, sku: str) -> Variant:
    """Return the variant with this SKU; raise NotFound when there is none."""
    variant = find_by_sku(session, sku)
    if variant is None:
        raise NotFound(kind="product", key=sku)
    return variant


def find_by_gtin(session: Session, gtins: str | Iterable[str]) -> Variant | None:
    """Return the variant with the first known of these GTINs (8 to 14 digits), or None."""
    asked = [gtins] if isinstance(gtins, str) else list(gtins)
    wanted = [reading for digits in asked for reading in gs1.gtin_readings(digits)]
    found = session.scalars(select(Variant).where(Variant.gtin.in_(wanted))).all()
    return min(found, key=lambda variant: wanted.index(variant.gtin or ""), default=None)


def list_categories(session: Session) -> Sequence[Category]:
    """Return the categories that have a product, the fullest first.

    Counted anew only after a product has changed: 200,000 take 40 ms.
    """
    pool, newest = session.get_bind().engine.pool, changes.last_number(session, kind="products")
    seen, kept = _categories.get(pool, (-1, ()))
    if seen == newest:
        return kept
    found = _count_categories(session)
    if not session.info.get("signals"):  # what is not committed is for this session only
        _categories[pool] = newest, found
    return found


def _count_categories(session: Session) -> Sequence[Category]:
    many = func.count(Product.id)
    query = select(Product.category, Product.family, many).where(Product.category != "")
    query = query.where(Product.withdrawn_at.is_(None)).group_by(Product.category, Product.family)
    families: dict[str, list[tuple[int, str]]] = {}
    for name, family, count in session.execute(query):
        families.setdefault(name, []).append((count, family))
    found = [_category(name, counted) for name, counted in families.items()]
    return tuple(sorted(found, key=lambda category: (-category.products, category.name)))


def _category(name: str, families: list[tuple[int, str]]) -> Category:
    return Category(
        name=name, family=max(families)[1], products=sum(count for count, _ in families)
    )


def _whole() -> Select[Product]:
    return select(Product).options(selectinload(Product.variants))


def _product_values(record: ProductRecord) -> dict[str, Any]:
    values = {name: getattr(record, name).strip() for name in PRODUCT_FIELDS}
    return {**values, "withdrawn_at": None}


def _known_variants(
    session: Session, product: Product, records: Iterable[VariantRecord]
) -> dict[str, Variant]:
    wanted = [normalise(record.sku) for record in records]
    elsewhere = session.scalars(select(Variant).where(Variant.sku.in_(wanted)))
    return {variant.sku: variant for variant in [*product.variants, *elsewhere]}


def _refuse_taken_gtins(session: Session, records: Iterable[VariantRecord]) -> None:
    owners = {normalise_gtin(record.gtin): normalise(record.sku) for record in records}
    owners.pop(None, None)
    taken = session.execute(select(Variant.gtin, Variant.sku).where(Variant.gtin.in_(owners)))
    if any(owners[gtin] != sku for gtin, sku in taken):
        raise Invalid(field="gtin", problem="taken")


def _write_variant(
    product: Product, known: dict[str, Variant], record: VariantRecord, position: int
) -> bool:
    sku = normalise(record.sku)
    variant = known.get(sku)
    if variant is None:
        variant = known[sku] = Variant(sku=sku)
    moved = variant.product is not product
    if moved:
        product.variants.append(variant)
    values = {name: getattr(record, name) for name in VARIANT_FIELDS}
    gtin = normalise_gtin(record.gtin) or variant.gtin
    return _assign(variant, {**values, "gtin": gtin, "position": position}) or moved


def _assign(row: Any, values: dict[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _write_what_is_left(session: Session, product: Product, *, now: datetime) -> None:
    """Let a product that lost a variant to another be found by what it still has.

    One that has none left is withdrawn: it would be a page with nothing on it.
    """
    session.refresh(product, ["variants"])
    if not product.variants:
        withdraw(session, product.reference, now=now)
        return
    product.changed_at = now
    search_index.write(session, product)
    changes.record_all(session, "products", [one.sku for one in product.variants], now=now)


def _note_change(
    session: Session, product: Product, record: ProductRecord, *, now: datetime
) -> None:
    product.changed_at = now
    session.flush()
    search_index.write(session, product)
    for variant in record.variants:
        changes.record(session, "products", normalise(variant.sku), now=now)
    session.flush()
