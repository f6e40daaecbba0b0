"""YAML that people write, as plain data, and the line of everything in it, so that a fault is found at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import UserError

MAX_FAULTS = 100
DEEP = 64  # lists and keys within each other; libyaml's composer overflows the stack at some thousands
# libyaml's safe loader is ten times as fast; both build plain data only
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HINT = "put wordings in quotes, for they hold { and }; indent with spaces, not with tabs"


def read(path: Path, *, ours: bool = False) -> Any:
    """What the file holds. Raises UserError, with the line, for what is no YAML, a key given twice, or endless nesting.

    `ours` leaves out the look for the latter two, a third of the time, in files that come with the package.
    """
    try:
        raw = path.read_bytes()
    except OSError as e:
        raise UserError(f"{path}: cannot be read: {e.strerror}", "give the path of a lexicon file (docs/lexicon.md)") from e
    text = _decoded(raw, path)
    try:
        faults = [] if ours else _scan(text)[1]
        if not faults:
            return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise UserError(f"{where}: not valid YAML: {getattr(e, 'problem', e)}", _HINT) from e
    raise UserError("\n".join(f"{path}:{line}: {what}" for line, what in faults[:MAX_FAULTS]), "correct the file")


def _decoded(raw: bytes, path: Path) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        raise UserError(f"{path}:{line}: not UTF-8: byte 0x{raw[e.start]:02x}", "convert the file to UTF-8") from e
    if bad := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise UserError(f"{path}:{line}: not valid YAML: control character U+{ord(bad[0]):04X}", "take it out")
    return text


def lines_of(path: Path) -> dict[str, int]:
    """The line of everything in a YAML file, by its key path: `relations.capital.forward[1]`. Not of aliases."""
    return _scan(_decoded(path.read_bytes(), path))[0]


def located(faults: Sequence[UserError], path: Path) -> UserError:
    """All faults of a file as one, by line. Their messages begin with file and key path: `a.yaml: relations.x: ...`."""
    lines = lines_of(path)
    found = sorted(((_line(e.message, path, lines), e) for e in faults), key=lambda one: one[0])
    told = [f"{path}:{line}{e.message.removeprefix(str(path))}" if line else e.message for line, e in found[:MAX_FAULTS]]
    if len(found) > MAX_FAULTS:
        told.append(f"(the first {MAX_FAULTS}; there are {len(found) - MAX_FAULTS:,} more)")
    return UserError("\n".join(told), found[0][1].hint)


def _line(message: str, path: Path, lines: Mapping[str, int]) -> int:
    """The line of the deepest key path that the message begins with; keys may hold colons and dots of their own."""
    rest = message.removeprefix(f"{path}: ")
    ends = (end for end in range(1, len(rest) + 1) if rest[end : end + 1] in ("", ".", ":", "["))
    return max(((end, lines[rest[:end]]) for end in ends if rest[:end] in lines), default=(0, 0))[1]


@dataclass(slots=True)
class _Open:
    """A list or section that has begun: its key path, its keys with their lines (None for a list), what is due next."""

    at: str
    anchor: str | None
    keys: dict[str, int] | None
    due: str | None = None  # the key whose value comes next
    items: int = 0


def _scan(text: str) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """The lines of all key paths; and faults, by line: keys given twice, what stands within itself, what is nested too deep."""
    lines: dict[str, int] = {}
    faults: list[tuple[int, str]] = []
    stack: list[_Open] = []
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            at = _place(stack, event, line, lines, faults)
            if isinstance(event, yaml.AliasEvent) and any(event.anchor == one.anchor for one in stack):
                faults.append((line, f"{at}: *{event.anchor} stands within what it repeats"))
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append(_Open(at, event.anchor, {} if isinstance(event, yaml.MappingStartEvent) else None))
                if len(stack) > DEEP:
                    return lines, [*faults, (line, f"lists and keys within each other, more than {DEEP} deep")]
    return lines, faults


def _place(
    stack: Sequence[_Open], event: yaml.NodeEvent, line: int, lines: dict[str, int], faults: list[tuple[int, str]]
) -> str:
    """The key path of what begins here, which is noted."""
    if not stack:
        return ""
    top = stack[-1]
    if top.keys is None:
        at = f"{top.at}[{top.items}]"
        top.items += 1
    elif top.due is not None:
        at, top.due = top.due, None
        return at
    else:
        key = event.value if isinstance(event, yaml.ScalarEvent) else "?"
        at = top.due = f"{top.at}.{key}" if top.at else key
        if key in top.keys and key not in ("<<", "?"):
            faults.append((line, f"{at}: given twice, first on line {top.keys[key]}"))
        top.keys.setdefault(key, line)
    lines.setdefault(at, line)
    return at
