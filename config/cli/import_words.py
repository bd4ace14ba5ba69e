"""What is wrong with a file or with one of its lines, in the words of whoever sent it."""

from typing import Any

from config.words import _
from store.errors import ComptoirError, Invalid
from store.imports.tables import FileRefused, LineRefused, Table

FILES = {
    "missing": _("%(path)s n'existe pas. Vérifiez le chemin."),
    "unreadable": _("%(path)s est illisible : %(why)s."),
    "unwritable": _("%(path)s ne peut pas être écrit (%(why)s). Vérifiez les droits du dossier."),
    "empty": _("%(path)s est vide. Rien n'est entré."),
    "spreadsheet": _("%(path)s est un classeur ou une archive ZIP. Enregistrez-le en CSV UTF-8."),
    "not_text": _("%(path)s n'est pas un fichier texte. Enregistrez-le en CSV UTF-8."),
    "truncated": _("%(path)s est coupé avant sa fin : redemandez-le. Rien n'est entré."),
    "damaged": _("%(path)s est abîmé et ne se décompresse pas : redemandez-le. Rien n'est entré."),
    "columns": _(
        "%(path)s : il manque %(missing)s. Colonnes trouvées : %(found)s. Rien n'est entré."
    ),
    "line": _("%(path)s, ligne %(line)s : %(fault)s. Rien n'est entré."),
}
LINES = {
    "fields": _("%(found)s colonnes au lieu de %(expected)s"),
    "cut": _("la ligne est coupée : %(found)s colonnes sur %(expected)s"),
    "quote": _("un guillemet est mal placé"),
    "open_quote": _(
        "un guillemet ouvert n'est jamais fermé ; rien n'est lu jusqu'à la ligne %(last)s"
    ),
    "scattered": _("ce numéro est déjà venu plus haut : ses lignes doivent se suivre"),
}
FIELDS = {
    "empty": _("%(field)s est vide"),
    "not_a_number": _("%(field)s : « %(value)s » n'est pas un nombre"),
    "unreadable": _("%(field)s : valeur illisible"),
    "too_precise": _("%(field)s : « %(value)s » a plus de deux décimales"),
    "not_whole": _("%(field)s : « %(value)s » n'est pas un nombre entier"),
    "not_yes_or_no": _("%(field)s : « %(value)s » n'est ni oui ni non"),
    "not_a_date": _("%(field)s : « %(value)s » n'est pas une date"),
    "not_a_choice": _("%(field)s : « %(value)s » n'est pas prévu ; choix : %(allowed)s"),
    "negative": _("%(field)s est négatif"),
    "malformed": _("%(field)s est mal écrit"),
    "out_of_range": _("%(field)s est hors limites"),
    "unknown": _("%(field)s est inconnu"),
    "check_digit": _("%(field)s : chiffre de contrôle ou longueur faux"),
    "taken": _("%(field)s appartient déjà à un autre"),
    "needed_by_delta": _("%(field)s est nécessaire pour une entrée ou une sortie"),
    "unknown_store": _("ce magasin n'existe pas"),
    "unknown_sku": _("cet article n'est pas au catalogue"),
    "unknown_customer": _("ce client n'existe pas"),
    "unknown_kind": _("ce type n'existe pas"),
    "bad_quantity": _(
        "quantité impossible : trop grande, ou négative alors que le type n'est pas « delta »"
    ),
}
COLUMNS = {"price_minor": "price"}  # what a rule calls a field, where the file has another name


def describe(error: ComptoirError) -> str:
    """Return why a line was refused."""
    sentences = LINES if isinstance(error, LineRefused) else FIELDS
    problem = getattr(error, "problem", "")
    if problem in sentences:
        return sentences[problem] % _shown(error.data)
    if isinstance(error, Invalid):
        return _("%(field)s ne convient pas (%(problem)s)") % error.data
    return _("refusé : %s") % error


def describe_file(error: FileRefused) -> str:
    """Return why a whole file was refused, and what to do."""
    data = dict(error.data)
    if "fault" in data:
        data["fault"] = describe(data["fault"])
    return FILES[error.problem] % _shown(data)


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    shown = {name: _joined(value) for name, value in data.items()}
    field = shown.get("field")
    return {"value": "", **shown, "field": COLUMNS.get(field, field)}


def _joined(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list | tuple) else value


def notices(table: Table) -> list[str]:
    """Return what somebody should know before a file goes in."""
    found = []
    if table.encoding == "cp1252":
        found.append(
            _("Ce n'est pas de l'UTF-8 : lu comme du Windows-1252 (Latin-1). Vérifiez les accents.")
        )
    if table.unknown_columns:
        names = ", ".join(table.unknown_columns)
        found.append(_("Colonnes inconnues, laissées de côté : %s") % names)
    return found
