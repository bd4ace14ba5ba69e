"""One table: what an error of ours means on a screen, in words and as an HTTP status."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from store import errors
from store.database import explain
from store.web import addresses, uploads
from store.web import error_words as say
from store.web.filters import typo
from store.web.htmx import is_partial

Words = Callable[[Any], tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What somebody reads: what happened and what to do; `kind` is a stable key for programs."""

    status: int
    kind: str
    title: str
    advice: str


def fault_of(error: errors.ComptoirError) -> Fault:
    """Return the words for an error, in the language of the request."""
    for family in type(error).__mro__:
        if family in TABLE:
            status, words = TABLE[family]
            title, advice = words(error)
            kind = _kind(type(error))
            return Fault(status=status, kind=kind, title=typo(title), advice=typo(advice))
    raise error


def init_app(app: Flask) -> None:
    """Answer our errors, and the framework's, with a page or a fragment in words."""
    app.register_error_handler(errors.ComptoirError, _show_ours)
    app.register_error_handler(DBAPIError, _show_system)
    app.register_error_handler(OSError, _show_system)
    app.register_error_handler(CSRFError, _show_csrf)
    app.register_error_handler(HTTPException, _show_http)


def show(fault: Fault, *, phone: str = "") -> Response:
    """Answer the fault as a fragment to htmx, else as a page of the surface in use.

    The page calls `phone` by a tap, where somebody can be asked.
    """
    template = "errors/_fault.html" if is_partial() else "errors/fault.html"
    page = render_template(template, fault=fault, surface=surface(), phone=phone)
    answer = make_response(page, fault.status)
    if is_partial():
        answer.headers["HX-Retarget"] = "#fault"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def surface() -> str:
    """Return whose screen asks: kiosk, phone or tablet."""
    if request.path.startswith("/kiosk"):
        return "kiosk"
    return "phone" if addresses.is_on_a_phone(request.path) else "tablet"


def _kind(family: type) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in family.__name__).lstrip("-")


def _show_ours(error: errors.ComptoirError) -> Response:
    is_order = isinstance(error, errors.NotFound) and error.kind == "order"
    return show(fault_of(error), phone=_shops_number() if is_order else "")


def _shops_number() -> str:
    """Return the telephone of the shop that a customer's phone asks, or empty."""
    shop = g.get("store") if surface() == "phone" else None
    return shop.phone if shop else ""


def _show_system(error: DBAPIError | OSError) -> Response:
    ours = explain(error)
    if ours is None:
        raise error
    return show(fault_of(ours))


def _show_csrf(_error: CSRFError) -> Response:
    title = _("Cette page a été ouverte il y a trop longtemps.")
    advice = _("Rechargez-la, puis recommencez : rien n'a été enregistré.")
    return show(Fault(status=400, kind="csrf", title=title, advice=advice))


def _show_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, RequestEntityTooLarge) and (answer := _refuse_form()):
        return answer
    title, advice = _http_words(error.code)
    return show(Fault(status=error.code, kind=f"http-{error.code}", title=title, advice=advice))


def _refuse_form() -> Response | None:
    try:
        return uploads.refused()
    except errors.ComptoirError as closed:
        return _show_ours(closed)


def _http_words(code: int) -> tuple[str, str]:
    back = _scan_again() if surface() == "phone" else _("Revenez à l'accueil.")
    known = {
        403: (_("Cette page n'est pas ouverte ici."), back),
        404: (_("Cette page n'existe pas."), back),
        405: (_("Ce geste n'est pas possible ici."), back),
        413: (_("C'est trop gros."), _("Réduisez la taille, puis recommencez.")),
        429: (_("Trop d'essais à la suite."), _("Attendez un moment, puis recommencez.")),
    }
    otherwise = (
        _("Le serveur du magasin n'a pas pu répondre."),
        _("Recommencez dans un instant ; ce qui était enregistré l'est toujours."),
    )
    return known.get(code, otherwise)


def _scan_again() -> str:
    """Tell somebody with a phone what to do: it has no home here to go back to."""
    advice: str = _("Scannez à nouveau le QR code, ou rouvrez le lien de votre message.")
    return advice


def _not_found(error: errors.NotFound) -> tuple[str, str]:
    title = _("C'est introuvable ici.")
    if error.kind == "order" and surface() == "phone":
        title = _("Cette commande est introuvable ici.")
        cause = _("Le lien est peut-être incomplet, ou la commande est dans un autre magasin.")
        return title, f"{cause} {_scan_again()}"
    if surface() == "phone":
        return title, _scan_again()
    return title, _("Vérifiez le code ou cherchez par le nom.")


def _sold_no_more(_error: errors.SoldNoMore) -> tuple[str, str]:
    title = _("Cet article n'est plus proposé ici.")
    if surface() == "tablet":
        return title, _("Il a été retiré du catalogue : ce qui en reste est sur sa page de stock.")
    return title, _("Un conseiller peut vous dire par quoi il a été remplacé.")


def _full(_error: errors.DiskFull) -> tuple[str, str]:
    """Tell a customer what to do, and staff what is wrong."""
    if surface() != "tablet":
        title = _("Un instant : ce n'est pas possible tout de suite.")
        return title, _("Recommencez dans un instant, ou demandez à un conseiller.")
    title = _("Le disque du serveur est plein : rien n'a été enregistré.")
    return title, _(
        "La consultation continue. Prévenez la personne responsable du magasin : il faut libérer "
        "de la place sur le serveur, puis recommencer ici."
    )


def _said(title: Callable[[], str], advice: Callable[[], str]) -> Words:
    return lambda _error: (title(), advice())


TABLE: dict[type[errors.ComptoirError], tuple[int, Words]] = {
    errors.DatabaseBusy: (
        503,
        _said(
            lambda: _("Le serveur est très occupé."),
            lambda: _("Rien n'a été enregistré. Recommencez dans un instant."),
        ),
    ),
    errors.DiskFull: (503, _full),
    errors.SoldNoMore: (410, _sold_no_more),
    errors.NotFound: (404, _not_found),
    errors.UnknownCode: (
        422,
        _said(
            lambda: _("Ce code n'est pas connu ici."),
            lambda: _("Vérifiez-le, ou cherchez par le nom."),
        ),
    ),
    errors.Invalid: (
        422,
        _said(
            lambda: _("Une valeur n'est pas possible."),
            lambda: _("Corrigez-la, puis recommencez."),
        ),
    ),
    errors.TooSoon: (409, say.too_soon),
    errors.MessageOutdated: (
        409,
        _said(
            lambda: _("Ce message ne serait plus vrai."),
            lambda: _("La commande a changé depuis : regardez où elle en est."),
        ),
    ),
    errors.SheetsNotDrawn: (
        500,
        _said(
            lambda: _("Les étiquettes n'ont pas pu être dessinées."),
            lambda: _(
                "Elles restent dans la liste des tirages. Réessayez, ou prévenez l'assistance."
            ),
        ),
    ),
    errors.WrongPin: (422, say.wrong_pin),
    errors.Locked: (429, say.locked),
    errors.Unauthorised: (
        401,
        _said(
            lambda: _("Il faut s'identifier."),
            lambda: _("Présentez un jeton valide."),
        ),
    ),
    errors.NotAllowed: (
        403,
        _said(
            lambda: _("Cet acte demande d'autres droits."),
            lambda: _("Demandez à la personne responsable du magasin."),
        ),
    ),
    errors.EnrolmentRefused: (
        422,
        _said(
            lambda: _("Ce code d'appareil n'est pas valable."),
            lambda: _("Un code sert une fois, pendant 15 minutes. Demandez-en un autre."),
        ),
    ),
    errors.KeyReused: (
        409,
        _said(
            lambda: _("Ce formulaire a déjà servi à autre chose."),
            lambda: _("Rechargez la page, puis recommencez."),
        ),
    ),
    errors.AlreadyCollected: (409, say.collected),
    errors.OrderCancelled: (409, say.cancelled),
    errors.OrderExpired: (409, say.expired),
    errors.NotReady: (409, say.not_ready),
    errors.ForbiddenTransition: (
        409,
        _said(
            lambda: _("La commande n'est plus dans cet état."),
            lambda: _("Rechargez la page pour voir où elle en est."),
        ),
    ),
    errors.ExtensionsUsed: (409, say.extended),
    errors.DelegateGone: (409, say.delegate_gone),
    errors.AlreadyTaken: (409, say.taken),
    errors.WrongArticle: (
        422,
        _said(
            lambda: _("Cet article n'est dans aucun bac."),
            lambda: _("Remettez-le en rayon, et scannez celui de la liste."),
        ),
    ),
    errors.EnoughScanned: (422, say.enough),
    errors.NotAllScanned: (409, say.lacking),
    errors.InAnotherWave: (409, say.in_wave),
    errors.AlreadyAnswered: (409, say.answered),
    errors.NotEnoughStock: (409, say.not_enough),
    errors.AlreadyChecked: (409, say.checked),
    errors.HoldEnded: (
        409,
        _said(
            lambda: _("Cette réservation a pris fin."),
            lambda: _("Faites-en une nouvelle."),
        ),
    ),
    errors.HandoffGone: (410, say.handoff),
    errors.CallTaken: (409, say.call_taken),
    errors.CallEnded: (
        409,
        _said(
            lambda: _("Cet appel est terminé."),
            lambda: _("La personne n'attend plus."),
        ),
    ),
    errors.WrongStore: (
        409,
        _said(
            lambda: _("Cette commande attend dans un autre magasin."),
            lambda: _("Un conseiller peut vous indiquer lequel."),
        ),
    ),
    errors.VisitClosed: (
        409,
        _said(
            lambda: _("Cette visite est déjà enregistrée."),
            lambda: _("Ouvrez-en une autre."),
        ),
    ),
    errors.ComptoirError: (
        500,
        _said(
            lambda: _("Le serveur du magasin n'a pas pu répondre."),
            lambda: _("Recommencez dans un instant."),
        ),
    ),
}
