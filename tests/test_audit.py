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

    assert audit.find_break(session) is None


@pytest.mark.parametrize("statement", ["UPDATE audit SET reason = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_audit(session, now, statement):
    write_three(session, now)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_find_break_names_the_entry_that_was_forged(session, now):
    _, forged, _ = write_three(session, now)
    session.commit()
    forged_id = forged.id

    with session.no_autoflush:
        forged.reason = "nothing happened"

        assert audit.find_break(session).id == forged_id


def test_list_about_gives_one_subject_newest_first(session, now):
    write_three(session, now)
    audit.write(session, "customer.closed", now=now, subject_kind="customer", subject_uid="b")

    found = audit.list_about(session, "customer", "b")

    assert [entry.action for entry in found] == ["customer.closed", "customer.opened"]
