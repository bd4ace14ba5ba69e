"""What a customer is asked about a missing article, in the words of the phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk import articles
from store.models import Variant
from store.proposals import Choice, Question
from store.web import article_words
from store.web.catalogue import gettext as _
from store.web.filters import in_sentence


@dataclass(frozen=True, kw_only=True)
class Offered:
    """One thing that can be chosen; `name` is of the article or the shop, else empty."""

    key: str
    kind: str
    name: str
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as the page shows it."""

    uid: str
    missing: str
    is_several: bool  # more than one unit of it: prices are of each
    choices: Sequence[Offered]


def asked(question: Question) -> Asked:
    """Return the question with the names that its articles have on this screen."""
    return Asked(
        uid=question.uid,
        missing=_missing(question),
        is_several=question.line.quantity > 1,
        choices=[_offered(one) for one in question.choices],
    )


def chosen(question: Question) -> str:
    """Say what was answered, as it follows "Vous avez choisi"."""
    kind, _colon, key = question.answer.partition(":")
    names = {one.key: _name(one) for one in question.choices}
    if kind == "substitute":
        name = names.get(question.answer, key)
        return _("%(name)s à la place de %(missing)s", name=name, missing=_missing(question))
    if kind == "transfer":
        return _("le faire venir de %(store)s", store=in_sentence(names.get(question.answer, key)))
    return _("le reste seulement") if kind == "rest" else _("annuler toute la commande")


def _offered(choice: Choice) -> Offered:
    return Offered(
        key=choice.key, kind=choice.kind, name=_name(choice), price_minor=choice.price_minor
    )


def _name(choice: Choice) -> str:
    if choice.store is not None:
        return choice.store.name
    return _whole(choice.variant) if choice.variant else choice.label


def _missing(question: Question) -> str:
    line = question.line
    name = _whole(line.variant) if line.variant else line.label
    return article_words.counted(name, line.quantity)


def _whole(variant: Variant) -> str:
    """Name an article with its size and colour: what is offered may differ in these alone."""
    one = articles.item(variant)
    return ", ".join(part for part in (one.name, one.choice) if part)
