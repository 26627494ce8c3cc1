"""The stored state: an SQLite file that keeps every object and every revision, and the key beside it."""

from kplan.state.home import HOME
from kplan.state.sources.sqlite.database import Database, Revision, find, is_database, own

__all__ = ["HOME", "Database", "Revision", "find", "is_database", "own"]
