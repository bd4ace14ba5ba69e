"""What can be done on the sheet of an order about lines that lack, in words."""

from dataclasses import dataclass

from clienteling import proposal_words, transfer_words
from clienteling.proposal_words import Answer
from store import awaited as awaited_goods
from store import proposals
from store.models import Order, OrderLine
from store.pickup_states import AT_COUNTER, LACKING
from store.web.catalogue import gettext as _
from store.web.extensions import db
from store.web.filters import typo


@dataclass(frozen=True, kw_only=True)
class ShortageAct:
    """Something to do about a line: `name` is what the form says (see line_acts)."""

    name: str
    icon: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Settling:
    """How a line stands that lacks, what its customer can choose, and what else can be done."""

    state: str = ""
    answers: tuple[Answer, ...] = ()
    acts: tuple[ShortageAct, ...] = ()


def of_lines(order: Order) -> dict[int, Settling]:
    """Return what is to be settled of each line, by its number; nothing where nothing lacks."""
    session, questions, awaited = db.session(), {}, {}
    if any(line.state in LACKING for line in order.lines):
        questions = {one.line.id: one for one in proposals.open_for(session, order)}
        found = awaited_goods.list_awaited(session, [order.uid])
        awaited = transfer_words.by_line(found)
    told: dict[int, Settling] = {}
    for line in order.lines:
        answers: list[Answer] = []
        if line.id in questions:
            answers = proposal_words.answers(questions[line.id], currency=order.currency)
        told[line.id] = Settling(
            state=_state(order, line, awaited.get(line.id, "")),
            answers=tuple(answers),
            acts=tuple(_acts(order, line, is_asked=bool(answers))),
        )
    return told


def _is_to_fetch(order: Order, line: OrderLine) -> bool:
    return line.is_to_fetch and order.state in AT_COUNTER


def _state(order: Order, line: OrderLine, awaited: str) -> str:
    if _is_to_fetch(order, line):
        return typo(_("choisi par le client, à chercher"))
    return awaited if line.state == "awaiting_transfer" else ""


def _acts(order: Order, line: OrderLine, *, is_asked: bool) -> list[ShortageAct]:
    if _is_to_fetch(order, line) and order.state == "partly_collected":
        told = _("C'est là : prévenir le client")
        return [ShortageAct(name="fetched", icon="package-check", text=told)]
    if line.state == "awaiting_transfer":
        return [ShortageAct(name="receive", icon="truck", text=_("C'est arrivé"))]
    found = ShortageAct(name="found", icon="search", text=_("Retrouvé"))
    if line.state == "short" and not is_asked:
        return [ShortageAct(name="ask", icon="send", text=_("Demander au client")), found]
    return [found] if line.state in ("short", "substitute_proposed") else []
