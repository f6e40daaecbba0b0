"""A real PostgreSQL server for tests and benchmarks: started in a temporary folder, stopped and removed at the end.

`python -m tests.postgres` is the set-up: it installs Debian's package where there is none, if it may. The server runs as an
unprivileged user, listens on a socket in its own folder only, and dies with the process that started it.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

DEBIAN = Path("/usr/lib/postgresql")  # where Debian's packages put each version
PACKAGE = "postgresql"
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/kg2corpus-tests.conf")
# nothing has to outlive the server
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
START_S = 60.0

_names = count(1)


class Unavailable(Exception):
    """There is no server to start, and why."""


def binaries() -> Path:
    """The folder with `initdb` and `postgres`, of the newest version. Raises Unavailable where there is none."""
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda p: int(re.sub(r"\D", "", p.parent.name) or 0), reverse=True)
    on_path = shutil.which("initdb")
    for folder in folders + ([Path(on_path).resolve().parent] if on_path else []):
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise Unavailable(f"there is no PostgreSQL server: install Debian's package {PACKAGE}, or run `make postgres` as root")


def install() -> Path:
    """Find the server, or install Debian's package, without the cluster that it would make and start."""
    try:
        return binaries()
    except Unavailable:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise
    NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    NO_CLUSTER.write_text("create_main_cluster = false\n", encoding="utf-8")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", PACKAGE]):
            done = subprocess.run(["apt-get", *command], env=quiet, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Unavailable(f"`apt-get {' '.join(command)}` failed: {done.stderr.strip()[-500:]}")
    finally:
        NO_CLUSTER.unlink(missing_ok=True)
    return binaries()


def _unprivileged() -> tuple[list[str], pwd.struct_passwd]:
    """What to put before a command so that it runs as a user who is not root and ends with its parent, and that user."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return ([setpriv, "--pdeathsig=INT", "--"] if setpriv else []), pwd.getpwuid(os.geteuid())
    if setpriv is None:
        raise Unavailable("PostgreSQL does not run as root, and there is no `setpriv` to start it as another user")
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=INT", "--"], user


@contextmanager
def server(settings: Mapping[str, str] = FAST) -> Iterator[str]:
    """The URL of a running server's maintenance database. Raises Unavailable, with the reason, where none can be started.

    Texts are compared as English by ICU, as nothing in a store may hang on a database's collation.
    """
    programs = binaries()
    before, user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="kg2corpus-postgres-"))
    try:
        os.chown(folder, user.pw_uid, user.pw_gid)
        data, log = folder / "data", folder / "log"
        make = [programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        make += ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"]
        made = subprocess.run([*before, *make], cwd=folder, capture_output=True, text=True, check=False)
        if made.returncode:
            raise Unavailable(f"initdb failed: {made.stderr.strip()[-500:]}")
        options = {"unix_socket_directories": str(folder), "listen_addresses": "", **settings}
        run = [programs / "postgres", "-D", data, *(f"--{key}={value}" for key, value in options.items())]
        with log.open("wb") as out:
            running = subprocess.Popen([*before, *run], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
            _wait(url, running, log)
            yield url
        finally:
            running.terminate()
            try:
                running.wait(5)  # for clients to go
            except subprocess.TimeoutExpired:
                running.send_signal(2)  # "fast": theirs are cut off
                running.wait(START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    until = time.monotonic() + START_S
    while True:
        try:
            psycopg.connect(plain(url)).close()
            return
        except psycopg.OperationalError as e:
            if running.poll() is not None or time.monotonic() > until:
                raise Unavailable(f"the server did not start: {e}; {log.read_text(errors='replace')[-500:]}") from e
        time.sleep(0.05)


def plain(url: str) -> str:
    """The URL as PostgreSQL's own tools take it: without the name of the driver."""
    return url.replace("+psycopg", "", 1)


@contextmanager
def database(of: str) -> Iterator[str]:
    """The URL of a new empty database on the server at `of`, dropped at the end whoever is still connected."""
    import psycopg

    name = f"kg{os.getpid()}_{next(_names)}"
    with psycopg.connect(plain(of), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield of.replace("/postgres?", f"/{name}?", 1)
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


# fixtures, which conftest.py takes over


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server for the tests of this process. Where there is none, CI fails, and elsewhere the tests are skipped."""
    try:
        with server() as url:
            yield url
    except Unavailable as e:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs the tests on PostgreSQL: {e}")
        pytest.skip(str(e))


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a database of the test's own. Such tests are marked `postgres`."""
    with database(postgres_server) as url:
        yield url


STORES = ("sqlite", "postgres")  # what the package can load into


@pytest.fixture(params=[pytest.param(name, marks=[pytest.mark.postgres] if name == "postgres" else []) for name in STORES])
def any_db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What to give to `--db` for a new store, of each kind that there is."""
    return str(request.getfixturevalue("postgres")) if request.param == "postgres" else str(tmp_path / "kg.db")


if __name__ == "__main__":
    try:
        print(f"PostgreSQL for the tests: {install()}")
    except Unavailable as e:
        print(f"PostgreSQL for the tests: {e}; they are skipped", file=sys.stderr)
        sys.exit(os.environ.get("CI") == "true")
