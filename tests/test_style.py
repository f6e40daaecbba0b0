"""What a reader of the code may rely on: short files, docstrings, no prints, nothing dangerous, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).parent.parent
SOURCES = sorted((REPO / "kg2corpus").rglob("*.py"))
PRINTS = {"cli.py", "terminal.py"}
MACHINE = re.compile(r"/(?:work|home|root|tmp|Users)/\w")
LONGEST = 400


def named(path: Path) -> str:
    return path.relative_to(REPO).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module and the methods of its public classes.

    Not those inside functions, nor those of a class with a base, which says what they do.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not node.bases:
            yield from functions(node)


@pytest.mark.parametrize("path", [*SOURCES, *sorted((REPO / "tests").rglob("*.py"))], ids=named)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_calls(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            assert not {m.split(".")[0] for m in modules} & {"pickle", "cPickle", "dill", "shelve", "marshal"}
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            assert name not in {"eval", "exec"}, f"line {node.lineno}"
            assert name != "print" or path.name in PRINTS, f"line {node.lineno}: only the command line prints"
            for keyword in node.keywords:
                on = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
                assert not (on and keyword.arg in {"trust_remote_code", "allow_pickle"}), f"line {node.lineno}"


@pytest.mark.parametrize("path", [p for p in SOURCES if not p.name.startswith("_")], ids=named)
def test_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module says what it is for"
    without = [
        f"{f.name}, line {f.lineno}"
        for f in functions(tree)
        if not f.name.startswith("_") and not ast.get_docstring(f) and len(f.body) > 1
    ]
    assert not without, "public functions say what they do"


def shipped() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, text=True, check=False).stdout
    files = [REPO / name for name in listed.split("\0") if name] if listed else SOURCES
    return [p for p in files if p.is_file() and p.suffix in {".py", ".toml", ".yaml", ".yml", ".md", ".cfg", ".txt", ".cff"}]


def test_no_path_of_one_machine() -> None:
    files = [p for p in shipped() if p != Path(__file__) and "data" not in p.relative_to(REPO).parts[:1]]
    assert files
    found = {named(p): m.group() for p in files if (m := MACHINE.search(p.read_text(encoding="utf-8", errors="replace")))}
    assert not found


def test_no_links_to_elsewhere() -> None:
    assert not [named(p) for p in (REPO / "kg2corpus").rglob("*") if p.is_symlink() and not p.resolve().is_relative_to(REPO)]
