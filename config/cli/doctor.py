"""comptoir doctor: what is wrong, and what to do."""

import sys

import click

from config import health
from config.cli.context import json_option, now, opened, print_json
from config.settings import Settings
from config.words import _

MARKS = {"ok": "✓", "warning": "!", "fault": "✗"}
LABELS = {
    "versions": _("versions"),
    "disk": _("disque"),
    "clock_leap": _("saut d'horloge"),
    "schema": _("tables"),
    "database": _("base de données"),
    "stock": _("stock"),
    "clock": _("horloge"),
    "audit": _("journal d'audit"),
    "outbox": _("boîte d'envoi"),
    "set_aside": _("mis de côté"),
    "tickets": _("clé des QR"),
    "messages": _("messages"),
    "printers": _("imprimantes"),
    "https": _("certificat"),
}


@click.command(help=_("Examiner le serveur : disque, horloge, base, certificat, envois, versions."))
@json_option
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    with opened(settings) as engine:
        findings = list(health.examine(settings, engine, now=now()))
    worst = "fault" if any(each.state == "fault" for each in findings) else "ok"
    if as_json:
        print_json({"state": worst, "findings": [each.as_dict() for each in findings]})
    else:
        for each in findings:
            print_finding(each)
    sys.exit(1 if worst == "fault" else 0)


def print_finding(finding: health.Finding) -> None:
    facts = {"name": LABELS[finding.name], "state": finding.what}
    click.echo(f"{MARKS[finding.state]} {_('%(name)s : %(state)s') % facts}")
    if finding.advice:
        click.echo(f"  → {finding.advice}")
