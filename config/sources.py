"""Read the settings: default.toml, a file, the environment, files named by the environment."""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_type_hints

from config import places
from config.settings import Settings
from config.words import _
from store import time_zones, yes_or_no

PREFIX = "COMPTOIR_"
NOT_SETTINGS = {"COMPTOIR_CONFIG", "COMPTOIR_LANGUAGE"}


class SettingsError(Exception):
    """The settings cannot be used; `faults` has one sentence for each thing to mend."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Key:
    """One setting: its section (None at the top), its field and its type."""

    section: str | None
    field: Field[Any]
    type: Any

    @property
    def name(self) -> str:
        return f"{self.section}.{self.field.name}" if self.section else self.field.name

    @property
    def variable(self) -> str:
        return PREFIX + self.name.replace(".", "__").upper()

    @property
    def is_secret(self) -> bool:
        return bool(self.field.metadata.get("secret"))


Values = dict[str, Any]


def load(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings; raise SettingsError with every fault found."""
    faults: list[str] = []
    values = read_toml(places.DEFAULT_SETTINGS, faults, secrets_allowed=True)
    if file is not None:
        values |= read_toml(file, faults)
    values |= read_environment(environ, faults)
    checked = {key.name: check(key, values.get(key.name), faults) for key in all_keys()}
    if faults:
        raise SettingsError(faults)
    return build(checked)


def all_keys() -> Iterator[Key]:
    """Yield every key of Settings."""
    hints = get_type_hints(Settings)
    for top in fields(Settings):
        kind = hints[top.name]
        if is_dataclass(kind):
            inner = get_type_hints(kind)
            yield from (Key(top.name, each, inner[each.name]) for each in fields(kind))
        else:
            yield Key(None, top, kind)


def read_toml(path: Path, faults: list[str], *, secrets_allowed: bool = False) -> Values:
    """Return the values of a TOML file by dotted name; unknown keys and secrets are faults."""
    known = {key.name: key for key in all_keys()}
    values = flatten(parse(path, faults))
    for name in values:
        if name not in known:
            faults.append(
                _("%(file)s : le réglage %(name)s n'existe pas") % {"file": path, "name": name}
            )
        elif known[name].is_secret and not secrets_allowed:
            faults.append(secret_in_file(path, known[name]))
    return values


def parse(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        faults.append(_("%(file)s : illisible (%(why)s)") % {"file": path, "why": error.strerror})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(_("%(file)s : TOML incorrect (%(why)s)") % {"file": path, "why": error})
    return {}


def flatten(document: dict[str, Any]) -> Values:
    values: Values = {}
    for name, value in document.items():
        if isinstance(value, dict):
            values |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            values[name] = value
    return values


def read_environment(environ: Mapping[str, str], faults: list[str]) -> Values:
    """Return the values given by COMPTOIR_* variables; a _FILE is stronger than its variable."""
    values: Values = {}
    unknown = {name for name in environ if name.startswith(PREFIX)} - NOT_SETTINGS
    for key in all_keys():
        if key.variable in environ:
            values[key.name] = from_text(key, environ[key.variable], faults)
        if key.variable + "_FILE" in environ:
            text = read_secret_file(key, Path(environ[key.variable + "_FILE"]), faults)
            values[key.name] = from_text(key, text, faults)
        unknown -= {key.variable, key.variable + "_FILE"}
    faults.extend(_("%s : ce réglage n'existe pas") % name for name in sorted(unknown))
    return values


def read_secret_file(key: Key, path: Path, faults: list[str]) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(
            _("%(name)s : %(file)s est illisible") % {"name": f"{key.variable}_FILE", "file": path}
        )
        return ""


def from_text(key: Key, text: str, faults: list[str]) -> Any:
    """Turn the text of a variable into a value of the key's type.

    A list is split at its commas, or written as in a file when its words have commas themselves.
    """
    try:
        if key.type is bool:
            return _yes_or_no(text)
        if key.type in (int, float):
            return key.type(text)
        if key.type == tuple[str, ...]:
            return _list(text)
    except ValueError:
        faults.append(refused(key, repr(text)))
        return None
    return text


def _list(text: str) -> Any:
    if text.lstrip().startswith("["):
        return tomllib.loads(f"list = {text}")["list"]
    return [part.strip() for part in text.split(",") if part.strip()]


def _yes_or_no(text: str) -> bool:
    meant = yes_or_no.read(text)
    if meant is None:
        raise ValueError(text)
    return meant


def check(key: Key, value: Any, faults: list[str]) -> Any:
    """Return `value` in the key's type, or note why it cannot be used."""
    if value is None:
        return None
    if key.type is Path and isinstance(value, str) and value:
        return Path(value).expanduser().absolute()
    if key.type == tuple[str, ...] and is_list_of_words(value) and is_allowed(key, value):
        return tuple(value)
    if key.type is float and type(value) is int:
        value = float(value)
    if type(value) is not key.type or not is_allowed(key, value):
        faults.append(refused(key, _("la valeur donnée") if key.is_secret else repr(value)))
    return value


def is_list_of_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def is_allowed(key: Key, value: Any) -> bool:
    rule = key.field.metadata
    if "names" in rule:
        return value in rule["names"]
    if "networks" in rule:
        return isinstance(value, list) and all(is_network(each) for each in value)
    if "zone" in rule:
        return time_zones.is_known(value)
    if "database" in rule:
        return is_database(value)
    if "parts" in rule:
        return can_be_filled(value, rule["parts"])
    return "low" not in rule or rule["low"] <= value <= rule["high"]


def is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def is_database(url: str) -> bool:
    """Tell whether this is the address of a database that can be used, or empty.

    Only a given one loads the library of databases, which the demo starts without.
    """
    return not url or bool(import_module("config.database_urls").is_usable(url))


def can_be_filled(text: str, parts: Iterable[str]) -> bool:
    """Tell whether nothing but these parts is left open in a text."""
    try:
        text.format(**dict.fromkeys(parts, 0.0))
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        return False
    return True


def refused(key: Key, shown: str) -> str:
    return _("%(name)s (%(variable)s) : %(shown)s n'est pas %(expected)s") % {
        "name": key.name,
        "variable": key.variable,
        "shown": shown,
        "expected": expected(key),
    }


def secret_in_file(path: Path, key: Key) -> str:
    return _(
        "%(file)s : %(name)s est un secret, à donner par %(variable)s ou %(variable)s_FILE"
    ) % {"file": path, "name": key.name, "variable": key.variable}


def expected(key: Key) -> str:
    """Say in words what the key accepts."""
    rule = key.field.metadata
    if "names" in rule:
        return _("l'un de : %s") % ", ".join(rule["names"])
    if "networks" in rule:
        return _("une liste de réseaux, tels que 192.168.0.0/16")
    if "zone" in rule:
        return _("un fuseau horaire, tel que Europe/Paris")
    if "database" in rule:
        return _(
            "une adresse telle que postgresql+psycopg://comptoir@localhost/comptoir, dont le "
            "pilote est installé (pip install 'comptoir[postgres]')"
        )
    if "parts" in rule:
        return _("un texte où seuls %s sont entre accolades") % ", ".join(rule["parts"])
    if "low" in rule:
        bounds = {"low": rule["low"], "high": rule["high"]}
        if key.type is int:
            return _("un nombre entier de %(low)s à %(high)s") % bounds
        return _("un nombre de %(low)s à %(high)s") % bounds
    names = {bool: "true / false", str: _("un texte"), Path: _("le chemin d'un dossier")}
    return names.get(key.type, _("une liste de textes"))


def build(values: Values) -> Settings:
    """Make the frozen Settings from checked values by dotted name."""
    hints = get_type_hints(Settings)
    parts: dict[str, Any] = {}
    for top in fields(Settings):
        kind = hints[top.name]
        if is_dataclass(kind):
            inner = {each.name: values[f"{top.name}.{each.name}"] for each in fields(kind)}
            parts[top.name] = kind(**inner)
        else:
            parts[top.name] = values[top.name]
    return Settings(**parts)
