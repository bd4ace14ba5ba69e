"""The language and the hour of a screen."""

from flask import current_app, g, request, session

LANGUAGES = ("fr", "en")


def choose() -> str:
    """Return the language: chosen on this screen, the device's, the phone's, or the shop's."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    device = g.get("device")
    if device is not None and device.language in LANGUAGES:
        return str(device.language)
    fallback: str = current_app.config["COMPTOIR"].store.language
    if request.path.startswith("/p/"):
        return request.accept_languages.best_match(LANGUAGES, fallback) or fallback
    return fallback


def zone() -> str:
    """Return the IANA name of the store's time zone."""
    store = g.get("store")
    return str(store.time_zone) if store else str(current_app.config["COMPTOIR"].store.time_zone)


def remember(language: str) -> None:
    """Keep the language that somebody chose on this screen; unknown ones are not kept."""
    if language in LANGUAGES:
        session["language"] = language
