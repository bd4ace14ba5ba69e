"""The language and the hour of a screen."""

from flask import current_app, g, request, session

from store.web import addresses

LANGUAGES = ("fr", "en")


def choose() -> str:
    """Return the language: chosen on this screen, the device's, the browser's, or the shop's."""
    device = g.get("device")
    known = of_screen(session.get("language"), device.language if device is not None else None)
    if known is not None:
        return known
    fallback: str = current_app.config["COMPTOIR"].store.language
    if _is_of_the_browser(request.path):
        return request.accept_languages.best_match(LANGUAGES, fallback) or fallback
    return fallback


def of_screen(chosen: object, of_device: str | None) -> str | None:
    """Return the language chosen on a screen, else its device's, or None when neither is ours."""
    if chosen in LANGUAGES:
        return str(chosen)
    return of_device if of_device in LANGUAGES else None


def _is_of_the_browser(path: str) -> bool:
    """Tell whether whoever opens a page does so on a machine of their own, not a shop's device."""
    return addresses.is_on_a_phone(path) or path.startswith("/demo")


def zone() -> str:
    """Return the IANA name of the store's time zone."""
    store = g.get("store")
    return str(store.time_zone) if store else str(current_app.config["COMPTOIR"].store.time_zone)


def remember(language: str) -> None:
    """Keep the language that somebody chose on this screen; unknown ones are not kept."""
    if language in LANGUAGES:
        session["language"] = language
