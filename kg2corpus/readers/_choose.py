"""Which sources a name stands for, which reader takes a source, and with which options.

A reader is chosen by suffix. Where several share a suffix, those that accept all options given are asked by their
`looks(head)`; where none recognises the file, those take it that have no `looks`, or name the suffix in REST.
"""

from __future__ import annotations

import glob
import inspect
import re
import types
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .. import registry
from ..errors import UserError, near, unknown
from ._common import readable
from ._open import PACKED, is_sqlite, no_mapping, open_bytes, suffix

HEAD = 1 << 16
URL = re.compile(r"([a-z][a-z0-9+]+):/")
STDIN = Path("-")
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def readers() -> dict[str, ModuleType]:
    """All readers by name."""
    return {name: registry.find("readers", name) for name in registry.names("readers")}


def formats() -> str:
    """What there is to read, a line for each reader: its name, its suffixes, what it is."""
    return "\n\n".join(
        f"{name} ({' '.join(_suffixes(module))}): {(module.__doc__ or '').strip().splitlines()[0]}"
        for name, module in readers().items()
        if module.__doc__
    )


def _suffixes(module: ModuleType) -> tuple[str, ...]:
    return tuple(getattr(module, "SUFFIXES", ()))


# sources


def expand(source: Path, format: str = "") -> tuple[list[Path], Counter[str]]:
    """The sources that a name stands for: a file or TSV set itself, the files of a folder, what a pattern matches.

    Also counts, by reason, the files of a folder that no reader takes. Raises UserError where there is nothing.
    """
    if source == STDIN or source.is_file() or (source.is_dir() and _as_set(source) and format in ("", _as_set(source))):
        return [source], Counter()
    if source.is_dir():
        return _of_folder(source, format)
    if glob.has_magic(str(source)):
        matches = [Path(m) for m in sorted(glob.glob(str(source), recursive=True))]
        if not matches:
            raise UserError(f"{source}: no file matches this pattern", _beside(source))
        parts = [expand(match, format) for match in matches]
        return [path for paths, _ in parts for path in paths], sum((notes for _, notes in parts), Counter[str]())
    if not source.exists():
        raise _missing(source)
    return [source], Counter()


def _missing(source: Path) -> UserError:
    scheme = URL.match(str(source))  # a path has lost one of the slashes
    if scheme is None:
        return UserError(f"no such file or folder: {source}", _beside(source))
    if scheme[1] in ("http", "https"):
        hint = "of a SPARQL endpoint make a file x.sparql.yaml with endpoint: ADDRESS in it, and load that; else fetch the file"
    else:
        hint = "a database needs a mapping: kg2corpus map URL --out shop.map.yaml; then kg2corpus load shop.map.yaml"
    return UserError(f"an address ({scheme[1]}) is no file or folder", hint)  # the rest may hold a password


def _beside(source: Path) -> str:
    beside = [p.name for p in source.parent.iterdir()] if source.parent.is_dir() else []
    return f"in {source.parent}: {near(source.name, beside)}"


def _as_set(folder: Path) -> str:
    """The name of the reader that takes the folder as one source, "" where none does."""
    marked = {name: module.FOLDER for name, module in readers().items() if hasattr(module, "FOLDER")}
    return next((name for name, marker in marked.items() if (folder / marker).is_file()), "")


def _of_folder(folder: Path, format: str) -> tuple[list[Path], Counter[str]]:
    """The files of a folder, not of those in it, that some reader takes; with a format, those that have its suffixes."""
    readers_, given = _of_format(format) if format else ([], "")
    wanted = {given} if given else {s for name in readers_ for s in _suffixes(registry.find("readers", name))}
    found: list[Path] = []
    others: list[Path] = []
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        takes = suffix(path) in wanted if wanted else bool(_takers(path, suffix(path)))
        (found if takes and not path.name.startswith(".") else others).append(path)
    if not found:
        hint = f"give the files themselves, as in '{folder}/*.txt', with --format if need be; {_known()}"
        raise UserError(f"{folder}: a folder without triples.tsv, and without a file that a reader takes", hint)
    names = ", ".join(p.name for p in others[:5]) + (", ..." if len(others) > 5 else "")
    return found, Counter({f"file of {folder.name} that no reader takes: {names}": len(others)} if others else {})


# readers


def choose(source: Path, format: str = "", options: Iterable[str] = ()) -> tuple[str, ModuleType]:
    """The reader (name, module) for a file, or for a folder that is a set. `format` is a reader's name or a suffix.

    Raises UserError if the source is missing, no reader takes it, or several would.
    """
    if not source.exists():
        raise _missing(source)
    if source.is_dir():
        if not (name := _as_set(source)):
            raise UserError(f"{source}: a folder without triples.tsv", "give the files themselves")
    elif format:
        name = _by_format(source, format, options)
    else:
        name = _by_suffix(source, suffix(source), options)
    return name, registry.find("readers", name)


def finder(source: Path) -> Callable[[Path, str, int], tuple[str, str]] | None:
    """What finds statements again in a source, by member and position, where its reader has such a `place`."""
    if not any(hasattr(module, "place") for module in readers().values() if suffix(source) in _suffixes(module)):
        return None
    found: Callable[[Path, str, int], tuple[str, str]] | None = getattr(choose(source)[1], "place", None)
    return found


def spool_suffix(format: str) -> str:
    """The suffix for a file without a name (standard input) of that format."""
    names, given = _of_format(format)
    if given:
        return given
    module = registry.find("readers", names[0])
    if _goes_by_suffix(module):
        raise _which("stdin", format, module)
    return _suffixes(module)[0]


def _by_format(source: Path, format: str, options: Iterable[str]) -> str:
    names, given = _of_format(format)
    name = _by_suffix(source, given, options) if given else names[0]
    module = registry.find("readers", name)
    known = suffix(source) in ((given,) if given else _suffixes(module)) or (given and "syntax" in keywords(module))
    if _goes_by_suffix(module) and not known:
        raise _which(source.name, format, module)
    return name


def syntax(source: Path, format: str, module: ModuleType) -> dict[str, str]:
    """The option that tells a reader of several formats which one a file is of, where its own suffix does not."""
    given = _of_format(format)[1] if format and source.is_file() else ""
    return {"syntax": given} if given not in ("", suffix(source)) and "syntax" in keywords(module) else {}


def _goes_by_suffix(module: ModuleType) -> bool:
    """Does the reader need the suffix, because it reads several formats and does not know them by their content?"""
    return len(_suffixes(module)) > 1 and not hasattr(module, "looks")


def _which(name: str, format: str, module: ModuleType) -> UserError:
    known = ", ".join(s.removeprefix(".") for s in _suffixes(module))
    return UserError(f"{name}: '{format}' stands for several formats", f"give one to --format: {known}")


def _of_format(format: str) -> tuple[list[str], str]:
    """(readers, "") of a reader's name; (readers, suffix) of a suffix without its dot."""
    known = readers()
    if format in known:
        return [format], ""
    wanted = "." + format.removeprefix(".").lower()
    names = [name for name, module in known.items() if wanted in _suffixes(module)]
    if not names:
        raise unknown("format", format, {*known, *(s.removeprefix(".") for m in known.values() for s in _suffixes(m))})
    return names, wanted


def _by_suffix(source: Path, of: str, options: Iterable[str]) -> str:
    found = _takers(source, of, options)
    if len(found) == 1:
        return found[0]
    named = [name for name, module in readers().items() if of in _suffixes(module)]
    if not named and is_sqlite(source):
        raise no_mapping(source)
    if not named:
        raise UserError(f"{source}: no reader for '{of or source.name}'", f"{_known()}; --format says what a file is")
    if len(named) == 1:
        return named[0]
    ways = " or ".join(f"--format {name}" for name in found or named)
    if found:
        raise UserError(f"{source.name}: could be read by {' and '.join(found)}", f"say which: {ways}")
    message = f"{source.name}: none of the readers of {of} ({', '.join(named)}) recognises it"
    raise UserError(message, f"if it is of one of these formats: {ways}")


def _takers(source: Path, of: str, options: Iterable[str] = ()) -> list[str]:
    """The readers of a suffix that would take the file."""
    named = {name: module for name, module in readers().items() if of in _suffixes(module)}
    fitting = {name: module for name, module in named.items() if set(options) <= keywords(module).keys()} or named
    alone = len(fitting) == 1 < len(named)  # the options say which
    if alone or all(not hasattr(module, "looks") for module in fitting.values()):
        return list(fitting)
    with readable(source), open_bytes(source) as f:
        head = f.read(HEAD)
    sure = [name for name, module in fitting.items() if hasattr(module, "looks") and module.looks(head)]
    return sure or [name for name, m in fitting.items() if not hasattr(m, "looks") or of in getattr(m, "REST", ())]


def _known() -> str:
    suffixes = sorted({s for module in readers().values() for s in _suffixes(module)})
    return f"there are readers for {', '.join(suffixes)} (each also with {', '.join(PACKED)}), and for folders with triples.tsv"


# options


def parse_options(options: Iterable[str] = (), mapping: str = "") -> dict[str, str]:
    """`key=value` texts, and those of a mapping parted by commas, as one dictionary. Raises UserError for other texts."""
    given: dict[str, str] = {}
    for flag, text in [*(("--option", o) for o in options), *(("--map", m) for m in mapping.split(",") if mapping)]:
        key, sign, value = (part.strip() for part in text.partition("="))
        if not sign or not key:
            raise UserError(f"{flag} {text}: not of the form key=value", "for example --map subject=id,predicate=is,object=x")
        if key in given:
            raise UserError(f"{flag} {text}: '{key}' is given twice", "give it once")
        given[key] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return given


def parse_size(text: str) -> int:
    """A number of bytes as people write it, such as 64M or 1G. Raises UserError for what is none."""
    found = re.fullmatch(r"([0-9][0-9_]*)\s*([kmg]?)b?", text.strip().lower())
    size = int(found[1].replace("_", "")) * 1000 ** " kmg".index(found[2] or " ") if found else 0
    if not size:
        raise UserError(f"--max-line {text}: no size", "a number of bytes is wanted, such as 64M")
    return size


def keywords(module: ModuleType) -> dict[str, inspect.Parameter]:
    """The options of a reader: the keyword-only parameters of its `read`, but for the log."""
    own = inspect.signature(module.read).parameters
    return {name: p for name, p in own.items() if p.kind is p.KEYWORD_ONLY and name != "log"}


def reader_options(name: str, module: ModuleType, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as the reader's signature wants them, without those that have their default value.

    Raises UserError for an unknown one, with the nearest match, and for a value of the wrong kind.
    """
    known = keywords(module)
    for key in given:
        if key not in known:
            hint = near(key, known) if known else "it has no options; load what takes options in a call of its own"
            raise UserError(f"the reader '{name}' has no option '{key}'", hint)
    hints = get_type_hints(module.read) if given else {}
    values = {key: _value(name, key, value, hints.get(key, str)) for key, value in given.items()}
    return {key: value for key, value in values.items() if value != known[key].default}


def _value(reader: str, key: str, value: Any, kind: Any) -> Any:
    """A text as the kind that an annotation says; other values, which come from Python, are taken as they are."""
    if not isinstance(value, str):
        return value
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(k for k in get_args(kind) if k is not type(None))
    wrong = f"the option '{key}' of the reader '{reader}' is '{value}'"
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise UserError(wrong, near(value, get_args(kind)))
        return value
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in value.replace("|", ",").split(",") if part.strip())
    if kind is bool:
        if value.lower() not in TRUE + FALSE:
            raise UserError(wrong, "yes or no is wanted")
        return value.lower() in TRUE
    if kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            raise UserError(wrong, "a whole number is wanted" if kind is int else "a number is wanted") from None
    return value
