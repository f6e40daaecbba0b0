"""A load that is killed, finds the disk full or meets another load leaves the old graph or the whole new one, in any store."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.pool import NullPool

from kg2corpus import api
from kg2corpus.assemble import assemble
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.killpoints import VARIABLE
from kg2corpus.locks import exclusive
from kg2corpus.store import open_db
from kg2corpus.store.rows import read_store

from .conftest import COUNTRIES
from .postgres import plain

POINTS = ("load.reading", "load.facts", "load.finished")
# the command, with files for what outgrows memory already where there is little of it
LOAD = """
from kg2corpus.cli import main
from kg2corpus.store.spill import Spill
init = Spill.__init__
Spill.__init__ = lambda self, schema, folder, name, least=0: init(self, schema, folder, name, 500)
main()
"""
# the size of a file at which the disk is full: at once, in what is put aside while reading, in the tables, in the indexes
SIZES = (0, 1_000, 4_096, 20_000, 100_000, 400_000, 800_000, 950_000)
# the label of a node that is there already changes too, so that rows are changed and not only added
OLD = (
    '<https://example.org/countries/country/BTN> <http://www.w3.org/2000/01/rdf-schema#label> "Druk" .\n'
    "<https://example.org/countries/country/BTN> <b:b> <c:c> .\n"
)


def start(db: str, *sources: Path | str, scratch: Path, limit: int | None = None, **env: str) -> subprocess.Popen[str]:
    """A load in a process of its own, with files of at most `limit` bytes; its temporary files lie in `scratch`."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails with EFBIG, as it does with ENOSPC on a full disk
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-c", LOAD, "-q", "load", *map(str, sources), "--db", db]
    around = {**os.environ, "TMPDIR": str(scratch), "SQLITE_TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": "1", **env}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=around, preexec_fn=limited, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def run(db: str, *sources: Path | str, **how: Any) -> tuple[int, str]:
    """A load to its end: exit code, and what it said on standard error."""
    _, err = (process := start(db, *sources, **how)).communicate(timeout=120)
    return process.returncode, err


def rows(db: str) -> dict[str, list[Any]]:
    """Every row of every table, to the last internal id; nothing for a store that is not there."""
    if "://" not in db and not Path(db).exists():
        return {}
    engine = create_engine(db if "://" in db else f"sqlite:///{db}", poolclass=NullPool)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as conn:
        return {t.name: sorted(map(tuple, conn.execute(select(t))), key=repr) for t in tables.sorted_tables}


def graph(db: str) -> tuple[Any, ...]:
    """What a store holds, but for internal ids: the graph's fingerprint, and where each fact stands."""
    store = open_db(db)
    try:
        found = Graph(assemble(read_store(store)))
    finally:
        store.close()
    places = sorted(place for fact in found.facts() for place in found.statements(fact.uid))
    return found.fingerprint, len(found), places


@pytest.fixture(params=["new", "extended"])
def there(request: pytest.FixtureRequest, any_db: str, tmp_path: Path) -> str:
    """A store to load into: one that is not there yet, or that holds a small graph."""
    if request.param == "extended":
        (tmp_path / "old.nt").write_text(OLD, encoding="utf-8")
        api.load([tmp_path / "old.nt"], any_db)
    return any_db


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this process too."""
    folder = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def left(tmp_path: Path, scratch: Path) -> list[str]:
    """What lies about that is neither a source nor a store nor its snapshot."""
    known = ("kg.db", "kg.db.snapshot", "other.db", "other.db.snapshot", "old.nt", "wide.nt")
    return [p.name for folder in (tmp_path, scratch) for p in folder.iterdir() if p.name not in known]


def expected(db: str, tmp_path: Path) -> tuple[Any, ...]:
    """The graph that an undisturbed load makes."""
    before = [tmp_path / "old.nt"] if (tmp_path / "old.nt").exists() else []
    api.load([*before, COUNTRIES], str(tmp_path / "other.db"))
    return graph(str(tmp_path / "other.db"))


@pytest.mark.slow
@pytest.mark.parametrize("point", [*POINTS, "last"])
def test_a_killed_load(point: str, there: str, tmp_path: Path, scratch: Path) -> None:
    before = rows(there)
    if point == "last":
        point = "load.before_commit" if "://" in there or before else "load.before_rename"
    code, _ = run(there, COUNTRIES, scratch=scratch, **{VARIABLE: point})
    assert code == -signal.SIGKILL
    assert rows(there) == before
    api.load([COUNTRIES], there)
    assert graph(there) == expected(there, tmp_path)
    assert not left(tmp_path, scratch), "what the killed load left is gone"


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_a_full_disk(size: int, there: str, tmp_path: Path, scratch: Path) -> None:
    before = rows(there)
    code, err = run(there, COUNTRIES, scratch=scratch, limit=size)
    if code == 0:
        assert size > 0
        assert "://" in there, "a store that is a file is larger; that of a server lies elsewhere"
        assert graph(there) == expected(there, tmp_path)
        return
    assert code == 1, err
    assert "could not be written" in err, err
    assert "hint:" in err
    assert rows(there) == before
    assert not left(tmp_path, scratch)
    api.load([COUNTRIES], there)
    assert graph(there) == expected(there, tmp_path)


@pytest.mark.slow
@pytest.mark.postgres
def test_a_server_that_cuts_the_connection(postgres: str, tmp_path: Path, scratch: Path) -> None:
    wide = tmp_path / "wide.nt"
    wide.write_text("".join(f"<x:{i}> <x:p> <y:{i}> .\n" for i in range(100_000)), encoding="utf-8")
    (tmp_path / "old.nt").write_text(OLD, encoding="utf-8")
    api.load([tmp_path / "old.nt"], postgres)
    before = rows(postgres)
    loading = start(postgres, wide, scratch=scratch)
    copying = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'"
    with psycopg.connect(plain(postgres), autocommit=True) as other:
        while loading.poll() is None and not other.execute(f"SELECT pg_terminate_backend(pid) {copying}").fetchall():
            time.sleep(0.005)
    _, err = loading.communicate(timeout=120)
    assert loading.returncode == 1, err
    assert "hint:" in err
    assert "Traceback" not in err
    assert rows(postgres) == before
    assert not left(tmp_path, scratch)


@pytest.mark.slow
def test_two_loads_at_once(there: str, tmp_path: Path, scratch: Path) -> None:
    """The second waits or says so; both graphs or the first one's are there, and loading again gives both."""
    wide = tmp_path / "wide.nt"
    wide.write_text("".join(f"<x:{i % 5000}> <x:p> <y:{i}> .\n" for i in range(60_000)), encoding="utf-8")
    loads = [start(there, source, scratch=scratch) for source in (wide, COUNTRIES)]
    ended = [(p.communicate(timeout=240)[1], p.returncode) for p in loads]
    assert {code for _, code in ended} <= {0, 1}
    assert 0 in {code for _, code in ended}, ended
    for err, code in ended:
        assert code == 0 or "another" in err, err
        assert code == 0 or "wait for it to end" in err or "load it again" in err, err
    api.load([wide], there)
    api.load([COUNTRIES], there)
    before = [tmp_path / "old.nt"] if (tmp_path / "old.nt").exists() else []
    api.load([*before, wide, COUNTRIES], str(tmp_path / "other.db"))
    assert graph(there) == graph(str(tmp_path / "other.db"))
    assert not left(tmp_path, scratch)


@pytest.mark.slow
def test_a_load_beside_one_that_reads_for_long(there: str, tmp_path: Path, scratch: Path) -> None:
    """What a load has put aside is not taken for a killed one's by the next."""
    slow = start(there, "-", "--format", "nt", scratch=scratch)
    assert slow.stdin
    slow.stdin.write("<x:a> <x:p> <x:b> .\n")
    slow.stdin.flush()
    time.sleep(2)  # until it reads its standard input
    code, err = run(there, COUNTRIES, scratch=scratch)
    _, told = slow.communicate("<x:a> <x:p> <x:c> .\n", timeout=120)
    for fault, ended in ((err, code), (told, slow.returncode)):
        assert ended == 0 or "wait for it to end" in fault, fault
    assert 0 in (code, slow.returncode)
    assert not left(tmp_path, scratch)


def test_a_second_load_into_a_new_store_says_so(tmp_path: Path) -> None:
    with exclusive(tmp_path / "kg.db.loading.lock", "building kg.db"), pytest.raises(UserError, match=r"building kg\.db") as e:
        api.load([COUNTRIES], str(tmp_path / "kg.db"))
    assert e.value.hint == "wait for it to end"


def test_a_graph_that_another_load_makes_meanwhile(
    any_db: str, tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two loads that both find no graph of a name: the second says so and can be run again."""
    (tmp_path / "old.nt").write_text(OLD, encoding="utf-8")
    api.load([tmp_path / "old.nt"], any_db)
    db = f"{any_db}#second"
    others: list[tuple[int, str]] = []

    def reach(point: str) -> None:
        if point == "load.facts" and not others:
            others.append(run(db, COUNTRIES, scratch=scratch))

    monkeypatch.setattr("kg2corpus.store.load.reach", reach)
    with pytest.raises(UserError, match="was made by another load meanwhile") as e:
        api.load([tmp_path / "old.nt"], db)
    assert e.value.hint == "load it again, to add to it"
    assert [code for code, _ in others] == [0]
    before = len(graph(db)[2])
    api.load([tmp_path / "old.nt"], db)
    assert len(graph(db)[2]) > before


def test_a_name_that_looks_like_a_pattern(tmp_path: Path, scratch: Path) -> None:
    """What a killed load left of a store is known by its name, whatever that is."""
    db = tmp_path / "kg[1]*.db"
    for name in ("kg[1]*.db.loading", "kg[1]*.db.loading-journal"):
        (tmp_path / name).write_text("left")
    (tmp_path / "kg1.db.loading").write_text("another's")
    (tmp_path / "kg[1]*.db.loading.parts").mkdir()
    api.load([COUNTRIES], str(db))
    assert sorted(left(tmp_path, scratch)) == ["kg1.db.loading", db.name]


@pytest.mark.slow
def test_many_nodes_of_which_nothing_is_said(tmp_path: Path, scratch: Path) -> None:
    """Some of the files that hold what outgrows memory stay empty."""
    wide = tmp_path / "wide.nt"
    wide.write_text("".join(f"<x:{i}> <x:p> <y:{i}> .\n" for i in range(3_000)), encoding="utf-8")
    assert run(str(tmp_path / "kg.db"), wide, scratch=scratch) == (0, "")
    api.load([wide], str(tmp_path / "other.db"))
    assert graph(str(tmp_path / "kg.db")) == graph(str(tmp_path / "other.db"))
