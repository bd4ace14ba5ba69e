"""What a ticket says, in words and in the language of the shop; drawing knows no more than this."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from store import aisles, codes, handovers
from store.models import Order, OrderLine, PrintJob, Store
from store.pickup_states import CLOSED
from store.web import article_words, moments, order_words
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext, screen_locale
from store.web.filters import day, grouped, own_formats, typo
from store.web.labels.words import plain
from store.web.tickets.drawing import Row, Texts

SAMPLE_NUMBER = "482915"


def texts(session: Session, job: PrintJob, *, store: Store, now: datetime) -> Texts | None:
    """Return the words of a job in the shop's language, None when there is nothing left to say."""
    language: str = current_app.config["COMPTOIR"].store.language
    # a context of its own, since the language is kept in the one of the request
    with current_app.app_context(), force_locale(language):
        if job.kind == "test":
            facts = job.facts
            return trial(str(facts.get("printer", "")), int(facts.get("dots", 0)), store, now)
        if job.order is None:
            return None
        write = {"unaccepted": _unaccepted, "receipt": _receipt}.get(job.kind, _slip)
        return write(session, job.order, store, now)


def _slip(session: Session, order: Order, store: Store, now: datetime) -> Texts | None:
    """Write what lies with a prepared order: to find it, and to hand it over; None once it is over.

    A paper may have waited for hours for a printer.
    """
    if order.state in CLOSED:
        return None
    place = _("Casier %(place)s", place=order.staging_place) if order.staging_place else ""
    lines = [line for line in order.lines if line.state not in ("cancelled", "short")]
    facts = [(_("Remise"), order.counter)] if order.counter else []
    facts.append((_("Articles"), _articles(order, lines)))
    if order.pickup_by:
        facts.append((_("Gardé jusqu'au"), _short(order.pickup_by)))
    return Texts(
        shop=_shop(store, now),
        number=plain(grouped(order.number)),
        name=plain(order_words.whose(order)),
        place=plain(place),
        facts=_plain(facts),
        rows=_rows(session, lines, store),
        code=order.code,
        code_text=codes.grouped(order.code),
        advice=plain(typo(_("Scannez pour ouvrir la remise. À détruire après."))),
    )


def _unaccepted(session: Session, order: Order, store: Store, now: datetime) -> Texts | None:
    """Write of an order what to gather, and until when; None once somebody has taken it on."""
    if order.state != "new":
        return None
    lines = [line for line in order.lines if line.state != "cancelled"]
    facts = [(_("Articles"), _articles(order, lines))]
    if order.received_at:
        facts.append((_("Reçue à"), _clock(order.received_at, store)))
    return Texts(
        shop=_shop(store, now),
        notice=plain(typo(_("Nouvelle commande : personne ne l'a prise en charge."))),
        number=plain(grouped(order.number)),
        name=plain(order_words.whose(order)),
        place=plain(_until(order, store, now)),
        facts=_plain(facts),
        rows=_rows(session, lines, store),
        code=order.code,
        code_text=codes.grouped(order.code),
        advice=plain(typo(_("Scannez pour ouvrir la commande."))),
    )


def _receipt(session: Session, order: Order, store: Store, now: datetime) -> Texts | None:
    """Write what was handed over and when; None when it was undone while the paper waited."""
    given = [line for line in order.lines if line.state == "collected"]
    if not given:
        return None
    last = handovers.find_last(session, order)
    at = (last.event.occurred_at if last else now).astimezone(ZoneInfo(store.time_zone))
    return Texts(
        shop=_shop(store, now),
        number=plain(grouped(order.number)),
        name=plain(order_words.whose(order)),
        place="",
        facts=_plain([(_("Articles remis"), str(sum(line.quantity for line in given)))]),
        rows=_rows(session, given, store, with_aisle=False),
        more=plain(typo(_("Remis %(day)s à %(hour)s. Merci.", day=day(at.date()), hour=_hour(at)))),
    )


def trial(name: str, dots: int, store: Store, now: datetime) -> Texts:
    """Return the words of a printer's trial, in the language in use."""
    return Texts(
        shop=_shop(store, now),
        number=plain(grouped(SAMPLE_NUMBER)),
        name=plain(_("Impression d'essai")),
        place=plain(name),
        facts=_plain([(_("Largeur"), _("%(n)s points", n=dots))]),
        rows=[Row(quantity=1, name=plain(_("Le trait touche les deux bords ?")), aisle="A1")],
        code=store.code,
        code_text=plain(store.name),
        advice=plain(typo(_("Si ce QR se lit, l'imprimante est prête."))),
    )


def _rows(
    session: Session, lines: Sequence[OrderLine], store: Store, *, with_aisle: bool = True
) -> list[Row]:
    goods = [line.goods_id for line in lines if line.goods_id] if with_aisle else []
    standing = aisles.of(session, goods, store_id=store.id)
    return [
        Row(
            quantity=line.quantity,
            name=plain(typo(line.goods_label or _name(line))),
            choice=plain(typo(_choice(line))),
            reference=plain(_("réf. %(sku)s", sku=line.goods_sku)),
            aisle=plain(standing.get(line.goods_id or 0, "")),
            is_to_tick=with_aisle,
        )
        for line in lines
    ]


def _name(line: OrderLine) -> str:
    return line.goods.product.name if line.goods else line.goods_sku


def _choice(line: OrderLine) -> str:
    """Return size and colour, where the name as it was told does not say them."""
    told = article_words.choice(line.goods, between=", ")
    return "" if told.casefold() in line.goods_label.casefold() else told


def _articles(order: Order, lines: Sequence[OrderLine]) -> str:
    count = sum(line.quantity for line in lines)
    if order.paid:
        return ngettext("%(num)s, payé", "%(num)s, payés", count)
    return _("%(n)s, à payer", n=count)


def _plain(facts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(plain(typo(what)), plain(typo(value))) for what, value in facts]


def _shop(store: Store, now: datetime) -> str:
    here = now.astimezone(ZoneInfo(store.time_zone))
    return plain(f"{store.city or store.name} · {here:%d/%m/%Y %H:%M}")


def _until(order: Order, store: Store, now: datetime) -> str:
    if order.promised_at is None:
        return ""
    promised = order.promised_at.astimezone(ZoneInfo(store.time_zone))
    at = moments.clock(promised)
    if promised.date() == now.astimezone(ZoneInfo(store.time_zone)).date():
        return _("avant %(at)s", at=at)
    return _("avant le %(day)s %(at)s", day=_short(promised.date()), at=at)


def _clock(moment: datetime, store: Store) -> str:
    return moments.clock(moment.astimezone(ZoneInfo(store.time_zone)))


def _hour(here: datetime) -> str:
    return moments.hour(here, screen_locale().language)


def _short(on: date) -> str:
    return moments.short_day(on, own_formats(), with_year=False)
