"""What comes from another shop, in the words of the tablet."""

from collections.abc import Sequence

from store.awaited import Awaited
from store.web.catalogue import gettext as _
from store.web.filters import in_sentence, typo


def by_line(found: Sequence[Awaited]) -> dict[int, str]:
    """Say from where each line comes and how far it is, by the number of the line."""
    return {one.line_id: typo(" · ".join(_facts(one))) for one in found}


def by_order(found: Sequence[Awaited]) -> dict[str, str]:
    """Say what each order awaits, by its uid; the same shop in the same state is said once."""
    told: dict[str, list[str]] = {}
    for one in found:
        facts = told.setdefault(one.order_uid, [])
        facts += [fact for fact in _facts(one) if fact not in facts]
    return {uid: typo(" · ".join(facts)) for uid, facts in told.items()}


def _facts(one: Awaited) -> list[str]:
    where = _("attendu d'un autre magasin")
    if one.place:
        where = _("attendu de %(store)s", store=in_sentence(one.place))
    state = STATES[one.state]() if one.state in STATES else ""
    return [fact for fact in (where, state) if fact]


STATES = {
    "new": lambda: _("demandé"),
    "accepted": lambda: _("en préparation là-bas"),
    "picking": lambda: _("en préparation là-bas"),
    "problem": lambda: _("introuvable là-bas"),
    "ready": lambda: _("prêt à partir"),
    "customer_waiting": lambda: _("prêt à partir"),
    "collected": lambda: _("parti"),
    "cancelled": lambda: _("refusé là-bas"),
    "expired": lambda: _("refusé là-bas"),
}
