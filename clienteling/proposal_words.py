"""What a customer is asked about a missing article, in the words of the tablet."""

from dataclasses import dataclass

from clienteling import named
from clienteling.named import Article
from store.proposals import Choice, Question
from store.web.catalogue import gettext as _
from store.web.filters import in_sentence, money, typo
from store.web.typography import BETWEEN


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One thing that the customer can choose, as the sheet shows it."""

    key: str
    icon: str
    title: str
    text: str
    article: Article | None = None


ICONS = {"substitute": "refresh-cw", "transfer": "truck", "rest": "package", "refund": "euro"}


def answers(question: Question, *, currency: str) -> list[Answer]:
    """Say what the customer can choose; where something is left, a refund is of the whole order."""
    is_whole = any(choice.kind == "rest" for choice in question.choices)
    is_paid = question.line.order.paid
    return [
        _answer(choice, currency, is_whole=is_whole, is_paid=is_paid) for choice in question.choices
    ]


def _answer(choice: Choice, currency: str, *, is_whole: bool, is_paid: bool) -> Answer:
    article = named.variant(choice.variant) if choice.variant else None
    refunded = _("Ce qui manque est remboursé par le site.")
    all_refunded = _("Le site rembourse toute la commande.")
    if not is_paid:
        refunded = all_refunded = _("Rien n'était payé : rien n'est dû.")
    titles = {
        "substitute": article.name if article else choice.label,
        "transfer": _("Le faire venir de %(store)s", store=in_sentence(choice.label)),
        "rest": _("Prendre seulement le reste"),
        "refund": _("Tout annuler") if is_whole else _("Annuler cet article"),
    }
    texts = {
        "substitute": _price(choice, article, currency),
        "transfer": _("La commande attend son arrivée."),
        "rest": refunded,
        "refund": all_refunded if is_whole else refunded,
    }
    return Answer(
        key=choice.key,
        icon=ICONS[choice.kind],
        title=typo(titles[choice.kind]),
        text=typo(texts[choice.kind]),
        article=article,
    )


def _price(choice: Choice, article: Article | None, currency: str) -> str:
    each = _("%(price)s l'unité", price=money(choice.price_minor, currency))
    parts = [article.choice if article else "", each if choice.price_minor else ""]
    return BETWEEN.join(part for part in parts if part)
