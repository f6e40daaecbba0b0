"""YAML files as texts, each with its line: for sources that people write by hand, where a fault must be found at once.

Every scalar is the text as it stands, so that a column called `no` or `on` is not a truth value. There are no aliases, which
could be made to fill any memory, and no tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ..errors import UserError, near
from ._open import open_bytes

MAX_FAULTS = 100
MAX_BYTES = 16_000_000
NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True)
class Value:
    """What stands in a YAML file: a text, a list or a section of keys, and its line. Only one of the three is filled."""

    line: int
    text: str = ""
    items: tuple[Value, ...] | None = None
    keys: dict[str, Value] | None = None
    key_lines: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What a person would call it."""
        return "a section of keys" if self.keys is not None else "a list" if self.items is not None else "a text"


class Faults:
    """Faults of one file with their lines, up to 100, raised at once by `check`."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[tuple[int, str]] = []

    def add(self, line: int, what: str) -> None:
        """Note a fault."""
        if len(self.found) < MAX_FAULTS:
            self.found.append((line, what))

    def check(self) -> None:
        """Raise one UserError that lists the faults by line, if there are any."""
        if self.found:
            told = "\n".join(f"{self.file}:{line}: {what}" for line, what in sorted(set(self.found)))
            raise UserError(told, "correct the file; nothing was written")

    def text(self, value: Value | None) -> str:
        """The value as a text, "" with a fault where it is none."""
        if value is None:
            return ""
        if value.keys is not None or value.items is not None:
            self.add(value.line, f"a text is wanted here, and not {value.kind}")
        return value.text

    def texts(self, value: Value | None) -> tuple[str, ...]:
        """The value as several texts: a list of them, or one alone."""
        if value is None or (value.kind == "a text" and not value.text):
            return ()
        return tuple(self.text(item) for item in (value.items if value.items is not None else (value,)))

    def items(self, value: Value | None) -> tuple[Value, ...]:
        """The items of a list; a single section counts as a list of one."""
        if value is None or (value.kind == "a text" and not value.text):
            return ()
        return value.items if value.items is not None else (value,)

    def section(self, value: Value | None, known: Iterable[str] = ()) -> dict[str, Value]:
        """The keys of a section, with a fault for each that is not among the `known` ones, if any are given."""
        if value is None or (value.kind == "a text" and not value.text):
            return {}
        if value.keys is None:
            self.add(value.line, f"a section of keys is wanted here, and not {value.kind}")
            return {}
        names = set(known)
        for key in value.keys:
            if names and key not in names:
                self.add(value.key_lines[key], f"unknown key '{key}'; {near(key, names)}")
        return value.keys


def read(path: Path) -> tuple[Value, Faults]:
    """What a YAML file holds, and where to put its faults. Raises UserError for what is no YAML."""
    faults = Faults(path.name)
    with open_bytes(path) as f:
        raw = f.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise UserError(f"{path.name}: a YAML file of more than {MAX_BYTES:,} bytes", "is it a file of this format?")
    try:
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        value = Value(1) if node is None else _value(node, faults, set())
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        raise UserError(f"{path.name}:{line}: not UTF-8: byte 0x{raw[e.start]:02x}", "convert the file to UTF-8") from e
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        where = f":{mark.line + 1}" if mark else ""
        what = " ".join(part for part in (e.context, e.problem) if part)
        raise UserError(f"{path.name}{where}: not YAML: {what}", "check the indentation, colons and quotation marks") from e
    except yaml.YAMLError as e:
        what = str(e).splitlines()[0]
        raise UserError(f"{path.name}: not YAML: {what}", "check its characters; the file must be UTF-8 text") from e
    except RecursionError:
        raise UserError(f"{path.name}: not readable: lists within lists without end", "is it a file of this format?") from None
    faults.check()
    return value, faults


def _value(node: yaml.Node, faults: Faults, seen: set[int]) -> Value:
    line = node.start_mark.line + 1
    if id(node) in seen:
        faults.add(line, "what stands here is used again by an alias (*name): write it out there")
        return Value(line)
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return Value(line, "" if node.tag == NULL else node.value)
    if isinstance(node, yaml.SequenceNode):
        return Value(line, items=tuple(_value(item, faults, seen) for item in node.value))
    keys: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for name, value in _pairs(node):
        at = name.start_mark.line + 1
        if not isinstance(name, yaml.ScalarNode):
            faults.add(at, "a key must be a text")
            continue
        if name.value in keys:
            faults.add(at, f"the key '{name.value}' is given twice, first on line {lines[name.value]}")
            continue
        keys[name.value], lines[name.value] = _value(value, faults, seen), at
    return Value(line, keys=keys, key_lines=lines)


def _pairs(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    yield from node.value
