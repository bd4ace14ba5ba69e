"""What is refused while preparing, in the words of the tablet."""

from flask_babel import gettext as _

from clienteling.preparing_words import Said
from store import errors, waves
from store.web.errors import Fault, fault_of
from store.web.filters import typo


def refused(error: errors.ComptoirError) -> Said:
    """Say why a scan was refused, and what to do."""
    why = fault(error)
    title, text = typo(why.title), typo(why.advice)
    return Said(kind="danger", icon="circle-alert", title=title, text=text)


def fault(error: errors.ComptoirError) -> Fault:
    """Return the words for what was refused while preparing."""
    known = fault_of(error)
    words = _words(error)
    if words is None:
        return known
    return Fault(status=known.status, kind=known.kind, title=typo(words[0]), advice=typo(words[1]))


def _words(error: errors.ComptoirError) -> tuple[str, str] | None:
    if not isinstance(error, errors.Invalid):
        return None
    match error.field, error.problem:
        case "place", "empty":
            return _("Où est-elle posée ?"), _("Scannez l'étiquette du casier, ou saisissez-la.")
        case "place", "unknown":
            return _("Ce casier n'existe pas."), _("Scannez l'étiquette d'un casier du magasin.")
        case "place", "too_long":
            return _("Ce nom de casier est trop long."), _("20 caractères au plus.")
        case "place", "nothing_whole":
            advice = _("Scannez d'abord tous ses articles.")
            return _("Aucun bac n'est complet."), advice
        case "place", "several":
            advice = _("Choisissez le bac, puis son casier.")
            return _("Plusieurs bacs sont complets."), advice
        case "missing", _problem:
            return _("Ce nombre n'est pas possible."), _("Indiquez combien d'unités manquent.")
        case "orders", "empty":
            return _("Aucune commande n'est cochée."), _("Cochez celles à préparer ensemble.")
        case "orders", "too_many":
            most = _("%(n)s commandes au plus par tournée.", n=waves.MOST)
            return _("C'est trop pour un chariot."), most
        case _:
            return None


def line_wrong(error: errors.ComptoirError) -> dict[str, str]:
    """Return what is wrong with a field about a line that lacks; nothing for another refusal."""
    match error:
        case errors.Invalid(field="missing", problem="empty"):
            return {"missing": typo(_("Indiquez combien d'unités manquent."))}
        case errors.Invalid(field="missing"):
            return {"missing": typo(_("Ce nombre n'est pas possible."))}
        case errors.Invalid(field="reason"):
            return {"reason": typo(_("Dites pourquoi l'article manque."))}
        case _:
            return {}
