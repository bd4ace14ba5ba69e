"""The sample, made once; tests only read it."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from store import migrations
from store.database import READING, make_engine
from store.sample import making
from tests.conftest import NOW


@pytest.fixture(scope="package")
def sample_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database that holds the sample."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'comptoir.db'}"
    engine = make_engine(url)
    migrations.upgrade(engine)
    making.make(engine, now=NOW)
    engine.dispose()
    return url


@pytest.fixture
def sample(sample_url: str) -> Iterator[Session]:
    """A session that reads the sample."""
    engine = make_engine(sample_url)
    with Session(engine.execution_options(**READING)) as session:
        yield session
    engine.dispose()
