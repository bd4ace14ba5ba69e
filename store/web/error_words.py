"""Words of errors that say more than their name: what happened, and what to do."""

from flask_babel import format_date, format_datetime, format_time, ngettext
from flask_babel import gettext as _

from store import errors
from store.web.filters import hour


def locked(error: errors.Locked) -> tuple[str, str]:
    """Say when one may try again."""
    until = format_time(error.until, "HH:mm:ss")
    return _("Trop de codes faux."), _("Réessayez à %(time)s.", time=until)


def wrong_pin(error: errors.WrongPin) -> tuple[str, str]:
    """Say how many tries are left."""
    left = ngettext(
        "Encore %(num)s essai avant le verrou.",
        "Encore %(num)s essais avant le verrou.",
        error.left,
    )
    return _("Ce code n'est pas le bon."), left


def collected(error: errors.AlreadyCollected) -> tuple[str, str]:
    """Say when it was handed over."""
    when = format_datetime(error.closed_at, "d MMMM, HH:mm") if error.closed_at else "–"
    title = _("Cette commande a déjà été remise le %(when)s.", when=when)
    return title, _("Un conseiller peut vérifier avec vous.")


def taken(error: errors.AlreadyTaken) -> tuple[str, str]:
    """Say who looks after the order."""
    name = error.by.partition(" ")[0]
    return _("%(name)s s'en occupe déjà.", name=name), _("La commande reste affichée ici.")


def cancelled(error: errors.OrderCancelled) -> tuple[str, str]:
    """Say when it was cancelled."""
    when = format_date(error.closed_at, "d MMMM") if error.closed_at else "–"
    title = _("Cette commande a été annulée le %(when)s.", when=when)
    return title, _("Un conseiller peut vous dire pourquoi.")


def expired(error: errors.OrderExpired) -> tuple[str, str]:
    """Say until when it was kept."""
    when = format_date(error.pickup_by, "d MMMM") if error.pickup_by else "–"
    title = _("Cette commande était gardée jusqu'au %(when)s.", when=when)
    return title, _("Un conseiller peut vérifier si elle est encore là.")


def extended(error: errors.ExtensionsUsed) -> tuple[str, str]:
    """Say until when it is kept."""
    title = _("La date limite a déjà été repoussée.")
    if error.pickup_by is None:
        return title, _("Un conseiller peut la repousser encore.")
    when = format_date(error.pickup_by, "d MMMM")
    return title, _("Venez avant le %(when)s, ou demandez à un conseiller.", when=when)


def delegate_gone(error: errors.DelegateGone) -> tuple[str, str]:
    """Say since when a relative's code is of no use."""
    advice = _("La personne qui a commandé peut en donner un autre.")
    at = hour(error.ended_at) if error.ended_at else "–"
    if error.reason == "used":
        return _("Ce code de proche a déjà servi à %(at)s.", at=at), advice
    return _("Ce code de proche a été repris à %(at)s.", at=at), advice


def not_ready(error: errors.NotReady) -> tuple[str, str]:
    """Say when it is promised."""
    title = _("Cette commande n'est pas encore prête.")
    if error.promised_at is None:
        return title, _("Vous recevrez un message dès qu'elle le sera.")
    when = format_datetime(error.promised_at, "EEEE d MMMM, HH:mm")
    return title, _("Elle est promise pour %(when)s.", when=when)


def not_enough(error: errors.NotEnoughStock) -> tuple[str, str]:
    """Say how many are left."""
    if not error.available:
        return _("Il n'en reste plus ici."), _("Un autre magasin en a peut-être.")
    left = ngettext("Il n'en reste que %(num)s.", "Il n'en reste que %(num)s.", error.available)
    return left, _("Choisissez-en moins, ou un autre magasin.")


def checked(error: errors.AlreadyChecked) -> tuple[str, str]:
    """Say who has looked, and what was there."""
    name = error.by.partition(" ")[0]
    title = _("%(name)s a déjà vérifié : %(n)s en rayon.", name=name, n=error.seen)
    return title, _("Demandez une autre vérification si ce n'est plus juste.")


def handoff(error: errors.HandoffGone) -> tuple[str, str]:
    """Say why a code leads nowhere."""
    again = _("Demandez un nouveau code sur la borne.")
    if error.ended_at is None:
        return _("Ce code n'est pas connu."), again
    at = hour(error.ended_at)
    if error.reason == "used":
        return _("Ce code a déjà servi à %(at)s.", at=at), again
    return _("Ce code n'est plus valable depuis %(at)s.", at=at), again


def call_taken(error: errors.CallTaken) -> tuple[str, str]:
    """Say who looks after the call."""
    name = error.by.partition(" ")[0]
    return _("%(name)s s'en occupe déjà.", name=name), _("Vous pouvez continuer.")


def too_soon(error: errors.TooSoon) -> tuple[str, str]:
    """Say when it may be sent again."""
    title = _("Un message vient de partir.")
    return title, _("Vous pourrez le renvoyer à %(at)s.", at=hour(error.until))


def enough(error: errors.EnoughScanned) -> tuple[str, str]:
    """Say how many are wanted."""
    title = _("C'est un de trop.")
    left = ngettext(
        "Il n'en faut que %(num)s, et tout est scanné.",
        "Il n'en faut que %(num)s, et tout est scanné.",
        error.quantity,
    )
    return title, left


def lacking(error: errors.NotAllScanned) -> tuple[str, str]:
    """Say how many articles lack."""
    title = _("La commande %(number)s n'est pas complète.", number=error.number)
    left = ngettext(
        "Il manque %(num)s article : scannez-le, ou réglez le manque.",
        "Il manque %(num)s articles : scannez-les, ou réglez le manque.",
        error.left,
    )
    return title, left


def in_wave(error: errors.InAnotherWave) -> tuple[str, str]:
    """Say who prepares the order."""
    name = error.by.partition(" ")[0]
    title = _("La commande %(number)s est déjà en préparation.", number=error.number)
    if not name:
        return title, _("Choisissez-en une autre, ou reprenez sa tournée.")
    return title, _("%(name)s s'en occupe. Choisissez-en une autre.", name=name)


def answered(error: errors.AlreadyAnswered) -> tuple[str, str]:
    """Say when it was answered, or that it is not asked any more."""
    if error.at is None:
        title = _("Cette question n'est plus posée : la commande a changé entre-temps.")
        return title, _("Rechargez la page pour voir où elle en est.")
    title = _("La réponse a déjà été donnée à %(at)s.", at=hour(error.at))
    return title, _("Rechargez la page pour voir ce qui a été choisi.")
