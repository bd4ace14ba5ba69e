"""One table: what an error of ours means on a screen, in words and as an HTTP status."""

from collections.abc import Callable
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_babel import format_date, format_datetime, format_time, ngettext
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from store import errors
from store.database import explain
from store.web.filters import hour
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
            return Fault(status=status, kind=_kind(type(error)), title=title, advice=advice)
    raise error


def init_app(app: Flask) -> None:
    """Answer our errors, and the framework's, with a page or a fragment in words."""
    app.register_error_handler(errors.ComptoirError, _show_ours)
    app.register_error_handler(DBAPIError, _show_database)
    app.register_error_handler(OSError, _show_system)
    app.register_error_handler(CSRFError, _show_csrf)
    app.register_error_handler(HTTPException, _show_http)


def show(fault: Fault) -> Response:
    """Answer the fault as a fragment to htmx, else as a page of the surface in use."""
    template = "errors/_fault.html" if is_partial() else "errors/fault.html"
    answer = make_response(render_template(template, fault=fault, surface=surface()), fault.status)
    if is_partial():
        answer.headers["HX-Retarget"] = "#fault"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def surface() -> str:
    """Return whose screen asks: kiosk, phone or tablet."""
    if request.path.startswith("/kiosk"):
        return "kiosk"
    return "phone" if request.path.startswith(("/p/", "/P/", "/01/")) else "tablet"


def _kind(family: type) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in family.__name__).lstrip("-")


def _show_ours(error: errors.ComptoirError) -> Response:
    return show(fault_of(error))


def _show_database(error: DBAPIError) -> Response:
    ours = explain(error)
    if ours is None:
        raise error
    return show(fault_of(ours))


def _show_system(error: OSError) -> Response:
    if error.errno not in (ENOSPC, EDQUOT):
        raise error
    return show(fault_of(errors.DiskFull()))


def _show_csrf(_error: CSRFError) -> Response:
    title = _("Cette page a été ouverte il y a trop longtemps.")
    advice = _("Rechargez-la, puis recommencez : rien n'a été enregistré.")
    return show(Fault(status=400, kind="csrf", title=title, advice=advice))


def _show_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    title, advice = _http_words(error.code)
    return show(Fault(status=error.code, kind=f"http-{error.code}", title=title, advice=advice))


def _http_words(code: int) -> tuple[str, str]:
    known = {
        403: (_("Cette page n'est pas ouverte ici."), _("Revenez à l'accueil.")),
        404: (_("Cette page n'existe pas."), _("Revenez à l'accueil.")),
        405: (_("Ce geste n'est pas possible ici."), _("Revenez à l'accueil.")),
        413: (_("C'est trop gros."), _("Réduisez la taille, puis recommencez.")),
        429: (_("Trop d'essais à la suite."), _("Attendez un moment, puis recommencez.")),
    }
    otherwise = (
        _("Le serveur du magasin n'a pas pu répondre."),
        _("Recommencez dans un instant ; ce qui était enregistré l'est toujours."),
    )
    return known.get(code, otherwise)


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


def _locked(error: errors.Locked) -> tuple[str, str]:
    until = format_time(error.until, "HH:mm:ss")
    return _("Trop de codes faux."), _("Réessayez à %(time)s.", time=until)


def _wrong_pin(error: errors.WrongPin) -> tuple[str, str]:
    return _("Ce code n'est pas le bon."), _("Encore %(n)s essais avant le verrou.", n=error.left)


def _collected(error: errors.AlreadyCollected) -> tuple[str, str]:
    when = format_datetime(error.closed_at, "d MMMM, HH:mm") if error.closed_at else "–"
    title = _("Cette commande a déjà été remise le %(when)s.", when=when)
    return title, _("Un conseiller peut vérifier avec vous.")


def _taken(error: errors.AlreadyTaken) -> tuple[str, str]:
    name = error.by.partition(" ")[0]
    return _("%(name)s s'en occupe déjà.", name=name), _("La commande reste affichée ici.")


def _cancelled(error: errors.OrderCancelled) -> tuple[str, str]:
    when = format_date(error.closed_at, "d MMMM") if error.closed_at else "–"
    title = _("Cette commande a été annulée le %(when)s.", when=when)
    return title, _("Un conseiller peut vous dire pourquoi.")


def _expired(error: errors.OrderExpired) -> tuple[str, str]:
    when = format_date(error.pickup_by, "d MMMM") if error.pickup_by else "–"
    title = _("Cette commande était gardée jusqu'au %(when)s.", when=when)
    return title, _("Un conseiller peut vérifier si elle est encore là.")


def _extended(error: errors.ExtensionsUsed) -> tuple[str, str]:
    title = _("La date limite a déjà été repoussée.")
    if error.pickup_by is None:
        return title, _("Un conseiller peut la repousser encore.")
    when = format_date(error.pickup_by, "d MMMM")
    return title, _("Venez avant le %(when)s, ou demandez à un conseiller.", when=when)


def _delegate_gone(error: errors.DelegateGone) -> tuple[str, str]:
    advice = _("La personne qui a commandé peut en donner un autre.")
    at = hour(error.ended_at) if error.ended_at else "–"
    if error.reason == "used":
        return _("Ce code de proche a déjà servi à %(at)s.", at=at), advice
    return _("Ce code de proche a été repris à %(at)s.", at=at), advice


def _not_ready(error: errors.NotReady) -> tuple[str, str]:
    title = _("Cette commande n'est pas encore prête.")
    if error.promised_at is None:
        return title, _("Vous recevrez un message dès qu'elle le sera.")
    when = format_datetime(error.promised_at, "EEEE d MMMM, HH:mm")
    return title, _("Elle est promise pour %(when)s.", when=when)


def _not_enough(error: errors.NotEnoughStock) -> tuple[str, str]:
    if not error.available:
        return _("Il n'en reste plus ici."), _("Un autre magasin en a peut-être.")
    left = ngettext("Il n'en reste que %(num)s.", "Il n'en reste que %(num)s.", error.available)
    return left, _("Choisissez-en moins, ou un autre magasin.")


def _checked(error: errors.AlreadyChecked) -> tuple[str, str]:
    name = error.by.partition(" ")[0]
    title = _("%(name)s a déjà vérifié : %(n)s en rayon.", name=name, n=error.seen)
    return title, _("Demandez une autre vérification si ce n'est plus juste.")


def _handoff(error: errors.HandoffGone) -> tuple[str, str]:
    again = _("Demandez un nouveau code sur la borne.")
    if error.ended_at is None:
        return _("Ce code n'est pas connu."), again
    at = hour(error.ended_at)
    if error.reason == "used":
        return _("Ce code a déjà servi à %(at)s.", at=at), again
    return _("Ce code n'est plus valable depuis %(at)s.", at=at), again


def _call_taken(error: errors.CallTaken) -> tuple[str, str]:
    name = error.by.partition(" ")[0]
    return _("%(name)s s'en occupe déjà.", name=name), _("Vous pouvez continuer.")


def _too_soon(error: errors.TooSoon) -> tuple[str, str]:
    title = _("Un message vient de partir.")
    return title, _("Vous pourrez le renvoyer à %(at)s.", at=hour(error.until))


def _enough(error: errors.EnoughScanned) -> tuple[str, str]:
    title = _("C'est un de trop.")
    left = ngettext(
        "Il n'en faut que %(num)s, et tout est scanné.",
        "Il n'en faut que %(num)s, et tout est scanné.",
        error.quantity,
    )
    return title, left


def _lacking(error: errors.NotAllScanned) -> tuple[str, str]:
    title = _("La commande %(number)s n'est pas complète.", number=error.number)
    left = ngettext(
        "Il manque %(num)s article : scannez-le, ou réglez le manque.",
        "Il manque %(num)s articles : scannez-les, ou réglez le manque.",
        error.left,
    )
    return title, left


def _in_wave(error: errors.InAnotherWave) -> tuple[str, str]:
    name = error.by.partition(" ")[0]
    title = _("La commande %(number)s est déjà en préparation.", number=error.number)
    if not name:
        return title, _("Choisissez-en une autre, ou reprenez sa tournée.")
    return title, _("%(name)s s'en occupe. Choisissez-en une autre.", name=name)


def _answered(error: errors.AlreadyAnswered) -> tuple[str, str]:
    at = hour(error.at) if error.at else "–"
    title = _("La réponse a déjà été donnée à %(at)s.", at=at)
    return title, _("Rechargez la page pour voir ce qui a été choisi.")


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
    errors.NotFound: (
        404,
        _said(
            lambda: _("C'est introuvable ici."),
            lambda: _("Vérifiez le code ou cherchez par le nom."),
        ),
    ),
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
    errors.TooSoon: (409, _too_soon),
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
    errors.WrongPin: (422, _wrong_pin),
    errors.Locked: (429, _locked),
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
    errors.AlreadyCollected: (409, _collected),
    errors.OrderCancelled: (409, _cancelled),
    errors.OrderExpired: (409, _expired),
    errors.NotReady: (409, _not_ready),
    errors.ForbiddenTransition: (
        409,
        _said(
            lambda: _("La commande n'est plus dans cet état."),
            lambda: _("Rechargez la page pour voir où elle en est."),
        ),
    ),
    errors.ExtensionsUsed: (409, _extended),
    errors.DelegateGone: (409, _delegate_gone),
    errors.AlreadyTaken: (409, _taken),
    errors.WrongArticle: (
        422,
        _said(
            lambda: _("Cet article n'est dans aucun bac."),
            lambda: _("Remettez-le en rayon, et scannez celui de la liste."),
        ),
    ),
    errors.EnoughScanned: (422, _enough),
    errors.NotAllScanned: (409, _lacking),
    errors.InAnotherWave: (409, _in_wave),
    errors.AlreadyAnswered: (409, _answered),
    errors.NotEnoughStock: (409, _not_enough),
    errors.AlreadyChecked: (409, _checked),
    errors.HoldEnded: (
        409,
        _said(
            lambda: _("Cette réservation a pris fin."),
            lambda: _("Faites-en une nouvelle."),
        ),
    ),
    errors.HandoffGone: (410, _handoff),
    errors.CallTaken: (409, _call_taken),
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
