"""Statements sent to SQLite without SQLAlchemy's price: the same rows, the same errors."""

from datetime import datetime

import pytest
from sqlalchemy import Engine, bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from store.database import is_sqlite
from store.models import Customer
from store.prepared import Prepared
from tests.counting import counted
from tests.shop import Shop

PERSON = Customer.__table__.c
BY_UID = select(PERSON.first_name, PERSON.points_at, PERSON.joined_on).where(
    PERSON.uid == bindparam("uid")
)


def test_rows_are_those_of_the_statement(session: Session, shop: Shop):
    values = {"uid": shop.camille.uid}
    usual = session.execute(BY_UID, values).one()

    (row,) = Prepared(BY_UID.limit(5)).all(session, values)

    assert row._asdict() == usual._asdict()
    assert isinstance(row.points_at, datetime)
    assert row.points_at.tzinfo is not None


def test_what_is_pending_is_seen(session: Session, shop: Shop):
    shop.camille.first_name = "Camille-Rose"

    (row,) = Prepared(BY_UID).all(session, {"uid": shop.camille.uid})

    assert row.first_name == "Camille-Rose"


def test_a_moment_goes_in_as_the_column_wants_it(session: Session, shop: Shop):
    since = select(PERSON.uid).where(PERSON.points_at >= bindparam("since"))

    rows = Prepared(since).all(session, {"since": shop.camille.points_at})

    assert (shop.camille.uid,) in [tuple(row) for row in rows]


def test_who_counts_statements_sees_them(engine: Engine, session: Session, shop: Shop):
    uid = shop.camille.uid

    with counted(engine) as statements:
        Prepared(BY_UID).all(session, {"uid": uid})

    assert len(statements) == 1


def test_errors_are_those_of_sqlalchemy(session: Session, shop: Shop):
    prepared = Prepared(BY_UID)
    prepared.all(session, {"uid": shop.camille.uid})
    if not is_sqlite(session):
        return

    session.connection().exec_driver_sql("ALTER TABLE customer RENAME TO somebody")

    with pytest.raises(OperationalError):
        prepared.all(session, {"uid": "nobody"})


def test_lists_are_refused_when_they_would_be_compiled_anew(session: Session, shop: Shop):
    many = Prepared(select(PERSON.uid).where(PERSON.uid.in_(["a", "b"])))
    if not is_sqlite(session):
        return

    with pytest.raises(ValueError, match="IN list"):
        many.all(session, {})
