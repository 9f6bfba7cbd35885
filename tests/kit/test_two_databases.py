"""Which tests run with PostgreSQL, too."""

import pytest
from sqlalchemy.orm import Session

from tests.conftest import OPEN_THE_DATABASE


def test_what_has_a_session_runs_with_both(
    request: pytest.FixtureRequest, session: Session
) -> None:
    assert session.connection()
    assert OPEN_THE_DATABASE & set(request.fixturenames)


def test_what_has_none_runs_once(request: pytest.FixtureRequest) -> None:
    assert not OPEN_THE_DATABASE & set(request.fixturenames)
