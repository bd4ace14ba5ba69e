"""What the doctor says of the ticket printers."""

from sqlalchemy.orm import Session

from config.finding import Finding
from config.words import _, ngettext
from store import printers, printing, stores
from store.errors import NotFound

STATES = {
    "paper_out": _("plus de papier"),
    "cover_open": _("capot ouvert"),
    "offline": _("hors ligne"),
    "not_reached": _("injoignable"),
    "fault": _("en panne"),
}


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
    printers_there = ngettext("%d imprimante", "%d imprimantes", count)
    papers = ngettext("%d papier attend", "%d papiers attendent", waiting)
    what = f"{printers_there % count}, {papers % waiting}"
    return Finding(name="printers", state="warning" if advice else "ok", what=what, advice=advice)


def _advice(found: printing.Trouble) -> str:
    if not found.printers:
        return _("Des papiers sont peut-être sortis : voyez la page Impression d'une tablette.")
    names = ", ".join(
        f"{one.device.name} ({STATES.get(one.state, one.state)})" for one in found.printers
    )
    sentence = _(
        "%(names)s : regardez le papier, le capot et le réseau, ou la page Impression "
        "d'une tablette."
    )
    return sentence % {"names": names}
