"""Electronic labels: paired by two scans, then followed until each shows what it should."""

from collections.abc import Sequence

from flask import Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from clienteling import label_words as say
from clienteling.blueprint import tablet
from clienteling.scan import Fault, lookups, typed
from clienteling.visits import article_fault
from store import loyalty, products
from store import paperless as rules
from store.errors import Invalid
from store.label_faces import Face
from store.loyalty import FoundVariant
from store.models import PaperlessLabel
from store.web import auth, forms, scanning, statics
from store.web.clock import now
from store.web.extensions import db, limiter
from store.web.filters import typo
from store.web.htmx import page_or_block, see_other
from store.web.labels import panels, words

FIRST_MODEL = next(iter(rules.MODELS))


@tablet.get("/labels/electronic", endpoint="paperless")
@auth.staff()
def show_paperless() -> Response:
    """Show every electronic label of the store, those that fail first."""
    labels = rules.list_all(db.session(), g.store)
    faces = _faces(labels)
    found = [say.panel(label, faces.get(label.id), now=now()) for label in labels]
    states = [panel.state for panel in found]
    return page_or_block(
        "clienteling/paperless.html",
        "panels",
        panels=found,
        counts={state: states.count(state) for state in set(states)},
        has_door=bool(current_app.config["COMPTOIR"].labels.access_point_url),
        paired=request.args.get("paired", ""),
    )


@tablet.get("/labels/electronic/<uid>.png", endpoint="paperless_picture")
@auth.staff()
def picture(uid: str) -> Response:
    """Answer the picture that a label should show."""
    label = rules.get(db.session(), uid, store=g.store)
    face = _faces([label]).get(label.id)
    texts = words.texts([face])[0] if face else words.free(label.mac)
    fonts = statics.drawing_fonts()
    answer = make_response(panels.draw(texts, label.model, fonts=fonts).png())
    answer.mimetype = "image/png"
    return answer


@tablet.get("/labels/electronic/pair", endpoint="pair_label")
@auth.staff()
def ask() -> Response:
    """Ask for the code of the label, and with `mac` for that of the article."""
    return _ask()


@tablet.post("/labels/electronic/pair", endpoint="read_label")
@auth.staff()
@limiter.limit(lookups)
def read() -> Response:
    """Read the code of a label, then that of the article that it stands before."""
    mac = request.args.get("mac", "")
    try:
        return _pair(rules.normalise_mac(mac)) if mac else _read_mac()
    except Invalid as error:
        db.session.rollback()
        return _ask(fault=_mac_fault(error))


@tablet.post("/labels/electronic/<uid>/retry", endpoint="retry_label")
@auth.staff()
@forms.once
def retry(uid: str) -> str:
    """Send the picture of one label again at once."""
    rules.retry(db.session(), uid, store=g.store, now=now())
    return url_for("tablet.paperless")


@tablet.post("/labels/electronic/<uid>/free", endpoint="free_label")
@auth.staff()
@forms.once
def free(uid: str) -> str:
    """Free a label of its article; one that is free already is forgotten."""
    label = rules.get(db.session(), uid, store=g.store)
    act = rules.remove if label.variant is None else rules.unpair
    act(db.session(), uid, store=g.store, now=now())
    return url_for("tablet.paperless")


def _faces(labels: Sequence[PaperlessLabel]) -> dict[int, Face]:
    return rules.faces(db.session(), labels, words.terms(), now=now())


def _model() -> str:
    asked = request.args.get("model", "")
    return asked if asked in rules.MODELS else FIRST_MODEL


def _model_of(mac: str) -> str:
    """Return the model that was chosen; where none was, the one that a known label has."""
    chosen, label = _model(), rules.find_by_mac(db.session(), mac)
    if label is None or label.store_id != g.store.id or chosen != FIRST_MODEL:
        return chosen
    return label.model


def _read_mac() -> Response:
    """Take the reading that is a MAC and ask for the article."""
    for reading in scanning.readings():
        try:
            mac = rules.normalise_mac(reading)
        except Invalid:
            continue
        return see_other(url_for("tablet.pair_label", mac=mac, model=_model_of(mac)))
    raise Invalid(field="mac", problem="malformed")


def _pair(mac: str) -> Response:
    found = loyalty.find(db.session(), scanning.scanned_code(), store=g.store)
    if not isinstance(found, FoundVariant):
        return _ask(fault=article_fault(found))
    variant = products.get_by_sku(db.session(), found.sku)
    label = rules.pair(db.session(), mac, variant, model=_model(), store=g.store, now=now())
    db.session.commit()
    return see_other(url_for("tablet.paperless", paired=label.uid))


def _ask(*, fault: Fault | None = None) -> Response:
    mac = request.args.get("mac", "")
    page = render_template(
        "clienteling/label_pair.html",
        mac=mac,
        model=_model(),
        models=[(model, f"{w} × {h}") for model, (w, h) in rules.MODELS.items()],
        before=_before(mac),
        fault=fault,
        typed=typed() if fault else "",
    )
    return make_response(page, 422 if fault else 200)


def _before(mac: str) -> str:
    """Name the article that the label stands before now, empty for a free one."""
    try:
        label = rules.find_by_mac(db.session(), mac) if mac else None
    except Invalid:
        return ""
    if label is None or label.store_id != g.store.id or label.variant is None:
        return ""
    return typo(label.variant.product.name)


def _mac_fault(error: Invalid) -> Fault:
    if error.problem == "other_store":
        return Fault(
            title=typo(_("Cette étiquette est à un autre magasin")),
            advice=typo(_("Libérez-la là-bas, ou prenez-en une autre.")),
        )
    return Fault(
        title=typo(_("Ce n'est pas le code d'une étiquette électronique")),
        advice=typo(_("Il a 12 ou 16 chiffres et lettres de A à F, au dos ou sur la tranche.")),
    )
