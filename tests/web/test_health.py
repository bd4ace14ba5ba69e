"""What watchdogs and Prometheus ask of a server."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from store import flows, outbox, tokens
from store.database import writing
from store.json_records import write_time
from store.web import clock, housekeeping


@pytest.fixture
def client(app):
    return app.test_client()


def test_the_process_answers_without_a_database(client, engine):
    engine.dispose()

    assert client.get("/healthz").json == {"status": "ok"}


def test_a_migrated_database_can_serve(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["audit"] == {"checked_at": None, "is_whole": None}


def test_the_last_look_over_the_audit_is_told(client, engine, shop):
    now = clock.now()
    housekeeping.check_audit(engine, now=now)
    with writing(engine) as session:
        secret = tokens.create(session, name="watch", scopes=["metrics"], now=now)[1]

    told = client.get("/readyz").json["audit"]
    text = client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).text

    assert told == {"checked_at": write_time(now), "is_whole": True}
    assert "comptoir_audit_broken 0.0" in text


def test_a_database_that_waits_for_its_migrations_cannot(client, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == "urn:comptoir:problem:schema"


def test_figures_are_for_who_has_the_scope(client, shop):
    answer = client.get("/metrics")

    assert answer.status_code == 401
    assert answer.json["title"] == "A live bearer token is needed"


def test_figures_tell_queues_flows_and_requests(client, engine, shop):
    now = clock.now()
    with writing(engine) as session:
        secret = tokens.create(session, name="watch", scopes=["metrics"], now=now)[1]
        long_ago = now - timedelta(seconds=90)
        outbox.add(session, kind="visit", subject="visit:1", payload={}, now=long_ago)
        flows.note_failure(session, flows.PUSH, reason="503", now=now)
    client.get("/healthz")

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {secret}"})

    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert families["comptoir_outbox_waiting"].samples[0].value == 1
    assert families["comptoir_outbox_oldest_seconds"].samples[0].value == pytest.approx(90, abs=5)
    assert families["comptoir_live_streams"].samples[0].value == 0
    failing = {s.labels["flow"]: s.value for s in families["comptoir_sync_failing"].samples}
    assert failing == {"push": 1, "pull": 0}
    lag = {s.labels["flow"]: s.value for s in families["comptoir_sync_lag_seconds"].samples}
    assert lag["push"] == pytest.approx(90, abs=5)
    answered = [
        s
        for s in families["comptoir_requests"].samples
        if s.labels.get("endpoint") == "health.alive"
    ]
    assert answered[0].value == 1
