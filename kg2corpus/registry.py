"""A folder is a registry and a file name is a name: `find("lessons", "pairs")` imports `kg2corpus/lessons/pairs.py`.

Files given with `--with my_lesson.py` join the registry whose functions they define. Nothing is imported before it is used.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import UserError, near, unknown

PACKAGE = Path(__file__).parent
# what a file must define to be a member of the registry
ENTRY = {"readers": "read", "lessons": "pick", "verbalizers": "tell", "probes": "ask"}
_USER = "kg2corpus_user."  # the package of the modules made from such files
_extra: dict[str, dict[str, Path]] = {kind: {} for kind in ENTRY}


def names(kind: str) -> list[str]:
    """The names in a registry, sorted; file names that begin with an underscore are helpers, not members."""
    own = {
        p.stem
        for p in (PACKAGE / kind).glob("*.py")
        if not p.stem.startswith("_") and f"def {ENTRY[kind]}(" in p.read_text(encoding="utf-8")
    }
    return sorted(own | _extra[kind].keys())


def find(kind: str, name: str) -> ModuleType:
    """The module of that name. Raises UserError with near matches for an unknown one."""
    if name in _extra[kind]:
        return _import_file(kind, name, _extra[kind][name])
    if name not in names(kind):
        raise unknown(kind.rstrip("s"), name, names(kind))
    return importlib.import_module(f"kg2corpus.{kind}.{name}")


def add_file(path: Path) -> tuple[str, str]:
    """Register a user's file (`--with`). Returns (kind, name). Raises UserError if it defines no entry function or clashes."""
    if not path.is_file():
        raise UserError(f"no such file: {path}", "--with takes a Python file with a lesson, reader, verbalizer or probe")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as e:
        raise UserError(f"{path} is no Python file: not UTF-8 at byte {e.start + 1}", "--with takes a Python file") from e
    for kind, entry in ENTRY.items():
        if f"def {entry}(" in text:
            if path.stem in names(kind) and _extra[kind].get(path.stem) != path:
                raise UserError(f"{path}: there is a {kind.rstrip('s')} named '{path.stem}' already", "rename the file")
            _extra[kind][path.stem] = path
            _import_file(kind, path.stem, path)
            return kind, path.stem
    wanted = ", ".join(f"{entry}(...) for {kind}" for kind, entry in ENTRY.items())
    raise UserError(f"{path}: defines none of the functions that make an extension", f"one of: {wanted}")


def is_extension(module: ModuleType) -> bool:
    """Whether a module is a user's file (`--with`) and none of ours."""
    return module.__name__.startswith(_USER)


def _import_file(kind: str, name: str, path: Path) -> ModuleType:
    module_name = f"{_USER}{kind}.{name}"
    if module_name in sys.modules:
        return sys.modules[module_name]
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path} is no Python file", "its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as e:
        raise UserError(f"{path} could not be imported: {type(e).__name__}: {e}", "run it with python to see the fault") from e
    sys.modules[module_name] = module
    return module


def extra_files() -> list[Path]:
    """The files registered with `--with`, for worker processes to register again."""
    return [path for members in _extra.values() for path in members.values()]


def check_options(where: str, function: Callable[..., Any], options: Mapping[str, Any]) -> None:
    """The function's signature is the schema of its options: an unknown one is an error with the nearest match."""
    known = {
        p.name
        for p in inspect.signature(function).parameters.values()
        if p.kind is inspect.Parameter.KEYWORD_ONLY
    }
    for name in options:
        if name not in known:
            raise UserError(f"{where}: unknown option '{name}'", near(name, known))
