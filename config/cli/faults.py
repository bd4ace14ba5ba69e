"""What each of our errors says on the command line: what happened, to what, what to do."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from sqlalchemy.exc import OperationalError

from config.backups import BackupUnusable
from config.cli import import_words
from config.database import NotInitialised
from config.demo.faults import DiedAtStart, NotADemo, NotMade
from config.dumps import ToolFailed, ToolMissing
from config.sources import SettingsError
from config.tls import NameNotAllowed
from config.words import _
from store import errors
from store.database import explain
from store.imports.tables import FileRefused

LONGEST = 300  # characters of what another program says
NAMED = 5  # of the things that there are

KNOWN = (
    errors.ComptoirError,
    SettingsError,
    NotInitialised,
    NameNotAllowed,
    BackupUnusable,
    NotADemo,
    DiedAtStart,
    NotMade,
    OSError,
    OperationalError,
    ToolFailed,
    ToolMissing,
)


def describe(error: BaseException) -> list[str]:
    """Return the lines that tell somebody at a terminal about `error`."""
    if isinstance(error, SettingsError):
        return [*error.faults, _("Corrigez ces réglages, puis relancez la commande.")]
    for kind in type(error).__mro__:
        if kind in SENTENCES:
            return [SENTENCES[kind](error)]
    return [_("La commande a échoué : %s") % error]


def of_data(sentence: str) -> Callable[[Any], str]:
    return lambda error: sentence % error.data


def not_initialised(error: Any) -> str:
    return (
        _(
            "Aucune base de données dans %s. Faites d'abord : comptoir init, ou nommez le fichier "
            "de réglages de ce magasin : --config, ou COMPTOIR_CONFIG."
        )
        % error
    )


def name_not_allowed(error: Any) -> str:
    return (
        _(
            "L'autorité de ce magasin ne peut pas garantir %s. Retirez ce nom, ou refaites une "
            "autorité avec --new-authority, à installer alors sur chaque appareil."
        )
        % error
    )


def file_fault(error: Any) -> str:
    return _("%(file)s : %(why)s. Vérifiez le chemin, les droits et la place sur le disque.") % {
        "file": error.filename or "comptoir",
        "why": error.strerror or error,
    }


def not_a_demo(error: Any) -> str:
    return (
        _(
            "%s n'est pas le dossier d'une démonstration, ou elle n'est pas entière. "
            "Choisissez un autre dossier avec --data."
        )
        % error
    )


def not_made(error: Any) -> str:
    return _("Les données d'exemple ne sont pas faites dans %s ; la raison est ci-dessus.") % error


def died_at_start(error: Any) -> str:
    sentence = _("Le serveur %(name)s n'a pas démarré (%(status)s) ; il a dit pourquoi ci-dessus.")
    return sentence % vars(error)


def backup_unusable(error: Any) -> str:
    return _("%(path)s n'est pas une sauvegarde lisible de Comptoir (%(why)s).") % vars(error)


def tool_missing(error: Any) -> str:
    sentence = _("Il faut l'outil %s de PostgreSQL pour sauvegarder ou restaurer cette base.")
    return sentence % error.name


def no_database(error: Any) -> str:
    ours = explain(error)
    if ours is not None:
        return SENTENCES[type(ours)](ours)
    return (
        _("La base de données ne répond pas (%s). Vérifiez son adresse, COMPTOIR_DATABASE__URL.")
        % " ".join(str(error.orig).split())[:LONGEST]
    )


def tool_failed(error: Any) -> str:
    sentence = _("%(name)s n'a pas pu faire son travail (%(why)s). Rien n'est changé.")
    return sentence % {"name": error.name, "why": " ".join(error.why.split())[:LONGEST]}


KINDS = {
    "staff": _("La personne"),
    "device": _("L'appareil"),
    "token": _("Le jeton"),
    "outbox": _("L'envoi"),
    "product": _("L'article"),
}


# what a command of the same noun lists
LISTED = ("staff", "device", "token", "outbox")


def not_found(error: Any) -> str:
    if error.kind == "store":
        return no_store(error)
    if error.kind == "category":
        return no_category(error)
    told = {"kind": KINDS.get(error.kind, error.kind), "key": error.key}
    if error.kind not in LISTED:
        return _("%(kind)s « %(key)s » n'existe pas.") % told
    return _("%(kind)s « %(key)s » n'existe pas. La commande « list » montre ce qui existe.") % told


def no_store(error: Any) -> str:
    if not error.key:
        return _(
            "Cette base connaît plusieurs magasins, ou aucun : dites lequel par store.code "
            "(COMPTOIR_STORE__CODE)."
        )
    return _("Le magasin « %s » n'existe pas : vérifiez son code.") % error.key


def no_category(error: Any) -> str:
    """Name the categories that are written almost so, else the fullest ones."""
    by_letters = {name.casefold(): name for name in error.known}
    close = get_close_matches(error.key.casefold(), by_letters, n=NAMED)
    names = [by_letters[one] for one in close] or error.known[:NAMED]
    told = {"key": error.key, "names": ", ".join(names)}
    if close:
        return _("Le rayon « %(key)s » n'existe pas. Presque pareils : %(names)s.") % told
    if names:
        return _("Le rayon « %(key)s » n'existe pas. Il y a par exemple : %(names)s.") % told
    return _("Le rayon « %(key)s » n'existe pas : aucun article n'a de rayon.") % told


PROBLEMS = {
    ("pin", "not_digits"): _("Le PIN doit avoir de 4 à 8 chiffres."),
    ("labels", "empty"): _("Il n'y a aucune étiquette à imprimer."),
    ("labels", "no_price"): _(
        "Aucune étiquette : ces articles n'ont pas de prix, ou sont retirés."
    ),
    ("labels", "too_many"): _("Cinq cents étiquettes au plus à la fois."),
    ("labels.columns", "too_wide"): _(
        "Les étiquettes dépassent la largeur de la page : corrigez [labels]."
    ),
    ("labels.rows", "too_high"): _(
        "Les étiquettes dépassent la hauteur de la page : corrigez [labels]."
    ),
    ("code", "taken"): _("Ce nom court est déjà pris : choisissez-en un autre."),
}


def sheets_not_drawn(error: Any) -> str:
    return _("Le PDF n'a pas pu être fait (%(reason)s). Refaites : make install") % error.data


def invalid(error: Any) -> str:
    if error.problem == "out_of_range" and "lowest" in error.data:
        return _("%(field)s : de %(lowest)s à %(highest)s.") % error.data
    sentence = PROBLEMS.get((error.field, error.problem))
    return sentence or _("%s. Voyez --help.") % import_words.describe(error)


SENTENCES: dict[type[BaseException], Callable[[Any], str]] = {
    NotInitialised: not_initialised,
    NameNotAllowed: name_not_allowed,
    BackupUnusable: backup_unusable,
    ToolMissing: tool_missing,
    ToolFailed: tool_failed,
    OperationalError: no_database,
    NotADemo: not_a_demo,
    DiedAtStart: died_at_start,
    NotMade: not_made,
    OSError: file_fault,
    FileRefused: import_words.describe_file,
    errors.DataFolderInUse: of_data(
        _(
            "Un autre serveur (processus %(pid)s) utilise déjà le dossier %(folder)s. "
            "Arrêtez-le, ou choisissez un autre dossier avec COMPTOIR_DATA_DIR."
        )
    ),
    errors.PortTaken: of_data(
        _(
            "Impossible d'écouter sur %(host)s, port %(port)s : %(why)s. "
            "Choisissez un autre port avec --port."
        )
    ),
    errors.DatabaseBusy: of_data(
        _("La base de données est occupée par un autre programme. Réessayez dans un instant.")
    ),
    errors.DiskFull: of_data(
        _("Le disque est plein. Libérez de la place, puis relancez la commande.")
    ),
    errors.DatabaseUnsafe: of_data(
        _(
            "La base de données refuse le réglage %(pragma)s = %(wanted)s (elle garde %(found)s). "
            "Placez le dossier de données sur un disque local."
        )
    ),
    errors.SchemaTooNew: of_data(
        _(
            "La base de données vient d'une version plus récente de Comptoir (%(found)s). "
            "Installez cette version, ou restaurez une sauvegarde plus ancienne."
        )
    ),
    errors.NotFound: not_found,
    errors.Invalid: invalid,
    errors.SheetsNotDrawn: sheets_not_drawn,
}
