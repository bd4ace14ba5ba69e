"""What Alembic runs: our metadata on the connection that `upgrade` hands over."""

from typing import Any, Literal

from alembic import context

from store.models import Base, UtcDateTime


def _render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types as plain ones, so that a migration outlives our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    render_item=_render,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
