"""What goes back to its shelf, in the words of the tablet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from clienteling import named
from clienteling.named import Article
from store import aisles
from store.incoming import Stray
from store.models import OrderLine, ShelfReturn, Store, Variant
from store.web import aisle_words
from store.web.catalogue import gettext as _
from store.web.filters import day, grouped, hour, in_sentence, public_name, typo


@dataclass(frozen=True, kw_only=True)
class Goods:
    """Units of an article, and the aisle that they go to, in words."""

    product: Article
    quantity: int
    aisle: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """The goods of one order that go back to their shelf."""

    uid: str
    order_uid: str
    place: str
    number: str
    public_name: str
    why: str
    goods: list[Goods]


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Goods that another shop may have sent for an order that does not wait for them any more."""

    uid: str
    title: str
    text: str
    order_uid: str  # empty when its sheet is in another shop, or it is not known
    goods: list[Goods]


def strays(found: Sequence[Stray], own: Store) -> list[Coming]:
    """Say what may still come from other shops for nobody."""
    return [_coming(one, own) for one in found]


def _coming(stray: Stray, own: Store) -> Coming:
    asked, order = stray.asked, stray.line.order if stray.line else None
    name = asked.store.name
    title = (
        _("Parti de %(store)s", store=in_sentence(name))
        if stray.is_sent
        else _("Peut-être parti de %(store)s", store=in_sentence(name))
    )
    facts = [_("transfert %(number)s", number=grouped(asked.number))]
    if order is not None:
        facts.append(_("la commande %(number)s ne l'attend plus", number=grouped(order.number)))
    return Coming(
        uid=asked.uid,
        title=typo(title),
        text=typo(" · ".join(facts)),
        order_uid=order.uid if order is not None and order.store_id == own.id else "",
        goods=[_sent(line) for line in asked.lines],
    )


def _sent(line: OrderLine) -> Goods:
    return Goods(product=named.of_line(line), quantity=line.quantity, aisle="")


def tasks(session: Session, found: Sequence[ShelfReturn], *, store_id: int) -> list[Task]:
    """Say the tasks; two queries."""
    skus = {one["sku"] for task in found for one in task.lines}
    query = select(Variant).where(Variant.sku.in_(skus)).options(joinedload(Variant.product))
    known = {one.sku: one for one in session.scalars(query)}
    standing = aisles.of(session, [one.id for one in known.values()], store_id=store_id)
    return [_task(task, known, standing) for task in found]


def _task(task: ShelfReturn, known: dict[str, Variant], standing: dict[int, str]) -> Task:
    return Task(
        uid=task.uid,
        order_uid=task.order.uid,
        place=task.place,
        number=task.order.number,
        public_name=public_name(task.order.customer_name or task.order.number),
        why=typo(_why(task)),
        goods=[_goods(one["sku"], one["quantity"], known, standing) for one in task.lines],
    )


def _goods(sku: str, quantity: int, known: dict[str, Variant], standing: dict[int, str]) -> Goods:
    variant = known.get(sku)
    return Goods(
        product=named.variant(variant) if variant else named.unknown(sku, sku),
        quantity=quantity,
        aisle=aisle_words.in_words(standing.get(variant.id, "")) if variant else "",
    )


def _why(task: ShelfReturn) -> str:
    when = {"day": day(task.asked_at), "hour": hour(task.asked_at)}
    if task.reason == "expired":
        return _("Pas retirée, terminée %(day)s à %(hour)s", **when)
    if task.reason == "refused":
        return _("Refusée au comptoir %(day)s à %(hour)s", **when)
    if task.reason == "moved":
        return _("Passée à un autre magasin %(day)s à %(hour)s", **when)
    return _("Annulée %(day)s à %(hour)s", **when)
