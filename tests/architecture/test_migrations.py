"""The migrations make exactly the tables that the models describe, up and down."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect

from learning.cli import migrate_to_head
from learning.kit.db import Database
from learning.kit.engines import make_engine
from learning.settings import ROOT


def config_for(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def test_the_models_and_the_migrations_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        command.check(config_for(connection))


def test_there_is_one_line_of_history() -> None:
    revisions = sorted(path.name for path in (ROOT / "migrations/versions").glob("*.py"))
    assert [name.split("_")[0] for name in revisions] == [
        f"{number:04}" for number in range(1, len(revisions) + 1)
    ]


def test_all_the_way_down_and_up_again(tmp_path: object) -> None:
    made = make_engine(f"sqlite:///{tmp_path}/again.sqlite")
    database = Database(made)
    migrate_to_head(database)
    with made.execution_options(begin="IMMEDIATE").connect() as connection:
        command.downgrade(config_for(connection), "base")
        connection.commit()
    assert inspect(made).get_table_names() == ["alembic_version"]
    migrate_to_head(database)
    assert "enrolments" in inspect(made).get_table_names()
    made.dispose()
