"""What each kind of message says, in the language of its reader and without a word too many."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from store.pickup_states import COLLECTABLE
from store.web import article_words
from store.web.catalogue import gettext as _
from store.web.filters import day, grouped, hour, in_sentence, local, telephone, typo
from store.web.messages import texts
from store.web.messages.told import Item, Told


@dataclass(frozen=True, kw_only=True)
class Words:
    """One message: what stands above it, in it, on its button and in a text (SMS).

    `callout` is said in large type; `has_code` shows the QR and the six digits.
    """

    subject: str
    title: str
    lead: str
    text: str
    callout: str = ""
    notes: tuple[str, ...] = ()
    button: str = ""
    has_code: bool = False
    items_title: str = ""


def words(told: Told) -> Words:
    """Return the words of a message."""
    return KINDS[told.kind](told)


def number(told: Told) -> str:
    """Return the number of the order as people read it."""
    return grouped(told.order.number)


def paid(told: Told) -> str:
    """Say whether something is to be paid."""
    if told.order.paid:
        return _("Déjà payée")
    return _("À payer au retrait")


def until(told: Told) -> str:
    """Say until when the order is kept, empty when there is no last day."""
    on = told.order.pickup_by
    return "" if on is None else day(on)


def _see(told: Told) -> str:
    return _("Voir ma commande") if told.address else ""


def _call(told: Told) -> tuple[str, ...]:
    """Say how to answer who has no page to go to."""
    return () if told.address else _question(told)


def _question(told: Told) -> tuple[str, ...]:
    if not told.store.phone:
        return ()
    return (_("Une question ? Appelez-nous au %(phone)s.", phone=_phone(told)),)


def _shop(told: Told) -> str:
    return in_sentence(told.store.name)


def _phone(told: Told) -> str:
    """Return the shop's number as it stands on one line."""
    return telephone(told.store.phone).replace(" ", "\N{NO-BREAK SPACE}")


def _placed(told: Told) -> Words:
    promised = told.order.promised_at
    lead = _("Nous la préparons à %(store)s.", store=_shop(told))
    if promised is not None:
        lead = _(
            "Nous la préparons à %(store)s pour %(day)s à %(hour)s.",
            store=_shop(told),
            day=day(promised),
            hour=hour(promised),
        )
    return Words(
        subject=_("Commande %(number)s bien reçue, pas encore prête", number=number(told)),
        title=_("Nous avons bien reçu votre commande"),
        lead=lead,
        callout=_("Elle n'est pas encore prête."),
        notes=(_("Attendez notre prochain message avant de venir : il vous dira qu'elle l'est."),),
        button=_see(told),
        items_title=_("Votre commande"),
        text="",
    )


def _ready(told: Told) -> Words:
    lead = _("Elle vous attend à %(store)s.", store=_shop(told))
    if until(told):
        lead = _(
            "Elle vous attend à %(store)s jusqu'au %(day)s.",
            store=_shop(told),
            day=until(told),
        )
    return Words(
        subject=_("Votre commande %(number)s est prête", number=number(told)),
        title=_("Votre commande est prête"),
        lead=lead,
        notes=(_("Montrez ce code à la borne ou au comptoir."), *_delegate(told), *_call(told)),
        button=_see(told),
        has_code=True,
        items_title=_("Votre commande"),
        text=_(
            "%(store)s : votre commande %(number)s est là. %(until)sCode %(code)s.%(link)s",
            until=texts.until(told),
            **texts.facts(told),
        ),
    )


def _delegate(told: Told) -> tuple[str, ...]:
    if not told.address:
        return ()
    return (
        _(
            "Un proche peut venir à votre place, ou vous pouvez prendre plus de temps : tout se "
            "fait sur la page de votre commande."
        ),
    )


def _reminder(told: Told) -> Words:
    return Words(
        subject=_("Votre commande %(number)s vous attend", number=number(told)),
        title=_("Votre commande vous attend"),
        lead=_(
            "Nous la gardons à %(store)s jusqu'au %(day)s.",
            store=_shop(told),
            day=until(told),
        ),
        notes=(*_delegate(told), *_call(told)),
        button=_see(told),
        has_code=True,
        items_title=_("Votre commande"),
        text=_(
            "%(store)s : votre commande %(number)s vous attend. %(until)sCode %(code)s.%(link)s",
            until=texts.until(told),
            **texts.facts(told),
        ),
    )


def _last_day(told: Told) -> Words:
    return Words(
        subject=_("Dernier jour pour retirer la commande %(number)s", number=number(told)),
        title=_("C'est le dernier jour"),
        lead=_("Nous gardons votre commande à %(store)s jusqu'à ce soir.", store=_shop(told)),
        notes=(*_delegate(told), *_call(told)),
        button=_see(told),
        has_code=True,
        items_title=_("Votre commande"),
        text=_(
            "%(store)s : dernier jour pour retirer la commande %(number)s. Code %(code)s.%(link)s",
            **texts.facts(told),
        ),
    )


def _expired(told: Told) -> Words:
    return Words(
        subject=_("La commande %(number)s n'est plus gardée", number=number(told)),
        title=_("Votre commande n'est plus gardée"),
        lead=_("Elle n'a pas été retirée à temps : ses articles retournent en rayon."),
        notes=(_owed(told), *_reopen(told)),
        items_title=_("Ce que nous avions mis de côté"),
        text=_(
            "%(store)s : la commande %(number)s n'a pas été retirée à temps et n'est plus gardée.",
            **texts.facts(told),
        ),
    )


def _reopen(told: Told) -> tuple[str, ...]:
    if not told.store.phone:
        return ()
    return (_("Elle vous intéresse encore ? Appelez-nous au %(phone)s.", phone=_phone(told)),)


def _cancelled(told: Told) -> Words:
    return Words(
        subject=_("La commande %(number)s est annulée", number=number(told)),
        title=_("Votre commande est annulée"),
        lead=_("Nous ne gardons plus rien pour vous à %(store)s.", store=_shop(told)),
        notes=(_owed(told), *_question(told)),
        items_title=_("Ce qui était commandé"),
        text=_("%(store)s : la commande %(number)s est annulée.", **texts.facts(told)),
    )


def _owed(told: Told) -> str:
    if not told.order.paid:
        return _("Vous n'avez rien à payer.")
    return _("Le remboursement est fait par le site où vous avez payé, de la même façon.")


def _substitution(told: Told) -> Words:
    names = _named(told.missing)
    choices = _choices(told)
    ask = _("Dites-nous ce que vous préférez : le reste de la commande vous attend.")
    return Words(
        subject=_(
            "Commande %(number)s : un article manque, à vous de choisir", number=number(told)
        ),
        title=_("Un article manque"),
        lead=_("Nous n'avons pas trouvé : %(names)s.", names=names) if names else ask,
        notes=((ask, choices) if names else (choices,)) + _call(told),
        button=_("Choisir") if told.address else "",
        items_title=_("Votre commande"),
        text=_(
            "%(store)s : un article de la commande %(number)s manque. C'est à vous de choisir."
            "%(link)s",
            **texts.facts(told),
        ),
    )


def _named(items: Iterable[Item]) -> str:
    """Name articles with their size and colour, and how many of each."""
    return " · ".join(
        article_words.counted(article_words.with_choice(item.name, item.choice), item.quantity)
        for item in items
    )


def _choices(told: Told) -> str:
    """Say what else a customer may choose; nothing is given back where nothing was paid."""
    if not told.order.paid:
        return _(
            "Un remplacement ne coûte jamais plus cher. Vous pouvez aussi prendre le reste "
            "seulement, ou annuler : rien n'est dû pour ce qui manque."
        )
    return _(
        "Un remplacement ne coûte jamais plus cher. Vous pouvez aussi prendre le reste seulement, "
        "ou demander un remboursement."
    )


def _receipt(told: Told) -> Words:
    names = _named(told.refused)
    refused = (_("Refusé au comptoir : %(names)s.", names=names),) if names else ()
    return Words(
        subject=_("Reçu de remise, commande %(number)s", number=number(told)),
        title=_("C'est remis"),
        lead=_("Voici ce qui a été remis à %(store)s, %(day)s à %(hour)s.", **_of_act(told)),
        notes=(*refused, _("Gardez ce message : il suffit pour un échange ou un retour.")),
        items_title=_("Articles remis"),
        text="",
    )


def _reversed(told: Told) -> Words:
    if told.items:
        return _reversed_in_part(told)
    return Words(
        subject=_("Retrait annulé, commande %(number)s", number=number(told)),
        title=_("Ce retrait est annulé"),
        lead=_(
            "Le retrait de votre commande, %(day)s à %(hour)s, a été annulé par le magasin : le "
            "reçu que vous en avez n'est plus valable.",
            **_of_act(told),
        ),
        notes=(*_where_now(told), *_question(told)),
        button=_see(told),
        text=_(
            "%(store)s : le retrait de la commande %(number)s a été annulé par le magasin. Votre "
            "justificatif du %(day)s n'est plus valable.%(link)s",
            day=texts.in_letters(told.occurred_at),
            **texts.facts(told),
        ),
    )


def _reversed_in_part(told: Told) -> Words:
    return Words(
        subject=_("Retrait annulé en partie, commande %(number)s", number=number(told)),
        title=_("Une partie de ce retrait est annulée"),
        lead=_(
            "Du retrait de votre commande, %(day)s à %(hour)s, le magasin a annulé les articles "
            "ci-dessous. Le reste est à vous : pour lui, votre reçu reste valable.",
            **_of_act(told),
        ),
        notes=(*_where_they_are(told), *_question(told)),
        button=_see(told),
        items_title=_("Articles annulés"),
        text=_(
            "%(store)s : une partie du retrait de la commande %(number)s a été annulée par le "
            "magasin. Pour le reste, votre justificatif du %(day)s est valable.%(link)s",
            day=texts.in_letters(told.occurred_at),
            **texts.facts(told),
        ),
    )


def _where_now(told: Told) -> tuple[str, ...]:
    """Say where the goods of an undone handover are by now, where that is known."""
    if told.order.state in COLLECTABLE:
        return (_("Votre commande vous attend à %(store)s.", store=_shop(told)),)
    if told.order.state == "collected":
        return (_("Elle a été remise de nouveau depuis : un autre reçu le dit."),)
    return ()


def _where_they_are(told: Told) -> tuple[str, ...]:
    """Say the same of the articles of an undo that left the customer the rest."""
    if told.order.state in COLLECTABLE:
        return (_("Ces articles vous attendent à %(store)s.", store=_shop(told)),)
    if told.order.state == "collected":
        return (_("Ils ont été remis de nouveau depuis : un autre reçu le dit."),)
    return ()


def _returned(told: Told) -> Words:
    return Words(
        subject=_("Reçu de retour, commande %(number)s", number=number(told)),
        title=_("C'est repris"),
        lead=_("Voici ce que vous avez rendu à %(store)s, %(day)s à %(hour)s.", **_of_act(told)),
        notes=(_refund(told), _("Gardez ce message : il dit ce qui a été rendu.")),
        items_title=_("Articles rendus"),
        text="",
    )


def _of_act(told: Told) -> dict[str, str]:
    """Return where and when goods changed hands."""
    at = local(told.occurred_at)
    return {"store": _shop(told), "day": day(at), "hour": hour(at)}


def _refund(told: Told) -> str:
    """Say who gives the money back: who was paid."""
    if told.order.till_ticket:
        return _(
            "Remboursement par la caisse de %(store)s, ticket %(number)s.",
            store=in_sentence(told.order.store.name),
            number=told.order.till_ticket,
        )
    if told.order.paid:
        return _("Remboursement par le site où vous avez payé, de la même façon.")
    return _("Rien n'avait été payé : il n'y a rien à rembourser.")


def reason(item: Item) -> str:
    """Say why an article came back, as its customer would."""
    return {
        "changed_mind": _("changement d'avis"),
        "not_suitable": _("ne convient pas"),
        "damaged": _("abîmé ou défectueux"),
        "wrong_article": _("erreur d'article"),
        "not_as_described": _("différent de sa description"),
        "other": _("autre raison"),
    }.get(item.reason, "")


KINDS: dict[str, Callable[[Told], Words]] = {
    "placed": _placed,
    "substitution": _substitution,
    "ready": _ready,
    "reminder": _reminder,
    "last_day": _last_day,
    "expired": _expired,
    "cancelled": _cancelled,
    "receipt": _receipt,
    "reversed": _reversed,
    "returned": _returned,
}


def greeting(name: str) -> str:
    """Return how a message begins, with a first name where one is known."""
    return typo(_("Bonjour %(name)s,", name=name) if name else _("Bonjour,"))
