"""Why a file is no photo that we take, in words: for the tablet and for the command line."""

from collections.abc import Callable

from store.errors import PictureRefused

MEGA = 1024 * 1024


def why(error: PictureRefused, _: Callable[[str], str]) -> str:
    """Say what is wrong with a file and what to do, in the words that `_` translates."""
    limit = error.limit or 0
    sentences = {
        "empty": _("Le fichier est vide. Choisissez la photo elle-même."),
        "too_large": _("Le fichier dépasse %(n)s Mo. Réduisez la photo, puis recommencez."),
        "unknown_format": _("Ce n'est pas une photo JPEG, PNG, WebP ou AVIF."),
        "too_many_pixels": _("La photo dépasse %(n)s millions de pixels. Réduisez-la."),
        "too_small": _("La photo est trop petite : %(n)s pixels de côté au moins."),
        "damaged": _("Le fichier est abîmé ou incomplet. Copiez-le à nouveau."),
    }
    shown = {"too_large": limit // MEGA, "too_many_pixels": limit // 1_000_000}
    return sentences[error.reason] % {"n": shown.get(error.reason, limit)}
