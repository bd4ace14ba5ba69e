"""Who asks for a page that only shows something: read without the price of what can be changed.

A model's row costs SQLAlchemy 400 µs here, and these are read with every card and every block that
a tablet reads again. What comes out has the names of the models and cannot be written.
"""

from collections import namedtuple
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Label, and_, bindparam, inspect, select
from sqlalchemy.orm import Session

from store.models import Device, Staff, Store
from store.prepared import Prepared
from store.secrets import hashed

_record: Any = namedtuple
_TABLES = (Device, Store, Staff)


def _names(model: type) -> list[str]:
    mapper: Any = inspect(model)
    return [attribute.key for attribute in mapper.column_attrs]


def _columns(model: type) -> Sequence[Label[Any]]:
    return [getattr(model, name).label(f"{model.__name__}_{name}") for name in _names(model)]


_NAMES = {model: _names(model) for model in _TABLES}
_SHOP = _record("Shop", _NAMES[Store])
_TABLET = _record("Tablet", [*_NAMES[Device], "store"])
_PERSON = _record("Person", [*_NAMES[Staff], "store"])
_SEAT = Prepared(
    select(*(column for model in _TABLES for column in _columns(model)))
    .join(Store, Store.id == Device.store_id)
    .outerjoin(Staff, and_(Staff.uid == bindparam("staff_uid"), Staff.disabled_at.is_(None)))
    .where(Device.token_hash == bindparam("digest"), Device.revoked_at.is_(None))
)


def find(session: Session, token: str, staff_uid: str) -> tuple[Any, Any]:
    """Return the device that holds this secret, with its store, and the active person of this uid.

    The same rows as `devices.find_by_token_with_staff`; each is None when there is none.
    """
    rows = _SEAT.all(session, {"digest": hashed(token), "staff_uid": staff_uid})
    if not rows:
        return None, None
    row = tuple(rows[0])
    of_device, of_shop = len(_NAMES[Device]), len(_NAMES[Store])
    shop = _SHOP._make(row[of_device : of_device + of_shop])
    person = row[of_device + of_shop :]
    is_known = any(value is not None for value in person)
    return (
        _TABLET._make((*row[:of_device], shop)),
        _PERSON._make((*person, shop)) if is_known else None,
    )
