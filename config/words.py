"""The language of the command line: French, or English by COMPTOIR_LANGUAGE or LANG."""

import gettext
import os
from collections.abc import Mapping

from config import places


def language(environ: Mapping[str, str] = os.environ) -> str:
    """Return "fr" or "en", by the first variable that names one."""
    for variable in ("COMPTOIR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(variable, "")[:2] in ("fr", "en"):
            return environ[variable][:2]
    return "fr"


def teach_libraries() -> None:
    """Let click, which asks Python's own gettext, say its words in the same language."""
    gettext.bindtextdomain("messages", str(places.TRANSLATIONS))
    os.environ["LANGUAGE"] = language()


_catalogue = gettext.translation("messages", places.TRANSLATIONS, [language()], fallback=True)
_ = _catalogue.gettext
ngettext = _catalogue.ngettext
