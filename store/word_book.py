"""The search words of a database in memory: read once behind the pages, then kept up by changes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool, Select, func, select
from sqlalchemy.orm import Session

from store import changes
from store.database import reading
from store.models import Change, Customer, CustomerToken, Product, ProductToken, Variant
from store.vocabulary import MOST_ALTERNATIVES, Meant, Vocabulary

# more changed things than this, and the whole book is read again, behind the pages
MOST_CHANGED = 500
# up to so many things a book is read within the first request: some 50 ms
FEW = 10_000
# a word with digits, such as a reference, is looked up in the table: a book of them would be ten
# times as large; what many share ("100ml") is kept for its count
SHARED = 3


@dataclass(frozen=True, kw_only=True)
class _Known:
    words: Vocabulary
    seen: int  # number of the newest change that the words know


class WordBook:
    """The words of one table of tokens.

    A book belongs to a connection pool: the engine that reads and the one that writes share it.
    A word that nothing has any more may stay until the next start; it then finds nothing.
    """

    def __init__(
        self,
        *,
        kind: str,
        token: Any,
        owner: Any,
        words_of: Callable[[Collection[str]], Select[Any]],
    ) -> None:
        self.kind, self.token, self.owner, self.words_of = kind, token, owner, words_of
        self._known: WeakKeyDictionary[Pool, _Known] = WeakKeyDictionary()
        self._being_read: WeakKeyDictionary[Pool, Thread] = WeakKeyDictionary()
        self._lock = Lock()

    def current(self, session: Session) -> Vocabulary | None:
        """Return the words, those of what changed since included; None while they are being read.

        Costs one look at the change log. What a session changed and did not commit yet is in its
        own answer only.
        """
        bind = session.get_bind()
        known = self._known.get(bind.engine.pool)
        if known is None:
            return self._first(session, bind.engine)
        fresh = self._refreshed(session, known)
        if fresh is None:
            self.read_behind(bind.engine)
            return known.words
        if fresh is not known and not session.info.get("signals"):
            self._keep(bind.engine.pool, fresh)
        return fresh.words

    def meant_by(
        self, session: Session, words: Vocabulary | None, stem: str, *, whole: str, forgiving: bool
    ) -> Meant:
        """Return what a typed word stands for among `words`, or in the table itself.

        The table knows beginnings but no typing errors: it answers for words with digits, and for
        all of them while the book is being read.
        """
        if words is not None and stem.isalpha():
            return words.meant_by(stem, whole=whole, forgiving=forgiving)
        query = select(self.token).where(self.token >= stem, self.token < _after(stem)).distinct()
        found = session.scalars(query.order_by(self.token).limit(MOST_ALTERNATIVES + 1)).all()
        return Meant(
            exact=tuple(word for word in found if word == stem),
            longer=tuple(word for word in found if word != stem),
        )

    def read_behind(self, engine: Engine) -> Thread:
        """Read the whole book in a thread of its own, and return it; pages go on meanwhile."""
        with self._lock:
            running = self._being_read.get(engine.pool)
            if running is not None and running.is_alive():
                return running
            thread = Thread(target=self._read_all, args=(engine,), name="words", daemon=True)
            self._being_read[engine.pool] = thread
            thread.start()
        return thread

    def _first(self, session: Session, engine: Engine) -> Vocabulary | None:
        if (session.scalar(select(func.max(self.owner.id))) or 0) > FEW:
            self.read_behind(engine)
            return None
        known = self._read(session)
        if not session.info.get("signals"):
            self._keep(engine.pool, known)
        return known.words

    def _read_all(self, engine: Engine) -> None:
        with reading(engine) as session:
            known = self._read(session)
        self._keep(engine.pool, known)

    def _read(self, session: Session) -> _Known:
        seen = changes.last_number(session)
        query = select(self.token, func.count()).group_by(self.token)
        rows = session.execute(query.execution_options(yield_per=5_000))
        words = Vocabulary((word, n) for word, n in rows if word.isalpha() or n >= SHARED)
        return _Known(words=words, seen=seen)

    def _keep(self, pool: Pool, known: _Known) -> None:
        with self._lock:
            kept = self._known.get(pool)
            if kept is None or kept.seen <= known.seen:
                self._known[pool] = known

    def _refreshed(self, session: Session, known: _Known) -> _Known | None:
        """Return the book as it is now, or None when too much has changed for one request."""
        newest = changes.last_number(session)
        if newest == known.seen:
            return known
        keys = self._changed_since(session, known.seen)
        if len(keys) > MOST_CHANGED:
            return None
        found = set(session.scalars(self.words_of(keys))) if keys else set()
        new = {word: 1 for word in found if word.isalpha() and word not in known.words.counts}
        words = known.words.with_words(new) if new else known.words
        return _Known(words=words, seen=newest)

    def _changed_since(self, session: Session, seen: int) -> list[str]:
        query = select(Change.key).where(Change.id > seen, Change.kind == self.kind).distinct()
        return list(session.scalars(query.limit(MOST_CHANGED + 1)))


def _after(start: str) -> str:
    """Return what stands behind every word that begins so, in the order of code points."""
    return start[:-1] + chr(ord(start[-1]) + 1)


def _words_of_products(skus: Collection[str]) -> Select[Any]:
    query = select(ProductToken.token).join(Variant, Variant.product_id == ProductToken.product_id)
    return query.where(Variant.sku.in_(skus))


def _words_of_customers(uids: Collection[str]) -> Select[Any]:
    query = select(CustomerToken.token).join(Customer, Customer.id == CustomerToken.customer_id)
    return query.where(Customer.uid.in_(uids))


PRODUCTS = WordBook(
    kind="products", token=ProductToken.token, owner=Product, words_of=_words_of_products
)
NAMES = WordBook(
    kind="customers", token=CustomerToken.token, owner=Customer, words_of=_words_of_customers
)


class Reading:
    """Reads both books when a server starts, so that no page has to."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def start(self) -> None:
        """Begin to read; a first search that comes sooner finds no typing errors yet."""
        for book in (PRODUCTS, NAMES):
            book.read_behind(self.engine)

    def stop(self) -> None:
        """Leave the threads to themselves: they only read, and end with the process."""
