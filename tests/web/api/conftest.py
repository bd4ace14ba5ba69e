"""A program that talks to the machine API and checks each answer against openapi.json."""

import pytest
from sqlalchemy.orm import Session

from store import tokens
from tests.web.api.program import Program


@pytest.fixture
def secret(session: Session, shop, now):
    """A token with every scope."""
    secret = tokens.create(session, name="tests", scopes=tokens.SCOPES, now=now)[1]
    session.commit()
    return secret


@pytest.fixture
def program(app, secret):
    """A program that may do everything."""
    return Program(app.test_client(), secret)
