"""The audit: chained, and closed to change."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store import audit


def write_three(session, now):
    return [
        audit.write(session, "customer.opened", now=now, subject_kind="customer", subject_uid=uid)
        for uid in ("a", "b", "c")
    ]


def test_the_chain_of_what_was_written_is_whole(session, now):
    write_three(session, now)
    session.expire_all()

    assert audit.look_over(session).broken_id is None


@pytest.mark.parametrize("statement", ["UPDATE audit SET reason = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_audit(session, now, statement):
    write_three(session, now)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


@pytest.fixture
def forge(engine):
    """Change the audit as somebody does who has the database file."""

    def forge(statement):
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{verb}"))
            else:
                connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
            connection.execute(text(statement))

    return forge


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'x' WHERE subject_uid = 'b'",
        "UPDATE audit SET hash = 'x' WHERE subject_uid = 'b'",
    ],
)
def test_look_over_names_the_entry_that_was_forged(session, now, forge, statement):
    _, forged, _ = write_three(session, now)
    session.commit()

    forge(statement)

    assert audit.look_over(session).broken_id == forged.id


def test_look_over_misses_the_newest_entry_once_it_was_seen(session, now, forge):
    *_, newest = write_three(session, now)
    audit.keep(session, audit.look_over(session), now=now)
    session.commit()

    forge("DELETE FROM audit WHERE subject_uid = 'c'")

    found = audit.look_over(session)
    assert found.broken_id == newest.id
    audit.keep(session, found, now=now)
    assert audit.find_check(session).last_id == newest.id


def test_what_was_written_since_the_last_look_is_whole(session, now):
    for _ in range(2):
        write_three(session, now)
        audit.keep(session, audit.look_over(session), now=now)

    assert audit.find_check(session).broken_id is None


def test_list_about_gives_one_subject_newest_first(session, now):
    write_three(session, now)
    audit.write(session, "customer.closed", now=now, subject_kind="customer", subject_uid="b")

    found = audit.list_about(session, "customer", "b")

    assert [entry.action for entry in found] == ["customer.closed", "customer.opened"]
