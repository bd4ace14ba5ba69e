"""Articles as the tablet's lists name them, in the language of the screen."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from store import gs1
from store.history import Bought
from store.models import OrderLine, Product, Variant
from store.search_hits import Hit, HitVariant
from store.web import article_words
from store.web.catalogue import name_language, screen_locale
from store.web.pictures import Photo


@dataclass(frozen=True, kw_only=True)
class Article:
    """What a row or a placeholder needs of a variant."""

    sku: str
    name: str
    lang: str = ""  # of the name, where it is not the screen's
    family: str
    tone: str
    price_minor: int
    currency: str
    gtin: str = ""
    choice: str = ""  # size and colour
    picture: Photo | None = None


def product_name(product: Product | Hit | Bought) -> str:
    """Return the product's name in the language of the screen when it has one."""
    is_english = screen_locale().language == "en"
    return product.name_en if is_english and product.name_en else product.name


def name_lang(product: Product | Hit | Bought) -> str:
    """Return the language of `product_name`, or nothing for the screen's."""
    return name_language(product_name(product), product.name_en)


def variant(found: Variant, picture: Photo | None = None) -> Article:
    """Return a variant with its product's name."""
    return Article(
        sku=found.sku,
        name=product_name(found.product),
        lang=name_lang(found.product),
        family=found.product.family,
        tone=found.tone,
        price_minor=found.price_minor,
        currency=found.currency,
        gtin=gs1.under_the_bars(found.gtin) if found.gtin else "",
        choice=article_words.choice(found),
        picture=picture,
    )


def of_id(session: Session, variant_id: int) -> Article:
    """Return the variant with this id of the database."""
    return variant(session.get_one(Variant, variant_id))


def of_line(line: OrderLine) -> Article:
    """Return what is really given of a line of an order."""
    goods = line.goods
    return variant(goods) if goods else unknown(line.goods_sku, line.goods_label)


def ordered(line: OrderLine) -> str:
    """Return the name, size and colour of what was ordered, whatever is given in its place."""
    if line.variant is None:
        return line.label or line.sku
    return with_choice(variant(line.variant))


def with_choice(article: Article) -> str:
    """Return the name of an article with its size and colour."""
    return article_words.with_choice(article.name, article.choice)


def unknown(sku: str, label: str) -> Article:
    """Return an article that the catalogue does not have."""
    return Article(sku=sku, name=label, family="gift", tone="", price_minor=0, currency="EUR")


def hit(found: Hit, shown: HitVariant) -> Article:
    """Return a product that a search found, by one of its variants."""
    return Article(
        sku=shown.sku,
        name=product_name(found),
        lang=name_lang(found),
        family=found.family,
        tone=shown.tone,
        price_minor=found.price_minor,
        currency=found.currency,
        choice=article_words.choice(shown),
    )
