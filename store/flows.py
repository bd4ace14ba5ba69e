"""How far each flow with the central system has come: told to screens, commands and metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import changes, outbox
from store.database import affected, is_sqlite
from store.models import SyncState

PUSH, PULL = "push", "pull"
REASON_LENGTH = 500


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One flow as people see it.

    `state` is ok, failing, or never (not heard of yet). `lag_seconds` is how far behind it is: for
    push the age of the oldest fact that waits, for pull the time since the last answer.
    """

    flow: str
    state: str
    lag_seconds: float | None
    last_success_at: datetime | None
    failing_since: datetime | None
    last_error: str


@dataclass(frozen=True, kw_only=True)
class Status:
    """Both flows, and how much waits or was set aside."""

    flows: tuple[Flow, ...]
    waiting: int
    set_aside: int
    oldest_at: datetime | None


def find(session: Session, flow: str) -> SyncState | None:
    """Return what is known of a flow, None before its first try."""
    return session.get(SyncState, flow, populate_existing=True)


def heard_at(session: Session) -> datetime | None:
    """Return when the central system was last heard, None when it never was; one query."""
    return session.scalar(select(SyncState.last_success_at).where(SyncState.flow == PULL))


def note_success(session: Session, flow: str, *, now: datetime) -> None:
    """Note that the central system answered; screens are told when it had failed before."""
    state = _open(session, flow)
    if state.last_success_at is None or state.failing_since is not None:
        changes.record(session, "sync", flow, now=now)
    state.last_success_at = state.last_attempt_at = now
    state.failing_since, state.last_error = None, ""
    session.flush()


def note_failure(session: Session, flow: str, *, reason: str, now: datetime) -> None:
    """Note a try that failed; screens are told of the first, and when the reason changes."""
    state = _open(session, flow)
    if state.failing_since is None or state.last_error != reason[:REASON_LENGTH]:
        changes.record(session, "sync", flow, now=now)
    state.failing_since = state.failing_since or now
    state.last_attempt_at = now
    state.last_error = reason[:REASON_LENGTH]
    session.flush()


def move_cursor(session: Session, flow: str, *, before: str, after: str) -> bool:
    """Move the cursor from `before` to `after`; False when somebody else has moved it."""
    _open(session, flow)
    session.flush()
    statement = update(SyncState).where(SyncState.flow == flow, SyncState.cursor == before)
    return affected(session, statement.values(cursor=after)) == 1


def cursor(session: Session, flow: str) -> str:
    """Return where the flow stands, empty at the start."""
    state = find(session, flow)
    return state.cursor if state else ""


def status(session: Session, *, now: datetime) -> Status:
    """Return both flows as they are; three queries."""
    summary = outbox.summary(session)
    waited = (now - summary.oldest_at).total_seconds() if summary.oldest_at else 0.0
    pull = find(session, PULL)
    heard = pull.last_success_at if pull else None
    unheard = (now - heard).total_seconds() if heard else None
    return Status(
        flows=(
            _flow(PUSH, find(session, PUSH), lag_seconds=max(0.0, waited)),
            _flow(PULL, pull, lag_seconds=unheard),
        ),
        waiting=summary.waiting,
        set_aside=summary.set_aside,
        oldest_at=summary.oldest_at,
    )


def _open(session: Session, flow: str) -> SyncState:
    """Return the row of a flow, made by whichever worker is first."""
    dialect = sqlite if is_sqlite(session) else postgresql
    row = dialect.insert(SyncState).values(flow=flow, cursor="", last_error="")
    session.execute(row.on_conflict_do_nothing())
    return session.get_one(SyncState, flow, populate_existing=True)


def _flow(name: str, state: SyncState | None, *, lag_seconds: float | None) -> Flow:
    if state is None or state.last_attempt_at is None:
        return Flow(
            flow=name,
            state="never",
            lag_seconds=lag_seconds,
            last_success_at=None,
            failing_since=None,
            last_error="",
        )
    return Flow(
        flow=name,
        state="failing" if state.failing_since else "ok",
        lag_seconds=lag_seconds,
        last_success_at=state.last_success_at,
        failing_since=state.failing_since,
        last_error=state.last_error,
    )
