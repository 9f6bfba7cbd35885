"""A web process does not load what only jobs, commands or single requests need."""

import json
import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory

from learning.admin.health_checks import newest_migration
from learning.kit.spreadsheets import column_letters
from learning.paths import ROOT
from tests.migrations.rows import config

HEAVY = {
    "alembic": "commands migrate; a readiness probe reads the number of the newest file",
    "mako": "alembic's templates",
    "openpyxl": "workbooks are read in a process of their own",
    "pikepdf": "PDF files are checked in a process of their own",
    "xlsxwriter": "loaded by the first export of a process",
}
START = """
import json, sys
from learning.app import create_app
from learning.settings import Settings

app = create_app(Settings(database_url=sys.argv[1], secret_key="only for tests"))
answers = [app.test_client().get(path).status_code for path in ("/healthz", "/readyz")]
print(json.dumps({"answers": answers, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return the modules of a process that has started the application and been probed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('started')}/empty.sqlite"
    done = subprocess.run(  # noqa: S603 our own words
        [sys.executable, "-c", START, url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def test_the_application_starts_and_is_probed(started: dict[str, list[str]]) -> None:
    assert started["answers"] == [200, 503]  # an empty database is not ready
    assert {"learning.wiring", "sqlalchemy", "snowballstemmer"} <= set(started["modules"])


@pytest.mark.parametrize("module", HEAVY)
def test_what_a_web_process_does_not_need_is_not_loaded(
    started: dict[str, list[str]], module: str
) -> None:
    found = [name for name in started["modules"] if name.partition(".")[0] == module]
    assert found == []


def test_the_newest_migration_is_the_head_of_alembic() -> None:
    assert newest_migration() == ScriptDirectory.from_config(config()).get_current_head()


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_a_column_has_its_letters(position: int, letters: str) -> None:
    assert column_letters(position) == letters
