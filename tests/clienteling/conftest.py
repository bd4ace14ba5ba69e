"""The pages write on their own connection: a test must not hold the only writer's lock."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose rows can be read after a commit without a new transaction."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
