"""The sample, which tests only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from store.database import READING, make_engine


@pytest.fixture
def sample(sample_file: Path) -> Iterator[Session]:
    """A session that reads the sample."""
    engine = make_engine(f"sqlite:///{sample_file}")
    with Session(engine.execution_options(**READING)) as session:
        yield session
    engine.dispose()
