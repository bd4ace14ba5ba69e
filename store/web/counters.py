"""The counters to which customers are asked to go, as the shop's settings name them."""

from dataclasses import dataclass

from flask import current_app, g

from store.web.catalogue import screen_locale


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A counter and the way to it; `device` is the name of the only kiosk that sends there."""

    name: str
    way: str = ""
    name_en: str = ""
    way_en: str = ""
    device: str = ""


def read(line: str) -> Counter:
    """Return what a line of the settings says: "KIOSK > NAME: WAY | IN ENGLISH: WAY"."""
    device, arrow, rest = line.rpartition(">")
    french, _bar, english = rest.partition("|")
    name, _colon, way = french.partition(":")
    name_en, _colon, way_en = english.partition(":")
    return Counter(
        name=name.strip(),
        way=way.strip(),
        name_en=name_en.strip() or name.strip(),
        way_en=way_en.strip() or way.strip(),
        device=device.strip() if arrow else "",
    )


def known() -> list[Counter]:
    """Return the counters of the shop in the order of its settings."""
    return [read(line) for line in current_app.config["COMPTOIR"].pickups.counters]


def choose() -> str:
    """Return the counter for who announces themselves here: the kiosk's own, else the first."""
    device = g.get("device")
    own = [one for one in known() if one.device and device and one.device == device.name]
    open_to_all = [one for one in known() if not one.device]
    return next((one.name for one in (*own, *open_to_all)), "")


def in_words(name: str) -> tuple[str, str]:
    """Return a counter's name and the way to it in the language of the screen."""
    found = next((one for one in known() if one.name == name), Counter(name=name, name_en=name))
    is_english = screen_locale().language == "en"
    return (found.name_en, found.way_en) if is_english else (found.name, found.way)


def how_many() -> int:
    """Return at how many counters goods are handed over, at least one."""
    return max(1, len({one.name for one in known()}))
