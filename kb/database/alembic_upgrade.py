"""Runs the migrations. Only what has to run them imports this module: it is slow to."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError

MIGRATIONS = Path(__file__).parent / "migrations"
LATER = "a later version of this program made it"


def migration_config() -> Config:
    """Say where the migrations are; no file has to."""
    config = Config()
    # A per cent sign in the path would be read as a place to fill.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(path: Path) -> None:
    """Run the migrations that a database lacks: all of them, or none.

    Raises:
        StateUnavailableError: one failed, or the database is from a later version.
    """
    database = Database(path)
    config = migration_config()
    try:
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        # It looks for the migration that the database says it is at.
        raise DatabaseUnavailableError(path, LATER) from error
    except SQLAlchemyError as error:
        raise DatabaseUnavailableError(path, str(error)) from error
    finally:
        database.close()
