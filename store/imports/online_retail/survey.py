"""The first look at the file: what is sold, to whom, and where each invoice ends."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from store.imports.online_retail import codes
from store.imports.online_retail.countries import COUNTRIES
from store.imports.online_retail.lines import Line
from store.records import CustomerRecord, ProductRecord, VariantRecord

SOURCE = "online-retail"
CURRENCY = "GBP"
CANCELLED, ADJUSTED = "C", "A"


@dataclass
class Article:
    """What the file says of one stock code."""

    sold: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    prices: Counter[Decimal] = field(default_factory=Counter)

    def see(self, line: Line) -> None:
        """Count the name and the price of one line."""
        if line.price <= 0:
            self.noted[line.description] += 1
            return
        self.sold[line.description] += 1
        if line.quantity > 0:
            self.prices[line.price] += 1

    @property
    def name(self) -> str:
        """What the goods are called, empty when the file never says it."""
        return codes.best_name(self.sold, self.noted)

    @property
    def price_minor(self) -> int:
        """The price most often asked, the lower of two; 0 when it was never sold."""
        if not self.prices:
            return 0
        return minor(min(self.prices, key=lambda price: (-self.prices[price], price)))


@dataclass
class Survey:
    """What one pass over the file tells; small beside the file."""

    lines: int = 0
    anonymous_lines: int = 0
    total: Decimal = Decimal(0)
    invoices: dict[str, int] = field(default_factory=dict)  # number → line of its end
    articles: defaultdict[str, Article] = field(default_factory=lambda: defaultdict(Article))
    customers: dict[str, tuple[date, str]] = field(default_factory=dict)  # first day, last country

    def see(self, line: Line) -> None:
        """Count one line."""
        self.lines += 1
        self.total += line.amount
        self.invoices[line.invoice] = line.number
        if codes.is_article(line.code):
            self.articles[line.code].see(line)
        if not line.customer:
            self.anonymous_lines += 1
            return
        first, _ = self.customers.get(line.customer, (line.date.date(), ""))
        self.customers[line.customer] = (min(first, line.date.date()), line.country)

    @property
    def returns(self) -> int:
        """How many invoices are cancellations."""
        return sum(number.startswith(CANCELLED) for number in self.invoices)

    @property
    def total_minor(self) -> int:
        """The exact sum of the file, rounded once."""
        return minor(self.total)

    def list_products(self) -> list[ProductRecord]:
        """Return the goods that have a name, by code; a code without one was never sold."""
        return [
            _product(code, article)
            for code, article in sorted(self.articles.items())
            if article.name
        ]

    def list_customers(self) -> list[CustomerRecord]:
        """Return the customers, by number; the file has no names."""
        return [_customer(number, *about) for number, about in sorted(self.customers.items())]


def survey(read: Iterable[Line]) -> Survey:
    """Look at every line once."""
    found = Survey()
    for line in read:
        found.see(line)
    return found


def minor(amount: Decimal) -> int:
    """Return pence, a half rounded away from zero."""
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def _product(code: str, article: Article) -> ProductRecord:
    variant = VariantRecord(sku=code, price_minor=article.price_minor, currency=CURRENCY)
    return ProductRecord(
        reference=code, name=article.name, name_en=article.name, source=SOURCE, variants=(variant,)
    )


def _customer(number: str, first: date, country: str) -> CustomerRecord:
    return CustomerRecord(
        source=SOURCE,
        external_id=number,
        country=COUNTRIES.get(country, ""),
        language="fr" if country == "France" else "en",
        joined_on=first,
    )
