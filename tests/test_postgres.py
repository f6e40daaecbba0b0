"""The PostgreSQL server that tests start for themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import postgres as pg

FULL = (-(2**63), -1, 0, 2**63 - 1)


@pytest.mark.postgres
def test_a_table_filled_by_copy(postgres: str) -> None:
    import psycopg

    with psycopg.connect(pg.plain(postgres)) as conn:
        conn.execute("CREATE TABLE node (uid bigint PRIMARY KEY, label text NOT NULL)")
        with conn.cursor() as cursor, cursor.copy("COPY node FROM STDIN") as copy:
            for uid in FULL:
                copy.write_row((uid, f"ταβ\t\n\\ {uid}"))
        assert conn.execute("SELECT uid, label FROM node ORDER BY uid").fetchall() == [(u, f"ταβ\t\n\\ {u}") for u in FULL]
        with pytest.raises(psycopg.errors.NumericValueOutOfRange), conn.transaction():
            conn.execute("INSERT INTO node VALUES (9223372036854775808, 'too large')")
        with pytest.raises(psycopg.errors.CharacterNotInRepertoire), conn.transaction(), conn.cursor() as cursor, cursor.copy(
            "COPY node FROM STDIN"
        ) as copy:
            copy.write(b"7\ta\0b\n")
        assert conn.execute("SELECT count(*) FROM node").fetchone() == (len(FULL),)


@pytest.mark.postgres
def test_each_test_has_a_database_of_its_own(postgres: str, postgres_server: str) -> None:
    import psycopg
    from sqlalchemy import create_engine, inspect

    engine = create_engine(postgres)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    with pg.database(postgres_server) as other, psycopg.connect(pg.plain(other)) as conn:
        assert other != postgres
        conn.execute("CREATE TABLE t (x int)")
        conn.commit()
        left = conn  # still connected when it is dropped
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(pg.plain(other))
    assert left.closed


@pytest.mark.postgres
def test_texts_are_not_in_the_order_of_their_bytes(postgres: str) -> None:
    import psycopg

    with psycopg.connect(pg.plain(postgres)) as conn:
        found = conn.execute("SELECT x FROM unnest(ARRAY['b', 'Z', 'a', '-c']) x ORDER BY x").fetchall()
    assert [x for (x,) in found] != sorted(x for (x,) in found), "a store that sorts by text would be found out"


@pytest.mark.postgres
@pytest.mark.parametrize("end", ["pass", "raise SystemExit(3)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_the_server_ends_with_who_started_it(end: str, postgres_server: str, tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom tests.postgres import server\n"
        f"with server() as url:\n    print(url.split('host=')[1], flush=True)\n    {end}\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)} if os.geteuid() else dict(os.environ)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=env, check=False)
    folder = Path(done.stdout.strip())
    assert folder.name.startswith("kg2corpus-postgres-"), done.stderr
    if "kill" not in end:
        assert not folder.exists()
        return
    pid = folder / "data" / "postmaster.pid"  # which the server itself removes when it has ended
    for _ in range(200):
        if not pid.exists():
            break
        subprocess.run(["sleep", "0.1"], check=True)
    assert not pid.exists()
    subprocess.run(["rm", "-r", str(folder)], check=True)


def test_without_a_server_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pg, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pg.Unavailable, match="make postgres"):
        pg.install()
    for ci, outcome in ("true", pytest.fail.Exception), ("", pytest.skip.Exception):
        monkeypatch.setenv("CI", ci)
        with pytest.raises(outcome, match="no PostgreSQL server"):
            next(pg.postgres_server.__wrapped__())
