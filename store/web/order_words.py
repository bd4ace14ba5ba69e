"""How an order placed here is doing, in words that promise no more than is known."""

from dataclasses import dataclass
from typing import Protocol

from store import placed_orders
from store.models import Order, Store
from store.pickup_goods import TRANSFER
from store.web.catalogue import gettext as _
from store.web.extensions import db
from store.web.filters import day, hour, in_sentence, public_name, typo

OVER = ("collected", "cancelled", "expired")


class Named(Protocol):
    """An order, or one row of a list of them."""

    @property
    def channel(self) -> str: ...
    @property
    def customer_name(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class OrderWords:
    """The state of an order as its customer reads it.

    `tone` is ok, warn or plain; `transmission` is waiting, told or refused, for what leaves the
    shop, or empty; `step` counts the steps of `steps` that are done.
    """

    title: str
    text: str
    tone: str
    transmission: str
    sent: str  # "transmise" or "en attente de transmission", or empty
    until: str  # until when it is held, or empty
    steps: tuple[str, ...]
    step: int
    may_cancel: bool
    is_here: bool


def whose(order: Named) -> str:
    """Return the name that an order goes by in the shop: the customer's, or of the shop that asked.

    Empty when nobody said.
    """
    if order.channel == TRANSFER:
        return typo(_("Transfert pour %(store)s", store=in_sentence(order.customer_name)))
    return public_name(order.customer_name)


def words(order: Order, own: Store) -> OrderWords:
    """Say where an order stands; `own` is the shop that the screen belongs to."""
    leaves = order.fulfilment == "delivery" or order.store_id != own.id
    transmission = placed_orders.transmission(db.session(), order) if leaves else ""
    title, text, tone = _state(order, transmission, leaves=leaves)
    steps, step = _steps(order, transmission, leaves=leaves)
    return OrderWords(
        title=typo(title),
        text=typo(text),
        tone=tone,
        transmission=transmission,
        sent=typo(_sent(transmission)),
        until=typo(until(order)),
        steps=tuple(typo(one) for one in steps),
        step=step,
        may_cancel=order.state in ("new", "accepted", "picking", "ready", "problem"),
        is_here=order.store_id == own.id,
    )


def until(order: Order) -> str:
    """Say until when the goods are held, empty where nothing is."""
    if order.hold_until is None:
        return ""
    return _("%(day)s à %(hour)s", day=day(order.hold_until), hour=hour(order.hold_until))


def _sent(transmission: str) -> str:
    return {
        "waiting": _("En attente de transmission"),
        "told": _("Transmise"),
        "refused": _("Non transmise"),
    }.get(transmission, "")


def _state(order: Order, transmission: str, *, leaves: bool) -> tuple[str, str, str]:
    if order.state in OVER:
        return _over(order)
    if transmission == "refused":
        return (
            _("Cette demande n'a pas pu partir"),
            _("Un conseiller peut la reprendre avec vous. Rien n'est réservé."),
            "warn",
        )
    if order.fulfilment == "delivery":
        return _delivery(order, transmission)
    return _elsewhere(order, transmission) if leaves else _here(order)


def _over(order: Order) -> tuple[str, str, str]:
    if order.state == "collected":
        return _("C'est remis"), _("Merci de votre visite."), "ok"
    if order.state == "expired":
        return (
            _("Cette réservation est terminée"),
            _("Le délai est passé : l'article est de nouveau en vente."),
            "plain",
        )
    return _("C'est annulé"), _("Rien n'est gardé et rien n'est dû."), "plain"


def _here(order: Order) -> tuple[str, str, str]:
    if order.state in ("ready", "partly_collected", "customer_waiting"):
        return (
            _("Votre réservation est prête"),
            _("Montrez ce code à la borne ou au comptoir. Le paiement se fait au retrait."),
            "ok",
        )
    if order.state == "problem":
        return (
            _("Un article manque"),
            _("Un conseiller cherche une solution et vous en parle au comptoir."),
            "warn",
        )
    return (
        _("C'est réservé"),
        _("Nous mettons l'article de côté. Le paiement se fait au retrait."),
        "ok",
    )


def _elsewhere(order: Order, transmission: str) -> tuple[str, str, str]:
    store = in_sentence(order.store.name)
    if transmission == "waiting":
        return (
            _("Votre demande est notée"),
            _(
                "Elle partira vers %(store)s dès que la liaison revient. D'ici là, rien n'y est "
                "gardé.",
                store=store,
            ),
            "warn",
        )
    if order.state == "problem":
        return (
            _("%(store)s n'a finalement plus cet article", store=store),
            _("Rien n'est dû. Un conseiller peut chercher une autre solution avec vous."),
            "warn",
        )
    if order.state in ("ready", "partly_collected", "customer_waiting"):
        return (
            _("C'est prêt à %(store)s", store=store),
            _("Montrez ce code là-bas. Le paiement se fait au retrait."),
            "ok",
        )
    if order.state in ("accepted", "picking"):
        return (
            _("%(store)s prépare votre réservation", store=store),
            _("Attendez « C'est prêt » avant de vous déplacer."),
            "ok",
        )
    return (
        _("Votre demande est transmise"),
        _("%(store)s doit encore la confirmer. Attendez avant de vous déplacer.", store=store),
        "plain",
    )


def _delivery(order: Order, transmission: str) -> tuple[str, str, str]:
    if transmission == "waiting":
        return (
            _("Votre demande de livraison est notée"),
            _("Elle partira dès que la liaison revient. Rien n'est encore commandé ni payé."),
            "warn",
        )
    if order.state == "new":
        return (
            _("Votre demande de livraison est transmise"),
            _("Le magasin vous contacte pour le paiement et la date. Rien n'est encore payé."),
            "plain",
        )
    return (
        _("Votre livraison est en préparation"),
        _("Le magasin vous contacte pour la date."),
        "ok",
    )


def _steps(order: Order, transmission: str, *, leaves: bool) -> tuple[tuple[str, ...], int]:
    is_ready = order.state in ("ready", "partly_collected", "customer_waiting", "collected")
    is_accepted = is_ready or order.state in ("accepted", "picking")
    if not leaves:
        here = (_("Réservée"), _("Prête"), _("Remise"))
        return here, 1 + is_ready + (order.state == "collected")
    last = _("Livraison") if order.fulfilment == "delivery" else _("Prête")
    names = (_("Notée"), _("Transmise"), _("Confirmée"), last)
    told = transmission == "told"
    return names, 1 + told + (told and is_accepted) + (told and is_ready)
