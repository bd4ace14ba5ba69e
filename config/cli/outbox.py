"""comptoir outbox: what is still to be told to the central system, and why."""

import click

from config.cli.context import json_option, now, print_json, print_list, reading, writing
from config.settings import Settings
from config.words import _
from store import outbox as facts
from store.models import OutboxMessage

MOST = 1000


@click.group(help=_("La boîte d'envoi : lister, relancer, mettre de côté."))
def outbox() -> None: ...


@outbox.command("list", help=_("Lister ce qui attend ou a été mis de côté."))
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(facts.STATES),
    help=_("Seulement cet état."),
)
@json_option
@click.pass_obj
def list_all(settings: Settings, states: tuple[str, ...], as_json: bool) -> None:
    with reading(settings) as session:
        rows = [describe(each) for each in facts.list_by_state(session, *states, limit=MOST)]
    if as_json:
        print_json(rows)
        return
    shown = ("id", "created_at", "kind", "state", "attempts", "reason")
    lines = ["\t".join(str(row[name]) for name in shown) for row in rows]
    print_list(lines, none=_("Rien à lister."))


def describe(fact: OutboxMessage) -> dict[str, str | int | None]:
    return {
        "id": fact.uid,
        "kind": fact.kind,
        "subject": fact.subject,
        "state": fact.state,
        "attempts": fact.attempts,
        "created_at": fact.created_at.isoformat(),
        "next_attempt_at": fact.next_attempt_at.isoformat(),
        "reason": fact.last_error,
    }


@outbox.command(help=_("Relancer tout de suite les envois ID, ou tous avec --all."))
@click.argument("uids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help=_("Tous."))
@json_option
@click.pass_obj
def retry(settings: Settings, uids: tuple[str, ...], every: bool, as_json: bool) -> None:
    if every == bool(uids):
        raise click.UsageError(_("Donnez des ID, ou --all."))
    with writing(settings) as session:
        for uid in uids:
            facts.retry(session, uid, now=now())
        count = facts.retry_all(session, now=now()) if every else len(uids)
    say_count(_("Relancés : %d"), "retried", count, as_json)


@outbox.command("set-aside", help=_("Mettre de côté les envois ID, avec la raison."))
@click.argument("uids", metavar="ID...", nargs=-1, required=True)
@click.option("--reason", required=True, help=_("Pourquoi."))
@json_option
@click.pass_obj
def set_aside(settings: Settings, uids: tuple[str, ...], reason: str, as_json: bool) -> None:
    with writing(settings) as session:
        for uid in uids:
            facts.set_aside(session, uid, reason=reason, now=now())
    say_count(_("Mis de côté : %d"), "set_aside", len(uids), as_json)


def say_count(sentence: str, name: str, count: int, as_json: bool) -> None:
    if as_json:
        print_json({name: count})
    else:
        click.echo(sentence % count)
