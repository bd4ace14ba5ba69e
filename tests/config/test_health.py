"""What the doctor says of the queues."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config import folder, health, key_health, message_health, printer_health, sources
from store import messages, outbox
from store.models import AuditEntry, Device, Printer


@pytest.fixture
def behind(session, now):
    for uid in ("waiting", "aside"):
        before = now - timedelta(days=2)
        outbox.add(session, kind="visit", subject=uid, payload={}, uid=uid, now=before)
    outbox.set_aside(session, "aside", reason="odd", now=now)
    return session


def found(session, now, *, has_hub):
    return {one.name: one for one in health.queues(session, has_hub=has_hub, now=now)}


def test_facts_that_a_hub_does_not_get_are_a_warning(behind, now):
    findings = found(behind, now, has_hub=True)

    assert [one.state for one in findings.values()] == ["warning", "warning"]


def test_facts_kept_without_a_hub_are_no_warning(behind, now):
    findings = found(behind, now, has_hub=False)

    assert [one.state for one in findings.values()] == ["ok", "ok"]
    assert findings["outbox"].what.startswith("1 ")
    assert findings["set_aside"].advice == ""


def test_a_forged_audit_is_a_fault(session, now):
    assert health.audit_chain(session).state == "ok"
    session.add(AuditEntry(at=now, action="forged", hash="x"))
    session.flush()

    finding = health.audit_chain(session)

    assert finding.state == "fault"
    assert finding.advice


def test_a_key_that_is_missing_or_read_by_others_is_said(session, shop, tmp_path):
    missing = key_health.tickets(session, tmp_path)
    folder.ticket_seeds(tmp_path)
    there = key_health.tickets(session, tmp_path)
    (tmp_path / "tickets.key").chmod(0o644)
    shared = key_health.tickets(session, tmp_path)
    (tmp_path / "tickets.key").write_text("nothing")
    broken = key_health.tickets(session, tmp_path)

    assert [one.state for one in (missing, there, shared, broken)] == [
        "warning",
        "ok",
        "warning",
        "fault",
    ]
    assert "sauvegarde" in missing.advice


def test_messages_that_do_not_leave_or_arrive_are_a_warning(session, shop, now):
    chosen = sources.load(environ={"COMPTOIR_DATA_DIR": "x"}).messages
    sends = replace(chosen, folder="mails")
    assert message_health.told(session, chosen, now=now).state == "ok"
    message = messages.write(session, shop.order, "ready", occasion="1", now=now)

    silent = message_health.told(session, chosen, now=now)
    fresh = message_health.told(session, sends, now=now)
    late = message_health.told(session, sends, now=now + timedelta(hours=1))
    message.state = "bounced"
    session.flush()
    bounced = message_health.told(session, sends, now=now)

    assert [one.state for one in (silent, fresh, late, bounced)] == [
        "warning",
        "ok",
        "warning",
        "warning",
    ]
    assert len({one.advice for one in (silent, fresh, late, bounced)}) == 4


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 envoi attend"), (1, "1 envoi attend"), (2, "2 envois attendent")],
)
def test_what_is_counted_is_said_in_the_singular_and_in_the_plural(session, now, count, said):
    for number in range(count):
        outbox.add(session, kind="visit", subject="x", payload={}, uid=str(number), now=now)

    assert found(session, now, has_hub=True)["outbox"].what == said


def test_the_doctor_says_a_printer_that_is_out_of_paper_in_words(session, shop):
    device = Device(store=shop.lille, kind="printer", name="Comptoir", uid="p1")
    session.add(Printer(device=device, state="paper_out", host="192.168.1.50"))
    session.flush()

    finding = printer_health.told(session, shop.lille.code)

    assert finding.what == "1 imprimante, 0 papier attend"
    assert "(plus de papier)" in finding.advice
