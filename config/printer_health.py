"""What the doctor says of the ticket printers."""

from sqlalchemy.orm import Session

from config.finding import Finding
from config.words import _
from store import printers, printing, stores
from store.errors import NotFound


def told(session: Session, store_code: str) -> Finding:
    """Look at the printers of the shop, and at what does not come out."""
    try:
        shop = stores.get_own(session, store_code)
    except NotFound:  # a shop that is still being set up
        return _finding(0, 0, "")
    found = printing.find_trouble(session, shop)
    return _finding(
        len(printers.list_all(session, shop)),
        found.waiting if found else 0,
        _advice(found) if found else "",
    )


def _finding(count: int, waiting: int, advice: str) -> Finding:
    what = _("%(printers)d imprimantes, %(waiting)d papiers attendent")
    facts = {"printers": count, "waiting": waiting}
    state = "warning" if advice else "ok"
    return Finding(name="printers", state=state, what=what % facts, advice=advice)


def _advice(found: printing.Trouble) -> str:
    if not found.printers:
        return _("Des papiers sont peut-être sortis : voyez la page Impression d'une tablette.")
    names = ", ".join(f"{one.device.name} ({one.state})" for one in found.printers)
    sentence = _(
        "%(names)s : regardez le papier, le capot et le réseau, ou la page Impression "
        "d'une tablette."
    )
    return sentence % {"names": names}
