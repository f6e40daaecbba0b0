"""The command line as a user meets it: what is printed, exit codes, hints."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg2corpus import __version__, cli

from .conftest import COUNTRIES

runner = CliRunner()
COMMANDS = sorted(c.name or c.callback.__name__ for c in cli.app.registered_commands if c.callback)
TRIPLES = "a:1\tcapital\tb:1\tentity\na:2\tcapital\tb:2\tentity\na:1\tborders\ta:2\tentity\n"


def run(*args: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The installed program in a process of its own, as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-m", "kg2corpus.cli", *map(str, args)], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "kg.db"
    done = run("load", COUNTRIES, "--db", path)
    assert done.returncode == 0, done.stderr
    return path


def test_version_and_names() -> None:
    assert runner.invoke(cli.app, ["--version"]).stdout.strip() == f"kg2corpus {__version__}"
    assert len(COMMANDS) >= 13


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_that_parses(command: str) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", "", runner.invoke(cli.app, [command, "--help"]).output)
    match = re.search(r"Example:\s+kg2corpus (.+)", " ".join(text.split()))
    assert match, text
    words = __import__("shlex").split(match[1])
    assert words[0] == command
    registered = next(c for c in cli.app.registered_commands if (c.name or c.callback.__name__) == command)
    assert registered.callback is not None
    known = re.findall(r"(?<!\w)--[a-z-]+", text)
    assert [w for w in words if w.startswith("--") and w not in known] == []


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["loda"], 2, "load"),
        (["load", "x", "--dbb", "y"], 2, "--db"),
        (["compile", "laddr"], 1, "ladder"),
        (["compile", "ladder", "--set", "tokns=3"], 1, "tokens"),
        (["compile", "ladder", "--workers", "0"], 2, "workers"),
        (["load", "nowhere.ttl"], 1, "nowhere.ttl"),
        (["list", "lesons"], 1, "lessons"),
        (["split", "--relations", "captial"], 1, "capital"),
        (["look", "Bhutn"], 1, "Bhutan"),
        (["trace", "0123456789abcdef", "--corpus", "nowhere"], 1, "nowhere"),
        (["report", "nowhere"], 1, "nowhere"),
        (["ask", "nowhere", "What?"], 1, "nowhere"),
        (["check", "nowhere"], 1, "nowhere"),
        (["pack", "nowhere"], 1, "nowhere"),
    ],
)
def test_mistakes_are_met_with_a_hint_and_no_traceback(db: Path, args: list[str], code: int, says: str) -> None:
    takes_db = args[0] in ("compile", "split", "look", "trace", "check")
    done = run(*args, *(["--db", str(db)] if takes_db else []), cwd=db.parent)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert code != 1 or "hint:" in done.stderr


def test_a_missing_store_names_those_beside_it(db: Path) -> None:
    done = run("look", "--db", "kgg.db", cwd=db.parent)
    assert done.returncode == 1
    assert "kg.db" in done.stderr


def test_look_shows_the_graph_and_an_entity(db: Path) -> None:
    found = json.loads(run("look", "--db", db, "--json").stdout)
    assert found["facts"] > 5000
    assert {r["relation"] for r in found["relations"]} >= {"capital", "borders", "area_km2"}
    text = run("look", "Bhutan", "--db", db).stdout
    assert "Thimphu" in text
    assert "38,394 square kilometres" in text


def test_one_road_from_file_to_trace(tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text(TRIPLES, encoding="utf-8")
    assert run("load", "mine.tsv", cwd=tmp_path).returncode == 0
    assert run("split", "--held-out", "0", "--qa-held-out", "0", cwd=tmp_path).returncode == 0
    done = run("compile", "smoke", "--split", "split.json", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    manifest = json.loads(done.stdout)
    assert manifest["coverage"]["reached"] == 1.0
    assert manifest["derived_relations"] == ["borders", "capital"]
    done = run("check", "corpus", "--all", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("check", "corpus", "--faithful", "--diversity", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"ok", "checks", "faithful", "diversity"} == json.loads(done.stdout).keys()
    assert "wordings known" in run("check", "corpus", "--diversity", cwd=tmp_path).stdout
    done = run("check", "corpus", "--faithful", "--blocks", ".", cwd=tmp_path)
    assert (done.returncode, "leave --blocks" in done.stderr) == (1, True)
    other = "a:1\tcapital\tb:1\tentity\n"  # a graph that the corpus says too much of
    (tmp_path / "less.tsv").write_text(other, encoding="utf-8")
    assert run("load", "less.tsv", "--db", "less.db", cwd=tmp_path).returncode == 0
    assert run("check", "corpus", "--faithful", "--db", "less.db", cwd=tmp_path).returncode == 1  # not the corpus' graph
    traced = json.loads(run("trace", "a:1", "--json", cwd=tmp_path).stdout)
    assert traced["kind"] == "entity"
    fact = next(f for f in traced["facts"] if "capital" in f["said"])
    assert fact["places"][0]["place"] == "mine.tsv:1"
    back = json.loads(run("trace", fact["uid"], "--json", cwd=tmp_path).stdout)
    document = json.loads(run("trace", back["documents"][0]["document"], "--json", cwd=tmp_path).stdout)
    assert fact["uid"] in {f["uid"] for f in document["facts"]}


def test_own_lesson_joins_with_a_flag(tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text(TRIPLES, encoding="utf-8")
    (tmp_path / "firsts.py").write_text(
        '"""Level 1. The first fact of each entity."""\n\nfrom kg2corpus.types import Subgraph\n\nLEVEL = 1\n\n\n'
        "def pick(graph, anchor, rng, *, limit: int = 1):\n"
        '    """The first facts."""\n'
        "    for fact in graph.out(anchor.uid)[:limit]:\n"
        '        yield Subgraph(anchor.uid, (fact,), "statement")\n',
        encoding="utf-8",
    )
    (tmp_path / "own.yaml").write_text(
        "name: own\nexposures: 3\nsplit: {held_out: 0, qa_held_out: 0}\n"
        "stages: [{name: only, lessons: {firsts: {weight: 1}, facts: {weight: 1}}}]\n",
        encoding="utf-8",
    )
    assert run("load", "mine.tsv", cwd=tmp_path).returncode == 0
    done = run("compile", "own.yaml", "--with", "firsts.py", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "firsts" in json.loads(done.stdout)["stages"][0]["lessons"]
    option = "stages.only.lessons.firsts.options.limt=2"
    wrong = run("compile", "own.yaml", "--with", "firsts.py", "--set", option, cwd=tmp_path)
    assert wrong.returncode == 1
    assert "limit" in wrong.stderr


def test_control_c_ends_with_130(tmp_path: Path) -> None:
    (tmp_path / "big.nt").write_text(
        "".join(f"<http://e/{i}> <http://e/p> <http://e/{i + 1}> .\n" for i in range(200_000)), encoding="utf-8"
    )
    # a shell that started the tests in its background has told them, and so their children, to ignore interrupts
    process = subprocess.Popen(
        [sys.executable, "-m", "kg2corpus.cli", "load", "big.nt"], cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (tmp_path / "kg.db.loading").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, text = process.communicate(timeout=60)
    assert process.returncode == 130, text
    assert "Traceback" not in text
    assert os.listdir(tmp_path) == ["big.nt"]
