"""comptoir certificate: HTTPS on the shop's own network."""

import click

from config import certificate as certificates
from config import tls
from config.cli.context import now
from config.settings import Settings
from config.words import _


@click.command(
    help=_(
        "Faire ou renouveler le certificat du magasin. NAMES : noms et adresses du serveur ; "
        "sans eux, ceux des réglages, sinon ceux de cette machine."
    )
)
@click.argument("names", nargs=-1)
@click.option(
    "--new-authority", is_flag=True, help=_("Refaire aussi l'autorité, à réinstaller partout.")
)
@click.pass_obj
def certificate(settings: Settings, names: tuple[str, ...], new_authority: bool) -> None:
    if new_authority:
        tls.in_folder(settings.data_dir).authority.unlink(missing_ok=True)
    files = certificates.make(
        settings.data_dir,
        names=names or settings.https.names or certificates.own_names(),
        networks=settings.https.networks,
        now=now(),
    )
    report(settings, files)


def report(settings: Settings, files: certificates.Files) -> None:
    """Say what was made, and what to do with it on the server and on each device."""
    days = certificates.days_left(files.server, now=now())
    named = ", ".join(certificates.names_of(files.server))
    click.echo(
        _("Certificat de %(names)s, valable %(days)d jours.") % {"names": named, "days": days}
    )
    click.echo(_("À installer une fois sur chaque tablette et borne : %s") % files.authority)
    click.echo(
        _("Son empreinte SHA-256, à comparer : %s") % certificates.fingerprint(files.authority)
    )
    click.echo(_("  Android : Paramètres > Sécurité > Installer un certificat > Certificat CA"))
    click.echo(_("  iPad : ouvrir le fichier, puis Réglages > Général > Informations"))
    click.echo(
        _("  Linux (Chromium) : certutil -A -t C,, -n Comptoir -d sql:$HOME/.pki/nssdb -i FICHIER")
    )
    if settings.https.mode != "own":
        click.echo(_('Pour servir en HTTPS : mode = "own" dans [https], puis relancez le serveur.'))
    else:
        click.echo(_("Relancez le serveur pour qu'il prenne le nouveau certificat."))
