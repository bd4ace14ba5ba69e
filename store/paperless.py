"""Electronic labels: which one stands before which article, and how far its picture has come.

A label passes from `to_send` to `sent` (the access point has the picture) and `shown` (the label
has fetched it: labels sleep, and wake up every few minutes). A failure is tried again, later each
time. A label that is not seen, or not told of, is never said to show anything.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, joinedload

from store import changes, label_faces, layouts
from store.errors import Invalid, NotFound
from store.label_faces import Face, Terms
from store.models import PaperlessLabel, Store, Variant
from store.queues import is_due
from store.records import LabelTold

# in pixels; the two that OpenEPaperLink calls type 1 (2.9") and type 2 (4.2")
MODELS = {"296x128": (296, 128), "400x300": (400, 300)}
KINDS = {1: "296x128", 2: "400x300"}
SIGNAL = "labels"  # key under which screens that show labels are told, kind "devices"
LOST_AFTER = timedelta(days=2)
# why a picture did not arrive, beside what the access point itself says
NOT_REACHED, TOO_SLOW = "not_reached", "too_slow"
_HEXADECIMAL = frozenset("0123456789ABCDEF")
# a label's bar code may say more than its MAC
_SEPARATORS = str.maketrans("", "", " :-._")


def normalise_mac(text: str) -> str:
    """Write a MAC as the access point does: 16 upper-case hexadecimal digits.

    12 or 16 digits are taken, with or without separators, also as a US scanner types them on a
    French keyboard. Raises Invalid.
    """
    for reading in (text, layouts.as_us(text)):
        digits = reading.upper().translate(_SEPARATORS)
        if len(digits) in (12, 16) and set(digits) <= _HEXADECIMAL and set(digits) != {"0"}:
            return digits.zfill(16)
    raise Invalid(field="mac", problem="malformed")


def pair(
    session: Session, mac: str, variant: Variant, *, model: str, store: Store, now: datetime
) -> PaperlessLabel:
    """Put the label with this MAC before the article; one that stood elsewhere is moved.

    Raises Invalid for a MAC or a model that cannot be, or a label of another store.
    """
    if model not in MODELS:
        raise Invalid(field="model", problem="unknown")
    label = find_by_mac(session, mac)
    if label is None:
        label = PaperlessLabel(mac=normalise_mac(mac), store_id=store.id)
        session.add(label)
    elif label.store_id != store.id:
        raise Invalid(field="mac", problem="other_store")
    if label.model != model:
        label.picture_digest = label.face_digest = ""
    label.variant, label.model, label.paired_at = variant, model, now
    _press(label, now)
    session.flush()
    _signal(session, now)
    return label


def unpair(session: Session, uid: str, *, store: Store, now: datetime) -> PaperlessLabel:
    """Free a label: its picture then says so, and no price is left standing. Raises NotFound."""
    label = get(session, uid, store=store)
    label.variant = None
    _press(label, now)
    session.flush()
    _signal(session, now)
    return label


def remove(session: Session, uid: str, *, store: Store, now: datetime) -> None:
    """Forget a label that is broken or gone. Raises NotFound."""
    session.delete(get(session, uid, store=store))
    session.flush()
    _signal(session, now)


def retry(session: Session, uid: str, *, store: Store, now: datetime) -> PaperlessLabel:
    """Send the picture of a label again, and at once, even when it has not changed."""
    label = get(session, uid, store=store)
    label.face_digest = label.picture_digest = ""
    _press(label, now)
    session.flush()
    _signal(session, now)
    return label


def get(session: Session, uid: str, *, store: Store) -> PaperlessLabel:
    """Return a label of the store; raises NotFound."""
    query = _whole().where(PaperlessLabel.uid == uid, PaperlessLabel.store_id == store.id)
    found = session.scalar(query)
    if found is None:
        raise NotFound(kind="label", key=uid)
    return found


def find_by_mac(session: Session, mac: str) -> PaperlessLabel | None:
    """Return the label with this MAC, or None; raises Invalid for what is no MAC."""
    return session.scalar(_whole().where(PaperlessLabel.mac == normalise_mac(mac)))


def list_all(session: Session, store: Store | None = None) -> Sequence[PaperlessLabel]:
    """Return the labels of a store or of all, those with failures first, with their articles."""
    query = _whole().order_by(PaperlessLabel.attempts.desc(), PaperlessLabel.id)
    if store is not None:
        query = query.where(PaperlessLabel.store_id == store.id)
    return session.scalars(query).all()


def list_ready(session: Session, *, now: datetime) -> Sequence[PaperlessLabel]:
    """Return the labels that may be sent now, none that waits after a failure."""
    query = _whole().where(is_due(PaperlessLabel.next_attempt_at, now))
    return session.scalars(query.order_by(PaperlessLabel.id)).all()


def list_by_number(session: Session, numbers: Collection[int]) -> Sequence[PaperlessLabel]:
    """Return the labels with these numbers; one that was removed meanwhile is left out."""
    return session.scalars(select(PaperlessLabel).where(PaperlessLabel.id.in_(numbers))).all()


def faces(
    session: Session, labels: Collection[PaperlessLabel], terms: Terms, *, now: datetime
) -> dict[int, Face]:
    """Return what each label that stands before an article should say, by its number."""
    found: dict[int, Face] = {}
    for store_id in {label.store_id for label in labels}:
        own = [one for one in labels if one.store_id == store_id and one.variant is not None]
        articles = [one.variant for one in own if one.variant is not None]
        said = label_faces.of(session, articles, terms, store_id=store_id, now=now)
        found |= {label.id: face for label, face in zip(own, said, strict=True)}
    return found


def state(label: PaperlessLabel, face: Face | None) -> str:
    """Return failed | to_send | sent | shown; `face` is what it should say, None when free."""
    if label.attempts:
        return "failed"
    if label.handed_at is None or label.face_digest != wanted_digest(face):
        return "to_send"
    return "shown" if label.shown_at and label.shown_at >= label.handed_at else "sent"


def is_battery_low(label: PaperlessLabel, *, below_mv: int) -> bool:
    """Tell whether the battery is to be changed soon; one that is not known is not low."""
    return label.battery_mv is not None and label.battery_mv < below_mv


def wanted_digest(face: Face | None) -> str:
    """Return the name of what a label should say."""
    return face.digest if face else "free"


def note_same(label: PaperlessLabel, face_digest: str) -> None:
    """Note that other facts make the same picture: there is nothing to send."""
    label.face_digest = face_digest


def note_handed(
    session: Session, label: PaperlessLabel, *, face_digest: str, picture_digest: str, now: datetime
) -> None:
    """Note that the access point has taken the picture."""
    label.face_digest, label.picture_digest = face_digest, picture_digest
    label.handed_at, label.shown_at = now, None
    label.attempts, label.last_error = 0, ""
    _signal(session, now)


def note_failed(
    session: Session,
    labels: Collection[PaperlessLabel],
    *,
    reason: str,
    again: datetime,
    now: datetime,
) -> None:
    """Note that pictures did not arrive, why, and when to try again."""
    for label in labels:
        label.attempts += 1
        label.failed_at, label.next_attempt_at, label.last_error = now, again, reason
    _signal(session, now)


def take_in(session: Session, told: Collection[LabelTold], *, now: datetime) -> int:
    """Note what the access point says of our labels; return of how many it spoke."""
    known = {label.mac: label for label in list_all(session)}
    spoken = [(known[one.mac], one) for one in told if one.mac in known]
    has_changed = [_note_told(label, one, now) for label, one in spoken]
    if any(has_changed):
        _signal(session, now)
    return len(spoken)


def _note_told(label: PaperlessLabel, told: LabelTold, now: datetime) -> bool:
    before = (label.shown_at, label.model, label.battery_mv)
    label.seen_at, label.battery_mv = told.seen_at, told.battery_mv
    is_fetched = told.seen_at and label.handed_at and told.seen_at >= label.handed_at
    if is_fetched and not told.is_pending and label.shown_at is None:
        label.shown_at = told.seen_at
    model = KINDS.get(told.kind)
    if model and model != label.model:
        label.model, label.face_digest, label.picture_digest = model, "", ""
        label.next_attempt_at = now
    return before != (label.shown_at, label.model, label.battery_mv)


def press(session: Session, *, reason: str | None = None, now: datetime) -> int:
    """Let labels that wait after a failure be tried at once; return how many there are.

    With a reason only those that failed for it.
    """
    waiting = select(PaperlessLabel.id).where(PaperlessLabel.next_attempt_at > now)
    if reason is not None:
        waiting = waiting.where(PaperlessLabel.last_error == reason)
    numbers = session.scalars(waiting).all()
    if numbers:
        session.execute(
            update(PaperlessLabel).where(PaperlessLabel.id.in_(numbers)).values(next_attempt_at=now)
        )
        _signal(session, now)
    return len(numbers)


def _press(label: PaperlessLabel, now: datetime) -> None:
    label.attempts, label.last_error, label.next_attempt_at = 0, "", now


def _signal(session: Session, now: datetime) -> None:
    changes.record(session, "devices", SIGNAL, now=now)


def _whole() -> Select[PaperlessLabel]:
    article = joinedload(PaperlessLabel.variant).joinedload(Variant.product)
    return select(PaperlessLabel).options(article)
