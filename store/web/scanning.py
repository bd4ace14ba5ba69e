"""A scan as it comes from a form, and the words for one that leads nowhere."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from store import programmes, recognition, search, staging
from store.loyalty import Missing
from store.models import StagingPlace, Store
from store.recognition import Code, Reason


def scanned_code() -> Code:
    """Recognise the field `code` of the form, or one of its other readings in `alt`."""
    settings = current_app.config["COMPTOIR"]
    addresses = filter(None, (settings.address, settings.labels.address))
    return recognition.recognise(
        request.form.get("code", ""),
        alt=request.form.getlist("alt"),
        programme_patterns=programmes.parse(settings.loyalty.programme_cards),
        own_hosts={request.host, *(urlsplit(each).netloc for each in addresses)},
    )


def readings() -> list[str]:
    """Return every reading of the scan in the form, the likeliest first, for names of the shop."""
    alt = request.form.getlist("alt")[: recognition.MOST_READINGS]
    return [text for text in (request.form.get("code", ""), *alt) if text]


def scanned_place(session: Session, store: Store) -> StagingPlace | None:
    """Return the staging place whose label was scanned, whatever the layout of the keyboard."""
    found = (staging.find(session, store, text) for text in readings())
    return next((place for place in found if place is not None), None)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What to say: what happened, and what to do."""

    title: LazyString
    advice: LazyString


def misread(text: str) -> Words | None:
    """Return what to say of a typed bar code whose check digit is wrong; None of all others."""
    return WORDS[Reason.MISREAD] if search.is_misread_gtin(text) else None


def _words(title: LazyString, advice: LazyString) -> Words:
    return Words(title=title, advice=advice)


WORDS: dict[str, Words] = {
    Reason.EMPTY: _words(
        lazy_gettext("Aucun code reçu"),
        lazy_gettext("Présentez le code devant la caméra, ou saisissez-le."),
    ),
    Reason.TOO_LONG: _words(
        lazy_gettext("Ce texte est trop long pour être un code"),
        lazy_gettext("Vérifiez que vous scannez la carte ou le QR de la commande."),
    ),
    Reason.NOT_TEXT: _words(
        lazy_gettext("Ce code contient des données illisibles"),
        lazy_gettext("Ce n'est pas un code du magasin. Essayez-en un autre, ou saisissez-le."),
    ),
    Reason.MISREAD: _words(
        lazy_gettext("Un caractère de ce code est faux"),
        lazy_gettext("Scannez-le à nouveau. Si vous l'avez saisi, relisez-le."),
    ),
    Reason.INCOMPLETE: _words(
        lazy_gettext("Il manque une partie de ce code"),
        lazy_gettext("Scannez-le en entier, ou complétez la saisie."),
    ),
    Reason.OVERLONG: _words(
        lazy_gettext("Ce code a trop de caractères"),
        lazy_gettext("Scannez-le seul. Si vous l'avez saisi, relisez-le."),
    ),
    Reason.OTHER_GS1: _words(
        lazy_gettext("Ce code est celui d'un colis ou d'un lieu"),
        lazy_gettext("Scannez le code-barres de l'article lui-même."),
    ),
    Reason.FOREIGN_ADDRESS: _words(
        lazy_gettext("Ce QR mène à un autre site, il n'a pas été ouvert"),
        lazy_gettext("Scannez la carte de fidélité, le QR de la commande ou l'article."),
    ),
    Reason.OTHER_SHOP: _words(
        lazy_gettext("Cette étiquette est celle d'un autre magasin"),
        lazy_gettext("Scannez une étiquette d'ici, ou cherchez l'article par son nom."),
    ),
    Reason.OTHER_QR: _words(
        lazy_gettext("Ce QR sert à autre chose, un Wi-Fi ou un contact par exemple"),
        lazy_gettext("Scannez la carte de fidélité, le QR de la commande ou l'article."),
    ),
    Reason.EMAIL: _words(
        lazy_gettext("Ceci est une adresse e-mail, pas un code"),
        lazy_gettext("Pour retrouver une personne par son e-mail, utilisez la recherche."),
    ),
    Reason.PHONE: _words(
        lazy_gettext("Ceci ressemble à un numéro de téléphone"),
        lazy_gettext("Pour retrouver une personne par son téléphone, utilisez la recherche."),
    ),
    Reason.ORDER_NUMBER: _words(
        lazy_gettext("Aucune commande de ce magasin ne porte ce numéro"),
        lazy_gettext("Scannez le QR reçu par e-mail ou SMS, ou vérifiez le numéro."),
    ),
    Reason.UNRECOGNISED: _words(
        lazy_gettext("Ce code n'est pas connu ici"),
        lazy_gettext("Scannez la carte de fidélité, le QR de la commande ou l'article."),
    ),
    Missing.CARD: _words(
        lazy_gettext("Cette carte n'est à personne dans ce magasin"),
        lazy_gettext("Demandez une autre carte, ou recherchez la personne par son nom."),
    ),
    Missing.CARD_REVOKED: _words(
        lazy_gettext("Cette carte a été remplacée"),
        lazy_gettext("Demandez la nouvelle carte, ou recherchez la personne par son nom."),
    ),
    Missing.ORDER: _words(
        lazy_gettext("Cette commande n'est pas encore arrivée jusqu'à ce magasin"),
        lazy_gettext("Vérifiez le magasin de retrait dans l'e-mail, ou appelez un conseiller."),
    ),
    Missing.PICKUP_CODE: _words(
        lazy_gettext("Aucune commande n'attend avec ce code"),
        lazy_gettext("Vérifiez les 6 chiffres dans l'e-mail ou le SMS."),
    ),
    Missing.DELEGATE: _words(
        lazy_gettext("Ce code de proche n'est pas connu"),
        lazy_gettext("Relisez-le : il commence par T. La personne qui a commandé l'a reçu."),
    ),
    Missing.DELEGATE_USED: _words(
        lazy_gettext("Ce code de proche ne sert plus"),
        lazy_gettext("Il a servi ou a été repris. La personne qui a commandé peut en donner un."),
    ),
    Missing.PICKUP_CODE_TWICE: _words(
        lazy_gettext("Deux commandes attendent avec ce code"),
        lazy_gettext("Présentez le QR code du message : il dit laquelle est la bonne."),
    ),
    Missing.TICKET_FORGED: _words(
        lazy_gettext("Ce QR code n'a pas été fait par nous"),
        lazy_gettext("Sa signature est fausse : présentez celui du message d'origine."),
    ),
    Missing.TICKET_FOREIGN: _words(
        lazy_gettext("Ce QR code vient d'une autre enseigne, ou d'une ancienne clé"),
        lazy_gettext("Rouvrez le message ou la page de la commande pour avoir le QR à jour."),
    ),
    Missing.PRODUCT: _words(
        lazy_gettext("Cet article n'est pas au catalogue"),
        lazy_gettext("Vérifiez le code-barres, ou cherchez l'article par son nom."),
    ),
    Missing.LABEL: _words(
        lazy_gettext("Cette étiquette ne correspond à aucun article"),
        lazy_gettext("Cherchez l'article par son nom, et faites réimprimer l'étiquette."),
    ),
    Missing.BADGE: _words(
        lazy_gettext("Ce badge n'est pas actif"),
        lazy_gettext("Entrez avec votre code, ou demandez au responsable."),
    ),
    Missing.DEVICE_CODE: _words(
        lazy_gettext("Ce code sert à inscrire un appareil"),
        lazy_gettext("Ouvrez la page d'inscription sur l'appareil à inscrire."),
    ),
}
