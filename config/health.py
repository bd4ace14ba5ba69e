"""What can be wrong with a server, looked at without changing anything."""

import platform
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from config import (
    __version__,
    certificate,
    clocks,
    key_health,
    message_health,
    printer_health,
    tls,
)
from config.finding import Finding
from config.settings import Settings
from config.words import _, ngettext
from store import audit, migrations, outbox, stock
from store.database import reading
from store.models import Change
from store.web.steady_clock import SteadyClock

MEGABYTE = 1024 * 1024
LOW_DISK = 1024 * MEGABYTE
FULL_DISK = 100 * MEGABYTE
RENEW_DAYS = 30
LATE = timedelta(hours=1)
CLOCK_TOLERANCE = timedelta(minutes=5)


def examine(settings: Settings, engine: Engine, *, now: datetime) -> Iterator[Finding]:
    """Look at everything, one finding at a time."""
    yield versions(engine)
    yield disk(settings)
    yield leap(clocks.open_clock(settings.data_dir))
    tables = schema(engine)
    yield tables
    with reading(engine) as session:
        yield integrity(session)
        if tables.state == "ok":
            yield from records(session, has_hub=bool(settings.sync.hub_url), now=now)
            yield key_health.tickets(session, settings.data_dir)
            if settings.server.role == "store":
                yield message_health.told(session, settings.messages, now=now)
                yield printer_health.told(session, settings.store.code)
    if settings.https.mode != "off":
        yield https(settings, now=now)


def records(session: Session, *, has_hub: bool, now: datetime) -> Iterator[Finding]:
    """Look at what the tables hold; old tables may lack what is asked of them."""
    yield stock_figures(session)
    yield clock(session, now=now)
    yield audit_chain(session)
    yield from queues(session, has_hub=has_hub, now=now)


def versions(engine: Engine) -> Finding:
    is_sqlite = engine.dialect.name == "sqlite"
    base = f"SQLite {sqlite3.sqlite_version}" if is_sqlite else "PostgreSQL"
    parts = (f"Comptoir {__version__}", f"Python {platform.python_version()}", base)
    return Finding(name="versions", what=", ".join(parts))


def disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    megabytes = free // MEGABYTE
    what = ngettext("%d Mo libre", "%d Mo libres", megabytes) % megabytes
    if free >= LOW_DISK:
        return Finding(name="disk", what=what)
    state = "fault" if free < FULL_DISK else "warning"
    advice = _("Libérez de la place sur le disque de %s.") % settings.data_dir
    return Finding(name="disk", state=state, what=what, advice=advice)


def schema(engine: Engine) -> Finding:
    migrations.check_known(engine)
    if migrations.is_current(engine):
        return Finding(name="schema", what=_("à jour"))
    advice = _("Relancez le serveur ou faites comptoir init : les tables seront mises à jour.")
    return Finding(name="schema", state="warning", what=_("en retard"), advice=advice)


def integrity(session: Session) -> Finding:
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SELECT 1"))
        return Finding(name="database", what=_("répond"))
    verdict = session.scalar(text("PRAGMA quick_check(1)"))
    if verdict == "ok":
        return Finding(name="database", what=_("intacte"))
    advice = _("Arrêtez le serveur et remettez une sauvegarde : comptoir restore FICHIER")
    return Finding(name="database", state="fault", what=str(verdict), advice=advice)


def stock_figures(session: Session) -> Finding:
    """Compare every figure with the movements that it follows from."""
    wrong = len(stock.compare(session))
    if not wrong:
        return Finding(name="stock", what=_("chaque chiffre est la somme de ses mouvements"))
    sentence = ngettext(
        "%d chiffre n'est pas la somme de ses mouvements",
        "%d chiffres ne sont pas la somme de leurs mouvements",
        wrong,
    )
    advice = _("Voyez lesquels et réparez : comptoir stock check, puis comptoir stock rebuild")
    return Finding(name="stock", state="fault", what=sentence % wrong, advice=advice)


def clock(session: Session, *, now: datetime) -> Finding:
    """Compare the clock with the newest record: time must not go back."""
    newest = session.scalar(select(func.max(Change.at)))
    if newest is None or newest <= now + CLOCK_TOLERANCE:
        return Finding(name="clock", what=f"{now:%Y-%m-%d %H:%M} UTC")
    what = _("%s, avant la dernière écriture de la base") % f"{now:%Y-%m-%d %H:%M} UTC"
    advice = _("Remettez l'horloge de cette machine à l'heure (NTP).")
    return Finding(name="clock", state="fault", what=what, advice=advice)


def leap(own: SteadyClock) -> Finding:
    """Compare the clock with the time since the machine's start, by which it may have leapt."""
    doubt = own.find_doubt()
    if doubt is None:
        return Finding(name="clock_leap", what=_("sans saut depuis le démarrage de la machine"))
    minutes = round(doubt.by.total_seconds() / 60)
    sentence = ngettext(
        "saut de %+d minute ; aucune réservation ne se termine plus tôt",
        "saut de %+d minutes ; aucune réservation ne se termine plus tôt",
        abs(minutes),
    )
    advice = _(
        "Mettez cette machine à l'heure du réseau (NTP), ou qu'un responsable confirme l'heure sur "
        "une tablette."
    )
    return Finding(name="clock_leap", state="warning", what=sentence % minutes, advice=advice)


def audit_chain(session: Session) -> Finding:
    """Walk the whole audit: what was changed behind the program's back breaks the chain.

    A second or two for 100,000 entries.
    """
    broken = audit.look_over(session).broken_id
    if broken is None:
        return Finding(name="audit", what=_("intact"))
    what = _("rompu à la ligne %d") % broken
    advice = _(
        "Quelqu'un a changé le journal d'audit : gardez la base telle quelle, comparez avec une "
        "sauvegarde et prévenez le responsable."
    )
    return Finding(name="audit", state="fault", what=what, advice=advice)


def queues(session: Session, *, has_hub: bool, now: datetime) -> Iterator[Finding]:
    """Look at what waits for the hub; without one, facts are kept for a hub to come."""
    found = outbox.summary(session)
    late = has_hub and found.oldest_at is not None and now - found.oldest_at > LATE
    yield Finding(
        name="outbox",
        state="warning" if late else "ok",
        what=ngettext("%d envoi attend", "%d envois attendent", found.waiting) % found.waiting,
        advice=_("Le siège n'est plus joint : voyez comptoir sync status.") if late else "",
    )
    aside = has_hub and found.set_aside > 0
    yield Finding(
        name="set_aside",
        state="warning" if aside else "ok",
        what=ngettext("%d envoi", "%d envois", found.set_aside) % found.set_aside,
        advice=_("Voyez pourquoi : comptoir outbox list --state set_aside") if aside else "",
    )


def https(settings: Settings, *, now: datetime) -> Finding:
    chain, _key = tls.files_of(settings)
    days = certificate.days_left(chain, now=now)
    what = (
        ngettext("valable encore %d jour", "valable encore %d jours", days) % days
        if days >= 0
        else ngettext("périmé depuis %d jour", "périmé depuis %d jours", -days) % -days
    )
    if days >= RENEW_DAYS:
        return Finding(name="https", what=what)
    state = "fault" if days < 0 else "warning"
    advice = _("Renouvelez-le (comptoir certificate), puis relancez le serveur.")
    return Finding(name="https", state=state, what=what, advice=advice)
