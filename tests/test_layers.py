"""Imports go one way, the file half knows neither the store nor the snapshot, and `--help` stays light."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg2corpus"

# Each line may import from the lines above it and from itself. A new module must be given its place here.
LAYERS = (
    (
        "types", "errors", "uid", "registry", "progress", "killpoints", "locks", "scripts", "settings", "config", "parquet",
        "document_rows", "documents", "ledger", "licences", "runs",
    ),
    ("readers", "store", "models"),
    (
        "twins", "columns", "telling", "homonyms", "assemble", "nearness", "measured", "marks", "paths", "graph", "communities",
        "snapshot", "groups",
    ),
    ("lexicon", "faithful"),
    ("lessons", "verbalizers", "probes"),
    ("compile", "checks", "pack", "train"),
    ("trace", "suggest", "look", "diff", "answer", "report", "experiment", "export", "splitting", "say",
     "curriculum_words", "synth_names", "synth", "catalogue"),
    ("terminal", "terminal_documents", "options", "api_lexicon", "api", "preview", "demo"),
    ("cli_curriculum", "cli_lexicon", "cli_load", "cli_say", "cli_split", "cli_synth", "cli", "__main__", "__init__"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# the store hands its rows over as columns
ALLOWED = {("store", "columns")}
FILE_HALF = ("pack", "train", "probes.score", "probes.stats", "documents", "models", "checks.packing")
GRAPH_HALF = {"store", "graph", "snapshot", "columns", "lexicon", "faithful", "lessons", "verbalizers", "compile", "readers"}
HEAVY = ("torch", "transformers", "spacy", "peft", "altair", "networkx", "pyarrow", "sqlalchemy", "ray")


def modules() -> dict[str, Path]:
    """Dotted name inside the package -> file; a package's `__init__` has the package's name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
        if parts[-1] == "__init__" and len(parts) > 1:
            parts.pop()
        found[".".join(parts)] = path
    return found


def imported(name: str, path: Path) -> Iterator[str]:
    """Dotted names inside the package that a module imports anywhere but for the type checker's eyes only."""
    package = name.split(".") if path.name == "__init__.py" and name != "__init__" else name.split(".")[:-1]
    known = modules()
    for node in _runtime(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name.removeprefix("kg2corpus.") for a in node.names if a.name.startswith("kg2corpus."))
        elif isinstance(node, ast.ImportFrom):
            parts = node.module.split(".") if node.module else []
            if node.level:
                parts = package[: len(package) - node.level + 1] + parts
            elif parts[:1] == ["kg2corpus"]:
                parts = parts[1:]
            else:
                continue
            for alias in node.names:
                whole = ".".join([*parts, alias.name])
                yield whole if whole in known else ".".join(parts) or "__init__"


def _runtime(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from _runtime(other)
            continue
        yield node
        yield from _runtime(node)


def test_there_is_something_to_look_at() -> None:
    assert {"cli", "snapshot", "pack", "compile.run", "train.run", "probes.score"} <= modules().keys()
    assert list(imported("checks", PACKAGE / "checks" / "__init__.py")), "relative imports are resolved"


def test_every_module_has_a_place() -> None:
    assert {name.split(".")[0] for name in modules()} <= LEVEL.keys()


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_go_one_way(name: str) -> None:
    top = name.split(".")[0]
    for other in imported(name, modules()[name]):
        target = other.split(".")[0]
        if target == "__init__" or (top, target) in ALLOWED:
            continue
        assert LEVEL[target] <= LEVEL[top], f"{name} imports {other}, which lies above it"


def test_the_file_half_knows_neither_store_nor_snapshot() -> None:
    graph = {name: set(imported(name, path)) for name, path in modules().items()}
    for root in [name for name in graph if name in FILE_HALF or name.startswith("train.")]:
        seen, todo = set(), [root]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += graph.get(name, ())
        assert not {n for n in seen if n.split(".")[0] in GRAPH_HALF}, f"{root} reaches the graph half"


def _loaded_by(code: str) -> list[str]:
    code = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_help_imports_nothing_heavy() -> None:
    code = """
sys.argv = ["kg2corpus", "--help"]
from kg2corpus.cli import main
try:
    main()
except SystemExit as e:
    assert not e.code
"""
    loaded = _loaded_by(code)
    assert "kg2corpus.cli" in loaded
    assert not [name for name in HEAVY if name in loaded]
